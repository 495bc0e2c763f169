//! What a letter must never contain, whatever its facts are.

use super::*;

#[test]
fn every_url_begins_with_the_base_url_and_is_listed() {
    for (kind, letter) in every_letter() {
        for part in [&letter.text, &letter.html] {
            assert!(!part.to_lowercase().contains("evil.example"), "{kind:?}");
            for (start, _) in part.match_indices("://") {
                let url = &part[start - "https".len()..];
                let end = url.find(['"', '<', '\n', ' ']).unwrap();
                assert!(url.starts_with(&format!("{BASE}/")), "{kind:?}: {url}");
                assert!(letter.links.iter().any(|link| link == &url[..end]), "{kind:?}: {url}");
            }
        }
    }
}

#[test]
fn nothing_in_a_letter_is_fetched_or_run() {
    for (kind, letter) in every_letter() {
        for forbidden in ["<img", "<link", "<script", "<style", "src=", "url(", "@import", "<b "] {
            assert!(!letter.html.contains(forbidden), "{kind:?}: {forbidden}");
        }
    }
}

#[test]
fn a_hostile_device_is_an_unknown_browser() {
    let (_, letter) = every_letter().find(|(kind, _)| *kind == Kind::NewDevice).unwrap();
    assert!(letter.html.contains("Device: Unknown browser<"));
    assert!(letter.text.contains("\nDevice: Unknown browser\n"));
    let facts = Facts { device: Some(format!("{HOSTILE} Firefox/1.0 (X11; Linux)")), ..facts(Kind::NewDevice) };
    let letter = compose(Kind::NewDevice, &email("ada@example.com"), &facts).unwrap();
    assert!(letter.text.contains("\nDevice: Firefox on Linux\n"));
}

#[test]
fn a_name_is_shown_as_it_is_and_escaped() {
    let facts = Facts { provider: Some("<b>\"&'".to_owned()), ..facts(Kind::ProviderLinked) };
    let letter = compose(Kind::ProviderLinked, &email("ada@example.com"), &facts).unwrap();
    assert!(letter.html.contains("&lt;b&gt;\"&amp;'") && letter.text.contains("<b>\"&'"));
}

#[test]
fn another_address_is_shown_only_to_its_reader() {
    let reader = email("ada@example.com");
    for (kind, letter) in every_letter() {
        let all = format!("{}{}{}", letter.subject, letter.text, letter.html);
        assert!(!all.contains("grace@"), "{kind:?}");
        let names_it = all.contains("g•••@example.org");
        let expected = matches!(
            kind,
            Kind::ConfirmEmailChange | Kind::EmailChangeRequested | Kind::EmailChangedOld | Kind::EmailChangeUndone
        );
        assert_eq!(names_it, expected, "{kind:?}");
    }
    let own = Facts { other: Some(reader.clone()), ..facts(Kind::EmailChangeUndone) };
    let letter = compose(Kind::EmailChangeUndone, &reader, &own).unwrap();
    assert!(letter.text.contains("is ada@example.com again"));
}

#[test]
fn a_look_alike_domain_is_shown_for_what_it_is() {
    let facts = Facts { other: Some(email("p@p\u{430}ypal.com")), ..facts(Kind::EmailChangeRequested) };
    let letter = compose(Kind::EmailChangeRequested, &email("ada@bücher.example"), &facts).unwrap();
    assert!(letter.text.contains("p•••@xn--"));
    assert_eq!(letter.to, "ada@xn--bcher-kva.example");
}

#[test]
fn a_link_to_elsewhere_is_not_sent() {
    for url in ["https://evil.example/", "https://signet.example.evil.example/", "", "/users/confirm/x"] {
        let link = Some(Link { url: url.to_owned(), until: Timestamp(0) });
        let facts = Facts { link, ..facts(Kind::ResetPassword) };
        let letter = compose(Kind::ResetPassword, &email("ada@example.com"), &facts);
        assert_eq!(letter.err(), Some(ComposeError::ForeignLink), "{url}");
    }
}

#[test]
fn letters_do_not_show_themselves_in_logs() {
    for (_, letter) in every_letter() {
        assert_eq!(format!("{letter:?}"), "Letter { .. }");
    }
}
