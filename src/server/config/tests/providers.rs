use secrecy::ExposeSecret;

use super::read;
use crate::{
    domain::providers::{ProviderKind, ResponseMode, TrustEmail},
    server::config::Provider,
};

const ACME: &str = "[[provider]]\nid = \"acme\"\nname = \"Acme\"\nkind = \"oidc\"\n\
    issuer = \"https://id.acme.example/realm/\"\nclient_id = \"signet\"\nclient_secret = \"hunter2\"\n";
const ISSUER: &str = "an https:// URL without query and fragment; http:// on this machine only";
const NAME: &str = "1 to 64 characters on one line, such as \"Example\"";
const GIVEN: &str = "the printable ASCII text that the provider gave";

fn providers(files: &[&str], env: &[(&str, &str)]) -> Vec<Provider> {
    read(files, env).unwrap().providers
}

/// The error line that the settings give if `key` of the provider in [`ACME`] has this `value`.
fn line(key: &str, value: &str) -> String {
    let others = ACME.lines().filter(|line| !line.starts_with(&format!("{key} = ")));
    let text: Vec<String> = others.map(str::to_owned).chain([format!("{key} = {value}")]).collect();
    let error = read(&[&text.join("\n")], &[]).unwrap_err();
    assert!(!error.contains("hunter2"), "{error}");
    error
}

#[test]
fn a_provider_of_each_kind_is_read_with_its_secret_unprinted() {
    let github = "[[provider]]\nid = \"github\"\nname = \"GitHub\"\nkind = \"github\"\n\
        client_id = \"Iv1.1\"\nclient_secret = \"hunter2\"\n";
    let found = providers(&[&format!("{ACME}{github}")], &[]);
    let [acme, hub] = &found[..] else { panic!("{found:?}") };
    assert_eq!((acme.id.as_str(), acme.name.as_str(), acme.kind), ("acme", "Acme", ProviderKind::Oidc));
    assert_eq!((acme.issuer.as_str(), acme.client_id.as_str()), ("https://id.acme.example/realm/", "signet"));
    assert_eq!(acme.client_secret.expose_secret(), "hunter2");
    assert_eq!((hub.kind, hub.issuer.as_str()), (ProviderKind::Github, "https://github.com"));
    assert!(!format!("{found:?}").contains("hunter2"), "{found:?}");
    assert_eq!((acme.trust_email, acme.response_mode), (TrustEmail::Verified, ResponseMode::Query), "if not set");
    let set = providers(&[&format!("{ACME}trust_email = \"never\"\nresponse_mode = \"form_post\"")], &[]);
    assert_eq!((set[0].trust_email, set[0].response_mode), (TrustEmail::Never, ResponseMode::FormPost));
    let set = providers(&[ACME], &[("SIGNET_PROVIDER__ACME__TRUST_EMAIL", "always")]);
    assert_eq!(set[0].trust_email, TrustEmail::Always);
    let own = providers(&[&format!("{github}issuer = \"https://git.example.com/\"")], &[]);
    assert_eq!(own[0].issuer, "https://git.example.com");
}

#[test]
fn later_files_and_the_environment_go_over_a_provider_key_by_key() {
    let over = "[[provider]]\nid = \"acme\"\nname = \"Acme Inc.\"";
    let found = providers(&[ACME, over], &[("SIGNET_PROVIDER__ACME__CLIENT_SECRET", "from the environment")]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].name.as_str(), found[0].client_id.as_str()), ("Acme Inc.", "signet"));
    assert_eq!(found[0].client_secret.expose_secret(), "from the environment");
}

#[test]
fn the_environment_alone_makes_providers_and_they_stand_behind_those_of_files() {
    let env = [
        ("SIGNET_PROVIDER__B_2__KIND", "github"),
        ("SIGNET_PROVIDER__B_2__NAME", "B two"),
        ("SIGNET_PROVIDER__B_2__CLIENT_ID", "b"),
        ("SIGNET_PROVIDER__B_2__CLIENT_SECRET", "1234"),
        ("SIGNET_PROVIDER__A__B__KIND", "oidc"),
        ("SIGNET_PROVIDER__A__B__ISSUER", "http://127.0.0.1:9000"),
        ("SIGNET_PROVIDER__A__B__NAME", "A"),
        ("SIGNET_PROVIDER__A__B__CLIENT_ID", "a"),
        ("SIGNET_PROVIDER__A__B__CLIENT_SECRET", "a"),
    ];
    let found = providers(&[ACME], &env);
    let ids: Vec<&str> = found.iter().map(|provider| provider.id.as_str()).collect();
    assert_eq!(ids, ["acme", "a--b", "b-2"]);
}

