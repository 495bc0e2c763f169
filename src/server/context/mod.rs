//! What a page or a server function knows of the request it serves ([`RequestContext`]), what the response
//! carries beside the page ([`SharedResponseParts`]), and how server functions answer
//! ([`FormResponder`]).
//!
//! `http::context` makes a [`RequestContext`] for every request and writes its [`SharedResponseParts`] into the
//! response. Nothing here names axum: cookies and status codes are its business.

mod flash;
mod form_responder;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leptos::prelude::use_context;

pub use self::{
    flash::{Form, FormDraft, FreshToken, Notice},
    form_responder::{FormResponder, Reply},
};
use super::{
    crypto::{attempt::AttemptSecret, session_token::SessionToken},
    lifecycle::{RequestOrigin, Viewer, queries::Shown},
    state::AppState,
};
use crate::domain::{
    error::{AppError, Refusal},
    time::Timestamp,
};

/// One request, as pages and server functions see it. Cheap to clone.
#[derive(Clone)]
pub struct RequestContext {
    /// What the process works with.
    pub state: AppState,
    /// Who is calling; nobody when not signed in.
    pub viewer: Option<Viewer>,
    /// Where the request came from.
    pub source: RequestOrigin,
    /// The path asked for, without the query.
    pub path: String,
    /// Whether the browser sent a session cookie, alive or not.
    pub had_session: bool,
    /// The query parameter `return_to`, when it names a path of this site.
    pub return_to: Option<String>,
    /// Whether our own script asked (it reads the error from the body), or a plain form
    /// or link (it follows a redirect).
    pub by_script: bool,
    /// Whether a page only looks what it should show by now. Nobody reads the answer: what is
    /// to be said once waits for a page that is read.
    pub is_live_refresh: bool,
    /// What decides what the session's pages show, read before the page reads anything.
    pub shown: Option<Arc<Shown>>,
    /// When the request began: one instant for the whole page.
    pub now: Timestamp,
    /// The secret of the way to a provider that this browser is on.
    pub attempt: Option<AttemptSecret>,
    /// What the answer before this request left to say.
    pub notice: Option<Notice>,
    /// What refused forms left to be filled in again.
    pub kept: Vec<FormDraft>,
    /// The API token that the answer before this request made for this viewer.
    pub fresh_token: Option<FreshToken>,
    /// What goes into the response beside the page.
    pub answer: SharedResponseParts,
}

/// What a request's response carries beside its body; clones share one.
#[derive(Clone, Default)]
pub struct SharedResponseParts(Arc<Mutex<ResponseParts>>);

/// The parts of an [`SharedResponseParts`].
#[derive(Default)]
pub struct ResponseParts {
    /// Where to go next.
    pub to: Option<String>,
    /// What to say there.
    pub notice: Option<Notice>,
    /// What to fill in there.
    pub kept: Option<FormDraft>,
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

impl RequestContext {
    /// The request of the page that is being rendered or of the server function that runs.
    #[must_use]
    pub fn current() -> Option<Self> {
        use_context()
    }

    /// Who is calling.
    ///
    /// # Errors
    /// [`Refusal::SignInRequired`].
    pub fn viewer(&self) -> Result<&Viewer, Refusal> {
        self.viewer.as_ref().ok_or(Refusal::SignInRequired)
    }

    /// A mark of what the session's pages show, which differs as soon as that does; `None` where
    /// nobody is signed in.
    #[must_use]
    pub fn page_version(&self) -> Option<String> {
        let (viewer, shown) = (self.viewer.as_ref()?, self.shown.as_ref()?);
        Some(self.state.lifecycle.live_state_of(viewer, shown, self.now)?.page_version)
    }

    /// The notice to show on this page; it is shown once.
    #[must_use]
    pub fn take_notice(&self) -> Option<Notice> {
        self.answer.said().notice_shown = true;
        self.notice.clone()
    }

    /// The new API token to show on this page; it is shown once.
    #[must_use]
    pub fn take_fresh_token(&self) -> Option<FreshToken> {
        self.answer.said().fresh_shown = true;
        self.fresh_token.clone()
    }

    /// Why the button that was pressed did nothing; said once. The page of a dead link says
    /// so by itself.
    #[must_use]
    pub fn take_refusal(&self) -> Option<Refusal> {
        let form = self.kept.iter().map(|kept| kept.form).find(|form| form.is_button())?;
        self.take_kept(form)?.refusal.filter(|refusal| *refusal != Refusal::DeadLink)
    }

    /// Whether a form with fields was refused, so that one of them may want the keyboard.
    #[must_use]
    pub fn has_refused_field(&self) -> bool {
        self.kept.iter().any(|kept| kept.refusal.is_some() && !kept.form.is_button())
    }

    /// What the refused `form` had in it; it is filled in once.
    #[must_use]
    pub fn take_kept(&self, form: Form) -> Option<FormDraft> {
        let kept = self.kept.iter().find(|kept| kept.form == form).cloned()?;
        self.answer.said().kept_done = Some(form);
        Some(kept)
    }
}

impl SharedResponseParts {
    /// The parts, to read or to fill in.
    pub fn said(&self) -> MutexGuard<'_, ResponseParts> {
        // A panic while it was held left nothing half-written that matters.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
