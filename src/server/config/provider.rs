//! The tables `[[provider]]`: who else may say who somebody is.
//!
//! A provider of a later file goes over the one of an earlier file with its `id`, key by
//! key; `SIGNET_PROVIDER__<ID>__<KEY>` goes over both, or begins a provider of its own.

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
    providers::{ProviderId, ProviderKind},
};

/// The name of the tables in a file.
pub const TABLES: &str = "provider";
/// The keys that variables can set.
const VARIABLES: [&str; 5] = ["name", "kind", "issuer", "client_id", "client_secret"];
/// Most providers: more buttons than this nobody reads.
const MOST: usize = 16;
/// Where GitHub is, unless it is somebody's own.
const GITHUB: &str = "https://github.com";
const ISSUER: &str = "an https:// URL without query and fragment; http:// on this machine only";
const CREDENTIAL: &str = "the printable ASCII text that the provider gave";

/// A provider of accounts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Its name in paths and rows.
    pub id: ProviderId,
    /// Its name on buttons and in letters.
    #[serde(deserialize_with = "name")]
    pub name: String,
    /// How it is talked to.
    #[serde(deserialize_with = "kind")]
    pub kind: ProviderKind,
    /// Who it is: the issuer of an `OpenID` provider, exactly as it writes itself (`OpenID`
    /// Connect Discovery 1.0 §4.3); the address of a GitHub, without a slash at the end.
    #[serde(default, deserialize_with = "issuer")]
    pub issuer: String,
    /// What the provider calls this site.
    #[serde(deserialize_with = "client_id")]
    pub client_id: String,
    /// How this site proves to the provider that it is itself.
    #[serde(deserialize_with = "client_secret")]
    pub client_secret: SecretString,
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

/// The provider that a variable sets a key of, and a table with that. `path` is the variable's
/// name without `SIGNET_`, in lower case.
pub fn from_variable(variable: &str, path: &str, text: &str) -> Result<(ProviderId, Dict), SettingError> {
    // No key holds two underscores, an identifier may (as hyphens): the last two part them.
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

fn issuer<'de, D: Deserializer<'de>>(de: D) -> Result<String, D::Error> {
    value::text(de, ISSUER, |text| is_issuer(text).then(|| text.to_owned()))
}

fn client_id<'de, D: Deserializer<'de>>(de: D) -> Result<String, D::Error> {
    value::text(de, CREDENTIAL, |text| is_credential(text).then(|| text.to_owned()))
}

fn client_secret<'de, D: Deserializer<'de>>(de: D) -> Result<SecretString, D::Error> {
    value::secret(de, CREDENTIAL, unseen, |text| is_credential(text).then(|| text.into()))
}

/// Whether an issuer is a URL of its kind (`OpenID` Connect Discovery 1.0 §2): https, with
/// neither query nor fragment; http only where nobody is between, on this machine.
fn is_issuer(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let Some(host) = url.host_str() else { return false };
    let is_safe = url.scheme() == "https" || url.scheme() == "http" && site::is_loopback(host);
    let is_bare = url.query().is_none() && url.fragment().is_none();
    let is_anonymous = url.username().is_empty() && url.password().is_none();
    is_safe && is_bare && is_anonymous && text.trim() == text
}

/// What OAuth may write into an identifier or a secret (RFC 6749 appendix A.1 and A.2).
fn is_credential(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~'))
}
