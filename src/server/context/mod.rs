//! The request that a page or a server function serves ([`RequestContext`]), the parts of the response beside its
//! body ([`SharedResponseParts`]), and how server functions answer ([`FormResponder`]).
//!
//! `http::request_context` makes a [`RequestContext`] for every request and writes its [`SharedResponseParts`] into
//! the response. Nothing here names axum: cookies and status codes belong to `http`.

mod flash;
mod form_responder;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leptos::prelude::use_context;

pub use self::{
    flash::{Form, FormDraft, FreshToken, HandedOver, Owner, WaitingLogin},
    form_responder::{FormResponder, Reply},
};
use super::{
    crypto::{account_mark::MarkedFor, attempt::AttemptSecret, session_token::SessionToken},
    lifecycle::{RequestOrigin, Viewer, queries::Shown},
    state::AppState,
};
pub use crate::domain::notice::Notice;
use crate::domain::{
    error::{AppError, Refusal},
    notice::Interrupted,
    providers::Identity,
    time::Timestamp,
};

/// One request, for pages and server functions. Cheap to clone.
#[derive(Clone)]
pub struct RequestContext {
    /// The state that every request shares.
    pub state: AppState,
    /// The signed-in user and session; `None` if not signed in.
    pub viewer: Option<Viewer>,
    /// The account for which the form of this request was made, if it was made for another one than the viewer's.
    pub form_of: Option<OtherAccount>,
    /// The origin of the request.
    pub source: RequestOrigin,
    /// The requested path, without the query.
    pub path: String,
    /// Whether the browser sent a session cookie, valid or not.
    pub had_session: bool,
    /// The query parameter `return_to`, when it names a path of this site.
    pub return_to: Option<String>,
    /// Whether our own script sent the request and reads the error from the body. Otherwise it came from a plain
    /// form or link, and the browser follows a redirect.
    pub by_script: bool,
    /// Whether an open page requests itself again to refresh its live parts. The user does not see the whole
    /// response, so notices and tokens that are shown once wait for the next full page.
    pub is_live_refresh: bool,
    /// The values from which the page version is made. Signet reads them before the page reads anything.
    pub shown: Option<Arc<Shown>>,
    /// When the request began. The whole page uses this one instant.
    pub now: Timestamp,
    /// The secrets of this browser's provider attempts, the oldest first.
    pub attempts: Vec<AttemptSecret>,
    /// The login that a provider has proved to this browser, without an address that counts.
    pub waiting_login: Option<Identity>,
    /// The notice that the previous response left for this page.
    pub notice: Option<Notice>,
    /// The drafts of forms that an action refused, or that wait for sudo mode. The page fills these forms in again.
    pub drafts: Vec<FormDraft>,
    /// The new API token that the previous response left for this viewer.
    pub fresh_token: Option<FreshToken>,
    /// The parts of the response beside the page.
    pub response: SharedResponseParts,
}

/// An account that is not the viewer's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherAccount {
    /// Its masked address; `None` if nothing readable says which account it is.
    pub email: Option<String>,
}

/// The parts of one response beside its body. Clones share the same parts.
#[derive(Clone, Default)]
pub struct SharedResponseParts(Arc<Mutex<ResponseParts>>);

/// The contents of [`SharedResponseParts`].
#[derive(Default)]
pub struct ResponseParts {
    /// The path to redirect to.
    pub to: Option<String>,
    /// The notice for the next page.
    pub notice: Option<Notice>,
    /// The draft for the next page.
    pub draft: Option<FormDraft>,
    /// The API token that the next page shows once.
    pub fresh_token: Option<FreshToken>,
    /// The change to the session cookie.
    pub session: SessionCookie,
    /// The change to the cookies of provider attempts.
    pub attempt: AttemptCookie,
    /// The login that begins to wait for an address.
    pub waiting_login: Option<WaitingLogin>,
    /// Whether this page showed [`RequestContext::notice`], so that its cookie can be cleared.
    pub notice_shown: bool,
    /// Whether this page showed [`RequestContext::fresh_token`], so that its cookie can be cleared.
    pub fresh_shown: bool,
    /// The form whose draft this request filled in or replaced.
    pub draft_done: Option<Form>,
    /// Why a server function refused.
    pub error: Option<AppError>,
    /// What else is wrong, in another field.
    pub also: Option<Refusal>,
    /// What the user may have been doing on the page of the form, should their session have ended.
    pub during: Option<Interrupted>,
    /// Whether a server function answered.
    pub answered: bool,
}

/// The change to the session cookie.
#[derive(Default)]
pub enum SessionCookie {
    /// The cookie stays as it is.
    #[default]
    Keep,
    /// The browser gets a new token for the session that it has.
    Set(SessionToken),
    /// The browser gets the token of a new session, which may be another person's.
    Begin(SessionToken),
    /// The browser removes the cookie.
    Clear,
}

