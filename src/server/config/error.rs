//! What a wrong setting says before the start is given up.

use figment::value::Value;

use super::key::Key;

/// Longest value that is repeated, in characters.
const SHOWN: usize = 120;

/// A setting that cannot be used: one line with its name, its value and what is accepted.
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

    /// The value of `key` does not have its form.
    pub(super) fn wrong(key: &Key, value: &Value) -> Self {
        let problem = format!("{} is not {}", shown(key, value), key.form.what());
        Self::new(key.name, problem, key.form.accepted())
    }

    /// `key` has no value, and there is no default.
    pub(super) fn missing(key: &Key) -> Self {
        Self::new(key.name, "not set", key.form.accepted())
    }
}

/// The value on one line, without what must not be read over a shoulder.
pub(super) fn shown(key: &Key, value: &Value) -> String {
    let value = match value {
        Value::String(tag, text) if key.is_secret => Value::String(*tag, without_secret(text)),
        Value::String(..) | Value::Num(..) | Value::Bool(..) => value.clone(),
        _ if key.is_secret => return "what is set".to_owned(),
        other => other.clone(),
    };
    // JSON puts every control character behind a backslash.
    let line = serde_json::to_string(&value).unwrap_or_else(|_| "what is set".to_owned());
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A URL without user, password and query, which may hold a password as well.
fn without_secret(url: &str) -> String {
    let (url, query) = url.split_once('?').map_or((url, ""), |(url, _)| (url, "?…"));
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let slashes = if scheme.is_empty() { "" } else { "://" };
    match rest.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}{slashes}…@{host}{query}"),
        None => format!("{url}{query}"),
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
            ("postgres://host/db?password=p@ss", "postgres://host/db?…"),
            ("mysql://host/db", "mysql://host/db"),
            ("smtp:user:pass@host", "…@host"),
        ];
        for (url, expected) in cases {
            assert_eq!(without_secret(url), expected);
        }
    }
}
