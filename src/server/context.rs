//! What a page or a server function knows of the request it serves, and the one door
//! through which server functions answer.
//!
//! `http::visit` makes a [`Visit`] for every request and writes its [`Answer`] into the
//! response. Nothing here names axum: cookies and status codes are its business.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leptos::prelude::use_context;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{
    crypto::session_token::SessionToken,
    lifecycle::{Error, Lifecycle, Source, Viewer},
    state::AppState,
};
pub use super::http::flash::{Form, Kept, Notice};
use crate::domain::{
    error::{AppError, Refusal},
    return_path,
    time::Timestamp,
    user::Standing,
};

/// One request, as pages and server functions see it. Cheap to clone.
#[derive(Clone)]
pub struct Visit {
    /// What the process works with.
    pub state: AppState,
    /// Who is calling; nobody when not signed in.
    pub viewer: Option<Viewer>,
    /// Where the request came from.
    pub source: Source,
    /// The path asked for, without the query.
    pub path: String,
    /// Whether the browser sent a session cookie, alive or not.
    pub had_session: bool,
    /// The query parameter `return_to`, when it names a path of this site.
    pub return_to: Option<String>,
    /// Whether our own script asked (it reads the error from the body), or a plain form
    /// or link (it follows a redirect).
    pub by_script: bool,
    /// When the request began: one instant for the whole page.
    pub now: Timestamp,
    /// What the answer before this request left to say.
    pub notice: Option<Notice>,
    /// What refused forms left to be filled in again.
    pub kept: Vec<Kept>,
    /// What goes into the response beside the page.
    pub answer: Answer,
}

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
    /// What becomes of the session cookie.
    pub session: SessionCookie,
    /// Whether the notice of this request was shown.
    pub notice_shown: bool,
    /// Which kept form of this request was filled in.
    pub kept_shown: Option<Form>,
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

/// What a server function answers when its action succeeded.
#[derive(Default)]
pub struct Reply(Said);

/// A server function's way in and out: made from the request, consumed by the answer.
pub struct Door {
    visit: Visit,
    page: String,
    kept: Kept,
}

impl Answer {
    /// The parts, to read or to fill in.
    pub fn said(&self) -> MutexGuard<'_, Said> {
        // A panic while it was held left nothing half-written that matters.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visit {
    /// The visit of the page that is being rendered or the server function that runs.
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

    /// The notice to show on this page; it is shown once.
    #[must_use]
    pub fn take_notice(&self) -> Option<Notice> {
        self.answer.said().notice_shown = true;
        self.notice.clone()
    }

    /// Why the button that was pressed did nothing; said once. The page of a dead link says
    /// so by itself.
    #[must_use]
    pub fn take_refusal(&self) -> Option<Refusal> {
        let form = self.kept.iter().map(|kept| kept.form).find(|form| form.is_button())?;
        self.take_kept(form)?.refusal.filter(|refusal| *refusal != Refusal::DeadLink)
    }

    /// What the refused `form` had in it; it is filled in once.
    #[must_use]
    pub fn take_kept(&self, form: Form) -> Option<Kept> {
        let kept = self.kept.iter().find(|kept| kept.form == form).cloned()?;
        self.answer.said().kept_shown = Some(form);
        Some(kept)
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

    /// With a new session token.
    #[must_use]
    pub fn session(mut self, token: SessionToken) -> Self {
        self.0.session = SessionCookie::Set(token);
        self
    }

    /// With the session ended.
    #[must_use]
    pub fn signed_out(mut self) -> Self {
        self.0.session = SessionCookie::Clear;
        self
    }
}

impl Door {
    /// Opens the door for a server function whose form stands on `page`.
    ///
    /// # Errors
    /// [`AppError::Internal`] outside of a request.
    pub fn open(form: Form, page: impl Into<String>) -> Result<Self, AppError> {
        let visit = Visit::current().ok_or(AppError::Internal { reference: 0 })?;
        Ok(Self { visit, page: page.into(), kept: Kept::new(form) })
    }

    /// Keeps what was typed, for the form to have it again after a refusal. Never a secret.
    #[must_use]
    pub fn keep(mut self, typed: &str) -> Self {
        self.kept.typed = typed.chars().take(MAX_KEPT).collect();
        self
    }

    /// The actions.
    #[must_use]
    pub const fn lifecycle(&self) -> &Lifecycle {
        &self.visit.state.lifecycle
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
        *self.visit.answer.said() = Said { answered: true, ..said };
        result
    }

    fn refusal(&self, error: AppError) -> Said {
        let said = Said { error: Some(error), ..Said::default() };
        let AppError::Refused(refusal) = error else { return said };
        if self.visit.by_script {
            return said;
        }
        let kept = Kept { refusal: Some(refusal), ..self.kept.clone() };
        let (to, notice, kept) = match refusal {
            Refusal::SignInRequired => (log_in_path(&self.page), Some(Notice::SessionEnded), None),
            // Not refused yet: the same press after the confirmation goes through.
            Refusal::SudoRequired => (sudo_path(&self.page), None, Some(self.kept.clone())),
            _ => (self.page.clone(), None, Some(kept)),
        };
        Said { to: Some(to), notice, kept, ..said }
    }
}

/// Longest text kept for a refused form, in characters: more than any field accepts,
/// little enough for a cookie.
const MAX_KEPT: usize = 320;

/// The error as it crosses the wire; what is not for the person goes to the log.
fn wire_error(error: Error, request: u64) -> AppError {
    match error {
        Error::Refused(refusal) => AppError::Refused(refusal),
        Error::Unavailable(cause) => {
            tracing::warn!(request, %cause, "unavailable");
            AppError::Unavailable
        }
        Error::Internal(cause) => {
            tracing::error!(request, %cause, "internal error");
            AppError::Internal { reference: request }
        }
    }
}

/// The log-in page that comes back to `page`.
#[must_use]
pub fn log_in_path(page: &str) -> String {
    with_return("/users/log-in", page)
}

/// The sudo page that comes back to `page`.
#[must_use]
pub fn sudo_path(page: &str) -> String {
    with_return("/users/sudo", page)
}

fn with_return(path: &str, page: &str) -> String {
    match return_path::local(page) {
        Some(page) => format!("{path}?return_to={}", utf8_percent_encode(page, QUERY_VALUE)),
        None => path.to_owned(),
    }
}

/// What a path needs escaped to be one value of a query. The slash may stay, and the
/// address stays readable.
const QUERY_VALUE: &AsciiSet = &CONTROLS.add(b'%').add(b'&').add(b'+').add(b'#').add(b'"').add(b'<').add(b'>');

/// Where somebody in `standing` goes after signing in, having wanted to go to `wanted`.
#[must_use]
pub fn home_of(standing: Standing, wanted: &str) -> String {
    match standing {
        Standing::Active => return_path::local(wanted).unwrap_or("/dashboard").to_owned(),
        Standing::Unverified => "/users/settings".to_owned(),
        Standing::DeletionScheduled => "/users/reactivate".to_owned(),
    }
}
