//! An `OpenID` provider on a loopback port, with real keys, that obeys the test: it answers well unless a test says
//! otherwise.
//!
//! A browser is not needed: [`TestProvider::approve`] reads the address that the browser was sent to and returns
//! what it would bring back. The token endpoint then checks the client's request against that address: code,
//! redirect address, PKCE and secret must fit.

mod github;
mod provider_endpoints;
mod signing;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use serde_json::{Map, Value};
use signet::{
    domain::providers::{ProviderId, ProviderKind},
    server::{clock::Clock, config},
};
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

pub use self::{
    github::{GITHUB_ACCESS_TOKEN, GithubScript, TestGithub},
    signing::Signature,
};

pub const CLIENT_ID: &str = "signet of the tests";
pub const ACCESS_TOKEN: &str = "an access token of the tests";
pub const REFRESH_TOKEN: &str = "a refresh token of the tests";
pub const CLIENT_SECRET: &str = "a client's secret: +/% and more";

/// A provider that runs until it is dropped.
pub struct TestProvider {
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

/// Its behaviour from now on.
#[derive(Clone)]
pub struct Script {
    /// Claims that replace the right ones; null removes one.
    pub claims: Map<String, Value>,
    /// How the token is signed.
    pub signature: Signature,
    /// The name of the key in the token.
    pub key_name: Option<&'static str>,
    /// The names under which the key is published.
    pub published: Vec<&'static str>,
    /// Whether the token endpoint leaves the ID token out.
    pub without_id_token: bool,
    /// Values that replace those of its metadata; null removes one.
    pub metadata: Map<String, Value>,
    /// How discovery answers.
    pub discovery: Manner,
    /// How the endpoint of the keys answers.
    pub keys: Manner,
    /// How the token endpoint answers.
    pub token: Manner,
}

/// How an endpoint answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// As it should.
    Well,
    /// With a redirect (302) to a place that would answer well.
    Redirect,
    /// With 100 MB.
    Huge,
    /// Never.
    Hang,
    /// With this status and an empty body.
    Status(u16),
    /// With text that is not JSON, declared as JSON.
    Garbage,
    /// With JSON of another shape.
    OtherJson,
    /// With the refusal of RFC 6749 §5.2.
    Refusal,
}

/// One request to the token endpoint.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// The fields of the body.
    pub form: HashMap<String, String>,
    /// The user and password of the header.
    pub basic: Option<(String, String)>,
}

/// What a browser brings back.
#[derive(Clone, Debug)]
pub struct Callback {
    pub code: String,
    pub state: String,
    pub iss: String,
}

struct Shared {
    issuer: String,
    clock: Clock,
    script: Mutex<Script>,
    grants: Mutex<HashMap<String, HashMap<String, String>>>,
    token_requests: Mutex<Vec<TokenRequest>>,
    visits: Mutex<Vec<String>>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            claims: Map::new(),
            signature: Signature::Rs256,
            key_name: Some("key-1"),
            published: vec!["key-1"],
            without_id_token: false,
            metadata: Map::new(),
            discovery: Manner::Well,
            keys: Manner::Well,
            token: Manner::Well,
        }
    }
}

impl TestProvider {
    /// Starts one whose clock is `clock`.
    pub async fn start(clock: &Clock) -> Self {
        signing::warm_up();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let shared = Arc::new(Shared {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            clock: clock.clone(),
            script: Mutex::default(),
            grants: Mutex::default(),
            token_requests: Mutex::default(),
            visits: Mutex::default(),
        });
        let app = provider_endpoints::router(&shared);
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { shared, server }
    }

    /// Its issuer.
    pub fn issuer(&self) -> &str {
        &self.shared.issuer
    }

    /// The settings for it, as `id`.
    pub fn settings(&self, id: &str) -> config::Provider {
        config::Provider {
            id: ProviderId::parse(id).unwrap(),
            name: "Acme".to_owned(),
            kind: ProviderKind::Oidc,
            issuer: self.issuer().to_owned(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.into(),
        }
    }

    /// Changes what it does from now on.
    pub fn set(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.shared.script.lock().unwrap());
    }

    /// Whether one of its endpoints never answers.
    pub fn hangs(&self) -> bool {
        let script = self.shared.script.lock().unwrap();
        [script.discovery, script.keys, script.token].contains(&Manner::Hang)
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

impl Callback {
    /// The address that the browser comes back to, without the site.
    pub fn path(&self, id: &str) -> String {
        let mut url = Url::parse("http://signet.example").unwrap();
        url.set_path(&format!("/users/auth/{id}/callback"));
        url.query_pairs_mut()
            .append_pair("code", &self.code)
            .append_pair("state", &self.state)
            .append_pair("iss", &self.iss);
        format!("{}?{}", url.path(), url.query().unwrap())
    }
}
