//! What a browser calls itself, in the words of whoever uses it: "Firefox on Linux".
//!
//! The rules are data, kept by the ua-parser project and carried in `rules.json`. What comes
//! of them may hold pieces of the text itself, and whoever signs in writes that text, while
//! somebody else reads it. So the words are a closed list, and whatever is not on it is an
//! unknown browser.

use std::sync::LazyLock;

use serde::Deserialize;
use ua_parser::{Error, os, user_agent};

/// What is said of everything that is no known browser.
pub const UNKNOWN: &str = "Unknown browser";

/// Browsers as the rules name them, and in words.
const BROWSERS: [(&str, &str); 29] = [
    ("Brave", "Brave"),
    ("Chrome", "Chrome"),
    ("Chrome Mobile", "Chrome"),
    ("Chrome Mobile WebView", "Chrome"),
    ("Chrome Mobile iOS", "Chrome"),
    ("Chromium", "Chromium"),
    ("DuckDuckGo", "DuckDuckGo"),
    ("DuckDuckGo Mobile", "DuckDuckGo"),
    ("Ecosia Android", "Ecosia"),
    ("Ecosia iOS", "Ecosia"),
    ("Edge", "Edge"),
    ("Edge Mobile", "Edge"),
    ("Epiphany", "GNOME Web"),
    ("Firefox", "Firefox"),
    ("Firefox Mobile", "Firefox"),
    ("Firefox iOS", "Firefox"),
    ("HeadlessChrome", "Chrome"),
    ("IE", "Internet Explorer"),
    ("Konqueror", "Konqueror"),
    ("MiuiBrowser", "Mi Browser"),
    ("Mobile Safari", "Safari"),
    ("Mobile Safari UI/WKWebView", "Safari"),
    ("Opera", "Opera"),
    ("Opera Mini", "Opera"),
    ("Opera Mobile", "Opera"),
    ("Safari", "Safari"),
    ("Samsung Internet", "Samsung Internet"),
    ("Vivaldi", "Vivaldi"),
    ("Yandex Browser", "Yandex Browser"),
];

/// Systems, likewise.
const SYSTEMS: [(&str, &str); 12] = [
    ("Android", "Android"),
    ("Chrome OS", "ChromeOS"),
    ("Debian", "Linux"),
    ("Fedora", "Linux"),
    ("FreeBSD", "FreeBSD"),
    ("Linux", "Linux"),
    ("Mac OS X", "macOS"),
    ("OpenBSD", "OpenBSD"),
    ("Red Hat", "Linux"),
    ("Ubuntu", "Linux"),
    ("Windows", "Windows"),
    ("iOS", "iOS"),
];

/// "Firefox on Linux", "Firefox" on a system without a name here, or [`UNKNOWN`].
#[must_use]
pub fn named(user_agent: &str) -> String {
    let Some(rules) = &*RULES else { return UNKNOWN.to_owned() };
    let browser = rules.browsers.extract(user_agent).and_then(|found| word(&BROWSERS, &found.family));
    let system = rules.systems.extract(user_agent).and_then(|found| word(&SYSTEMS, &found.os));
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => UNKNOWN.to_owned(),
    }
}

fn word(words: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    words.iter().find(|(known, _)| *known == name).map(|(_, word)| *word)
}

/// The file, as it is written.
#[derive(Deserialize)]
struct RuleFile {
    user_agent_parsers: Vec<user_agent::Parser<'static>>,
    os_parsers: Vec<os::Parser<'static>>,
}

/// The file, ready for use.
struct Rules {
    browsers: user_agent::Extractor<'static>,
    systems: os::Extractor<'static>,
}

/// Made when first asked for, which takes a tenth of a second. A test sees that they can be.
static RULES: LazyLock<Option<Rules>> = LazyLock::new(|| {
    let file: RuleFile = serde_json::from_str(include_str!("rules.json")).ok()?;
    Rules::of(file).ok()
});

impl Rules {
    fn of(file: RuleFile) -> Result<Self, Error> {
        let mut browsers = file.user_agent_parsers.into_iter();
        let mut systems = file.os_parsers.into_iter();
        Ok(Self {
            browsers: browsers.try_fold(user_agent::Builder::new(), user_agent::Builder::push)?.build()?,
            systems: systems.try_fold(os::Builder::new(), os::Builder::push)?.build()?,
        })
    }
}

#[cfg(test)]
mod tests;
