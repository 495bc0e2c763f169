//! Randomness, tokens, seals and password hashes.

pub mod account_mark;
pub mod api_token;
pub mod attempt;
pub mod breached;
pub mod erased;
pub mod export_seal;
pub mod fingerprint;
pub mod form_key;
pub mod hasher;
pub mod judge;
pub mod limit_key;
mod phrases;
pub mod pool;
pub mod random;
pub mod session_token;
mod strength;
pub mod sudo_code;
pub mod token;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Encodes bytes as every token does: base64url without padding.
fn text_of(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes [`text_of`] of any length.
fn any_bytes_of(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Decodes [`text_of`]. Accepts only one text per value: it refuses a last character with unused bits set.
fn bytes_of<const N: usize>(text: &str) -> Option<[u8; N]> {
    any_bytes_of(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_text_of_the_exact_length_is_read() {
        let text = text_of(&[0xfb; 32]);
        assert_eq!(bytes_of(&text), Some([0xfb; 32]));
        let other_last_letter = format!("{}t", &text[..text.len() - 1]);
        for wrong in [
            "",
            &text[1..],
            &format!("{text}="),
            &format!("{text}A"),
            &format!(" {text}"),
            &text.replace('-', "+"),
            &other_last_letter,
        ] {
            assert_eq!(bytes_of::<32>(wrong), None, "{wrong}");
        }
    }
}
