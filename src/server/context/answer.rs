//! What a request's response carries beside its page.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Form, FreshToken, Kept, Notice};
use crate::{
    domain::error::AppError,
    server::crypto::{attempt::AttemptSecret, session_token::SessionToken},
};

/// What a request's response carries beside its body; clones share one.
#[derive(Clone, Default)]
pub struct Answer(Arc<Mutex<Said>>);

/// The parts of an [`Answer`].
#[derive(Default)]
pub struct Said {
    /// Where to go next.
    pub to: Option<String>,
    /// What to say there.
    pub notice: Option<Notice>,
    /// What to fill in there.
    pub kept: Option<Kept>,
    /// What to show there, once.
    pub fresh_token: Option<FreshToken>,
    /// What becomes of the session cookie.
    pub session: SessionCookie,
    /// What becomes of the cookie with the secret of the way to a provider.
    pub attempt: AttemptCookie,
    /// Whether the notice of this request was shown.
    pub notice_shown: bool,
    /// Whether the new API token of this request was shown.
    pub fresh_shown: bool,
    /// Which kept form of this request was filled in, or sent again.
    pub kept_done: Option<Form>,
    /// Why a server function refused, for the status code.
    pub error: Option<AppError>,
    /// Whether a server function answered at all.
    pub answered: bool,
}

/// What becomes of the session cookie.
#[derive(Default)]
pub enum SessionCookie {
    /// It stays as it is.
    #[default]
    Keep,
    /// A new token takes its place.
    Set(SessionToken),
    /// It goes.
    Clear,
}

/// What becomes of the cookie with the secret of the way to a provider.
#[derive(Default)]
pub enum AttemptCookie {
    /// It stays as it is.
    #[default]
    Keep,
    /// A new way begins.
    Set(AttemptSecret),
    /// The way is over.
    Clear,
}

/// What a server function answers when its action succeeded.
#[derive(Default)]
pub struct Reply(pub(super) Said);

impl Answer {
    /// The parts, to read or to fill in.
    pub fn said(&self) -> MutexGuard<'_, Said> {
        // A panic while it was held left nothing half-written that matters.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
