//! The letters in German.

use std::collections::HashSet;

use super::*;

fn german() -> impl Iterator<Item = (Kind, Letter)> {
    every_letter_in(Language::German)
}

#[test]
fn a_letter_speaks_one_language() {
    for (kind, letter) in german() {
        assert!(letter.text.starts_with("Guten Tag.\n"), "{kind:?}");
        assert!(letter.html.contains("<html lang=\"de\">"), "{kind:?}");
        let said = format!(" {} {} ", letter.subject, letter.text.replace(['.', ',', ':', '\n'], " "));
        for word in ["you", "your", "the", "and", "was", "account", "December", "email"] {
            assert!(!said.contains(&format!(" {word} ")), "{kind:?}: {word}");
        }
    }
    for (kind, letter) in every_letter() {
        assert!(letter.html.contains("<html lang=\"en\">"), "{kind:?}");
    }
}

#[test]
fn german_letters_speak_calmly_and_say_sie() {
    for (kind, letter) in german() {
        let said = format!("{} {}", letter.subject, letter.text);
        for word in ["!", "Bitte", "bitte", "Ups", "erfolgreich", "klicken", " du ", " dein", " Dein"] {
            assert!(!said.contains(word), "{kind:?}: {word}");
        }
    }
}

#[test]
fn german_subjects_tell_letters_apart_and_fit() {
    let subjects: HashSet<String> = german().map(|(_, letter)| letter.subject).collect();
    assert_eq!(subjects.len(), Kind::ALL.len());
    for subject in subjects {
        assert!(!subject.is_empty() && subject.chars().count() <= 70, "{subject}");
    }
}

#[test]
fn both_languages_state_the_same_facts() {
    for ((kind, german), (_, english)) in german().zip(every_letter()) {
        assert_eq!(german.links, english.links, "{kind:?}");
        assert_eq!(german.to, english.to, "{kind:?}");
        for fact in ["g•••@example.org", "ada@example.com", "Acme, GitHub", CODE, REASON, "…0af3", "Signet", " 2026"]
        {
            assert_eq!(german.text.contains(fact), english.text.contains(fact), "{kind:?}: {fact}");
        }
        let dated = english.text.contains("7 December 2026, 14:05 UTC");
        assert_eq!(german.text.contains("7. Dezember 2026 um 14:05 Uhr (UTC)"), dated, "{kind:?}");
    }
}

#[test]
fn the_scope_of_a_token_and_the_name_of_a_browser_are_german_too() {
    let with = |kind, facts: Facts| {
        let facts = Facts { language: Language::German, ..facts };
        compose(kind, &email("ada@example.com"), &facts).unwrap().text
    };
    let token = |scope| Described { scope, hint: "0af3".to_owned(), expires_at: Timestamp(1_796_800_000) };
    for (scope, said) in [(Scope::Read, "protokoll lesen, bis"), (Scope::Write, "lesen und Sitzungen beenden, bis")] {
        let facts = Facts { api_token: Some(token(scope)), ..facts(Kind::ApiTokenCreated) };
        assert!(with(Kind::ApiTokenCreated, facts).contains(said), "{said}");
    }
    assert!(with(Kind::NewDevice, facts(Kind::NewDevice)).contains("\nGerät: Unbekannter Browser\n"));
    let facts = Facts { device: Some("Firefox/1.0 (X11; Linux)".to_owned()), ..facts(Kind::NewDevice) };
    assert!(with(Kind::NewDevice, facts).contains("\nGerät: Firefox unter Linux\n"));
}
