use super::*;

const ADA: [&str; 3] = ["ada.lovelace+x@engine.example", "Ada King Lovelace", "accounts.engine.example"];

#[test]
fn what_everybody_tries_first_is_refused_with_its_reason() {
    let cases = [
        ("password1234", Weakness::Common),
        ("Password123!", Weakness::Common),
        ("P@ssw0rd1234", Weakness::Common),
        ("qwertyuiop12", Weakness::Common),
        ("iloveyou1234", Weakness::Common),
        ("1qaz2wsx3edc", Weakness::Common),
        ("letmein123456", Weakness::Common),
        ("Admin@123456", Weakness::Common),
        ("Welcome2024!", Weakness::Common),
        ("Summer2024!!", Weakness::Common),
        ("worldofwarcraft", Weakness::Common),
        ("aaaaaaaaaaaa", Weakness::Repeats),
        ("abcabcabcabc", Weakness::Repeats),
        ("passwordpassword", Weakness::Repeats),
        ("abcdefghijkl", Weakness::Sequence),
        ("123456789012", Weakness::Sequence),
        ("administrator", Weakness::Word),
        ("jennifer1234", Weakness::Word),
        ("19840704 1984", Weakness::Date),
    ];
    for (password, expected) in cases {
        assert_eq!(judge(password, &[]), Err(expected), "{password}");
    }
}

#[test]
fn no_kind_of_character_is_asked_for() {
    for password in [
        "gkwzrtbqmvxjpd",
        "840296175307",
        "KQZWVJXPMTRB",
        "sturdy otter paints a lantern",
        "correct horse battery staple",
        "mauve walrus tiptoes",
        "überraschung im kühlen nebel",
        "さくらのはなのさくころに",
        "🦊🌵🎷🧊🛶🪁🥨🦉🧵🪐🍄🛎",
        "kx7qm2v9tz4w",
    ] {
        assert_eq!(judge(password, &ADA), Ok(()), "{password}");
    }
}

#[test]
fn a_password_is_not_made_of_the_person_or_the_service() {
    for password in [
        "ada.lovelace",
        "adalovelace12",
        "AdaLovelace1815",
        "4d4l0v3l4c3!!",
        "ecalevolada1",
        "lovelace123456",
        "ada king lovelace",
        "engine123456",
        "accounts.engine.example",
        "ada.lovelace+x@engine.example",
        "accounts.engine.example/users/settings",
        "signet123456",
        "signetsignet",
        "Signet-2025!",
        "S1gnet!!!!!!",
    ] {
        assert_eq!(judge(password, &ADA), Err(Weakness::Personal), "{password}");
    }
}

#[test]
fn a_personal_word_in_a_strong_password_does_no_harm() {
    for password in ["lovelace juggles seven kettles", "lovelacegkwzrtbqmvxjpd"] {
        assert_eq!(judge(password, &ADA), Ok(()), "{password}");
    }
}

#[test]
fn another_persons_words_are_only_words() {
    let without = judge("lovelace juggles", &[]);
    assert_eq!(without, Ok(()));
}

#[test]
fn runs_are_cut_where_the_kind_of_character_changes() {
    assert_eq!(runs("Admin@123456"), ["Admin", "@", "123456"]);
    assert_eq!(runs("é1 ٣"), ["é", "1", " ", "٣"]);
    assert_eq!(runs(""), [""; 0]);
}

#[test]
fn what_comes_after_the_part_that_is_looked_at_cannot_make_it_strong() {
    let ending = "gkwzrtbqmvxjpd";
    let same = "a".repeat(LOOKED_AT);
    assert_eq!(judge(&format!("{same}{ending}"), &[]), Err(Weakness::Repeats));
    assert_eq!(judge(&format!("{}{ending}", &same[ending.len()..]), &[]), Ok(()));
}

proptest::proptest! {
    #[test]
    fn no_input_panics(password in ".*", name in ".*") {
        let _ = judge(&password, &[&name]);
    }
}
