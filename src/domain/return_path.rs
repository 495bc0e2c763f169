//! The page to show after signing in or confirming. It is always a path of this site.

/// Returns `wanted` if it is a path of this site: it begins with a single `/` and contains nothing that a browser
/// would read as another host, a scheme or a header line (ASVS V3.7.2, V1.2.2; checklist A61). It has no `//` and no
/// dot segment, so no browser or proxy makes another path of it.
#[must_use]
pub fn local(wanted: &str) -> Option<&str> {
    let lower = wanted.to_ascii_lowercase();
    let local = wanted.len() <= 512
        && wanted.starts_with('/')
        && !wanted.contains("//")
        && !has_dot_segment(&lower)
        && wanted.is_ascii()
        && !wanted.bytes().any(|b| b.is_ascii_control() || matches!(b, b'\\' | b' '))
        // The encoded forms of these characters: a proxy may decode them.
        && !["%5c", "%2f", "%0d", "%0a", "%09", "%00"].iter().any(|bad| lower.contains(bad));
    local.then_some(wanted)
}

/// Whether a segment of the path is `.` or `..`, which browsers resolve. `%2e` is the encoded dot.
fn has_dot_segment(lower: &str) -> bool {
    let path = lower.split(['?', '#']).next().unwrap_or_default();
    path.split('/').any(|segment| matches!(segment.replace("%2e", ".").as_str(), "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_this_site_are_kept() {
        for path in ["/", "/dashboard", "/users/settings/email?a=1#x", "/.well-known/change-password", "/a?b=../c"] {
            assert_eq!(local(path), Some(path));
        }
    }

    #[test]
    fn everything_that_could_leave_the_site_is_refused() {
        for path in [
            "",
            "dashboard",
            "//evil.example",
            "/..//evil.example",
            "/users//settings",
            "/../evil",
            "/users/./settings",
            "/users/..",
            "/%2e%2E/users",
            "/.%2e/users?x=1",
            "/\\evil.example",
            "/%5cevil.example",
            "/%2Fevil.example",
            "https:evil.example",
            "https://app@evil.example",
            "\t//evil.example",
            "javascript:alert(1)",
            "/ok\r\nX: 1",
            "/ok%0d%0aX: 1",
            "/a b",
            "http://127.0.0.1:3000.evil.example/",
        ] {
            assert_eq!(local(path), None, "{path:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_kept_leads_to_this_site(wanted in r"/?[/\\\\.%a-z0-9:@?#\t ]{0,40}|.*") {
            let base = url::Url::parse("https://signet.example/users/log-in").unwrap();
            if let Some(path) = local(&wanted) {
                let to = base.join(path).unwrap();
                proptest::prop_assert_eq!(to.origin(), base.origin());
                proptest::prop_assert_eq!(to.path(), path.split(['?', '#']).next().unwrap());
            }
        }
    }
}
