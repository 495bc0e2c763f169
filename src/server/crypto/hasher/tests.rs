use super::*;

const CHEAP: Cost = Cost { m_kib: 16, t: 2, p: 1 };

fn hasher(cost: Cost) -> Hasher {
    Hasher::new(cost, Turns::new(2, 64), Random::seeded(1))
}

async fn verify(hasher: &Hasher, stored: Option<&str>, password: &str) -> Verdict {
    hasher.verify(None, stored.map(str::to_owned), password.into()).await.unwrap()
}

#[tokio::test]
async fn a_hash_names_its_cost_and_fits_its_password_only() {
    let hasher = hasher(CHEAP);
    let stored = hasher.hash(None, "correct horse".into()).await.unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=16,t=2,p=1$"), "{stored}");
    let cases = [
        ("correct horse", Verdict::Right),
        ("correct horse ", Verdict::Wrong),
        ("Correct horse", Verdict::Wrong),
        ("", Verdict::Wrong),
    ];
    for (password, verdict) in cases {
        assert_eq!(verify(&hasher, Some(&stored), password).await, verdict, "{password:?}");
    }
    assert_ne!(hasher.hash(None, "correct horse".into()).await.unwrap(), stored, "same salt");
}

#[tokio::test]
async fn the_last_of_128_characters_counts() {
    let hasher = hasher(CHEAP);
    let longest = "é".repeat(128);
    let stored = hasher.hash(None, longest.as_str().into()).await.unwrap();
    let other_end = format!("{}e", "é".repeat(127));
    let cases = [(longest, Verdict::Right), (other_end, Verdict::Wrong)];
    for (password, verdict) in cases {
        assert_eq!(verify(&hasher, Some(&stored), &password).await, verdict);
    }
}

#[tokio::test]
async fn a_hash_that_costs_less_than_configured_is_right_but_weak() {
    let stored = hasher(CHEAP).hash(None, "correct horse".into()).await.unwrap();
    let cases = [
        (Cost { m_kib: 17, ..CHEAP }, Verdict::RightButWeak),
        (Cost { t: 3, ..CHEAP }, Verdict::RightButWeak),
        (Cost { m_kib: 15, t: 1, p: 1 }, Verdict::Right),
    ];
    for (cost, verdict) in cases {
        let hasher = hasher(cost);
        assert_eq!(verify(&hasher, Some(&stored), "correct horse").await, verdict, "{cost:?}");
        assert_eq!(verify(&hasher, Some(&stored), "other").await, Verdict::Wrong, "{cost:?}");
    }
}

#[tokio::test]
async fn every_comparison_costs_one_computation() {
    let stored = hasher(CHEAP).hash(None, "correct horse".into()).await.unwrap();
    let unreadable = stored.replace("argon2id", "scrypt");
    for stored in [None, Some(stored.as_str()), Some(&unreadable), Some("")] {
        let hasher = hasher(CHEAP);
        verify(&hasher, stored, "wrong").await;
        assert_eq!(hasher.runs(), 1, "{stored:?}");
    }
}

#[tokio::test]
async fn nobody_signs_in_with_a_hash_that_cannot_be_read_or_is_not_there() {
    let hasher = hasher(CHEAP);
    let stored = hasher.hash(None, "correct horse".into()).await.unwrap();
    let without_output = stored.rsplit_once('$').unwrap().0;
    let cases = [
        None,
        Some(String::new()),
        Some("correct horse".to_owned()),
        Some(without_output.to_owned()),
        Some(stored.replace("argon2id", "argon2d")),
        Some(stored.replace("v=19", "v=20")),
        Some(stored.replace("m=16", "m=1")),
    ];
    for stored in cases {
        assert_eq!(verify(&hasher, stored.as_deref(), "correct horse").await, Verdict::Wrong, "{stored:?}");
    }
}

#[test]
fn the_floors_hold_at_their_edges() {
    let cases = [
        (19_456, 2, true),
        (19_455, 2, false),
        (19_456, 1, false),
        (47_104, 1, true),
        (47_103, 1, false),
        (12_288, 3, true),
        (7_168, 5, true),
        (7_167, 99, false),
    ];
    for (m_kib, t, enough) in cases {
        assert_eq!(Cost { m_kib, t, p: 1 }.is_enough(), enough, "{m_kib} {t}");
    }
}

#[test]
fn the_dummy_reads_as_a_hash_of_the_configured_cost() {
    let cost = Cost { m_kib: 19_456, t: 2, p: 1 };
    let stored = Stored::read(&dummy(cost, &Random::seeded(1))).unwrap();
    assert!(!stored.costs_less_than(cost));
    assert!(stored.costs_less_than(Cost { m_kib: 19_457, ..cost }));
}

#[test]
fn only_a_whole_argon2id_hash_is_read() {
    let cost = Cost { m_kib: 64, t: 1, p: 1 };
    let whole = dummy(cost, &Random::seeded(1));
    assert!(Stored::read(&whole).is_some());
    let (without_output, _) = whole.rsplit_once('$').unwrap();
    let (without_salt, _) = without_output.rsplit_once('$').unwrap();
    for broken in [
        "",
        "password",
        without_output,
        without_salt,
        &whole.replace("argon2id", "argon2i"),
        &whole.replace("$v=19", ""),
        &whole.replace("v=19", "v=20"),
        &whole.replace("m=64", "m=1"),
        &whole.replace("t=1", "t=0"),
    ] {
        assert!(Stored::read(broken).is_none(), "{broken}");
    }
}

#[test]
fn an_older_version_of_argon2_costs_less() {
    let cost = Cost { m_kib: 64, t: 1, p: 1 };
    let old = dummy(cost, &Random::seeded(1)).replace("v=19", "v=16");
    assert!(Stored::read(&old).unwrap().costs_less_than(cost));
}
