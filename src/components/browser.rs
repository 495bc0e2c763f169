//! What a browser calls itself, in the words of whoever uses it.

/// Browsers by what stands in their `User-Agent`. Most also claim to be those further down.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari/", "Safari"),
];
/// Systems, likewise.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// "Firefox on Linux"; what is no known browser on a known system stays as it is.
#[must_use]
pub fn named(user_agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (first(&BROWSERS), first(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        _ => user_agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_told_from_those_it_claims_to_be() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
            Version/18.5 Mobile/15E148 Safari/604.1";
        let cases = [
            (chrome.to_owned(), "Chrome on Linux"),
            (format!("{chrome} Edg/140.0.0.0").replace("X11; Linux x86_64", "Windows NT 10.0"), "Edge on Windows"),
            (safari.to_owned(), "Safari on iPhone"),
            ("Mozilla/5.0 (Android 15; Mobile; rv:139.0) Gecko/139.0 Firefox/139.0".to_owned(), "Firefox on Android"),
            ("curl/8.14.1".to_owned(), "curl/8.14.1"),
            (String::new(), ""),
        ];
        for (user_agent, expected) in cases {
            assert_eq!(named(&user_agent), expected);
        }
    }
}
