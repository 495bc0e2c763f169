//! The column `event_context.detail`: JSON in new rows, one of three grammars in older ones. No statement rewrites
//! a row, so Signet must always read both. No SQL statement looks into the text.

use super::{
    super::{email::Email, profile::Name, providers::ProviderId, security_log::Event, time::from_rfc3339},
    Detail,
};

impl Detail {
    /// The text for a new row: JSON, such as `{"provider":"acme"}`.
    #[must_use]
    pub fn to_row(&self) -> String {
        match self {
            Self::Unknown(text) => text.clone(),
            // JSON can represent every case. If it ever could not, `from_row` would still read the older text.
            known => serde_json::to_string(known).unwrap_or_else(|_| known.to_string()),
        }
    }

    /// Reads the text of a row of any version. The older texts do not state their meaning; it follows from the
    /// event, which is `None` if the row has a word that no version writes.
    ///
    /// No older text parses as JSON: an address contains no quotation mark, and a token's text ends with its hint
    /// and not with the end of an object. An older text counts as understood only if the detail is displayed as
    /// exactly the same text.
    #[must_use]
    pub fn from_row(event: Option<Event>, text: String) -> Self {
        let json = || serde_json::from_str(&text).ok();
        let older = || event.and_then(|event| older(event, &text)).filter(|detail| detail.to_string() == text);
        json().or_else(older).unwrap_or(Self::Unknown(text))
    }
}

/// Reads the texts that versions before JSON wrote.
fn older(event: Event, text: &str) -> Option<Detail> {
    match event {
        Event::EmailChangeRequested | Event::EmailChanged | Event::EmailChangeUndone => email_change(text),
        Event::EmailVerified | Event::EmailChangeCancelled => Email::parse(text).ok().map(Detail::Email),
        Event::ProviderLinked | Event::ProviderUnlinked => ProviderId::parse(text).map(Detail::Provider),
        Event::ApiTokenCreated | Event::ApiTokenRevoked => api_token(text),
        // A program ended the session, or the user ended all others in the list, or one of them.
        Event::SessionRevoked => {
            api_token(text).or_else(|| other_sessions(text)).or_else(|| Some(Detail::Browser(text.to_owned())))
        }
        Event::EventDisowned => disowned(text),
        Event::SignUp
        | Event::ProfileUpdated
        | Event::SignIn
        | Event::SignOut
        | Event::PasswordResetRequested
        | Event::PasswordReset
        | Event::PasswordChanged
        | Event::PasswordSet
        | Event::SudoConfirmed
        | Event::DevicesForgotten
        | Event::ApiTokenRefused
        | Event::ExportRequested
        | Event::ExportDownloaded
        | Event::DeletionScheduled
        | Event::DeletionCancelled
        | Event::DeletionExecuted => None,
    }
}

/// `ada@example.com → lovelace@example.com`
fn email_change(text: &str) -> Option<Detail> {
    let (old, new) = text.split_once(" → ")?;
    Some(Detail::EmailChange { old: Email::parse(old).ok()?, new: Email::parse(new).ok()? })
}

/// `backup …0af3`. The name may contain ` …` too, so the hint is what follows the last one.
fn api_token(text: &str) -> Option<Detail> {
    let (name, hint) = text.rsplit_once(" …")?;
    Some(Detail::ApiToken { name: Name::parse(name).ok()??, hint: hint.to_owned() })
}

/// `1 other session`, `2 other sessions`
fn other_sessions(text: &str) -> Option<Detail> {
    let (ended, _) = text.split_once(" other session")?;
    ended.parse().ok().map(Detail::OtherSessions)
}

/// `session.sign_in 2027-01-15T08:00:00Z`, `session.sign_in.failure 2027-01-15T08:00:00Z`
fn disowned(text: &str) -> Option<Detail> {
    let (word, at) = text.split_once(' ')?;
    let (word, is_refused) = word.strip_suffix(".failure").map_or((word, false), |word| (word, true));
    Some(Detail::Disowned { event: Event::from_word(word)?, is_refused, at: from_rfc3339(at)? })
}

