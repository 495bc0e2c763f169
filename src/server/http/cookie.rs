//! Signet's cookies: names, attributes and sealing.

use std::borrow::Cow;

use axum::{
    http::{
        HeaderMap, HeaderValue,
        header::{COOKIE, SET_COOKIE},
    },
    response::IntoResponse,
};
use axum_extra::extract::{
    PrivateCookieJar,
    cookie::{Cookie, Key, SameSite},
};
use serde::{Serialize, de::DeserializeOwned};
use time::Duration;

use crate::{
    domain::time::Span,
    server::crypto::{
        attempt::AttemptSecret,
        session_token::{DeviceToken, SessionToken},
    },
};

/// How long sign-in recognizes a browser.
const DEVICE_AGE: Span = Span::days(365);
/// How long a user may take at the provider.
const ATTEMPT_AGE: Span = Span::minutes(10);
/// How long a notice, a draft or a new API token waits for its page.
const FLASH_AGE: Span = Span::minutes(10);

/// The cookies' names and attributes for this installation.
#[derive(Clone)]
pub struct Cookies {
    key: Key,
    /// Whether cookies have `Secure` and the `__Host-` prefix. Off only on http loopback, where browsers would
    /// reject such cookies.
    secure: bool,
}

/// One of Signet's cookies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// The session token.
    Session,
    /// The device token, by which sign-in recognizes the browser.
    Device,
    /// The secret of a provider attempt.
    Attempt,
    /// A notice for the next page, sealed.
    Notice,
    /// Drafts for their pages, sealed.
    FormDraft,
    /// A new API token for the page that shows it, sealed.
    Fresh,
}

impl Name {
    /// The name without the prefix.
    const fn word(self) -> &'static str {
        match self {
            Self::Session => "signet_session",
            Self::Device => "signet_device",
            Self::Attempt => "signet_attempt",
            Self::Notice => "signet_flash",
            Self::FormDraft => "signet_draft",
            Self::Fresh => "signet_fresh",
        }
    }
}

impl Cookies {
    /// The cookies of an installation: sealed with `key`; `secure` if browsers reach the site by https.
    #[must_use]
    pub const fn new(secure: bool, key: Key) -> Self {
        Self { key, secure }
    }

    /// The full name. On https it has the `__Host-` prefix, which binds the cookie to this host (ASVS V3.3.3).
    #[must_use]
    pub fn name(&self, name: Name) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        format!("{prefix}{}", name.word())
    }

    /// Whether the browser sent the cookie.
    #[must_use]
    pub fn has(&self, headers: &HeaderMap, name: Name) -> bool {
        self.value(headers, name).is_some()
    }

    /// The session token, if the browser sent a well-formed one.
    #[must_use]
    pub fn session(&self, headers: &HeaderMap) -> Option<SessionToken> {
        SessionToken::parse(self.value(headers, Name::Session)?)
    }

    /// The device token, if the browser sent a well-formed one.
    #[must_use]
    pub fn device(&self, headers: &HeaderMap) -> Option<DeviceToken> {
        DeviceToken::parse(self.value(headers, Name::Device)?)
    }

    /// The secret of the provider attempt, if the browser sent a well-formed one.
    #[must_use]
    pub fn attempt(&self, headers: &HeaderMap) -> Option<AttemptSecret> {
        AttemptSecret::parse(self.value(headers, Name::Attempt)?)
    }

    /// The contents of a sealed cookie, if its seal is intact.
    #[must_use]
    pub fn sealed<T: DeserializeOwned>(&self, headers: &HeaderMap, name: Name) -> Option<T> {
        let line = format!("{}={}", self.name(name), self.value(headers, name)?);
        let own = HeaderMap::from_iter([(COOKIE, line.parse().ok()?)]);
        let jar = PrivateCookieJar::<Key>::from_headers(&own, self.key.clone());
        // A value that another version of the program wrote is ignored.
        serde_json::from_str(jar.get(&self.name(name))?.value()).ok()
    }

    /// The `Set-Cookie` line for the session token. `age` is how long a session may live.
    #[must_use]
    pub fn set_session(&self, token: &SessionToken, age: Span) -> Option<HeaderValue> {
        header(&self.cookie(Name::Session, token.expose(), age))
    }

    /// The `Set-Cookie` line for the device's token.
    #[must_use]
    pub fn set_device(&self, token: &DeviceToken) -> Option<HeaderValue> {
        header(&self.cookie(Name::Device, token.expose(), DEVICE_AGE))
    }

    /// The `Set-Cookie` line for the secret of a provider attempt. `Lax` works, although the provider sends the
    /// browser back from another site.
    #[must_use]
    pub fn set_attempt(&self, secret: &AttemptSecret) -> Option<HeaderValue> {
        header(&self.cookie(Name::Attempt, secret.expose(), ATTEMPT_AGE))
    }

    /// The `Set-Cookie` line for a sealed cookie that holds `value`.
    #[must_use]
    pub fn seal<T: Serialize>(&self, name: Name, value: &T) -> Option<HeaderValue> {
        let text = serde_json::to_string(value).ok()?;
        let jar = PrivateCookieJar::<Key>::new(self.key.clone());
        // The jar returns the sealed value only as part of a response.
        let mut sealed = jar.add(self.cookie(name, text, FLASH_AGE)).into_response();
        sealed.headers_mut().remove(SET_COOKIE)
    }

    /// The `Set-Cookie` line that removes a cookie.
    #[must_use]
    pub fn clear(&self, name: Name) -> Option<HeaderValue> {
        header(&self.cookie(name, "", Span::seconds(0)))
    }

    /// The value of the cookie as the browser sent it. Other sites of the same domain may set cookies for this one, so
    /// a cookie of theirs that cannot be read does not hide ours. `None` if the browser sent two values, because
    /// nothing tells which of them Signet has set.
    fn value<'a>(&self, headers: &'a HeaderMap, name: Name) -> Option<&'a str> {
        let name = self.name(name);
        let pairs = headers.get_all(COOKIE).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
        let mut found = pairs.filter_map(|pair| pair.trim_ascii().strip_prefix(name.as_bytes())?.strip_prefix(b"="));
        let value = found.next()?;
        if found.any(|other| other != value) { None } else { str::from_utf8(value).ok() }
    }

    /// A cookie with the attributes that all of ours have (ASVS V3.3.1–V3.3.4).
    fn cookie<'a>(&self, name: Name, value: impl Into<Cow<'a, str>>, age: Span) -> Cookie<'a> {
        Cookie::build((self.name(name), value))
            .path("/")
            .max_age(Duration::seconds(age.as_seconds().into()))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .build()
    }
}