/// The change to the cookies with the secrets of provider attempts.
#[derive(Default)]
pub enum AttemptCookie {
    /// The cookies stay as they are.
    #[default]
    Keep,
    /// A new attempt begins, beside the others.
    Begin(AttemptSecret),
    /// This attempt is over.
    End(AttemptSecret),
}

impl RequestContext {
    /// Returns the context of the request that is being served.
    #[must_use]
    pub fn current() -> Option<Self> {
        use_context()
    }

    /// Returns the signed-in user.
    ///
    /// # Errors
    /// [`Refusal::SignInRequired`] if the caller is not signed in.
    pub fn viewer(&self) -> Result<&Viewer, Refusal> {
        self.viewer.as_ref().ok_or(Refusal::SignInRequired)
    }

    /// Returns the mark of the viewer's account, for the forms of the page; an empty text if the caller is not signed in.
    #[must_use]
    pub fn account_mark(&self) -> String {
        let viewer = self.viewer.as_ref().map(|viewer| &viewer.user);
        let mark = viewer.map(|user| self.state.lifecycle.keys.account_mark(&user.id, &user.email.masked()));
        mark.unwrap_or_default()
    }

    /// Compares the mark that a form carries with the viewer's account. A form without a mark fits every account: a
    /// program or a password manager has sent it, or the page was opened before anyone signed in. Without a viewer, the
    /// action decides.
    #[must_use]
    pub fn with_form_marked(self, mark: &str) -> Self {
        let viewer = self.viewer.as_ref().filter(|_| !mark.is_empty());
        let form_of =
            viewer.and_then(|viewer| match self.state.lifecycle.keys.read_account_mark(mark, &viewer.user.id) {
                MarkedFor::Own => None,
                MarkedFor::Another(email) => Some(OtherAccount { email: Some(email) }),
                MarkedFor::Unknown => Some(OtherAccount { email: None }),
            });
        Self { form_of, ..self }
    }

    /// Returns the page version: a hash of the data that the session's pages show. `None` if the caller is not
    /// signed in.
    #[must_use]
    pub fn page_version(&self) -> Option<String> {
        let (viewer, shown) = (self.viewer.as_ref()?, self.shown.as_ref()?);
        Some(self.state.lifecycle.live_state_of(viewer, shown, self.now)?.page_version)
    }

    /// Returns the secrets of the provider attempt with this name, or of all attempts, the newest first.
    #[must_use]
    pub fn attempts_named(&self, name: Option<&str>) -> Vec<AttemptSecret> {
        let newest_first = self.attempts.iter().rev();
        newest_first.filter(|secret| name.is_none_or(|name| secret.name() == name)).cloned().collect()
    }

    /// Takes the notice for this page. No later page shows the notice again.
    #[must_use]
    pub fn take_notice(&self) -> Option<Notice> {
        self.response.lock().notice_shown = true;
        self.notice.clone()
    }

    /// Takes the new API token for this page. No later page shows the token again.
    #[must_use]
    pub fn take_fresh_token(&self) -> Option<FreshToken> {
        self.response.lock().fresh_shown = true;
        self.fresh_token.clone()
    }

    /// Takes the refusal of a form that is only a button, for this page. No later page shows the refusal again.
    /// Leaves out [`Refusal::DeadLink`], because the page of a dead link says so itself.
    #[must_use]
    pub fn take_refusal(&self) -> Option<Refusal> {
        let form = self.drafts.iter().map(|draft| draft.form).find(|form| form.is_button())?;
        self.take_draft(form)?.refusal.filter(|refusal| *refusal != Refusal::DeadLink)
    }

    /// Takes the refusal of a form that was on this page and is there no more, or whose page the viewer cannot open any
    /// more, because they have signed in since. Call it after the page has taken the drafts of its forms.
    #[must_use]
    pub fn take_refusal_of_missing(&self) -> Option<Refusal> {
        let taken = self.response.lock().draft_done;
        let is_missing = |draft: &&FormDraft| {
            let is_closed = draft.form.is_for_visitors() && self.viewer.is_some();
            let was_here = draft.form.fleeting_on() == Some(&self.path);
            (is_closed || was_here) && draft.refusal.is_some() && taken != Some(draft.form)
        };
        let form = self.drafts.iter().find(is_missing)?.form;
        self.take_draft(form)?.refusal
    }

    /// Returns whether a form with fields was refused. Then one of the fields may need the keyboard focus.
    #[must_use]
    pub fn has_refused_field(&self) -> bool {
        self.drafts.iter().any(|draft| draft.refusal.is_some() && !draft.form.is_button())
    }

    /// Takes the draft of `form` for this page. No later page fills the draft in again.
    #[must_use]
    pub fn take_draft(&self, form: Form) -> Option<FormDraft> {
        let draft = self.drafts.iter().find(|draft| draft.form == form).cloned()?;
        self.response.lock().draft_done = Some(form);
        Some(draft)
    }
}

impl SharedResponseParts {
    /// Locks the parts, to read or change them.
    pub fn lock(&self) -> MutexGuard<'_, ResponseParts> {
        // A panic while the lock was held leaves the parts usable: each field is written in one step.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
