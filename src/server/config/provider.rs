//! The tables `[[provider]]`: other sites through which users can sign in.
//!
//! A provider in a later file overrides the one with the same `id` in an earlier file, key by key.
//! `SIGNET_PROVIDER__<ID>__<KEY>` overrides both, or begins a new provider.

use std::collections::BTreeMap;

use figment::value::{Dict, Value};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use url::Url;

use super::{
    error::{SettingError, shown, unseen},
    site, value,
};
use crate::domain::{
    profile::Name,
    providers::{ProviderId, ProviderKind, ResponseMode, TrustEmail},
};

/// The name of the tables in a file.
pub const TABLES: &str = "provider";
/// The keys that variables can set.
const VARIABLES: [&str; 7] = ["name", "kind", "issuer", "client_id", "client_secret", "trust_email", "response_mode"];
/// The maximum number of providers: a user would not read more buttons than this.
const MOST: usize = 16;
/// GitHub's own address; an operator may name a GitHub Enterprise server instead.
const GITHUB: &str = "https://github.com";
const ISSUER: &str = "an https:// URL without query and fragment; http:// on this machine only";
const CREDENTIAL: &str = "the printable ASCII text that the provider gave";

/// A site through which users can sign in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Its name in paths and rows.
    pub id: ProviderId,
    /// Its name on buttons and in letters.
    #[serde(deserialize_with = "name")]
    pub name: String,
    /// The protocol that it uses.
    #[serde(deserialize_with = "kind")]
    pub kind: ProviderKind,
    /// The issuer of an `OpenID` provider, exactly as the provider writes it (`OpenID` Connect Discovery 1.0 §4.3),
    /// or the address of a GitHub server, without a slash at the end.
    #[serde(default, deserialize_with = "issuer")]
    pub issuer: String,
    /// The provider's name for this site.
    #[serde(deserialize_with = "client_id")]
    pub client_id: String,
    /// The secret with which this site proves its identity to the provider.
    #[serde(deserialize_with = "client_secret")]
    pub client_secret: SecretString,
    /// When an address counts as confirmed because the provider names it. `verified`: the provider says that it has
    /// verified the address. `always`: every person who can enter an address there has an account with it here.
    /// `never`: the user confirms an address by a mailed link.
    #[serde(default, deserialize_with = "trust_email")]
    pub trust_email: TrustEmail,
    /// How the provider sends a browser back. `form_post` is for Apple, which sends an address in no other way.
    #[serde(default, deserialize_with = "response_mode")]
    pub response_mode: ResponseMode,
}

/// The providers in `order`, each with an issuer.
///
/// # Errors
/// [`SettingError`] for too many of them, and for an `OpenID` provider without an issuer.
pub fn checked(mut providers: BTreeMap<String, Provider>, order: &[ProviderId]) -> Result<Vec<Provider>, SettingError> {
    if providers.len() > MOST {
        let problem = format!("{} are too many", providers.len());
        return Err(SettingError::new(TABLES, problem, format!("at most {MOST} providers")));
    }
    order.iter().filter_map(|id| providers.remove(id.as_str())).map(Provider::with_issuer).collect()
}

impl Provider {
    fn with_issuer(mut self) -> Result<Self, SettingError> {
        match (self.kind, self.issuer.as_str()) {
            (ProviderKind::Oidc, "") => {
                return Err(SettingError::new(&format!("{TABLES}.{}.issuer", self.id), "not set", ISSUER));
            }
            (ProviderKind::Oidc, _) => {}
            (ProviderKind::Github, "") => GITHUB.clone_into(&mut self.issuer),
            (ProviderKind::Github, own) => self.issuer = own.trim_end_matches('/').to_owned(),
        }
        Ok(self)
    }
}

/// The tables of one file, each with its id.
pub fn by_id(tables: Option<Value>, file: &str) -> Result<Vec<(ProviderId, Dict)>, SettingError> {
    let not_tables = || SettingError::new(TABLES, format!("not a list ({file})"), "tables [[provider]]");
    let tables = tables.map_or_else(|| Some(Vec::new()), Value::into_array).ok_or_else(not_tables)?;
    let mut found: Vec<(ProviderId, Dict)> = Vec::new();
    for (table, position) in tables.into_iter().zip(1..) {
        let table = table.into_dict().ok_or_else(not_tables)?;
        let id = id(table.get("id"), position)?;
        if found.iter().any(|(other, _)| *other == id) {
            let problem = format!("\"{id}\" stands there twice ({file})");
            let place = format!("{TABLES}[{position}].id");
            return Err(SettingError::new(&place, problem, "one provider of each id"));
        }
        found.push((id, table));
    }
    Ok(found)
}

