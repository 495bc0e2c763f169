//! The tables `[[provider]]`: who else may say who somebody is.
//!
//! A provider of a later file goes over the one of an earlier file with its `id`, key by
//! key; `SIGNET_PROVIDER__<ID>__<KEY>` goes over both, or begins a provider of its own.

use std::collections::BTreeMap;

use figment::{
    Profile, Provider as _,
    providers::{Format, Toml},
    value::{Dict, Value},
};
use secrecy::SecretString;
use url::{Host, Url};

use super::{
    error::{SettingError, shown},
    key::{self, Key},
    sources::Sources,
};
use crate::domain::{
    profile::Name,
    providers::{ProviderId, ProviderKind},
};

/// The name of the tables in a file.
pub const TABLES: &str = "provider";
/// What the variables of all providers begin with.
pub const PREFIX: &str = "SIGNET_PROVIDER__";
/// Most providers: more buttons than this nobody reads.
const MOST: usize = 16;
/// Where GitHub is, unless it is somebody's own.
const GITHUB: &str = "https://github.com";

/// A provider of accounts.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Its name in paths and rows.
    pub id: ProviderId,
    /// Its name on buttons and in letters.
    pub name: String,
    /// How it is talked to.
    pub kind: ProviderKind,
    /// Who it is: the issuer of an `OpenID` provider, exactly as it writes itself (`OpenID`
    /// Connect Discovery 1.0 §4.3); the address of a GitHub, without a slash at the end.
    pub issuer: String,
    /// What the provider calls this site.
    pub client_id: String,
    /// How this site proves to the provider that it is itself.
    pub client_secret: SecretString,
}

/// Reads and checks every provider in `sources`, in the order in which they first stand there.
pub fn read(sources: &Sources) -> Result<Vec<Provider>, SettingError> {
    let mut drafts = Drafts::default();
    for (name, text) in &sources.files {
        drafts.add_file(name, text)?;
    }
    let mut variables: Vec<&(String, String)> =
        sources.env.iter().filter(|(name, _)| name.starts_with(PREFIX)).collect();
    // The environment has no order of its own.
    variables.sort_unstable();
    for (name, value) in variables {
        drafts.add_variable(name, value)?;
    }
    if drafts.0.len() > MOST {
        let problem = format!("{} are too many", drafts.0.len());
        return Err(SettingError::new(TABLES, problem, format!("at most {MOST} providers")));
    }
    drafts.0.iter().map(Draft::check).collect()
}

/// Providers before they are checked.
#[derive(Default)]
struct Drafts(Vec<Draft>);

/// One provider before it is checked.
struct Draft {
    id: ProviderId,
    values: BTreeMap<&'static str, Value>,
}

impl Drafts {
    fn add_file(&mut self, name: &str, text: &str) -> Result<(), SettingError> {
        // A file that is not TOML has been refused before.
        let mut read = Toml::string(text).data().unwrap_or_default();
        let Some(tables) = read.remove(&Profile::Default).unwrap_or_default().remove(TABLES) else {
            return Ok(());
        };
        let not_tables = || SettingError::new(TABLES, format!("not a list ({name})"), "tables [[provider]]");
        let mut seen = Vec::new();
        for (table, position) in tables.into_array().ok_or_else(not_tables)?.into_iter().zip(1..) {
            let mut table = table.into_dict().ok_or_else(not_tables)?;
            let id = id(&mut table, position)?;
            if seen.contains(&id) {
                let problem = format!("\"{id}\" stands there twice ({name})");
                let place = format!("{TABLES}[{position}].id");
                return Err(SettingError::new(&place, problem, "one provider of each id"));
            }
            self.add_table(&id, table, name)?;
            seen.push(id);
        }
        Ok(())
    }

    fn add_table(&mut self, id: &ProviderId, table: Dict, file: &str) -> Result<(), SettingError> {
        for (name, value) in table {
            let Some(key) = key::PROVIDER.iter().find(|key| key.name == name) else {
                let known: Vec<&str> = key::PROVIDER.iter().map(|key| key.name).collect();
                let accepted = format!("id, {}", known.join(", "));
                let place = format!("{TABLES}.{id}.{name}");
                return Err(SettingError::new(&place, format!("no such setting ({file})"), accepted));
            };
            self.of(id).values.insert(key.name, value);
        }
        // A table that says nothing but its id still asks for a provider.
        self.of(id);
        Ok(())
    }

    fn add_variable(&mut self, variable: &str, value: &str) -> Result<(), SettingError> {
        // No key holds two underscores, an identifier may (as hyphens): the last two part them.
        let parts = variable[PREFIX.len()..].rsplit_once("__");
        let id_of = |text: &str| ProviderId::parse(&text.to_ascii_lowercase().replace('_', "-"));
        let found = parts.and_then(|(id, key)| {
            let key = key::PROVIDER.iter().find(|known| known.name.to_ascii_uppercase() == key)?;
            let id = id_of(id)?;
            (variable_of(&id, key) == variable).then_some((id, key))
        });
        let Some((id, key)) = found else {
            let known: Vec<String> =
                key::PROVIDER.iter().map(|key| format!("{PREFIX}<ID>__{}", key.name.to_ascii_uppercase())).collect();
            return Err(SettingError::new(variable, "no such setting", known.join(", ")));
        };
        self.of(&id).values.insert(key.name, value.into());
        Ok(())
    }

