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
    domain::{
        language::Language,
        time::{Span, Timestamp},
    },
    server::crypto::{
        attempt::AttemptSecret,
        session_token::{DeviceToken, SessionToken},
    },
};

/// How long sign-in recognizes a browser.
const DEVICE_AGE: Span = Span::days(365);
/// How long a user may take at the provider.
const ATTEMPT_AGE: Span = Span::minutes(10);
/// How many attempts a browser may have under way, each in a tab of its own. With more, their cookies would fill the
/// header of every request.
const MOST_ATTEMPTS: usize = 5;
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
    /// The beginning of the names of the cookies with the secrets of provider attempts. Each attempt has a cookie of
    /// its own.
    Attempt,
    /// A notice for the next page, sealed.
    Notice,
    /// Drafts for their pages, sealed.
    FormDraft,
    /// A new API token for the page that shows it, sealed.
    Fresh,
    /// A login that waits for an address, sealed.
    WaitingLogin,
    /// The language that the browser's user has chosen.
    Language,
}

impl Name {
    /// Whether a line of `Set-Cookie` is about this cookie.
    #[must_use]
    pub fn is_of(self, line: &HeaderValue) -> bool {
        let line = line.to_str().unwrap_or_default();
        let name = line.split('=').next().unwrap_or_default();
        name.strip_prefix("__Host-").unwrap_or(name) == self.word()
    }

    /// The name without the prefix.
    const fn word(self) -> &'static str {
        match self {
            Self::Session => "signet_session",
            Self::Device => "signet_device",
            Self::Attempt => "signet_attempt",
            Self::Notice => "signet_flash",
            Self::FormDraft => "signet_draft",
            Self::Fresh => "signet_fresh",
            Self::WaitingLogin => "signet_login",
            Self::Language => "signet_language",
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

    /// The language that the browser names, if it is one of ours.
    #[must_use]
    pub fn language(&self, headers: &HeaderMap) -> Option<Language> {
        Language::from_word(self.value(headers, Name::Language)?)
    }

    /// The secrets of the browser's provider attempts, the oldest first. The cookie without a name of its own is from
    /// a version of the program in which a browser had one attempt at a time.
    #[must_use]
    pub fn attempts(&self, headers: &HeaderMap) -> Vec<AttemptSecret> {
        let bare = self.value(headers, Name::Attempt).and_then(AttemptSecret::parse);
        let prefix = format!("{}_", self.name(Name::Attempt));
        let mut named: Vec<(u64, AttemptSecret)> = pairs(headers)
            .filter_map(|pair| attempt(str::from_utf8(pair.strip_prefix(prefix.as_bytes())?).ok()?))
            .collect();
        named.sort_by_key(|(begun_at, _)| *begun_at);
        bare.into_iter().chain(named.into_iter().map(|(_, secret)| secret)).collect()
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

    /// The `Set-Cookie` lines for the secret of a provider attempt that begins now: its own, and those that remove the
    /// oldest of the `others` if there are too many. `Lax` works, although the provider sends the browser back from
    /// another site.
    pub fn begin_attempt(
        &self,
        secret: &AttemptSecret,
        now: Timestamp,
        others: &[AttemptSecret],
    ) -> impl Iterator<Item = HeaderValue> {
        let value = format!("{}.{}", secret.expose(), now.0);
        let begin = self.named_cookie(self.attempt_name(secret), value, ATTEMPT_AGE);
        let too_many = (others.len() + 1).saturating_sub(MOST_ATTEMPTS);
        let oldest = others.iter().take(too_many).filter_map(|oldest| self.end_attempt(oldest));
        oldest.chain(header(&begin)).collect::<Vec<_>>().into_iter()
    }

    /// The `Set-Cookie` line that removes the secret of a provider attempt.
    #[must_use]
    pub fn end_attempt(&self, secret: &AttemptSecret) -> Option<HeaderValue> {
        header(&self.named_cookie(self.attempt_name(secret), "", Span::seconds(0)))
    }

    fn attempt_name(&self, secret: &AttemptSecret) -> String {
        format!("{}_{}", self.name(Name::Attempt), secret.name())
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
        let mut found = pairs(headers).filter_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="));
        let value = found.next()?;
        if found.any(|other| other != value) { None } else { str::from_utf8(value).ok() }
    }

    /// A cookie with the attributes that all of ours have (ASVS V3.3.1–V3.3.4).
    fn cookie<'a>(&self, name: Name, value: impl Into<Cow<'a, str>>, age: Span) -> Cookie<'a> {
        self.named_cookie(self.name(name), value, age)
    }

