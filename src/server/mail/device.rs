//! What a device says about itself, made fit for a letter.

/// Longest description shown, in characters: a browser's name stands well within it.
const MAX_CHARACTERS: usize = 120;

/// The description as it stands in a letter.
///
/// Whoever signs in writes this text, and the person who reads the letter did not. So only
/// visible ASCII is kept, on one line, cut to a length, and without any word that a mail
/// program would turn into a link (checklist A25). Escaping for HTML is the layout's.
pub(super) fn described(user_agent: &str) -> String {
    let visible: String = user_agent.chars().map(|c| if c.is_ascii_graphic() { c } else { ' ' }).collect();
    let words: Vec<&str> = visible.split_whitespace().map(|word| if is_link_like(word) { "…" } else { word }).collect();
    let line = words.join(" ");
    if line.is_empty() {
        return "unknown".to_owned();
    }
    match line.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// Mail programs link whatever has a scheme, an `@`, or a dot before a letter
/// (`evil.example`). Browsers write version numbers, with a dot before a digit, and
/// Firefox `rv:139.0`.
fn is_link_like(word: &str) -> bool {
    let domain_like = word.as_bytes().windows(2).any(|pair| matches!(pair, [b'.', next] if next.is_ascii_alphabetic()));
    let scheme_like = word.contains(':') && !word.starts_with("rv:");
    domain_like || scheme_like || word.contains(['@', '\\']) || word.contains("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_shown_as_it_calls_itself() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0";
        assert_eq!(described(firefox), firefox);
    }

    #[test]
    fn nothing_to_show_is_said_so() {
        for text in ["", "  \r\n\t", "\u{202e}\u{200b}", "名前"] {
            assert_eq!(described(text), "unknown");
        }
    }

    #[test]
    fn lines_cannot_be_broken_or_turned_round() {
        assert_eq!(described("a\r\nBcc\0\u{202e}b\u{2028}c"), "a Bcc b c");
    }

    #[test]
    fn nothing_in_it_can_be_followed() {
        for word in [
            "https://evil.example",
            "HTTPS://EVIL",
            "www.evil.example/x",
            "evil.example",
            "//evil",
            "e@evil",
            "javascript:alert(1)",
            "\\\\evil\\share",
            "rv://evil",
            "rv:evil.example",
            "(+http://x/bot)",
        ] {
            assert_eq!(described(&format!("Click {word} now")), "Click … now");
        }
    }

    #[test]
    fn length_is_limited() {
        let long = described(&"x".repeat(512));
        assert_eq!(long.chars().count(), MAX_CHARACTERS + 1);
        assert!(long.ends_with('…'));
    }
}
