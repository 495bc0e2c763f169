//! `finish_provider`: somebody comes back from a provider.

use super::{Error, Lifecycle, SignedIn, Source, Viewer};
use crate::{
    domain::{error::Refusal, provider::AskFor},
    server::crypto::{attempt::AttemptSecret, session_token::SessionToken},
};

/// What the provider sent the browser back with.
pub struct Callback<'a> {
    /// The provider that the address names.
    pub provider: &'a str,
    /// `state`.
    pub state: &'a str,
    /// `code`.
    pub code: Option<&'a str>,
    /// `error`.
    pub error: Option<&'a str>,
    /// `iss` (RFC 9207).
    pub iss: Option<&'a str>,
}

/// What came of it.
pub enum Finished {
    /// A session began.
    SignedIn(SignedIn),
    /// The provider is a way in to the viewer's account now.
    Linked,
    /// The viewer's session is in sudo mode, under this token.
    SudoConfirmed(SessionToken),
}

/// How an attempt ended.
pub struct Ended {
    /// Why the person had been sent to the provider; `None` when there is no such attempt.
    pub ask: Option<AskFor>,
    /// Where they wanted to go afterwards: a path of this site.
    pub return_to: String,
    /// What came of it.
    pub outcome: Result<Finished, Error>,
}

impl Lifecycle {
    /// Ends an attempt.
    pub async fn finish_provider(
        &self,
        _source: &Source,
        _viewer: Option<&Viewer>,
        _secret: Option<&AttemptSecret>,
        _callback: Callback<'_>,
    ) -> Ended {
        Ended { ask: None, return_to: "/".to_owned(), outcome: Err(Refusal::AttemptOver.into()) }
    }
}