#[test]
fn every_wrong_value_names_itself_and_what_is_accepted() {
    for (key, value, rest) in [
        ("name", "\"\"", NAME),
        ("name", "7", NAME),
        ("name", r#""a\u202eb""#, NAME),
        ("kind", "\"saml\"", "\"oidc\" or \"github\""),
        ("trust_email", "\"sometimes\"", "\"verified\", \"always\" or \"never\""),
        ("trust_email", "true", "\"verified\", \"always\" or \"never\""),
        ("response_mode", "\"fragment\"", "\"query\" or \"form_post\""),
        ("issuer", "\"http://id.acme.example\"", ISSUER),
        ("issuer", "\"https://id.acme.example/?a=b\"", ISSUER),
        ("issuer", "\"https://id.acme.example/#a\"", ISSUER),
        ("issuer", "\"https://user@id.acme.example\"", ISSUER),
        ("issuer", "\"http://localhost.acme.example\"", ISSUER),
        ("issuer", "\"javascript:alert(1)\"", ISSUER),
        ("issuer", "\"acme\"", ISSUER),
        ("client_id", r#""ä""#, GIVEN),
    ] {
        let shown = value.replace(r"\u202e", "\u{202e}");
        assert_eq!(line(key, value), format!("provider.acme.{key}: {shown} cannot be used; accepted: {rest}"));
    }
    for secret in ["\"\"", "4711", r#""hunter2\n""#, "[\"hunter2\"]"] {
        let expected = format!("provider.acme.client_secret: what is set cannot be used; accepted: {GIVEN}");
        assert_eq!(line("client_secret", secret), expected);
    }
}

#[test]
fn every_key_that_is_missing_names_itself() {
    for key in ["name", "kind", "issuer", "client_id", "client_secret"] {
        let lines: Vec<&str> = ACME.lines().filter(|line| !line.starts_with(&format!("{key} = "))).collect();
        let error = read(&[&lines.join("\n")], &[]).unwrap_err();
        assert!(error.starts_with(&format!("provider.acme.{key}: not set; accepted: ")), "{error}");
    }
}

#[test]
fn an_id_is_a_slug_and_stands_once_in_a_file() {
    let slug = "1 to 32 lower-case letters, digits and hyphens, with no hyphen at either end";
    assert_eq!(line("id", "\"Ac me\""), format!("provider[1].id: \"Ac me\" cannot be used; accepted: {slug}"));
    assert_eq!(
        read(&["[[provider]]\nname = \"Acme\""], &[]).unwrap_err(),
        format!("provider[1].id: not set; accepted: {slug}")
    );
    assert_eq!(
        read(&[&format!("{ACME}{ACME}")], &[]).unwrap_err(),
        "provider[2].id: \"acme\" stands there twice (test.toml); accepted: one provider of each id"
    );
}

#[test]
fn what_does_not_exist_is_refused() {
    let keys = ["id", "name", "kind", "issuer", "client_id", "client_secret", "trust_email", "response_mode"];
    let keys = keys.map(|key| format!("provider.acme.{key}"));
    assert_eq!(
        line("scope", "\"all\""),
        format!("provider.acme.scope: no such setting (test.toml); accepted: {}", keys.join(", "))
    );
    for text in ["[provider]\nid = \"acme\"", "provider = 3", "provider = [3]"] {
        assert_eq!(read(&[text], &[]).unwrap_err(), "provider: not a list (test.toml); accepted: tables [[provider]]");
    }
    for name in ["SCOPE", "ACME__SCOPE", "ACME__ID", "acme__NAME", "ACME-2__NAME", "_ACME__NAME", "__NAME"] {
        let name = format!("SIGNET_PROVIDER__{name}");
        let error = read(&[], &[(&name, "hunter2")]).unwrap_err();
        assert!(error.starts_with(&format!("{name}: no such setting; accepted: SIGNET_PROVIDER__<ID>__NAME, ")));
    }
}

#[test]
fn sixteen_providers_are_enough() {
    let many = |count: usize| {
        let texts: Vec<String> = (0..count).map(|n| ACME.replace("\"acme\"", &format!("\"acme-{n}\""))).collect();
        read(&[&texts.concat()], &[]).map(|settings| settings.providers.len())
    };
    assert_eq!(many(16), Ok(16));
    assert_eq!(many(17).unwrap_err(), "provider: 17 are too many; accepted: at most 16 providers");
}
