//! PostgreSQL with a certificate of a private authority.

use super::{UNKNOWN, UNKNOWN_NAME, authority::Authority, gives, postgres::Postgres, ways};
use crate::program::Program;

/// What the program says when it does not start on `url`.
pub async fn complaint(url: &str, env: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let env: Vec<_> = env.iter().copied().chain([("DATABASE_URL", url)]).collect();
    match Program::start(folder.path(), &env).await {
        Ok(_) => panic!("it starts"),
        Err(said) => said,
    }
}

async fn starts(url: &str, env: &[(&str, &str)]) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = format!("sqlite://{}", folder.path().join("ledger.db").display());
    let own = [("DATABASE_URL", url), ("SIGNET_DELETION__LEDGER", ledger.as_str())];
    let env: Vec<_> = env.iter().copied().chain(own).collect();
    let started = Program::start(folder.path(), &env).await;
    assert!(started.is_ok(), "{env:?}: {}", started.err().unwrap_or_default());
}

#[tokio::test]
async fn a_database_with_a_certificate_of_a_private_authority_is_opened_once_the_operator_names_the_authority() {
    let authority = Authority::new("private");
    let Some(postgres) = Postgres::start(Some(&authority.certify("localhost"))) else { return };
    let url = postgres.at("localhost", "sslmode=verify-full");
    let port = postgres.url.port().unwrap();

    let said = complaint(&url, &[]).await;
    let line = format!(
        "signet: database.url: \"postgres://…@localhost:{port}/postgres?…\": the database localhost:{port}/postgres is \
         not available: {UNKNOWN}; accepted: "
    );
    assert!(said.starts_with(&line) && said.lines().count() == 1, "{said}");
    let ledger = [("SIGNET_DELETION__LEDGER", url.as_str())];
    let said = complaint("sqlite://signet.db", &ledger).await;
    assert!(said.contains("signet: deletion.ledger: ") && said.contains(UNKNOWN), "{said}");

    for (name, value) in ways(&authority) {
        starts(&url, &[(name, &value)]).await;
    }
    // A file that the URL names itself counts, whatever the setting names.
    let (other, named) = (Authority::new("other"), format!("{url}&sslrootcert={}", authority.file()));
    starts(&named, &[]).await;
    starts(&named, &[("SIGNET_TLS__CA_FILE", &other.file())]).await;
    starts(&url, &[("PGSSLROOTCERT", &authority.file()), ("SIGNET_TLS__CA_FILE", &other.file())]).await;
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_named_with_the_reason() {
    let authority = Authority::new("private");
    let Some(mut postgres) = Postgres::start(Some(&authority.certify("localhost"))) else { return };
    let port = postgres.url.port().unwrap();
    let ca = authority.file();
    let trusted = [("SIGNET_TLS__CA_FILE", ca.as_str())];
    let password = postgres.url.password().unwrap().to_owned();

    let named = |host: &str, said: &str, why: &str| {
        let place = format!("the database {host}/postgres is not available: ");
        let reason = said.split_once(&place).map_or("", |(_, reason)| reason);
        assert!(said.starts_with("signet: database.url: \"postgres://…@") && gives(reason, why), "{why}: {said}");
        assert!(said.contains("; accepted: ") && !said.contains(&password), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    };
    let here = format!("127.0.0.1:{port}");
    let other_name = complaint(&postgres.at("127.0.0.1", "sslmode=verify-full"), &trusted).await;
    named(&here, &other_name, "its certificate is for another host name");
    let unknown_name = complaint(&postgres.at("db.invalid", "sslmode=verify-full"), &trusted).await;
    named(&format!("db.invalid:{port}"), &unknown_name, UNKNOWN_NAME);
    let wrong = postgres.at("127.0.0.1", "sslmode=disable").replace(&password, "another");
    let refused = complaint(&wrong, &[]).await;
    named(&here, &refused, "password authentication failed for user \"postgres\"");
    postgres.stop();
    let gone = complaint(&postgres.at("127.0.0.1", "sslmode=disable"), &[]).await;
    named(&here, &gone, "it refused the connection");
}