/// The `Set-Cookie` line.
fn header(cookie: &Cookie<'_>) -> Option<HeaderValue> {
    cookie.to_string().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(secure: bool) -> Cookies {
        Cookies::new(secure, Key::from(&[7; 64]))
    }

    fn sent_back(line: &HeaderValue) -> HeaderMap {
        let pair = line.to_str().unwrap().split(';').next().unwrap().to_owned();
        HeaderMap::from_iter([(COOKIE, pair.parse().unwrap())])
    }

    #[test]
    fn https_pins_cookies_to_the_host_and_http_loopback_cannot() {
        let token = SessionToken::from_random([1; 32]);
        let line = |secure| cookies(secure).set_session(&token, Span::days(30)).unwrap();
        let https = line(true);
        let https = https.to_str().unwrap();
        assert!(https.starts_with("__Host-signet_session="), "{https}");
        assert!(https.ends_with("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=2592000"), "{https}");
        let http = line(false);
        assert!(http.to_str().unwrap().starts_with("signet_session="));
    }

    #[test]
    fn a_cookie_of_another_site_hides_none_of_ours() {
        let token = SessionToken::from_random([1; 32]);
        let ours = format!("signet_session={}", token.expose());
        let other = format!("signet_session={}", SessionToken::from_random([2; 32]).expose());
        let cases: [(&[&str], bool); 9] = [
            (&[&ours], true),
            (&["theme=caf\u{e9}; ", &ours], true),
            (&[&ours, "; theme=\u{e9}"], true),
            (&["a; =b;;", &ours, ";"], true),
            (&["not_", &ours], false),
            (&["signet_session_b=1; ", &ours], true),
            (&[&ours, "; ", &other], false),
            (&[&ours, "; ", &ours], true),
            (&["signet_session="], false),
        ];
        for (parts, expected) in cases {
            let line = HeaderValue::from_bytes(parts.concat().as_bytes()).unwrap();
            let found = cookies(false).session(&HeaderMap::from_iter([(COOKIE, line)]));
            assert_eq!(found.map(|found| found.hash() == token.hash()), expected.then_some(true), "{parts:?}");
        }
        let lines = [format!("theme=\u{e9}; {ours}"), "lang=de".to_owned()];
        let lines = lines.iter().map(|line| (COOKIE, HeaderValue::from_bytes(line.as_bytes()).unwrap()));
        assert!(cookies(false).session(&lines.collect()).is_some(), "a proxy may send several lines");
    }

    #[test]
    fn what_is_sealed_is_read_back_and_says_nothing_in_between() {
        let cookies = cookies(true);
        // The sealed text looks random and may contain a short word by chance, so the test looks for long ones.
        let line = cookies.seal(Name::FormDraft, &"lovelace@example.com").unwrap();
        let says = |word| line.to_str().unwrap().contains(word);
        assert!(!says("lovelace") && !says("example"));
        let headers = sent_back(&line);
        assert_eq!(cookies.sealed::<String>(&headers, Name::FormDraft).as_deref(), Some("lovelace@example.com"));
        // It opens neither under another name nor with another key.
        assert_eq!(cookies.sealed::<String>(&headers, Name::Notice), None);
        let others = Cookies::new(true, Key::from(&[8; 64]));
        assert_eq!(others.sealed::<String>(&headers, Name::FormDraft), None);
    }

    proptest::proptest! {
        #[test]
        fn no_header_panics_and_none_opens_a_sealed_cookie(
            bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
            name in proptest::sample::select(vec!["signet_session", "signet_flash", "signet_draft", "signet_device"]),
        ) {
            let forged = [name.as_bytes(), b"=", &bytes[..]].concat();
            for line in [&bytes, &forged] {
                let Ok(value) = HeaderValue::from_bytes(line) else { continue };
                let headers = HeaderMap::from_iter([(COOKIE, value)]);
                let cookies = cookies(false);
                let (_, _) = (cookies.session(&headers), cookies.device(&headers));
                proptest::prop_assert!(cookies.sealed::<serde_json::Value>(&headers, Name::Notice).is_none());
                proptest::prop_assert!(cookies.sealed::<serde_json::Value>(&headers, Name::FormDraft).is_none());
            }
        }
    }
}
