use super::*;
use crate::domain::{
    email::EmailKey,
    id::{LinkId, UserId},
    mail_token::parse,
    time::Timestamp,
};

const OLD: &str = "the old key, thirty-two bytes ok";
const NEW: &str = "the new key, also thirty-two byt";

fn ring(keys: &[&str]) -> KeyRing {
    let keys: Vec<SecretString> = keys.iter().map(|&key| key.into()).collect();
    KeyRing::new(&keys).unwrap()
}

fn claims() -> Claims {
    Claims {
        purpose: Purpose::ResetPassword,
        row: LinkId::from_random([1; 16]),
        user: UserId::from_random([2; 16]),
        address: EmailKey::from_row("ada@example.com".to_owned()),
        stamp: 3,
        expires_at: Timestamp(4),
    }
}

/// As a caller does: parses the token, and checks the MAC over the row's claims.
fn accepts(ring: &KeyRing, token: &str, row: &Claims) -> bool {
    parse(token).is_some_and(|parsed| {
        let claims = Claims { purpose: parsed.purpose, row: parsed.row, ..row.clone() };
        ring.verify(&claims, parsed.mac)
    })
}

#[test]
fn keys_are_counted_and_measured() {
    let key = |bytes: usize| SecretString::from("abcdefgh".chars().cycle().take(bytes).collect::<String>());
    let repeated = |text: &str| SecretString::from(text.repeat(32));
    assert!(KeyRing::new(&[key(32), key(99)]).is_ok());
    assert!(KeyRing::new(&[key(32), repeated("k")]).is_ok(), "a retired key may be as it was");
    let cases = [
        (vec![], KeyError::NoKey),
        (vec![key(31)], KeyError::TooShort { position: 1, bytes: 31 }),
        (vec![key(32), key(0)], KeyError::TooShort { position: 2, bytes: 0 }),
        (vec![repeated("k")], KeyError::Repetitive { characters: 1 }),
        (vec![repeated("abcdefg"), key(32)], KeyError::Repetitive { characters: 7 }),
    ];
    for (keys, error) in cases {
        assert_eq!(KeyRing::new(&keys).err(), Some(error));
    }
}

/// Another derivation would end every link, cookie and export. The values are HMAC-SHA-256 of the name and the byte 1,
/// computed with Python's `hmac`.
#[test]
fn a_derived_key_is_always_the_same() {
    let secret = SecretString::from("the first key of the tests: 32 bytes and more");
    let cases = [
        ("signet mail token v1 reset", "1fe0afab97776039c3d42ffc63fccf422e1079577911b6c853b64c42638b1afd"),
        ("signet sealed cookie v1 a", "7a17a922510f7aad917f98a5b423908380ef4e282843c3bc14598da20b3f0384"),
    ];
    for (name, expected) in cases {
        assert_eq!(crate::domain::id::hex(&derive(&secret, name)), expected, "{name}");
    }
}

#[test]
fn an_old_token_lives_as_long_as_its_key_is_in_the_ring() {
    let old = ring(&[OLD]).sign(&claims());
    let cases = [(&[OLD][..], true), (&[NEW, OLD], true), (&[OLD, NEW], true), (&[NEW], false)];
    for (keys, accepted) in cases {
        assert_eq!(accepts(&ring(keys), &old, &claims()), accepted, "{keys:?}");
    }
    assert_eq!(ring(&[NEW, OLD]).sign(&claims()), ring(&[NEW]).sign(&claims()));
    assert_ne!(ring(&[NEW, OLD]).sign(&claims()), old);
}

#[test]
fn every_changed_byte_is_refused() {
    let ring = ring(&[NEW, OLD]);
    let token = ring.sign(&claims());
    assert!(accepts(&ring, &token, &claims()));
    for at in 0..token.len() {
        for other in (0x21..0x7f).map(char::from) {
            let mut changed = token.clone();
            changed.replace_range(at..=at, other.encode_utf8(&mut [0; 4]));
            assert_eq!(accepts(&ring, &changed, &claims()), changed == token, "{changed}");
        }
    }
}

#[test]
fn a_mac_that_is_cut_stretched_or_no_mac_is_refused() {
    let ring = ring(&[NEW]);
    let token = ring.sign(&claims());
    let mac = token.rsplit('.').next().unwrap();
    let stretched = format!("{mac}AA");
    for wrong in ["", &mac[..42], &mac[..22], &stretched, "=", "é", &"A".repeat(43)] {
        assert!(!ring.verify(&claims(), wrong), "{wrong}");
    }
}

#[test]
fn every_claim_is_under_the_mac() {
    let ring = ring(&[NEW]);
    let token = ring.sign(&claims());
    let changes: [fn(&mut Claims); 4] = [
        |c| c.user = UserId::from_random([9; 16]),
        |c| c.address = EmailKey::from_row("eve@example.com".to_owned()),
        |c| c.stamp += 1,
        |c| c.expires_at = Timestamp(5),
    ];
    for change in changes {
        let mut row = claims();
        change(&mut row);
        assert!(!accepts(&ring, &token, &row));
    }
}

#[test]
fn every_purpose_has_a_key_of_its_own() {
    let key = OLD.into();
    let mut keys: Vec<_> = Purpose::ALL.iter().map(|p| derive(&key, key_name(*p))).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), Purpose::ALL.len());
    for purpose in Purpose::ALL.iter().copied() {
        assert!(key_name(purpose).ends_with(purpose.word()), "{purpose:?}");
    }
}

#[test]
fn the_cookie_key_follows_the_first_key_and_is_no_other_key() {
    let master = |keys: &[&str]| ring(keys).cookie_key().master().to_vec();
    assert_eq!(master(&[NEW]), master(&[NEW, OLD]));
    assert_ne!(master(&[NEW]), master(&[OLD]));
    assert_ne!(master(&[NEW])[..32], master(&[NEW])[32..64]);
}

#[test]
fn no_key_is_printed() {
    assert_eq!(format!("{:?}", ring(&[NEW, OLD])), "KeyRing(2 keys)");
}
