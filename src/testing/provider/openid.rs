//! An `OpenID` provider on a loopback port.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

use super::{
    endpoints,
    script::{CLIENT_ID, CLIENT_SECRET, Callback, Manner, Script, Shared, TokenRequest},
    signing,
};
use crate::{
    domain::providers::{ProviderId, ProviderKind, ResponseMode, TrustEmail},
    server::{clock::Clock, config},
};

/// An `OpenID` provider on a loopback port, with real keys. It runs until it is dropped.
pub struct TestProvider {
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl TestProvider {
    /// Starts one whose clock is `clock`.
    pub async fn start(clock: &Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        Self::serve(clock, listener, issuer)
    }

    /// Starts one with an issuer of the test's own, such as a proxy that speaks TLS. The proxy must pass everything on
    /// to `listener`, which speaks none.
    pub fn serve(clock: &Clock, listener: TcpListener, issuer: String) -> Self {
        signing::warm_up();
        let shared = Arc::new(Shared {
            issuer,
            clock: clock.clone(),
            script: Mutex::default(),
            grants: Mutex::default(),
            token_requests: Mutex::default(),
            visits: Mutex::default(),
        });
        let app = endpoints::router(&shared);
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { shared, server }
    }

    /// Its issuer.
    pub fn issuer(&self) -> &str {
        &self.shared.issuer
    }

    /// The settings with which Signet knows this provider under the identifier `id`.
    pub fn settings(&self, id: &str) -> config::Provider {
        config::Provider {
            id: ProviderId::parse(id).unwrap(),
            name: "Acme".to_owned(),
            kind: ProviderKind::Oidc,
            issuer: self.issuer().to_owned(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.into(),
            trust_email: TrustEmail::Verified,
            response_mode: ResponseMode::Query,
        }
    }

    /// Changes what it does from now on.
    pub fn set(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.shared.script.lock().unwrap());
    }

    /// Whether one of its endpoints never answers.
    pub fn hangs(&self) -> bool {
        let script = self.shared.script.lock().unwrap();
        [script.discovery, script.keys, script.token, script.user_info_manner].contains(&Manner::Hang)
    }

    /// Changes one claim of the tokens from now on; null removes it.
    pub fn claim(&self, name: &str, value: Value) {
        self.set(|script| _ = script.claims.insert(name.to_owned(), value));
    }

    /// The person gives consent: returns what the browser brings back from `url`.
    pub fn approve(&self, url: &Url) -> Callback {
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(url.origin().ascii_serialization(), self.issuer());
        assert_eq!(asked["client_id"], CLIENT_ID);
        let mut grants = self.shared.grants.lock().unwrap();
        let code = format!("code-{}", grants.len());
        let state = asked["state"].clone();
        grants.insert(code.clone(), asked);
        Callback { code, state, iss: self.issuer().to_owned() }
    }

    /// The requests to the token endpoint.
    pub fn token_requests(&self) -> Vec<TokenRequest> {
        self.shared.token_requests.lock().unwrap().clone()
    }

    /// How often `path` was requested.
    pub fn visits(&self, path: &str) -> usize {
        self.shared.visits.lock().unwrap().iter().filter(|visited| *visited == path).count()
    }

    /// Stops it: from now on connections are refused.
    pub async fn stop(&mut self) {
        self.server.abort();
        _ = (&mut self.server).await;
    }
}

impl Drop for TestProvider {
    fn drop(&mut self) {
        self.server.abort();
    }
}
