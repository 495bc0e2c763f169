//! Known browsers get their names; text that imitates one does not get through.

use proptest::prelude::*;

use super::*;

#[test]
fn a_browser_is_told_from_those_it_claims_to_be() {
    let chrome =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
    let windows = chrome.replace("X11; Linux x86_64", "Windows NT 10.0; Win64; x64");
    let android = chrome.replace("X11; Linux x86_64", "Linux; Android 10; K").replace(" Safari", " Mobile Safari");
    let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
        Version/18.5 Mobile/15E148 Safari/604.1";
    let cases = [
        (chrome.to_owned(), "Chrome on Linux"),
        (chrome.replace("Chrome/", "HeadlessChrome/"), "Chrome on Linux"),
        (chrome.replace("X11; Linux x86_64", "X11; CrOS x86_64 14541.0.0"), "Chrome on ChromeOS"),
        (format!("{windows} Edg/140.0.0.0"), "Edge on Windows"),
        (format!("{windows} OPR/120.0.0.0"), "Opera on Windows"),
        (format!("{windows} Vivaldi/7.5"), "Vivaldi on Windows"),
        (android.clone(), "Chrome on Android"),
        (android.replace("Chrome/", "SamsungBrowser/28.0 Chrome/"), "Samsung Internet on Android"),
        (iphone.to_owned(), "Safari on iOS"),
        (iphone.replace("iPhone; CPU iPhone OS", "iPad; CPU OS"), "Safari on iOS"),
        (iphone.replace("Version/18.5", "CriOS/140.0"), "Chrome on iOS"),
        (iphone.replace("Version/18.5", "FxiOS/140.0"), "Firefox on iOS"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:139.0) Gecko/139.0 Firefox/139.0".to_owned(), "Firefox on Android"),
        (
            "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0".to_owned(),
            "Firefox on Linux",
        ),
    ];
    for (user_agent, expected) in cases {
        assert_eq!(named(&user_agent), expected, "{user_agent}");
    }
    let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
        Version/18.5 Safari/605.1.15";
    assert_eq!(named(mac), "Safari on macOS");
    assert_eq!(named("Firefox/139.0 on a toaster"), "Firefox");
}

#[test]
fn what_is_no_known_browser_is_said_so() {
    let long = "Mozilla/5.0 ".repeat(43);
    for user_agent in [
        "",
        " ",
        "curl/8.14.1",
        "a test",
        "Mozilla/5.0 (X11; Linux x86_64)",
        "<b onclick=\"x\">&lt;/b>",
        "a\r\nBcc: eve@evil.example\0\u{202e}b\u{2028}c",
        "https://evil.example www.evil.example //evil e@evil javascript:alert(1)",
        "名前",
        &long[..512],
    ] {
        assert_eq!(named(user_agent), browsers::unknown(), "{user_agent:?}");
    }
}

/// Every text that [`named`] can return.
fn vocabulary() -> Vec<String> {
    let words = |list: &[(&str, &'static str)]| list.iter().map(|(_, word)| *word).collect::<Vec<_>>();
    let (browsers, systems) = (words(&BROWSERS), words(&SYSTEMS));
    let alone = browsers.iter().map(|browser| (*browser).to_owned());
    let both = browsers.iter().flat_map(|browser| systems.iter().map(move |system| format!("{browser} on {system}")));
    alone.chain(both).chain([browsers::unknown().to_owned()]).collect()
}

/// The reader of a letter did not write the header. So no word may be a link, break a line, or need escaping.
#[test]
fn every_word_is_plain() {
    for said in vocabulary() {
        assert!(said.len() <= 40 && said.chars().all(|c| c.is_ascii_alphanumeric() || c == ' '), "{said}");
    }
}

proptest! {
    #[test]
    fn nothing_else_is_ever_said(before in ".{0,80}", mark in prop::sample::select(vec![
        "Firefox/1.0", "Chrome/1", "<b>Firefox/2</b>", "Edg/x\r\n", "Safari/evil.example", "Linux", "Android",
        "(Windows; //evil.example)", "FxiOS/1", "Version/1 Safari/1", "Bot/1.0 (+http://evil.example/bot)",
    ]), after in ".{0,400}") {
        let said = named(&format!("{before}{mark}{after}"));
        prop_assert!(vocabulary().contains(&said), "{}", said);
    }
}
