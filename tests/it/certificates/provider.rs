//! A provider with a certificate of a private authority.

use std::net::SocketAddr;

use signet::{
    server::clock::Clock,
    testing::{START, provider::TestProvider},
};
use tokio::net::TcpListener;

use super::{UNKNOWN, authority::Authority, ways};
use crate::program::{Cookies, Program, location};

/// A provider that speaks TLS, and the variables with which Signet knows it.
struct Secure {
    _provider: TestProvider,
    port: u16,
}

impl Secure {
    async fn start(authority: &Authority) -> Self {
        let [secure, plain] = [listener().await, listener().await];
        let port = address(&secure).port();
        authority.certify("localhost").pass_on(secure, address(&plain));
        let provider = TestProvider::serve(&Clock::manual(START), plain, format!("https://localhost:{port}"));
        Self { _provider: provider, port }
    }
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

fn address(listener: &TcpListener) -> SocketAddr {
    listener.local_addr().unwrap()
}

/// The page between the button and the provider.
pub async fn page_before(program: &Program, provider: &str) -> String {
    let mut cookies = Cookies::default();
    let sent = program.post(&mut cookies, "continue_with_provider", &[("provider", provider)]).await;
    program.get(&mut cookies, &location(&sent)).await.text().await.unwrap()
}

/// The variables of a provider.
pub fn variables(id: &str, issuer: &str) -> Vec<(String, String)> {
    let keys =
        [("NAME", "Acme"), ("KIND", "oidc"), ("ISSUER", issuer), ("CLIENT_ID", "signet"), ("CLIENT_SECRET", "hunter2")];
    keys.map(|(key, value)| (format!("SIGNET_PROVIDER__{}__{key}", id.to_uppercase()), value.to_owned())).to_vec()
}

#[tokio::test]
async fn a_provider_with_a_certificate_of_a_private_authority_is_asked_once_the_operator_names_the_authority() {
    let authority = Authority::new("private");
    let provider = Secure::start(&authority).await;
    let issuer = format!("https://localhost:{}", provider.port);
    let known = variables("acme", &issuer);
    let known: Vec<_> = known.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();

    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &known).await.unwrap();
    let page = page_before(&program, "acme").await;
    assert!(page.contains(" be reached"), "{page}");
    let server = format!("server=\"localhost:{}\"", provider.port);
    let line = program.logs(&["WARN", &server, UNKNOWN]).await;
    assert!(!line.contains("hunter2"), "{line}");
    drop(program);

    for (name, value) in ways(&authority) {
        let folder = tempfile::tempdir().unwrap();
        let env: Vec<_> = known.iter().copied().chain([(name, value.as_str())]).collect();
        let program = Program::start(folder.path(), &env).await.unwrap();
        let page = page_before(&program, "acme").await;
        assert!(page.contains(&issuer) && !page.contains(" be reached"), "{name}: {page}");
    }
}
