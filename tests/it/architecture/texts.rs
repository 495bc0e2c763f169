//! The check of the texts in `locales`, which the build runs, refuses what it must.

#[path = "../../../build/messages.rs"]
#[expect(dead_code, reason = "the build uses the rest")]
mod messages;

use messages::{must_agree, read};

/// What the check says of a German text beside an English one.
fn said(english: &str, german: &str) -> String {
    let languages = [read(english).unwrap(), read(german).unwrap()];
    must_agree(&languages).err().unwrap_or_default()
}

const ENGLISH: &str = "greeting = Hello { $name }\nbye = Bye\n";

#[test]
fn a_text_of_one_language_alone_is_refused() {
    assert_eq!(said(ENGLISH, "bye = Tschüss\ngreeting = Hallo { $name }\n"), "");
    assert_eq!(said(ENGLISH, "greeting = Hallo { $name }\n"), "bye is not translated");
    assert_eq!(said("bye = Bye\n", "bye = Ade\ngreeting = Hallo\n"), "greeting has no source");
}

#[test]
fn a_text_that_states_other_values_is_refused() {
    let differ = "greeting states other values than its source";
    for german in ["greeting = Hallo\n", "greeting = Hallo { $nam }\n", "greeting = Hallo { $name } { $day }\n"] {
        assert_eq!(said("greeting = Hello { $name }\n", german), differ, "{german}");
    }
    let counted = |cases: &str| format!("greeting = {{ $name ->\n    {cases}\n   *[other] x\n}}\n");
    assert_eq!(said("greeting = Hello { $name }\n", &counted("[one] x")), differ);
    assert_eq!(said(&counted("[one] x"), &counted("[1] x")), "");
}

#[test]
fn a_text_that_signet_could_not_say_is_refused() {
    for text in [
        "a = {\n",
        "a = x\na = y\n",
        "-brand = Signet\n",
        "a = { -brand }\n",
        "a = { b }\nb = x\n",
        "a = { NUMBER($n) }\n",
        "a =\n    .title = x\n",
        "a = two\n    lines\n",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
}
