//! The answer to a browser.

use crate::domain::error::{AppError, Refusal};
use axum::http::{
    HeaderMap, StatusCode,
    header::{LOCATION, REFRESH, SET_COOKIE},
};
use url::Url;

/// The answer to a browser.
pub struct Page {
    /// The status code.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Page {
    /// The address to which it redirects.
    pub fn location(&self) -> Option<String> {
        self.headers.get(LOCATION).map(|to| to.to_str().unwrap().to_owned())
    }

    /// The cookies that it sets.
    pub fn set_cookies(&self) -> Vec<String> {
        self.headers.get_all(SET_COOKIE).iter().map(|line| line.to_str().unwrap().to_owned()).collect()
    }

    /// The address to which it goes on by itself, by its header `Refresh`; panics if it does not.
    pub fn goes_on_to(&self) -> Url {
        let header = self.headers.get(REFRESH).unwrap_or_else(|| panic!("{}", self.body));
        header.to_str().unwrap().strip_prefix("0; url=").unwrap().parse().unwrap()
    }

    /// The refusal, if this answers our own script with one.
    pub fn refusal(&self) -> Option<Refusal> {
        match serde_json::from_str(&self.body) {
            Ok(AppError::Refused(refusal)) => Some(refusal),
            _ => None,
        }
    }

    /// The fields that are wrong, if this answers our own script with a refusal.
    pub fn wrong_fields(&self) -> Vec<String> {
        let answer: serde_json::Value = serde_json::from_str(&self.body).unwrap_or_default();
        let fields = answer["fields"].as_object();
        fields.map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
    }

    /// Everything that an outsider can learn from the answer: status, headers, cookies and body. Random parts are left
    /// out, because they differ in every answer; a `?` replaces `typed`, the text that the outsider entered.
    pub fn shape(&self, typed: &str) -> String {
        let mut lines: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| {
                let value = value.to_str().unwrap();
                format!("{name}: {}", blotted(name.as_str(), value).replace(typed, "?"))
            })
            .collect();
        lines.sort();
        format!("{} {}\n{}", self.status, lines.join("\n"), self.body.replace(typed, "?"))
    }

    /// The address to which it redirects a plain form; panics if it does not.
    pub fn sent_to(&self) -> String {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.location().unwrap()
    }
}

/// A header's value without its random part; its length stays.
fn blotted(name: &str, value: &str) -> String {
    match name {
        "set-cookie" => {
            let (cookie, attributes) = value.split_once(';').unwrap();
            let (cookie, value) = cookie.split_once('=').unwrap();
            // The sealed bytes are random, and so is the number of them that need escaping.
            let bytes = percent_encoding::percent_decode_str(value).count();
            format!("{cookie}=({bytes} bytes);{attributes}")
        }
        "content-security-policy" => {
            let (before, after) = value.split_once("'nonce-").unwrap();
            format!("{before}{}", after.split_once('\'').unwrap().1)
        }
        _ => value.to_owned(),
    }
}
