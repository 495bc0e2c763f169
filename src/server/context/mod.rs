//! What a page or a server function knows of the request it serves ([`Visit`]), and the
//! one door through which server functions answer ([`Door`]).
//!
//! `http::visit` makes a [`Visit`] for every request and writes its [`Answer`] into the
//! response. Nothing here names axum: cookies and status codes are its business.

mod answer;
mod door;
mod flash;

use std::sync::Arc;

use leptos::prelude::use_context;

pub use self::{
    answer::{Answer, AttemptCookie, Reply, Said, SessionCookie},
    door::Door,
    flash::{Form, FreshToken, Kept, Notice},
};
use super::{
    crypto::attempt::AttemptSecret,
    lifecycle::{Source, Viewer, queries::Shown},
    state::AppState,
};
use crate::domain::{error::Refusal, time::Timestamp};

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
    /// Whether a page only looks what it should show by now. Nobody reads the answer: what is
    /// to be said once waits for a page that is read.
    pub is_look: bool,
    /// What decides what the session's pages show, read before the page reads anything.
    pub shown: Option<Arc<Shown>>,
    /// When the request began: one instant for the whole page.
    pub now: Timestamp,
    /// The secret of the way to a provider that this browser is on.
    pub attempt: Option<AttemptSecret>,
    /// What the answer before this request left to say.
    pub notice: Option<Notice>,
    /// What refused forms left to be filled in again.
    pub kept: Vec<Kept>,
    /// The API token that the answer before this request made for this viewer.
    pub fresh_token: Option<FreshToken>,
    /// What goes into the response beside the page.
    pub answer: Answer,
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

    /// A mark of what the session's pages show, which differs as soon as that does; `None` where
    /// nobody is signed in.
    #[must_use]
    pub fn digest(&self) -> Option<String> {
        let (viewer, shown) = (self.viewer.as_ref()?, self.shown.as_ref()?);
        Some(self.state.lifecycle.live_state_of(viewer, shown, self.now)?.digest)
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
    pub fn take_kept(&self, form: Form) -> Option<Kept> {
        let kept = self.kept.iter().find(|kept| kept.form == form).cloned()?;
        self.answer.said().kept_done = Some(form);
        Some(kept)
    }
}
