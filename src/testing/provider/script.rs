//! What a test says to a provider, and what it learns from it.

use std::{collections::HashMap, future::pending, sync::Mutex};

use axum::{
    Json,
    body::Body,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use url::Url;

use super::signing::Signature;
use crate::{domain::paths, server::clock::Clock};

/// Signet's client identifier, the same at every provider.
pub const CLIENT_ID: &str = "signet of the tests";
/// The client's secret, with characters that forms and headers have to escape.
pub const CLIENT_SECRET: &str = "a client's secret: +/% and more";
/// The access token that an `OpenID` provider issues. Signet shows it to the userinfo endpoint only.
pub const ACCESS_TOKEN: &str = "an access token of the tests";
/// The refresh token that an `OpenID` provider issues. Signet never needs it.
pub const REFRESH_TOKEN: &str = "a refresh token of the tests";

/// The behaviour of an `OpenID` provider from now on.
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
    /// The answer of the userinfo endpoint; `None` if the provider has none. `sub` is added.
    pub user_info: Option<Map<String, Value>>,
    /// How the userinfo endpoint answers.
    pub user_info_manner: Manner,
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
    /// The code that the client exchanges for tokens.
    pub code: String,
    /// The state with which the client sent the browser.
    pub state: String,
    /// The issuer (RFC 9207).
    pub iss: String,
}

/// What the endpoints of a provider share with the test.
pub(super) struct Shared {
    pub(super) issuer: String,
    pub(super) clock: Clock,
    pub(super) script: Mutex<Script>,
    pub(super) grants: Mutex<HashMap<String, HashMap<String, String>>>,
    pub(super) token_requests: Mutex<Vec<TokenRequest>>,
    pub(super) visits: Mutex<Vec<String>>,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            claims: Map::new(),
            signature: Signature::Rs256,
            key_name: Some("key-1"),
            published: vec!["key-1"],
            user_info: None,
            user_info_manner: Manner::Well,
            without_id_token: false,
            metadata: Map::new(),
            discovery: Manner::Well,
            keys: Manner::Well,
            token: Manner::Well,
        }
    }
}

impl Manner {
    /// The answer `right`, or instead the wrong answer that this case names.
    pub(super) async fn answer(self, right: Value) -> Response {
        let json = [(header::CONTENT_TYPE, "application/json")];
        match self {
            Self::Well => Json(right).into_response(),
            Self::Redirect => (StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]).into_response(),
            // Zeros cost no memory until they are sent.
            Self::Huge => (json, Body::from(vec![0; 100_000_000])).into_response(),
            Self::Hang => pending().await,
            Self::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
            Self::Garbage => (json, "<html>{").into_response(),
            Self::OtherJson => Json(json!([1, 2])).into_response(),
            Self::Refusal => (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response(),
        }
    }
}

impl Callback {
    /// The path and the query of the address at which the browser comes back.
    pub fn path(&self, id: &str) -> String {
        let mut url = Url::parse("http://signet.example").unwrap();
        url.set_path(&paths::filled(paths::PROVIDER_CALLBACK, id));
        url.query_pairs_mut()
            .append_pair("code", &self.code)
            .append_pair("state", &self.state)
            .append_pair("iss", &self.iss);
        format!("{}?{}", url.path(), url.query().unwrap())
    }
}
