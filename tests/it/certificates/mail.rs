//! A mail server with a certificate of a private authority.

use std::time::Duration;

use tokio::time::timeout;

use super::{UNKNOWN, authority::Authority, ways};
use crate::{
    outbox::mail_server::MailServer,
    program::{Cookies, Program},
};

/// How long a letter may take when all processors are busy.
const PATIENCE: Duration = Duration::from_secs(40);

async fn sign_up(program: &Program) {
    let fields = [("email", "ada@example.com"), ("password", "a horse of another colour")];
    let answer = program.post(&mut Cookies::default(), "sign_up", &fields).await;
    assert_eq!(answer.status(), 303, "{}", program.log());
}

#[tokio::test]
async fn a_mail_server_with_a_certificate_of_a_private_authority_gets_letters_once_the_operator_names_the_authority() {
    let authority = Authority::new("private");
    let server = MailServer::that_answers("250 taken").await;
    server.may_answer.add_permits(10);
    let port = authority.certify("localhost").in_front_of(server.address).await;
    let transport = format!("smtps://localhost:{port}");
    let mail = ("SIGNET_MAIL__TRANSPORT", transport.as_str());

    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[mail]).await.unwrap();
    sign_up(&program).await;
    let place = format!("the mail server localhost:{port} cannot be used: ");
    program.logs(&["WARN", "letter not sent", &place, UNKNOWN]).await;
    assert_eq!(server.arrived.available_permits(), 0);
    drop(program);

    for (name, value) in ways(&authority) {
        let folder = tempfile::tempdir().unwrap();
        let program = Program::start(folder.path(), &[mail, (name, &value)]).await.unwrap();
        sign_up(&program).await;
        let arrived = timeout(PATIENCE, server.arrived.acquire()).await;
        arrived.unwrap_or_else(|_| panic!("{name}: {}", program.log())).unwrap().forget();
    }
}