/// Stores an event as its word in the log.
pub(super) mod by_word {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use super::Event;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's own signature")]
    pub fn serialize<S: Serializer>(event: &Event, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(event.word())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Event, D::Error> {
        let word = String::deserialize(deserializer)?;
        Event::from_word(&word).ok_or_else(|| D::Error::custom("no event of the log"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop_oneof};

    use super::*;
    use crate::domain::{operator::OperatorReason, time::Timestamp};

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    fn token(name: &str, hint: &str) -> Detail {
        Detail::ApiToken { name: Name::from_row(name.to_owned()), hint: hint.to_owned() }
    }

    fn disowned(event: Event, is_refused: bool) -> Detail {
        Detail::Disowned { event, is_refused, at: Timestamp(1_800_000_000) }
    }

    fn read(event: Event, text: &str) -> Detail {
        Detail::from_row(Some(event), text.to_owned())
    }

    /// A text that some version has written, with its events: the detail that it must give, and that detail as
    /// JSON.
    type Written = (&'static [Event], &'static str, Detail, &'static str);

    fn written() -> Vec<Written> {
        use Event as E;
        let change = Detail::email_change(&email("Ada@example.com"), &email("ada@bücher.example"));
        let address = Detail::Email(email("{ada}@example.com"));
        let provider = Detail::Provider(ProviderId::parse("acme-login").unwrap());
        let browser = Detail::Browser("Firefox on Linux".to_owned());
        let changes = &[E::EmailChangeRequested, E::EmailChanged, E::EmailChangeUndone][..];
        let addresses = &[E::EmailVerified, E::EmailChangeCancelled];
        let json_of_change = r#"{"email_change":{"old":"Ada@example.com","new":"ada@bücher.example"}}"#;
        let json_of_refused = r#"{"disowned":{"event":"session.sign_in","is_refused":true,"at":1800000000}}"#;
        let json_of_done = r#"{"disowned":{"event":"session.sign_in","is_refused":false,"at":1800000000}}"#;
        let refused = "session.sign_in.failure 2027-01-15T08:00:00Z";
        let mut all: Vec<Written> = vec![
            (changes, "Ada@example.com → ada@bücher.example", change, json_of_change),
            (addresses, "{ada}@example.com", address, r#"{"email":"{ada}@example.com"}"#),
            (&[E::ProviderLinked, E::ProviderUnlinked], "acme-login", provider, r#"{"provider":"acme-login"}"#),
            (&[E::SessionRevoked], "Firefox on Linux", browser, r#"{"browser":"Firefox on Linux"}"#),
            (&[E::SessionRevoked], "1 other session", Detail::OtherSessions(1), r#"{"other_sessions":1}"#),
            (&[E::SessionRevoked], "99 other sessions", Detail::OtherSessions(99), r#"{"other_sessions":99}"#),
            (&[E::EventDisowned], "session.sign_in 2027-01-15T08:00:00Z", disowned(E::SignIn, false), json_of_done),
            (&[E::EventDisowned], refused, disowned(E::SignIn, true), json_of_refused),
        ];
        all.extend(written_of_tokens());
        all
    }

    /// The name of a token may look like any other text.
    fn written_of_tokens() -> Vec<Written> {
        let tokens = &[Event::ApiTokenCreated, Event::ApiTokenRevoked, Event::SessionRevoked][..];
        let names = [
            ("backup …0af3", "backup", r#"{"api_token":{"name":"backup","hint":"0af3"}}"#),
            (
                "a@example.com → b …1 …0af3",
                "a@example.com → b …1",
                r#"{"api_token":{"name":"a@example.com → b …1","hint":"0af3"}}"#,
            ),
            (
                r#"{"provider":"acme"} …0af3"#,
                r#"{"provider":"acme"}"#,
                r#"{"api_token":{"name":"{\"provider\":\"acme\"}","hint":"0af3"}}"#,
            ),
            (
                "2 other sessions …0af3",
                "2 other sessions",
                r#"{"api_token":{"name":"2 other sessions","hint":"0af3"}}"#,
            ),
        ];
        names.map(|(text, name, json)| (tokens, text, token(name, "0af3"), json)).to_vec()
    }

    #[test]
    fn what_every_version_wrote_is_read_and_displayed_as_it_always_was() {
        for (events, text, detail, json) in written() {
            assert_eq!(detail.to_row(), json);
            for event in events.iter().copied() {
                assert_eq!(read(event, text), detail, "{event:?}");
                assert_eq!(read(event, json), detail, "{event:?}");
            }
            assert_eq!(detail.to_string(), text);
        }
    }

    #[test]
    fn a_reason_is_read_back_and_is_free_text() {
        let reason = Detail::Reason(OperatorReason::from_row("ada@example.com asked.".to_owned()));
        assert_eq!(reason.to_row(), r#"{"reason":"ada@example.com asked."}"#);
        assert_eq!(read(Event::SessionRevoked, &reason.to_row()), reason);
        assert_eq!(reason.text_with(|_| "…".to_owned()), "… asked.");
    }

    #[test]
    fn every_event_that_can_be_disowned_is_read_back() {
        for (event, is_refused) in Event::ALL.iter().copied().flat_map(|event| [(event, false), (event, true)]) {
            let detail = disowned(event, is_refused);
            for row in [detail.to_row(), detail.to_string()] {
                assert_eq!(read(Event::EventDisowned, &row), detail);
            }
        }
    }

    #[test]
    fn what_no_version_writes_stays_as_it_stands() {
        for (event, text) in [
            (Event::EmailChanged, "ada@example.com"),
            (Event::EmailChanged, "ada → ben"),
            (Event::EmailChanged, " a@example.com → b@example.com"),
            (Event::EmailVerified, "ada"),
            (Event::EmailVerified, "ada@example.com "),
            (Event::ProviderLinked, "Acme"),
            (Event::ApiTokenCreated, "backup"),
            (Event::ApiTokenCreated, " backup …0af3"),
            (Event::SessionRevoked, "1 other sessions"),
            (Event::SessionRevoked, "02 other sessions"),
            (Event::EventDisowned, "session.sign_in yesterday"),
            (Event::EventDisowned, "session.sign_in 2027-01-15T09:00:00+01:00"),
            (Event::EventDisowned, "session.borrowed 2027-01-15T08:00:00Z"),
            (Event::SignIn, "acme"),
            (Event::SignIn, ""),
            (Event::SignIn, r#"{"later":1}"#),
            (Event::SignIn, r#"{"unknown":"text"}"#),
            (Event::EventDisowned, r#"{"disowned":{"event":"session.borrowed","is_refused":false,"at":0}}"#),
        ] {
            let detail = read(event, text);
            assert_eq!(detail, Detail::Unknown(text.to_owned()));
            assert_eq!((detail.to_string(), detail.to_row()), (text.to_owned(), text.to_owned()));
        }
        assert_eq!(Detail::from_row(None, "acme".to_owned()), Detail::Unknown("acme".to_owned()));
    }

    fn any_event() -> impl Strategy<Value = Event> {
        any::<proptest::sample::Index>().prop_map(|index| Event::ALL[index.index(Event::ALL.len())])
    }

    fn any_name() -> impl Strategy<Value = Name> {
        ".{1,64}".prop_filter_map("no name", |typed| Name::parse(&typed).ok().flatten())
    }

    proptest::proptest! {
        #[test]
        fn every_text_comes_out_as_it_went_in(event in any_event(), text in prop_oneof![".*", ".* …[a-z0-9]{4}", ".*@.* → .*"]) {
            proptest::prop_assert_eq!(read(event, &text).to_string(), text);
        }

        #[test]
        fn a_token_is_read_back_whatever_it_is_called(name in any_name(), hint in "[a-z0-9]{4}") {
            let detail = Detail::ApiToken { name, hint };
            for event in [Event::ApiTokenCreated, Event::ApiTokenRevoked, Event::SessionRevoked] {
                proptest::prop_assert_eq!(&read(event, &detail.to_string()), &detail);
                proptest::prop_assert_eq!(&read(event, &detail.to_row()), &detail);
            }
        }
    }
}
