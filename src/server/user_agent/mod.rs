//! Turns the `User-Agent` header of a browser into words for users: "Firefox on Linux".
//!
//! The rules are data of the ua-parser project, copied in `rules.json`. Their results can contain pieces of the
//! header. An attacker who signs in chooses the header, and the account's owner reads the result. So only words
//! from a closed list are shown; anything else is an unknown browser.

use std::sync::LazyLock;

use serde::Deserialize;
use ua_parser::{Error, os, user_agent};

use crate::copy::browsers;

/// For each browser, its name in the rules and the name that users read.
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

/// For each operating system, its name in the rules and the name that users read.
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

/// The browser and its system in words, by [`browsers::named`]; without a system that has no name here.
#[must_use]
pub fn named(user_agent: &str) -> String {
    let (browser, system) = known(user_agent);
    browsers::named(browser, system)
}

/// The browser and its system, each if it has a name here.
#[must_use]
pub fn known(user_agent: &str) -> (Option<&'static str>, Option<&'static str>) {
    let Some(rules) = &*RULES else { return (None, None) };
    let browser = rules.browsers.extract(user_agent).and_then(|found| word(&BROWSERS, &found.family));
    let system = rules.systems.extract(user_agent).and_then(|found| word(&SYSTEMS, &found.os));
    (browser, system)
}

fn word(words: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    words.iter().find(|(known, _)| *known == name).map(|(_, word)| *word)
}

/// The contents of `rules.json`.
#[derive(Deserialize)]
struct RuleFile {
    user_agent_parsers: Vec<user_agent::Parser<'static>>,
    os_parsers: Vec<os::Parser<'static>>,
}

/// The rules, compiled.
struct Rules {
    browsers: user_agent::Extractor<'static>,
    systems: os::Extractor<'static>,
}

/// Compiled at first use, which takes a tenth of a second. A test checks that the rules compile.
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
