//! The providers that people know, each as its own documentation describes it (docs/PROVIDERS.md names the places).
//! None of them was tried live: a provider on a loopback port behaves as documented, and the client reads it.

use serde_json::{Map, Value, json};
use signet::{
    domain::{
        error::Refusal,
        providers::{AskFor, TrustEmail},
    },
    testing::{
        START,
        provider::{Manner, Script},
    },
};

use crate::abroad::{ACME, ADA, Abroad, refusal};

/// What comes of a first sign-in.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Comes {
    /// An account with a confirmed address.
    In,
    /// The person is asked for an address.
    Asked,
    /// A refusal, because the answer proves nothing.
    Untrusted,
}

/// One documented behaviour.
struct Case {
    about: &'static str,
    trust: TrustEmail,
    /// Claims of the ID token that differ from the ordinary ones; null removes one.
    token: Value,
    /// The answer of the userinfo endpoint; null if there is none.
    user_info: Value,
    comes: Comes,
    /// How often the userinfo endpoint is asked.
    asked: usize,
}

const fn case(about: &'static str, token: Value, user_info: Value, comes: Comes, asked: usize) -> Case {
    Case { about, trust: TrustEmail::Verified, token, user_info, comes, asked }
}

fn trusting(trust: TrustEmail, case: Case) -> Case {
    Case { trust, ..case }
}

fn map(value: Value) -> Option<Map<String, Value>> {
    if let Value::Object(map) = value { Some(map) } else { None }
}

fn no_address() -> Value {
    json!({"email": null, "email_verified": null})
}

fn unsaid() -> Value {
    json!({"email_verified": null})
}

fn okta() -> Value {
    json!({"email": ADA, "email_verified": true, "zoneinfo": "Europe/London", "updated_at": 1_311_280_970})
}

fn google_entra_and_okta() -> Vec<Case> {
    let entra = || {
        json!({"email_verified": null, "tid": "9122040d", "oid": "690222be", "ver": "2.0", "xms_edov": true,
            "preferred_username": ADA, "iat": START.0 - 300, "nbf": START.0 - 300, "exp": START.0 + 3_600})
    };
    let at_entra = || json!({"email": ADA, "name": "Ada", "picture": "https://graph.example/photo"});
    vec![
        case(
            "Google: both claims in the token",
            json!({"hd": "example.com", "at_hash": "x"}),
            json!({"email": "x"}),
            Comes::In,
            0,
        ),
        case(
            "Google: a Google account with an address not yet confirmed",
            json!({"email_verified": false}),
            Value::Null,
            Comes::Asked,
            0,
        ),
        case("Entra: email, and no email_verified anywhere", entra(), at_entra(), Comes::Asked, 1),
        trusting(TrustEmail::Always, case("Entra: its administrators are trusted", entra(), at_entra(), Comes::In, 0)),
        case("Entra: a person without a mailbox", no_address(), json!({"name": "Ada"}), Comes::Asked, 1),
        trusting(
            TrustEmail::Always,
            case("Entra: the same, trusted", no_address(), json!({"name": "Ada"}), Comes::Asked, 1),
        ),
        case("Okta: the token has the address, userinfo says that it is verified", unsaid(), okta(), Comes::In, 1),
        case("Okta: the token has neither", no_address(), okta(), Comes::In, 1),
        case(
            "Okta: userinfo says that it is not",
            unsaid(),
            json!({"email": ADA, "email_verified": false}),
            Comes::Asked,
            1,
        ),
        case("Okta: a custom authorization server puts both into the token", json!({}), okta(), Comes::In, 0),
    ]
}

fn cognito_apple_and_keycloak() -> Vec<Case> {
    let cognito =
        || json!({"email": ADA, "email_verified": "true", "username": "ada", "phone_number_verified": "false"});
    let apple =
        || json!({"email_verified": "true", "is_private_email": "true", "nonce_supported": true, "auth_time": START.0});
    vec![
        case("Cognito: text in the token", json!({"email_verified": "true"}), Value::Null, Comes::In, 0),
        case("Cognito: text at userinfo", no_address(), cognito(), Comes::In, 1),
        case("Cognito: text that says no", json!({"email_verified": "false"}), cognito(), Comes::Asked, 0),
        case("Apple: text, and no userinfo endpoint", apple(), Value::Null, Comes::In, 0),
        case("Apple: later tokens without the address", no_address(), Value::Null, Comes::Asked, 0),
        case(
            "Keycloak: a realm that verifies",
            json!({"preferred_username": "ada", "sid": "x", "acr": "1"}),
            Value::Null,
            Comes::In,
            0,
        ),
        case("Keycloak: a realm that does not", json!({"email_verified": false}), okta(), Comes::Asked, 0),
        trusting(
            TrustEmail::Always,
            case("Keycloak: the same, trusted", json!({"email_verified": false}), Value::Null, Comes::In, 0),
        ),
        trusting(TrustEmail::Never, case("any: never trusted", json!({}), okta(), Comes::Asked, 0)),
        case("none of them: another text", json!({"email_verified": "yes"}), Value::Null, Comes::Untrusted, 0),
        case(
            "none of them: userinfo is another person's",
            unsaid(),
            json!({"sub": "eve-1", "email": ADA, "email_verified": true}),
            Comes::Untrusted,
            1,
        ),
        case(
            "none of them: userinfo names another address without saying more",
            unsaid(),
            json!({"email": "eve@example.com"}),
            Comes::Asked,
            1,
        ),
    ]
}

