//! Passwords: length and normal form.

use unicode_normalization::UnicodeNormalization;

use super::error::Refusal;

/// How many reset links of an account work at the same time. A stranger can request links too: so that they cannot kill
/// the owner's link, a new link does not replace an older one, and no further link is sent while this many work: the three
/// that anyone may cause in a day, and two more for the owner's known browsers.
pub const MOST_RESET_LINKS: i64 = 5;

/// How long a password may be, in code points after NFC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LengthRule {
    /// Fewest code points (setting `password.min_length`; ASVS V6.2.1).
    pub min: u16,
    /// Most code points (setting `password.max_length`; ASVS V6.2.9 asks for 64 at least).
    pub max: u16,
}

/// What a user sends to change the password. It has no `Debug`, because it holds passwords; `S` is the type that guards
/// them.
pub struct PasswordChange<S> {
    /// The current password, as proof.
    pub current: S,
    /// The new password.
    pub new: S,
    /// Whether the API tokens of the account are revoked too. They survive a change otherwise.
    pub revokes_api_tokens: bool,
}

/// The password in the form that is hashed: NFC, never trimmed, never case-folded
/// (NIST SP 800-63B-4 §3.1.1.2; ASVS V6.2.8).
#[must_use]
pub fn normalize(typed: &str) -> String {
    typed.nfc().collect()
}

impl LengthRule {
    /// Checks a *new* password's length; the result is its normal form.
    ///
    /// # Errors
    /// [`Refusal::PasswordTooShort`], [`Refusal::PasswordTooLong`], and [`Refusal::PasswordHasNul`] for U+0000,
    /// which one of the database drivers and many programs that store passwords cannot carry (checklist A65).
    pub fn check(self, typed: &str) -> Result<String, Refusal> {
        // Four bytes a code point at most, doubled for decomposed forms: this refuses a huge body before
        // normalizing it.
        if typed.len() > usize::from(self.max) * 8 {
            return Err(Refusal::PasswordTooLong { max: self.max });
        }
        if typed.contains('\0') {
            return Err(Refusal::PasswordHasNul);
        }
        let normal = normalize(typed);
        match normal.chars().count() {
            n if n < usize::from(self.min) => Err(Refusal::PasswordTooShort { min: self.min }),
            n if n > usize::from(self.max) => Err(Refusal::PasswordTooLong { max: self.max }),
            _ => Ok(normal),
        }
    }

    /// The normal form of a password that a user enters as *proof*; `None` if it is too long to equal a stored
    /// password. The caller then refuses it without hashing megabytes.
    #[must_use]
    pub fn proof(self, typed: &str) -> Option<String> {
        (typed.len() <= usize::from(self.max) * 8).then(|| normalize(typed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: LengthRule = LengthRule { min: 12, max: 128 };

    #[test]
    fn length_is_counted_in_code_points_at_both_ends() {
        let cases = [
            ("a".repeat(11), Err(Refusal::PasswordTooShort { min: 12 })),
            ("a".repeat(12), Ok("a".repeat(12))),
            ("😀".repeat(11), Err(Refusal::PasswordTooShort { min: 12 })),
            ("😀".repeat(12), Ok("😀".repeat(12))),
            ("😀".repeat(128), Ok("😀".repeat(128))),
            ("a".repeat(128), Ok("a".repeat(128))),
            ("a".repeat(129), Err(Refusal::PasswordTooLong { max: 128 })),
            ("a".repeat(9_000), Err(Refusal::PasswordTooLong { max: 128 })),
        ];
        for (typed, expected) in cases {
            assert_eq!(RULE.check(&typed), expected);
        }
    }

    #[test]
    fn the_two_spellings_of_an_accent_are_one_password() {
        assert_eq!(normalize("e\u{301}"), normalize("\u{e9}"));
    }

    #[test]
    fn compatibility_letters_stay_different() {
        assert_ne!(normalize("\u{fb01}"), normalize("fi"));
    }

    #[test]
    fn white_space_and_case_are_kept() {
        assert_eq!(normalize(" Pässw0rt "), " Pässw0rt ");
    }

    #[test]
    fn nul_is_refused() {
        assert_eq!(RULE.check("twelve chars\0"), Err(Refusal::PasswordHasNul));
    }
}
