//! Why a server function did not carry out its action, for the script of a page and for programs: JSON with the case
//! of the closed list, its words, and the fields that are wrong.

use std::collections::BTreeMap;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    copy::{error_pages, notices, refusals},
    domain::{
        error::{AppError, Field, Refusal},
        notice::Interrupted,
        paths,
    },
};

/// The answer. The browser shows the words of a field beside it, and `words` in the form if it shows no others.
#[derive(Serialize)]
pub(super) struct Refused {
    #[serde(flatten)]
    error: AppError,
    words: String,
    /// Words for each wrong field. They are empty if the words are about several fields together.
    fields: BTreeMap<&'static str, String>,
    /// Where the user can go on, if not in this form.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<Link>,
}

/// A link after the words.
#[derive(Serialize)]
struct Link {
    words: &'static str,
    to: &'static str,
}

impl Refused {
    /// The answer for an error. `during` is what the user was doing, should the session have ended.
    pub(super) fn new(error: AppError, during: Option<Interrupted>) -> Self {
        let AppError::Refused(refusal) = error else {
            return Self { error, words: refusals::problem(error), fields: BTreeMap::new(), link: None };
        };
        let marked = Field::ALL.iter().filter(|field| refusal.marks(**field));
        let beside =
            |field: &Field| if refusal.field() == Some(*field) { refusals::words(refusal) } else { String::new() };
        let fields = marked.map(|field| (field.word(), beside(field))).collect();
        let has_ended = refusal == Refusal::SignInRequired;
        let words = if has_ended { notices::session_ended(during) } else { refusals::words(refusal) };
        let link = has_ended.then(|| Link { words: error_pages::sign_in(), to: paths::LOG_IN });
        Self { error, words, fields, link }
    }

    /// Adds what else is wrong, in another field, if the form was refused because of a field.
    pub(super) fn also(mut self, refusal: Option<Refusal>) -> Self {
        if self.fields.is_empty() {
            return self;
        }
        let field = refusal.and_then(|refusal| Some((refusal.field()?.word(), refusals::words(refusal))));
        self.fields.extend(field);
        self
    }

    /// The response.
    pub(super) fn with_status(self, status: StatusCode) -> Response {
        (status, Json(self)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(error: impl Into<AppError>) -> serde_json::Value {
        serde_json::to_value(Refused::new(error.into(), None)).unwrap()
    }

    #[test]
    fn an_answer_says_the_case_the_words_and_the_field() {
        assert_eq!(
            json(Refusal::PasswordTooShort { min: 8 }),
            serde_json::json!({
                "error": "refused",
                "code": "password_too_short",
                "min": 8,
                "words": refusals::words(Refusal::PasswordTooShort { min: 8 }),
                "fields": { "new_password": refusals::words(Refusal::PasswordTooShort { min: 8 }) },
            })
        );
        let wrong = json(Refusal::WrongCredentials);
        assert_eq!(wrong["fields"], serde_json::json!({ "email": "", "password": "" }));
        assert_eq!(json(Refusal::SignInRequired)["link"]["to"], paths::LOG_IN);
        assert_eq!(json(AppError::Internal { reference: u64::MAX >> 1 })["reference"], u64::MAX >> 1);
    }

    #[test]
    fn an_outage_is_not_hidden_by_a_wrong_field() {
        let answer = |error: AppError| {
            serde_json::to_value(Refused::new(error, None).also(Some(Refusal::PasswordMissing))).unwrap()
        };
        assert_eq!(answer(AppError::Unavailable)["fields"], serde_json::json!({}));
        let both = answer(Refusal::InvalidEmail.into());
        assert_eq!(both["fields"]["password"], refusals::words(Refusal::PasswordMissing));
        assert_eq!(both["fields"]["email"], refusals::words(Refusal::InvalidEmail));
    }

    #[test]
    fn a_program_reads_the_case_that_the_server_wrote() {
        let limited = Refusal::Limited { retry_after: 240 };
        let numbered = AppError::Internal { reference: u64::MAX >> 1 };
        for error in [limited.into(), Refusal::DeadLink.into(), numbered, AppError::Unavailable, AppError::Transport] {
            assert_eq!(serde_json::from_value::<AppError>(json(error)).unwrap(), error);
        }
    }

    #[test]
    fn a_refusal_has_the_code_that_the_security_log_records() {
        for refusal in [Refusal::DeadLink, Refusal::PasswordHasNul, Refusal::Limited { retry_after: 1 }] {
            assert_eq!(json(refusal)["code"], refusal.code());
        }
    }
}
