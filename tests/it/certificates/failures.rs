//! Every way in which a connection fails is told apart in the log, with the server and without a secret.

use std::net::SocketAddr;

use signet::{
    server::{
        clock::Clock,
        mail::{Smtp, Transport},
        tls::Authorities,
    },
    testing::{BASE_URL, START, provider::TestProvider},
};
use tokio::net::TcpListener;

use super::{
    UNKNOWN, UNKNOWN_NAME,
    authority::Authority,
    gives,
    provider::{page_before, variables},
};
use crate::program::Program;

/// Ports of this machine, each with a fault of its own, and the words about it.
struct Faults {
    cases: Vec<(&'static str, String, &'static str)>,
    _silent: TcpListener,
    _plain: TestProvider,
}

impl Faults {
    /// `authority` is trusted, and another one is not.
    async fn new(authority: &Authority) -> Self {
        let [plain, silent, closed] = [listener().await, listener().await, listener().await];
        let (at_plain, at_silent, at_closed) = (address(&plain), address(&silent).port(), address(&closed).port());
        drop(closed);
        let plain = TestProvider::serve(&Clock::manual(START), plain, format!("http://{at_plain}"));
        let expired = authority.certify_until_yesterday("localhost").in_front_of(at_plain).await;
        let renamed = authority.certify("elsewhere.example").in_front_of(at_plain).await;
        let unknown = Authority::new("unknown").certify("localhost").in_front_of(at_plain).await;
        let namesake = Authority::new("private").certify("localhost").in_front_of(at_plain).await;
        let cases = vec![
            ("expired", format!("localhost:{expired}"), "its certificate has expired"),
            ("renamed", format!("localhost:{renamed}"), "its certificate is for another host name"),
            ("unknown", format!("localhost:{unknown}"), UNKNOWN),
            ("namesake", format!("localhost:{namesake}"), "has only the name of a trusted one"),
            ("closed", format!("localhost:{at_closed}"), "it refused the connection"),
            ("nameless", "id.invalid:443".to_owned(), UNKNOWN_NAME),
            ("plain", format!("localhost:{}", at_plain.port()), "it does not speak TLS at this port"),
            ("silent", format!("localhost:{at_silent}"), "did not answer in time"),
        ];
        Self { cases, _silent: silent, _plain: plain }
    }
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

fn address(listener: &TcpListener) -> SocketAddr {
    listener.local_addr().unwrap()
}

#[tokio::test]
async fn why_a_provider_is_out_of_reach_is_in_the_log_with_its_host() {
    let authority = Authority::new("private");
    let faults = Faults::new(&authority).await;
    let mut env = vec![("SIGNET_TLS__CA_FILE".to_owned(), authority.file())];
    for (id, server, _) in &faults.cases {
        env.extend(variables(id, &format!("https://{server}")));
    }
    let env: Vec<_> = env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &env).await.unwrap();
    for (id, server, why) in &faults.cases {
        let page = page_before(&program, id).await;
        assert!(page.contains(" be reached"), "{id}: {page}");
        let line = program.logs(&["WARN", &format!("server=\"{server}\"")]).await;
        assert!(gives(&line, why), "{id}: {line}");
    }
    assert!(!program.log().contains("hunter2"), "{}", program.log());
}

#[tokio::test]
async fn why_a_mail_server_is_out_of_reach_is_in_the_log_with_its_host() {
    let authority = Authority::new("private");
    let faults = Faults::new(&authority).await;
    let trusted = Authorities::of_file(authority.file().as_ref()).unwrap();
    for (id, server, why) in &faults.cases {
        let url = format!("smtps://ada:hunter2@{server}");
        let transport = Transport::Smtp(Smtp::new(&url, "Signet <signet@signet.example>", BASE_URL, &trusted).unwrap());
        let error = transport.send(&letter(), "1", START).await.unwrap_err().to_string();
        assert!(error.contains(server.as_str()) && gives(&error, why), "{id}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

fn letter() -> signet::server::mail::Letter {
    signet::server::mail::Letter {
        to: "ada@example.com".to_owned(),
        subject: "Subject".to_owned(),
        text: "text".to_owned(),
        html: "<p>text</p>".to_owned(),
        links: Vec::new(),
    }
}
