//! The server functions' one door, and the reply that goes out by it.

use super::{AttemptCookie, Form, FreshToken, Kept, Notice, Said, SessionCookie, Visit};
use crate::{
    domain::{
        error::{AppError, Refusal},
        paths,
    },
    server::{
        crypto::{api_token::ApiToken, attempt::AttemptSecret, session_token::SessionToken},
        lifecycle::{Error, Lifecycle, Source, Viewer},
    },
};

/// Longest text kept for a refused form, in characters: more than any field accepts,
/// little enough for a cookie.
const MAX_TYPED: usize = 320;

/// Longest value of a select that is kept, in characters.
const MAX_CHOICE: usize = 16;

/// A server function's way in and out: made from the request, consumed by the answer.
pub struct Door {
    visit: Visit,
    page: String,
    kept: Kept,
}

/// What a server function answers when its action succeeded.
#[derive(Default)]
pub struct Reply(Said);

impl Door {
    /// Opens the door for a server function whose form stands on `page`.
    ///
    /// # Errors
    /// [`AppError::Internal`] outside of a request.
    pub fn open(form: Form, page: impl Into<String>) -> Result<Self, AppError> {
        let visit = Visit::current().ok_or(AppError::Internal { reference: 0 })?;
        Ok(Self::at(visit, form, page))
    }

    /// The door of a request that is no server function, `form` having led to it.
    #[must_use]
    pub fn at(visit: Visit, form: Form, page: impl Into<String>) -> Self {
        Self { visit, page: page.into(), kept: Kept::new(form) }
    }

    /// Keeps what was typed, for the form to have it again after a refusal. Never a secret.
    #[must_use]
    pub fn keep(mut self, typed: &str) -> Self {
        self.kept.typed = typed.chars().take(MAX_TYPED).collect();
        self
    }

    /// Keeps what was chosen, as far as it can have been a choice.
    #[must_use]
    pub fn keep_choices(mut self, chosen: &[&str]) -> Self {
        let short = |choice: &&str| choice.chars().filter(char::is_ascii_alphanumeric).take(MAX_CHOICE).collect();
        self.kept.chosen = chosen.iter().map(short).collect();
        self
    }

    /// The actions.
    #[must_use]
    pub const fn lifecycle(&self) -> &Lifecycle {
        &self.visit.state.lifecycle
    }

    /// What the settings call a provider; the text itself where they do not know it.
    #[must_use]
    pub fn provider_name(&self, id: &str) -> String {
        let listed = self.lifecycle().configured_providers();
        let found = listed.into_iter().find(|listed| listed.id.as_str() == id);
        found.map_or_else(|| id.to_owned(), |listed| listed.name)
    }

    /// Where the request came from.
    #[must_use]
    pub const fn source(&self) -> &Source {
        &self.visit.source
    }

    /// Whether our own script asked.
    #[must_use]
    pub const fn by_script(&self) -> bool {
        self.visit.by_script
    }

    /// Who is calling, if anybody.
    #[must_use]
    pub const fn anyone(&self) -> Option<&Viewer> {
        self.visit.viewer.as_ref()
    }

    /// Who is calling.
    ///
    /// # Errors
    /// [`Refusal::SignInRequired`].
    pub fn viewer(&self) -> Result<&Viewer, Error> {
        Ok(self.visit.viewer()?)
    }

    /// A new API token as the next page shall show it, to this viewer alone.
    ///
    /// # Errors
    /// [`Refusal::SignInRequired`].
    pub fn to_show(&self, token: &ApiToken) -> Result<FreshToken, Error> {
        Ok(FreshToken::new(token, self.viewer()?.user.id.clone(), self.visit.now))
    }

    /// Answers: success with what `reply` makes of it, a refusal to the form it came from.
    ///
    /// # Errors
    /// What the action refused or failed with, for our own script. A plain form is
    /// redirected instead.
    pub fn answer<T>(self, done: Result<T, Error>, reply: impl FnOnce(T) -> Reply) -> Result<(), AppError> {
        let said = match done {
            Ok(value) => reply(value).0,
            Err(error) => self.refusal(wire_error(error, self.visit.source.request)),
        };
        let result = said.error.map_or(Ok(()), Err);
        // What an earlier try of the same form left is over, whatever came of this one.
        *self.visit.answer.said() = Said { answered: true, kept_done: Some(self.kept.form), ..said };
        result
    }

    fn refusal(&self, error: AppError) -> Said {
        let said = Said { error: Some(error), ..Said::default() };
        let AppError::Refused(refusal) = error else { return said };
        if self.visit.by_script {
            // The page stays, unless somebody goes to a provider to confirm it's them: then the
            // form is filled in when they come back.
            let waits = refusal == Refusal::SudoRequired && !self.kept.typed.is_empty();
            return Said { kept: waits.then(|| self.kept.clone()), ..said };
        }
        let kept = Kept { refusal: Some(refusal), ..self.kept.clone() };
        let (to, notice, kept) = match refusal {
            Refusal::SignInRequired => (paths::log_in(&self.page), Some(Notice::SessionEnded), None),
            // Not refused yet: the same press after the confirmation goes through.
            Refusal::SudoRequired => (paths::sudo(&self.page), None, Some(self.kept.clone())),
            _ => (self.page.clone(), None, Some(kept)),
        };
        Said { to: Some(to), notice, kept, ..said }
    }
}

impl Reply {
    /// Succeeded; the next page is `path`.
    #[must_use]
    pub fn to(path: impl Into<String>) -> Self {
        Self(Said { to: Some(path.into()), ..Said::default() })
    }

    /// Succeeded; the page stays as it is.
    #[must_use]
    pub fn stay() -> Self {
        Self::default()
    }

    /// With something to say on the next page.
    #[must_use]
    pub fn saying(mut self, notice: Notice) -> Self {
        self.0.notice = Some(notice);
        self
    }

    /// With a new API token to show on the next page, once.
    #[must_use]
    pub fn showing(mut self, token: FreshToken) -> Self {
        self.0.fresh_token = Some(token);
        self
    }

    /// With a new session token.
    #[must_use]
    pub fn session(mut self, token: SessionToken) -> Self {
        self.0.session = SessionCookie::Set(token);
        self
    }

    /// With the way to a provider begun.
    #[must_use]
    pub fn attempt(mut self, secret: AttemptSecret) -> Self {
        self.0.attempt = AttemptCookie::Set(secret);
        self
    }

    /// With the session ended.
    #[must_use]
    pub fn signed_out(mut self) -> Self {
        self.0.session = SessionCookie::Clear;
        self
    }
}

/// The error as it crosses the wire; what is not for the person goes to the log.
fn wire_error(error: Error, request: u64) -> AppError {
    match error {
        Error::Refused(refusal) => AppError::Refused(refusal),
        Error::Unavailable(cause) => {
            tracing::warn!(request, %cause, "unavailable");
            AppError::Unavailable
        }
        Error::Undecided(cause) => {
            tracing::error!(request, %cause, "undecided");
            AppError::Transport
        }
        Error::Internal(cause) => {
            tracing::error!(request, %cause, "internal error");
            AppError::Internal { reference: request }
        }
    }
}
