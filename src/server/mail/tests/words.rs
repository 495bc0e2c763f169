//! The words of the letters.

use std::collections::HashSet;

use html_escape::decode_html_entities;

use super::*;

#[test]
fn the_link_is_in_both_parts_exactly_when_the_letter_is_for_one() {
    for (kind, letter) in every_letter() {
        let url = facts(kind).link.unwrap().url;
        let expected = kind.link().is_some();
        assert_eq!(letter.text.contains(&format!("\n{url}\n")), expected, "{kind:?}");
        assert_eq!(letter.html.contains(&format!("<a href=\"{url}\"")), expected, "{kind:?}");
        assert_eq!(letter.links.first() == Some(&url), expected, "{kind:?}");
        assert_eq!(letter.text.contains("8 December 2026, 14:05 UTC"), expected, "{kind:?}");
    }
}

#[test]
fn letters_speak_calmly() {
    for (kind, letter) in every_letter() {
        let said = format!("{} {}", letter.subject, letter.text).to_lowercase();
        for word in ["!", "please", "oops", "successfully", "click"] {
            assert!(!said.contains(word), "{kind:?}: {word}");
        }
        assert!(letter.text.starts_with("Hello,\n"), "{kind:?}");
    }
}

#[test]
fn subjects_tell_letters_apart() {
    let subjects: HashSet<String> = every_letter().map(|(_, letter)| letter.subject).collect();
    assert_eq!(subjects.len(), Kind::ALL.len());
    for subject in subjects {
        assert!(!subject.is_empty() && subject.len() <= 70 && subject.is_ascii(), "{subject}");
    }
}

/// A button's label is in both parts; only the text has a colon after it. Only the HTML has the line for mailboxes, the
/// product's name above the letter, and a way to open the link without its button.
#[test]
fn both_parts_say_the_same_words() {
    let letters = Language::ALL.iter().flat_map(|language| every_letter_in(*language));
    for (kind, letter) in letters {
        let body = letter.html.split_once("</span>Signet</p>").unwrap().1;
        let body = body.replace("Button not working? Open this address:", "");
        let body = body.replace("Die Schaltfläche funktioniert nicht? Öffnen Sie diese Adresse:", "");
        let mut shown = String::new();
        for piece in body.split('<') {
            shown.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
            shown.push(' ');
        }
        let words = |text: &str| -> Vec<String> {
            text.split_whitespace().map(|word| word.trim_end_matches(':').to_owned()).collect()
        };
        assert_eq!(words(&decode_html_entities(&shown)), words(&letter.text), "{kind:?}");
    }
}

#[test]
fn dates_are_said_in_words() {
    for (kind, letter) in every_letter() {
        let expected = matches!(
            kind,
            Kind::ResetPassword
                | Kind::PasswordReset
                | Kind::PasswordChanged
                | Kind::PasswordSet
                | Kind::ProviderLinked
                | Kind::ProviderUnlinked
                | Kind::ApiTokenCreated
                | Kind::SessionsRevokedByToken
                | Kind::NewDevice
                | Kind::DeletionScheduled
                | Kind::DeletionReminder
                | Kind::SignedOutByOperator
                | Kind::DevicesForgottenByOperator
        );
        assert_eq!(letter.text.contains("on 7 December 2026, 14:05 UTC"), expected, "{kind:?}");
    }
}

#[test]
fn only_the_letter_that_is_for_the_code_says_it_and_not_in_its_subject() {
    for (kind, letter) in every_letter() {
        assert_eq!(letter.text.contains(&format!("\nCode: {CODE}\n")), kind == Kind::SudoCode, "{kind:?}");
        assert_eq!(letter.html.contains(CODE), kind == Kind::SudoCode, "{kind:?}");
        assert!(!letter.subject.contains(CODE), "{kind:?}");
    }
}

#[test]
fn a_reset_names_the_other_ways_in_where_there_are_any() {
    let with = |linked: &[&str]| {
        let linked = linked.iter().map(|name| (*name).to_owned()).collect();
        let facts = Facts { linked, ..facts(Kind::PasswordReset) };
        compose(Kind::PasswordReset, &email("ada@example.com"), &facts).unwrap().text
    };
    assert!(with(&["Acme", "GitHub"]).contains("sign in to your account with: Acme, GitHub."));
    assert!(!with(&[]).contains("sign in to your account with"));
}