    /// The draft with this id, a new one if need be.
    fn of(&mut self, id: &ProviderId) -> &mut Draft {
        let at = self.0.iter().position(|draft| draft.id == *id).unwrap_or_else(|| {
            self.0.push(Draft { id: id.clone(), values: BTreeMap::new() });
            self.0.len() - 1
        });
        &mut self.0[at]
    }
}

/// The identifier in a table of a file, where the table has one.
fn id(table: &mut Dict, position: usize) -> Result<ProviderId, SettingError> {
    let accepted = "1 to 32 lower-case letters, digits and hyphens, with no hyphen at either end";
    let place = format!("{TABLES}[{position}].id");
    let Some(value) = table.remove("id") else {
        return Err(SettingError::new(&place, "not set", accepted));
    };
    let refusal =
        || SettingError::new(&place, format!("{} is not a slug", shown(&key::PROVIDER_NAME, &value)), accepted);
    value.as_str().and_then(ProviderId::parse).ok_or_else(refusal)
}

fn variable_of(id: &ProviderId, key: &Key) -> String {
    format!("{PREFIX}{}__{}", id.as_str().replace('-', "_"), key.name).to_ascii_uppercase()
}

impl Draft {
    fn check(&self) -> Result<Provider, SettingError> {
        let kind = ProviderKind::from_word(self.text(&key::PROVIDER_KIND)?);
        let kind = kind.ok_or_else(|| self.wrong(&key::PROVIDER_KIND))?;
        let name = Name::parse(self.text(&key::PROVIDER_NAME)?).ok().flatten();
        let name = name.ok_or_else(|| self.wrong(&key::PROVIDER_NAME))?;
        Ok(Provider {
            id: self.id.clone(),
            name: name.as_str().to_owned(),
            kind,
            issuer: self.issuer(kind)?,
            client_id: self.credential(&key::PROVIDER_CLIENT_ID)?.to_owned(),
            client_secret: self.credential(&key::PROVIDER_CLIENT_SECRET)?.into(),
        })
    }

    fn issuer(&self, kind: ProviderKind) -> Result<String, SettingError> {
        let key = &key::PROVIDER_ISSUER;
        let is_own = self.values.contains_key(key.name);
        match kind {
            ProviderKind::Github if !is_own => Ok(GITHUB.to_owned()),
            ProviderKind::Github => Ok(self.issuer_text(key)?.trim_end_matches('/').to_owned()),
            ProviderKind::Oidc => self.issuer_text(key).map(str::to_owned),
        }
    }

    fn issuer_text(&self, key: &Key) -> Result<&str, SettingError> {
        let issuer = self.text(key)?;
        if is_issuer(issuer) { Ok(issuer) } else { Err(self.wrong(key)) }
    }

    /// What OAuth may write into an identifier or a secret (RFC 6749 appendix A.1 and A.2).
    fn credential(&self, key: &Key) -> Result<&str, SettingError> {
        let text = self.text(key)?;
        if text.bytes().all(|b| matches!(b, b' '..=b'~')) { Ok(text) } else { Err(self.wrong(key)) }
    }

    fn text(&self, key: &Key) -> Result<&str, SettingError> {
        match self.values.get(key.name) {
            None => Err(SettingError::new(&self.place(key), "not set", key.form.accepted())),
            Some(value) => value.as_str().filter(|text| !text.trim().is_empty()).ok_or_else(|| self.wrong(key)),
        }
    }

    /// Says that the value of `key` does not have its form. A secret is never repeated, nor
    /// any part of one.
    fn wrong(&self, key: &Key) -> SettingError {
        let value = match self.values.get(key.name) {
            Some(value) if !key.is_secret => shown(key, value),
            _ => "what is set".to_owned(),
        };
        let problem = format!("{value} is not {}", key.form.what());
        SettingError::new(&self.place(key), problem, key.form.accepted())
    }

    fn place(&self, key: &Key) -> String {
        format!("{TABLES}.{}.{}", self.id, key.name)
    }
}

/// Whether an issuer is a URL of its kind (`OpenID` Connect Discovery 1.0 §2): https, with
/// neither query nor fragment; http only where nobody is between, on this machine.
fn is_issuer(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let is_loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => return false,
    };
    let is_safe = url.scheme() == "https" || url.scheme() == "http" && is_loopback;
    let is_bare = url.query().is_none() && url.fragment().is_none();
    let is_anonymous = url.username().is_empty() && url.password().is_none();
    is_safe && is_bare && is_anonymous && text.trim() == text
}
