//! The error about a wrong setting, for the operator.

use figment::{error::Kind, value::Value};

/// The prefix of the settings' environment variables.
pub const PREFIX: &str = "SIGNET_";
/// The longest value that an error repeats, in characters.
const SHOWN: usize = 120;

/// A setting that cannot be used: one line with its name, its value and the accepted values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {problem}; accepted: {accepted}")]
pub struct SettingError {
    /// The key, the environment variable or the option.
    name: String,
    /// The value, and what is wrong with it.
    problem: String,
    accepted: String,
}

impl SettingError {
    /// `name` cannot be used because of `problem`.
    pub(super) fn new(name: &str, problem: impl Into<String>, accepted: impl Into<String>) -> Self {
        Self { name: name.to_owned(), problem: problem.into(), accepted: accepted.into() }
    }
}

impl From<figment::Error> for SettingError {
    fn from(error: figment::Error) -> Self {
        match error.kind {
            Kind::InvalidValue(problem, accepted) => Self::new(&error.path.join("."), problem.to_string(), accepted),
            Kind::UnknownField(_, known) => {
                let source = error.metadata.map(|layer| layer.name).unwrap_or_default();
                unknown(&error.path, known, &source)
            }
            // figment's own message would repeat the value, which may be a secret.
            _ => Self::new(&error.path.join("."), "what is set cannot be used", "the values that README.md lists"),
        }
    }
}

/// `source`, a variable or a file, sets a key that does not exist. `known` are the keys beside it.
fn unknown(path: &[String], known: &[&str], source: &str) -> SettingError {
    let is_variable = source.starts_with(PREFIX);
    let neighbours = match path {
        [] | [_] => format!("keys of the sections {}", known.join(", ")),
        [above @ .., _] => {
            let keys = known.iter().map(|name| format!("{}.{name}", above.join(".")));
            let names: Vec<String> =
                if is_variable { keys.map(|key| variable(&key)).collect() } else { keys.collect() };
            names.join(", ")
        }
    };
    if is_variable {
        return SettingError::new(source, "no such setting", neighbours);
    }
    // If the source sets a value where a table belongs, `layers::keep_tables` has moved the value below an empty
    // name. Then the path ends with a dot.
    SettingError::new(path.join(".").trim_end_matches('.'), format!("no such setting ({source})"), neighbours)
}

/// The environment variable of a key: `SIGNET_SUDO__TTL`.
fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.replace('.', "__").to_ascii_uppercase())
}

/// The value on one line.
pub fn shown(value: &Value) -> String {
    // JSON escapes every control character.
    let line = serde_json::to_string(value).unwrap_or_else(|_| "what is set".to_owned());
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A URL on one line, without the password that it may contain.
pub fn shown_in_part(value: &Value) -> String {
    value.as_str().map_or_else(|| unseen(value), |url| shown(&without_secret(url).into()))
}

/// The text that an error shows instead of a secret.
pub fn unseen(_: &Value) -> String {
    "what is set".to_owned()
}

/// A URL without user, password and query. The query may contain a password too.
pub fn without_secret(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (&url[..scheme.len() + 3], rest));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    // The `?` may be a character of the password that is not percent-encoded.
    if query.contains('@') {
        return format!("{scheme}…");
    }
    let query = if query.is_empty() { "" } else { "?…" };
    match rest.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}…@{host}{query}"),
        None => format!("{scheme}{rest}{query}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_cut_out_of_urls() {
        let cases = [
            ("smtp://user:pass@host:587", "smtp://…@host:587"),
            ("postgres://u:p@ss/w@host/db?password=p", "postgres://…@host/db?…"),
            ("user:pass@host", "…@host"),
            ("postgres://host/db?password=p", "postgres://host/db?…"),
            ("postgres://host/db?password=p@ss", "postgres://…"),
            ("smtp://user:pa?ss@host:587", "smtp://…"),
            ("smtp://us@er:pa?ss@host", "smtp://…"),
            ("user:pa?ss@host", "…"),
            ("mysql://host/db", "mysql://host/db"),
            ("smtp:user:pass@host", "…@host"),
        ];
        for (url, expected) in cases {
            assert_eq!(without_secret(url), expected);
        }
    }
}