#[tokio::test]
async fn a_first_sign_in_ends_as_each_provider_s_documents_let_expect() {
    for Case { about, trust, token, user_info, comes, asked } in
        google_entra_and_okta().into_iter().chain(cognito_apple_and_keycloak())
    {
        let mut world = Abroad::new().await;
        let own = signet::server::config::Provider { trust_email: trust, ..world.acme.settings(ACME) };
        world.app = world.app.again(|settings| settings.providers = vec![own]);
        world.acme.set(|script| {
            script.claims = map(token).unwrap();
            script.user_info = map(user_info);
        });
        let signed_in = world.sign_in(ACME).await;
        let found = match signed_in {
            Ok(_) => Comes::In,
            Err(_) => match refusal(signed_in.map(drop)) {
                Refusal::ProviderUntrusted => Comes::Untrusted,
                Refusal::EmailNotVerified => Comes::Asked,
                other => panic!("{about}: {other:?}"),
            },
        };
        assert_eq!(found, comes, "{about}");
        assert_eq!(world.acme.visits("/userinfo"), asked, "{about}");
        let accounts = if comes == Comes::In { vec![ADA] } else { Vec::new() };
        assert_eq!(world.app.rows("SELECT email FROM signet_users").await, accounts, "{about}");
        world.app.holds_no_secret().await;
    }
}

/// A linked login needs no address, so nothing that happens at the userinfo endpoint keeps its owner out.
#[tokio::test]
async fn a_userinfo_endpoint_that_fails_keeps_nobody_out_who_is_known() {
    let world = Abroad::new().await;
    world.acme.set(|script| script.user_info = Some(Map::new()));
    let ada = world.came_through(ACME).await;
    for manner in [
        Manner::Status(500),
        Manner::Status(401),
        Manner::Redirect,
        Manner::Garbage,
        Manner::OtherJson,
        Manner::Refusal,
        Manner::Huge,
    ] {
        world.acme.set(|script| {
            *script = Script { user_info: map(json!({"email": ADA})), user_info_manner: manner, ..Script::default() };
            script.claims = map(json!({"email": null})).unwrap();
        });
        let signed_in = world.sign_in(ACME).await.unwrap_or_else(|error| panic!("{manner:?}: {error}"));
        assert_eq!(world.sees(&signed_in.token).await.user.id, ada.user.id, "{manner:?}");
    }
    assert_eq!(world.acme.visits("/userinfo"), 7);
}

/// Google does not promise `auth_time`, Entra sends it if it is told to, and the others always.
/// Entra's tokens have an `iat` of five minutes before, so its clock looks far behind.
#[tokio::test]
async fn sudo_mode_ends_as_each_provider_s_documents_let_expect() {
    for (about, claims, expected) in [
        (
            "Google, Entra without the optional claim: no auth_time",
            json!({"auth_time": null}),
            Some(Refusal::NoAuthTime),
        ),
        ("Apple, Cognito, Keycloak, Okta: auth_time", json!({"auth_time": START.0}), None),
        ("Keycloak: the browser's session there", json!({"auth_time": START.0 - 3_600}), Some(Refusal::StaleLogin)),
        ("Entra: iat earlier", json!({"auth_time": START.0, "iat": START.0 - 300}), None),
        ("Entra: an older login", json!({"auth_time": START.0 - 90, "iat": START.0 - 300}), Some(Refusal::StaleLogin)),
        ("Okta: its clock two seconds behind", json!({"auth_time": START.0 - 2, "iat": START.0 - 2}), None),
    ] {
        let world = Abroad::new().await;
        let ada = world.came_through(ACME).await;
        world.acme.set(|script| script.claims = map(claims).unwrap());
        let confirmed = world.confirm(&ada, ACME).await;
        assert_eq!(confirmed.as_ref().err().map(|_| ()), expected.map(|_| ()), "{about}");
        if let Some(expected) = expected {
            assert_eq!(refusal(confirmed), expected, "{about}");
        }
    }
}

/// RFC 6749 §4.1.2.1, `OpenID` Connect Core 1.0 §3.1.2.6, and what providers have added.
#[tokio::test]
async fn an_error_that_a_provider_sends_says_what_the_person_can_do() {
    let world = Abroad::new().await;
    for (about, error, expected) in [
        ("all: the person says no", "access_denied", Refusal::ProviderDenied),
        ("Apple: the person says no", "user_cancelled_authorize", Refusal::ProviderDenied),
        ("Keycloak: the session there is lost", "temporarily_unavailable", Refusal::ProviderUnreachable),
        ("all: its own failure", "server_error", Refusal::ProviderUnreachable),
        ("Entra: the person needs consent of an administrator", "consent_required", Refusal::ProviderDenied),
        ("all: it may not ask the person", "login_required", Refusal::ProviderUntrusted),
        ("Okta, Cognito: the settings are wrong", "invalid_scope", Refusal::ProviderUntrusted),
        ("GitHub: the address is wrong", "redirect_uri_mismatch", Refusal::ProviderUntrusted),
    ] {
        let secret = world.set_out(None, ACME, AskFor::SignIn).await.unwrap();
        let callback = world.approved(&secret, ACME).await;
        let answer = signet::server::lifecycle::providers::Callback {
            provider: ACME,
            state: &callback.state,
            code: None,
            error: Some(error),
            iss: Some(&callback.iss),
        };
        let source = signet::testing::people::source();
        let ended = world.life().finish_provider(&source, None, Some(&secret), answer).await;
        assert_eq!(refusal(ended.outcome), expected, "{about}");
    }
}