    fn named_cookie<'a>(&self, name: String, value: impl Into<Cow<'a, str>>, age: Span) -> Cookie<'a> {
        Cookie::build((name, value))
            .path("/")
            .max_age(Duration::seconds(age.as_seconds().into()))
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .build()
    }
}

/// The cookies of a request as the browser sent them: `name=value`.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(COOKIE).iter();
    lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';').map(<[u8]>::trim_ascii))
}

/// The secret of a provider attempt, and when the attempt began, from the end of the cookie's name and its value. `None`
/// if the name is not the secret's own, so that no cookie of another site stands for an attempt.
fn attempt(cookie: &str) -> Option<(u64, AttemptSecret)> {
    let (name, value) = cookie.split_once('=')?;
    let (secret, begun_at) = value.split_once('.')?;
    let secret = AttemptSecret::parse(secret).filter(|secret| secret.name() == name)?;
    Some((begun_at.parse().ok()?, secret))
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
    fn each_attempt_has_a_cookie_and_the_oldest_of_too_many_goes() {
        let cookies = cookies(true);
        let secrets: Vec<_> = (1..=7).map(|byte| AttemptSecret::from_random([byte; 32])).collect();
        let mut jar = std::collections::BTreeMap::new();
        for (secret, now) in secrets.iter().zip(1_800_000_000..) {
            let sent = jar.values().map(|pair: &HeaderValue| (COOKIE, pair.clone())).collect();
            let others = cookies.attempts(&sent);
            for line in cookies.begin_attempt(secret, Timestamp(now), &others) {
                let pair = sent_back(&line)[COOKIE].clone();
                let text = line.to_str().unwrap();
                assert!(text.contains("; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age="), "{text}");
                let name = text.split('=').next().unwrap().to_owned();
                assert!(name.starts_with("__Host-signet_attempt_"), "{name}");
                if text.ends_with("Max-Age=0") {
                    jar.remove(&name)
                } else {
                    jar.insert(name, pair)
                };
            }
        }
        // Browsers may send them in any order.
        let sent: HeaderMap = jar.into_values().rev().map(|pair| (COOKIE, pair)).collect();
        let left: Vec<_> = cookies.attempts(&sent).iter().map(AttemptSecret::name).collect();
        let expected: Vec<_> = secrets[2..].iter().map(AttemptSecret::name).collect();
        assert_eq!(left, expected);
    }

    #[test]
    fn a_cookie_that_is_no_attempt_of_ours_is_none() {
        let cookies = cookies(false);
        let secret = AttemptSecret::from_random([1; 32]);
        let (name, value) = (secret.name(), secret.expose());
        for (cookie, count) in [
            (format!("signet_attempt_{name}={value}.1800000000"), 1),
            (format!("signet_attempt={value}"), 1),
            (format!("signet_attempt_{name}={value}"), 0),
            (format!("signet_attempt_{name}={value}.x"), 0),
            (format!("signet_attempt_{name}={value}.-1"), 0),
            (format!("signet_attempt_x={value}.1800000000"), 0),
            (format!("signet_attempt_={value}.1800000000"), 0),
            (format!("signet_attempt_{name}=x.1800000000"), 0),
            (format!("signet_attempt_{name}"), 0),
            (format!("__Host-signet_attempt_{name}={value}.1800000000"), 0),
            ("signet_attempt_\u{e9}=\u{e9}".to_owned(), 0),
        ] {
            let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_bytes(cookie.as_bytes()).unwrap())]);
            assert_eq!(cookies.attempts(&headers).len(), count, "{cookie}");
        }
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
            name in proptest::sample::select(vec![
                "signet_session", "signet_flash", "signet_draft", "signet_device", "signet_attempt", "signet_attempt_x",
            ]),
        ) {
            let forged = [name.as_bytes(), b"=", &bytes[..]].concat();
            for line in [&bytes, &forged] {
                let Ok(value) = HeaderValue::from_bytes(line) else { continue };
                let headers = HeaderMap::from_iter([(COOKIE, value)]);
                let cookies = cookies(false);
                let (_, _) = (cookies.session(&headers), cookies.device(&headers));
                proptest::prop_assert!(cookies.attempts(&headers).is_empty());
                proptest::prop_assert!(cookies.sealed::<serde_json::Value>(&headers, Name::Notice).is_none());
                proptest::prop_assert!(cookies.sealed::<serde_json::Value>(&headers, Name::FormDraft).is_none());
            }
        }
    }
}