fn id(value: Option<&Value>, position: usize) -> Result<ProviderId, SettingError> {
    let place = format!("{TABLES}[{position}].id");
    let problem = value.map_or_else(|| "not set".to_owned(), |value| format!("{} cannot be used", shown(value)));
    let accepted = "1 to 32 lower-case letters, digits and hyphens, with no hyphen at either end";
    let found = value.and_then(Value::as_str).and_then(ProviderId::parse);
    found.ok_or_else(|| SettingError::new(&place, problem, accepted))
}

/// Reads a variable that sets one key of a provider. Returns the provider's id and a table with that key. `path` is
/// the variable's name without `SIGNET_`, in lower case.
pub fn from_variable(variable: &str, path: &str, text: &str) -> Result<(ProviderId, Dict), SettingError> {
    // Split at the last `__`. The id may contain `__` too, because a variable writes each hyphen of the id as an
    // underscore. No key contains `__`.
    let parts = path
        .strip_prefix("provider__")
        .and_then(|key| key.rsplit_once("__"))
        .filter(|(_, key)| VARIABLES.contains(key));
    let found = parts.and_then(|(id, key)| Some((ProviderId::parse(&id.replace('_', "-"))?, key)));
    let Some((id, key)) = found else {
        let accepted = VARIABLES.map(|key| format!("SIGNET_PROVIDER__<ID>__{}", key.to_ascii_uppercase()));
        return Err(SettingError::new(variable, "no such setting", accepted.join(", ")));
    };
    let table = Dict::from([("id".to_owned(), id.as_str().into()), (key.to_owned(), text.into())]);
    Ok((id, table))
}

fn name<'de, D: Deserializer<'de>>(de: D) -> Result<String, D::Error> {
    value::text(de, "1 to 64 characters on one line, such as \"Example\"", |text| {
        Name::parse(text).ok().flatten().map(|name| name.as_str().to_owned())
    })
}

fn kind<'de, D: Deserializer<'de>>(de: D) -> Result<ProviderKind, D::Error> {
    value::text(de, "\"oidc\" or \"github\"", ProviderKind::from_word)
}

fn trust_email<'de, D: Deserializer<'de>>(de: D) -> Result<TrustEmail, D::Error> {
    value::text(de, "\"verified\", \"always\" or \"never\"", TrustEmail::from_word)
}

fn response_mode<'de, D: Deserializer<'de>>(de: D) -> Result<ResponseMode, D::Error> {
    value::text(de, "\"query\" or \"form_post\"", ResponseMode::from_word)
}

fn issuer<'de, D: Deserializer<'de>>(de: D) -> Result<String, D::Error> {
    value::text(de, ISSUER, |text| is_issuer(text).then(|| text.to_owned()))
}

fn client_id<'de, D: Deserializer<'de>>(de: D) -> Result<String, D::Error> {
    value::text(de, CREDENTIAL, |text| is_credential(text).then(|| text.to_owned()))
}

fn client_secret<'de, D: Deserializer<'de>>(de: D) -> Result<SecretString, D::Error> {
    value::secret(de, CREDENTIAL, unseen, |text| is_credential(text).then(|| text.into()))
}

/// Whether a text is a valid issuer URL (`OpenID` Connect Discovery 1.0 §2): https, without query and fragment.
/// http only for this machine, where no attacker can read the connection.
fn is_issuer(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let Some(host) = url.host_str() else { return false };
    let is_safe = url.scheme() == "https" || url.scheme() == "http" && site::is_loopback(host);
    let is_bare = url.query().is_none() && url.fragment().is_none();
    let is_anonymous = url.username().is_empty() && url.password().is_none();
    is_safe && is_bare && is_anonymous && text.trim() == text
}

/// Whether OAuth allows the text as a client id or secret (RFC 6749 appendix A.1 and A.2).
fn is_credential(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~'))
}
