//! Mailed codes that begin sudo mode. A code is computed from a row and the secret key when the letter is rendered,
//! so that a reader of the database learns no code.

use hmac::Mac;
use subtle::ConstantTimeEq;

use super::token::KeyRing;
use crate::domain::{
    id::{LinkId, SessionId, UserId},
    time::Timestamp,
};

/// Characters in a code: 40 bits of Crockford's base32, twice what ASVS V6.5.4 asks for.
pub const CODE_LENGTH: usize = 8;
/// Crockford's base32: without I, L, O and U, which people misread.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What a code proves: the user at this session can read the account's mail.
pub struct CodeClaims<'a> {
    /// The code's row.
    pub row: &'a LinkId,
    /// The account.
    pub user: &'a UserId,
    /// The session that requested the code, and the only one that accepts it.
    pub session: &'a SessionId,
    /// The last second in which the code works.
    pub expires_at: Timestamp,
}

impl KeyRing {
    /// The code for `claims`, as the letter shows it.
    #[must_use]
    pub fn sudo_code(&self, claims: &CodeClaims<'_>) -> String {
        code(&self.code_macs(claims).next().unwrap_or_default())
    }

    /// Whether `typed` is the code that one of the keys makes from `claims`. Ignores case, spaces and hyphens, and
    /// accepts letters that look like digits. Takes the same time for every wrong code.
    #[must_use]
    pub fn has_sudo_code(&self, claims: &CodeClaims<'_>, typed: &str) -> bool {
        let typed = read(typed);
        // Try every key, so that the time does not depend on which one fits.
        self.code_macs(claims).fold(false, |found, mac| {
            let fits: bool = code(&mac).as_bytes().ct_eq(typed.as_bytes()).into();
            found | fits
        })
    }

    fn code_macs(&self, claims: &CodeClaims<'_>) -> impl Iterator<Item = [u8; 32]> {
        let CodeClaims { row, user, session, expires_at } = claims;
        let message = format!("{row}\n{user}\n{session}\n{}", expires_at.0);
        self.macs_for("signet sudo code v1").map(move |mac| mac.chain_update(&message).finalize().into_bytes().into())
    }
}

/// The first 40 bits of the MAC, five bits per character.
fn code(mac: &[u8; 32]) -> String {
    let bits = mac.iter().take(CODE_LENGTH * 5 / 8).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let letter = |at: usize| char::from(LETTERS[(bits >> (5 * (CODE_LENGTH - 1 - at)) & 31) as usize]);
    (0..CODE_LENGTH).map(letter).collect()
}

/// The typed text in the form of a code.
fn read(typed: &str) -> String {
    let letters = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    letters
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const KEY: &str = "a key of the tests, 32 bytes and more";

    fn ring(keys: &[&str]) -> KeyRing {
        KeyRing::new(&keys.iter().map(|key| (*key).into()).collect::<Vec<_>>()).unwrap()
    }

    fn codes(ring: &KeyRing) -> Vec<String> {
        let rows = [1, 2].map(|n| LinkId::from_random([n; 16]));
        let users = [1, 2].map(|n| UserId::from_random([n; 16]));
        let sessions = [1, 2].map(|n| SessionId::from_random([n; 16]));
        let mut codes = Vec::new();
        for (row, user, session, at) in [(0, 0, 0, 7), (1, 0, 0, 7), (0, 1, 0, 7), (0, 0, 1, 7), (0, 0, 0, 8)] {
            let expires_at = Timestamp(at);
            let claims = CodeClaims { row: &rows[row], user: &users[user], session: &sessions[session], expires_at };
            let code = ring.sudo_code(&claims);
            assert!(ring.has_sudo_code(&claims, &code));
            codes.push(code);
        }
        codes
    }

    #[test]
    fn another_row_account_session_time_or_key_makes_another_code() {
        let all: HashSet<String> = [KEY, "another key of the tests, 32 bytes and more"]
            .into_iter()
            .flat_map(|key| codes(&ring(&[key])))
            .collect();
        assert_eq!(all.len(), 10);
        for code in all {
            assert_eq!(code.len(), CODE_LENGTH);
            assert!(code.bytes().all(|b| LETTERS.contains(&b)), "{code}");
        }
    }

    #[test]
    fn a_code_is_read_as_people_type_and_under_an_older_key_too() {
        let (row, user, session) =
            (LinkId::from_random([1; 16]), UserId::from_random([1; 16]), SessionId::from_random([1; 16]));
        let claims = CodeClaims { row: &row, user: &user, session: &session, expires_at: Timestamp(7) };
        let code = ring(&[KEY]).sudo_code(&claims);
        let rotated = ring(&["another key of the tests, 32 bytes and more", KEY]);
        let spaced = format!(" {}-{} ", &code[..4], &code[4..]);
        let misread = code.replace('0', "o").replace('1', "l");
        for typed in [&code, &code.to_lowercase(), &spaced, &misread] {
            assert!(rotated.has_sudo_code(&claims, typed), "{typed}");
        }
        for typed in ["", &code[1..], &format!("{code}0"), "00000000"] {
            assert!(!rotated.has_sudo_code(&claims, typed), "{typed}");
        }
        assert_ne!(rotated.sudo_code(&claims), code);
    }
}