#[test]
fn what_an_operator_did_is_said_with_the_reason() {
    let by_operator = |kind| {
        let facts = Facts { reason: Some("<b>You asked</b> & we agreed.".to_owned()), ..facts(kind) };
        compose(kind, &email("ada@example.com"), &facts).unwrap()
    };
    let kinds =
        [Kind::SignedOutByOperator, Kind::DevicesForgottenByOperator, Kind::DeletionScheduled, Kind::DeletionCancelled];
    for kind in kinds {
        let letter = by_operator(kind);
        assert!(letter.text.contains("The operator of this site "), "{kind:?}");
        assert!(letter.text.contains("The reason given: <b>You asked</b> & we agreed."), "{kind:?}");
        assert!(letter.html.contains("&lt;b&gt;You asked&lt;/b&gt; &amp; we agreed."), "{kind:?}");
    }
    let own = compose(Kind::DeletionScheduled, &email("ada@example.com"), &facts(Kind::DeletionScheduled)).unwrap();
    assert!(own.text.contains("You asked us to close") && !own.text.contains("operator"));
    assert!(by_operator(Kind::DeletionScheduled).text.contains("erased on 7 December 2026, 14:05 UTC"));
}

#[test]
fn a_reset_link_says_that_it_keeps_a_closed_account() {
    for (at, said) in [(facts(Kind::ResetPassword).at, true), (None, false)] {
        let facts = Facts { at, ..facts(Kind::ResetPassword) };
        let text = compose(Kind::ResetPassword, &email("ada@example.com"), &facts).unwrap().text;
        assert_eq!(text.contains("A new password keeps it."), said, "{text}");
    }
}

#[test]
fn a_closed_account_is_kept_by_a_link_or_without_one_by_signing_in() {
    for (link, button) in [(facts(Kind::DeletionScheduled).link, true), (None, false)] {
        let facts = Facts { link, ..facts(Kind::DeletionScheduled) };
        let text = compose(Kind::DeletionScheduled, &email("ada@example.com"), &facts).unwrap().text;
        assert_eq!(text.contains("Keep my account"), button, "{text}");
        assert_eq!(text.contains(&format!("{BASE}/users/log-in")), !button, "{text}");
        assert!(text.contains(&format!("{BASE}/users/reset-password")), "{text}");
    }
}

#[test]
fn a_letter_with_a_hole_is_not_written() {
    let to = email("ada@example.com");
    for kind in Kind::ALL.iter().copied() {
        let without_link = compose(kind, &to, &Facts { link: None, ..facts(kind) });
        // An earlier version of Signet queued this letter without a link.
        let expected = kind.link().filter(|_| kind != Kind::DeletionScheduled).map(|_| ComposeError::NoLink);
        assert_eq!(without_link.err(), expected, "{kind:?}");
        let nothing = Facts {
            base_url: BASE.to_owned(),
            product: "Signet".to_owned(),
            language: Language::English,
            link: None,
            other: None,
            at: None,
            device: None,
            provider: None,
            api_token: None,
            linked: Vec::new(),
            code: None,
            reason: None,
        };
        let needs_nothing = compose(kind, &to, &nothing).is_ok();
        assert_eq!(needs_nothing, NEED_NOTHING.contains(&kind), "{kind:?}");
    }
}

const NEED_NOTHING: [Kind; 6] = [
    Kind::AlreadyRegistered,
    Kind::EmailChangeToTaken,
    Kind::EmailChangeCancelled,
    Kind::EmailChangedNew,
    Kind::DeletionCancelled,
    Kind::DeletionExecuted,
];

#[test]
fn a_mailbox_shows_what_happened_and_never_the_code() {
    for (kind, letter) in every_letter() {
        let hidden = letter.html.split_once("display:none").unwrap().1;
        let preheader = hidden.split_once('>').unwrap().1.split_once("</div>").unwrap().0;
        let first = letter.text.split("\n\n").nth(1).unwrap();
        assert_eq!(decode_html_entities(preheader), first, "{kind:?}");
        assert!(!preheader.contains(CODE) && !preheader.contains("://"), "{kind:?}");
    }
}

#[test]
fn the_product_of_the_settings_is_named_and_no_other() {
    let named = |kind| Facts { product: "Acme <One>".to_owned(), ..facts(kind) };
    for kind in Kind::ALL.iter().copied() {
        let letter = compose(kind, &email("ada@example.com"), &named(kind)).unwrap();
        assert!(!format!("{}{}{}", letter.subject, letter.text, letter.html).contains("Signet"), "{kind:?}");
        assert!(letter.text.contains("Sent by Acme <One> at signet.example."), "{kind:?}");
        assert!(letter.html.contains("</span>Acme &lt;One&gt;</p>"), "{kind:?}");
    }
}
