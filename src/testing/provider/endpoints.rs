//! The endpoints of an `OpenID` provider.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Form, Router,
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{
    script::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, Manner, REFRESH_TOKEN, Shared, TokenRequest},
    signing,
};

/// All its endpoints; it counts each visit.
pub(super) fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/keys", get(keys))
        .route("/token", post(token))
        .route("/userinfo", get(user_info))
        .layer(middleware::from_fn_with_state(Arc::clone(shared), note_visit))
        .with_state(Arc::clone(shared))
}

async fn note_visit(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    shared.visits.lock().unwrap().push(request.uri().path().to_owned());
    next.run(request).await
}

async fn discovery(State(shared): State<Arc<Shared>>) -> Response {
    let script = shared.script.lock().unwrap().clone();
    let issuer = &shared.issuer;
    let mut metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "authorization_response_iss_parameter_supported": true,
    });
    if script.user_info.is_some() {
        metadata["userinfo_endpoint"] = json!(format!("{issuer}/userinfo"));
    }
    put_over(&mut metadata, script.metadata);
    script.discovery.answer(metadata).await
}

async fn keys(State(shared): State<Arc<Shared>>) -> Response {
    let script = shared.script.lock().unwrap().clone();
    script.keys.answer(signing::key_set(&script.published)).await
}

async fn user_info(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    let script = shared.script.lock().unwrap().clone();
    if headers[header::AUTHORIZATION] != format!("Bearer {ACCESS_TOKEN}") {
        return Manner::Status(401).answer(Value::Null).await;
    }
    let mut answer = json!({"sub": script.claims.get("sub").cloned().unwrap_or_else(|| json!("ada-1"))});
    put_over(&mut answer, script.user_info.unwrap_or_default());
    script.user_info_manner.answer(answer).await
}

async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let request = TokenRequest { basic: basic(&headers), form };
    shared.token_requests.lock().unwrap().push(request.clone());
    let script = shared.script.lock().unwrap().clone();
    let grant = shared.grants.lock().unwrap().remove(request.form.get("code").map_or("", String::as_str));
    let Some(grant) = grant.filter(|grant| fits(&request, grant)) else {
        return Manner::Refusal.answer(Value::Null).await;
    };
    let claims = claims(&shared, &grant, script.claims);
    let token = signing::token(script.signature, script.key_name, &claims, CLIENT_SECRET);
    let mut answer = json!({"access_token": ACCESS_TOKEN, "refresh_token": REFRESH_TOKEN, "token_type": "Bearer", "expires_in": 60, "id_token": token});
    if script.without_id_token {
        put_over(&mut answer, Map::from_iter([("id_token".to_owned(), Value::Null)]));
    }
    script.token.answer(answer).await
}

/// Whether the token request fits `asked`, the parameters with which Signet sent the browser to the provider.
pub(super) fn fits(request: &TokenRequest, asked: &HashMap<String, String>) -> bool {
    let said = |name: &str| request.form.get(name).map_or("", String::as_str);
    let in_body = (said("client_id").to_owned(), said("client_secret").to_owned());
    let is_us = request.basic.as_ref().unwrap_or(&in_body) == &(CLIENT_ID.to_owned(), CLIENT_SECRET.to_owned());
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(said("code_verifier")));
    is_us
        && said("grant_type") == "authorization_code"
        && said("redirect_uri") == asked["redirect_uri"]
        && asked["code_challenge_method"] == "S256"
        && challenge == asked["code_challenge"]
}

fn claims(shared: &Shared, asked: &HashMap<String, String>, over: Map<String, Value>) -> Value {
    let now = shared.clock.now().0;
    let mut claims = json!({
        "iss": shared.issuer,
        "sub": "ada-1",
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + 300,
        "nonce": asked["nonce"],
        "email": "ada@example.com",
        "email_verified": true,
    });
    if asked.contains_key("max_age") {
        claims["auth_time"] = json!(now);
    }
    put_over(&mut claims, over);
    claims
}

fn put_over(value: &mut Value, over: Map<String, Value>) {
    let fields = value.as_object_mut().unwrap();
    for (name, value) in over {
        match value {
            Value::Null => _ = fields.remove(&name),
            value => _ = fields.insert(name, value),
        }
    }
}

/// The user and password of a Basic header, each percent-decoded (RFC 6749 §2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().unwrap().strip_prefix("Basic ")?;
    let pair = String::from_utf8(STANDARD.decode(text).unwrap()).unwrap();
    let (user, password) = pair.split_once(':').unwrap();
    let whole = format!("user={user}&password={password}");
    let parts: HashMap<_, _> = url::form_urlencoded::parse(whole.as_bytes()).into_owned().collect();
    Some((parts["user"].clone(), parts["password"].clone()))
}
