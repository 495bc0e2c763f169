//! A GitHub on a loopback port, with the endpoints that Signet uses.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

use super::{
    endpoints::fits,
    script::{CLIENT_ID, CLIENT_SECRET, Callback, Manner, TokenRequest},
};
use crate::{
    domain::providers::{ProviderId, ProviderKind, ResponseMode, TrustEmail},
    server::config,
};

/// The access token that the GitHub issues.
pub const GITHUB_ACCESS_TOKEN: &str = "gho_of_the_tests";

/// A GitHub that runs until it is dropped.
pub struct TestGithub {
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

/// The behaviour of a GitHub from now on.
#[derive(Clone)]
pub struct GithubScript {
    /// How the token endpoint answers.
    pub token: Manner,
    /// How both endpoints of the API answer.
    pub api: Manner,
    /// The answer of `/user`.
    pub user: Value,
    /// The answer of `/user/emails`.
    pub emails: Value,
}

struct Shared {
    base: String,
    script: Mutex<GithubScript>,
    grants: Mutex<HashMap<String, HashMap<String, String>>>,
    token_requests: Mutex<Vec<TokenRequest>>,
}

impl Default for GithubScript {
    fn default() -> Self {
        Self {
            token: Manner::Well,
            api: Manner::Well,
            user: json!({"login": "ada", "id": 1_815, "name": "Ada", "email": "shown@example.com"}),
            emails: json!([
                {"email": "old@example.com", "primary": false, "verified": true, "visibility": null},
                {"email": "ada@example.com", "primary": true, "verified": true, "visibility": "private"},
            ]),
        }
    }
}

impl TestGithub {
    /// Starts one.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let shared = Arc::new(Shared {
            base: format!("http://{}", listener.local_addr().unwrap()),
            script: Mutex::default(),
            grants: Mutex::default(),
            token_requests: Mutex::default(),
        });
        let app = Router::new()
            .route("/login/oauth/access_token", post(token))
            .route("/api/v3/user", get(user))
            .route("/api/v3/user/emails", get(emails))
            .with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { shared, server }
    }

    /// Its base URL.
    pub fn base(&self) -> &str {
        &self.shared.base
    }

    /// The settings with which Signet knows this GitHub under the identifier `id`.
    pub fn settings(&self, id: &str) -> config::Provider {
        config::Provider {
            id: ProviderId::parse(id).unwrap(),
            name: "GitHub".to_owned(),
            kind: ProviderKind::Github,
            issuer: self.base().to_owned(),
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.into(),
            trust_email: TrustEmail::Verified,
            response_mode: ResponseMode::Query,
        }
    }

    /// Changes what it does from now on.
    pub fn set(&self, change: impl FnOnce(&mut GithubScript)) {
        change(&mut self.shared.script.lock().unwrap());
    }

    /// Whether one of its endpoints never answers.
    pub fn hangs(&self) -> bool {
        let script = self.shared.script.lock().unwrap();
        [script.token, script.api].contains(&Manner::Hang)
    }

    /// The person gives consent: returns what the browser brings back from `url`.
    pub fn approve(&self, url: &Url) -> Callback {
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(url.as_str().split('?').next().unwrap(), format!("{}/login/oauth/authorize", self.base()));
        assert_eq!(asked["client_id"], CLIENT_ID);
        let mut grants = self.shared.grants.lock().unwrap();
        let code = format!("code-{}", grants.len());
        let state = asked["state"].clone();
        grants.insert(code.clone(), asked);
        Callback { code, state, iss: format!("{}/login/oauth", self.base()) }
    }

    /// The requests to the token endpoint.
    pub fn token_requests(&self) -> Vec<TokenRequest> {
        self.shared.token_requests.lock().unwrap().clone()
    }
}

impl Drop for TestGithub {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    assert_eq!(headers[header::ACCEPT], "application/json", "without it GitHub answers a form");
    let request = TokenRequest { basic: None, form };
    shared.token_requests.lock().unwrap().push(request.clone());
    let script = shared.script.lock().unwrap().clone();
    let grant = shared.grants.lock().unwrap().remove(request.form.get("code").map_or("", String::as_str));
    // GitHub answers a refusal with status 200 too.
    let Some(_) = grant.filter(|grant| fits(&request, grant)) else {
        return Json(json!({"error": "bad_verification_code", "error_description": "<b>no</b>"})).into_response();
    };
    script
        .token
        .answer(json!({"access_token": GITHUB_ACCESS_TOKEN, "token_type": "bearer", "scope": "user:email"}))
        .await
}

async fn user(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let script = shared.script.lock().unwrap().clone();
    api(&headers, script.api, script.user).await
}

async fn emails(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let script = shared.script.lock().unwrap().clone();
    api(&headers, script.api, script.emails).await
}

async fn api(headers: &HeaderMap, manner: Manner, right: Value) -> Response {
    if headers[header::AUTHORIZATION] != format!("Bearer {GITHUB_ACCESS_TOKEN}")
        || !headers.contains_key(header::USER_AGENT)
    {
        return StatusCode::FORBIDDEN.into_response();
    }
    manner.answer(right).await
}
