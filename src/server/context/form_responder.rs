//! How a server function answers a form: what it is handed, and the reply it gives.

use super::{AttemptCookie, Form, FormDraft, FreshToken, Notice, RequestContext, ResponseParts, SessionCookie};
use crate::{
    domain::{
        error::{AppError, Refusal},
        paths,
    },
    server::{
        crypto::{api_token::ApiToken, attempt::AttemptSecret, session_token::SessionToken},
        lifecycle::{Error, Lifecycle, RequestOrigin, Viewer},
    },
};

/// Longest text kept for a refused form, in characters: more than any field accepts,
/// little enough for a cookie.
const MAX_TYPED: usize = 320;

/// Longest value of a select that is kept, in characters.
const MAX_CHOICE: usize = 16;

/// A server function's way in and out: made from the request, consumed by the answer.
pub struct FormResponder {
    context: RequestContext,
    page: String,
    kept: FormDraft,
}

/// What a server function answers when its action succeeded.
#[derive(Default)]
pub struct Reply(ResponseParts);

impl FormResponder {
    /// The responder of a server function whose form stands on `page`.
    ///
    /// # Errors
    /// [`AppError::Internal`] outside of a request.
    pub fn open(form: Form, page: impl Into<String>) -> Result<Self, AppError> {
        let context = RequestContext::current().ok_or(AppError::Internal { reference: 0 })?;
        Ok(Self::at(context, form, page))
    }

    /// The responder of a request that is no server function; `form` led to it.
    #[must_use]
    pub fn at(context: RequestContext, form: Form, page: impl Into<String>) -> Self {
        Self { context, page: page.into(), kept: FormDraft::new(form) }
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
        &self.context.state.lifecycle
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
    pub const fn source(&self) -> &RequestOrigin {
        &self.context.source
    }

    /// Whether our own script asked.
    #[must_use]
    pub const fn by_script(&self) -> bool {
        self.context.by_script
    }

    /// Who is calling, if anybody.
    #[must_use]
    pub const fn maybe_viewer(&self) -> Option<&Viewer> {
        self.context.viewer.as_ref()
    }

    /// Who is calling.
    ///
    /// # Errors
    /// [`Refusal::SignInRequired`].
    pub fn viewer(&self) -> Result<&Viewer, Error> {
        Ok(self.context.viewer()?)
    }

    /// A new API token as the next page shall show it, to this viewer alone.
    ///
    /// # Errors
    /// [`Refusal::SignInRequired`].
    pub fn to_show(&self, token: &ApiToken) -> Result<FreshToken, Error> {
        Ok(FreshToken::new(token, self.viewer()?.user.id.clone(), self.context.now))
    }

    /// Answers: success with what `reply` makes of it, a refusal to the form it came from.
    ///
    /// # Errors
    /// What the action refused or failed with, for our own script. A plain form is
    /// redirected instead.
    pub fn answer<T>(self, done: Result<T, Error>, reply: impl FnOnce(T) -> Reply) -> Result<(), AppError> {
        let said = match done {
            Ok(value) => reply(value).0,
            Err(error) => self.refusal(wire_error(error, self.context.source.request)),
        };
        let result = said.error.map_or(Ok(()), Err);
        // What an earlier try of the same form left is over, whatever came of this one.
        *self.context.answer.said() = ResponseParts { answered: true, kept_done: Some(self.kept.form), ..said };
        result
    }

    fn refusal(&self, error: AppError) -> ResponseParts {
        let said = ResponseParts { error: Some(error), ..ResponseParts::default() };
        let AppError::Refused(refusal) = error else { return said };
        if self.context.by_script {
            // The page stays, unless somebody goes to a provider to confirm it's them: then the
            // form is filled in when they come back.
            let waits = refusal == Refusal::SudoRequired && !self.kept.typed.is_empty();
            return ResponseParts { kept: waits.then(|| self.kept.clone()), ..said };
        }
        let kept = FormDraft { refusal: Some(refusal), ..self.kept.clone() };
        let (to, notice, kept) = match refusal {
            Refusal::SignInRequired => (paths::log_in(&self.page), Some(Notice::SessionEnded), None),
            // Not refused yet: the same press after the confirmation goes through.
            Refusal::SudoRequired => (paths::sudo(&self.page), None, Some(self.kept.clone())),
            _ => (self.page.clone(), None, Some(kept)),
        };
        ResponseParts { to: Some(to), notice, kept, ..said }
    }
}

impl Reply {
    /// Succeeded; the next page is `path`.
    #[must_use]
    pub fn to(path: impl Into<String>) -> Self {
        Self(ResponseParts { to: Some(path.into()), ..ResponseParts::default() })
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
