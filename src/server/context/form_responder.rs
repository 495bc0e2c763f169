//! How a server function answers a form: it opens a [`FormResponder`], calls its action, and gives a [`Reply`].

use super::{AttemptCookie, Form, FormDraft, FreshToken, Notice, RequestContext, ResponseParts, SessionCookie};
use crate::{
    domain::{
        error::{AppError, Refusal},
        notice::Interrupted,
        paths,
        providers::{Identity, MAX_ID_LENGTH},
    },
    server::{
        crypto::{api_token::ApiToken, attempt::AttemptSecret, session_token::SessionToken},
        lifecycle::{Error, Lifecycle, LinkOwner, RequestOrigin, Viewer, sign_in::SignedIn},
    },
};

/// Longest typed text in a draft, in characters: longer than any field accepts, and short enough for a cookie.
const MAX_TYPED: usize = 320;

/// Longest typed text in a draft, in bytes of the cookie's JSON: four for each character.
const MAX_TYPED_BYTES: usize = 4 * MAX_TYPED;

/// Longest chosen value in a draft, in characters.
const MAX_CHOICE: usize = MAX_ID_LENGTH;

/// How many chosen values a draft has at most, so that it fits into a cookie.
const MAX_CHOICES: usize = 16;

/// Gives a server function the request and the actions, and turns the result of the action into the response.
pub struct FormResponder {
    context: RequestContext,
    page: String,
    question: Option<String>,
    draft: FormDraft,
    also: Option<Refusal>,
}

/// The response to a form whose action succeeded.
#[derive(Default)]
pub struct Reply(ResponseParts);

impl FormResponder {
    /// The responder of a server function whose form is on `page`.
    ///
    /// # Errors
    /// [`AppError::Internal`] if no request is being served.
    pub fn open(form: Form, page: impl Into<String>) -> Result<Self, AppError> {
        let context = RequestContext::current().ok_or(AppError::Internal { reference: 0 })?;
        Ok(Self::at(context, form, page))
    }

    /// The responder for a handler that is not a server function. `form` is the form that led to the request.
    #[must_use]
    pub fn at(context: RequestContext, form: Form, page: impl Into<String>) -> Self {
        Self { context, page: page.into(), question: None, draft: FormDraft::new(form), also: None }
    }

    /// Says that the page `question` asks before this action. A user who has to confirm their identity first comes back
    /// to that page.
    #[must_use]
    pub fn asked_on(mut self, question: impl Into<String>) -> Self {
        self.question = Some(question.into());
        self
    }

    /// Puts `typed` into the draft, so that the form shows it again after a refusal. Never call it with a secret.
    #[must_use]
    pub fn keep(mut self, typed: &str) -> Self {
        self.draft.typed = fitting(typed);
        self
    }

    /// Puts the chosen values of the selects, or of the ticked boxes, into the draft. Drops every character that is not
    /// an ASCII letter, a digit or `-`, because no value has such a character.
    #[must_use]
    pub fn keep_choices(mut self, chosen: &[&str]) -> Self {
        let may_stand = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
        let short = |choice: &&str| choice.chars().filter(may_stand).take(MAX_CHOICE).collect();
        self.draft.chosen = chosen.iter().take(MAX_CHOICES).map(short).collect();
        self
    }

    /// Says what else is wrong, in another field than the one that the action refuses.
    #[must_use]
    pub fn also(mut self, refusal: Option<Refusal>) -> Self {
        self.also = refusal;
        self
    }

    /// The actions and queries, which no form reaches in another way.
    ///
    /// # Errors
    /// [`Refusal::OtherAccount`] if the form was made for another account than the viewer's.
    pub fn lifecycle(&self) -> Result<&Lifecycle, Error> {
        match &self.context.form_of {
            Some(_) => Err(Refusal::OtherAccount.into()),
            None => Ok(&self.context.state.lifecycle),
        }
    }

    /// The provider's name from the settings, or `id` itself if the settings do not list it.
    #[must_use]
    pub fn provider_name(&self, id: &str) -> String {
        let listed = self.context.state.lifecycle.configured_providers();
        let found = listed.into_iter().find(|listed| listed.id.as_str() == id);
        found.map_or_else(|| id.to_owned(), |listed| listed.name)
    }

    /// The origin of the request.
    #[must_use]
    pub const fn source(&self) -> &RequestOrigin {
        &self.context.source
    }

    /// Whether our own script sent the request.
    #[must_use]
    pub const fn by_script(&self) -> bool {
        self.context.by_script
    }

    /// The signed-in user, if any.
    #[must_use]
    pub const fn maybe_viewer(&self) -> Option<&Viewer> {
        self.context.viewer.as_ref()
    }

    /// The signed-in user.
    ///
    /// # Errors
    /// [`Refusal::SignInRequired`] if the caller is not signed in.
    pub fn viewer(&self) -> Result<&Viewer, Error> {
        Ok(self.context.viewer()?)
    }

    /// What the next page says after an action by the link of `owner`: `notice`, or words for another reader if another
    /// account is signed in here.
    #[must_use]
    pub fn notice_about(&self, owner: &LinkOwner, notice: Notice) -> Notice {
        if self.maybe_viewer().is_none_or(|viewer| viewer.user.id == owner.id) {
            return notice;
        }
        Notice::OfAnotherAccount { email: owner.email.masked(), notice: Box::new(notice) }
    }

    /// Ends the browser's session too, if the action has ended every session of `owner` and this browser was signed in to
    /// that account. Otherwise the notice would wait for a session that no longer exists.
    #[must_use]
    pub fn signed_out_with(&self, owner: &LinkOwner, reply: Reply) -> Reply {
        let is_own = self.maybe_viewer().is_some_and(|viewer| viewer.user.id == owner.id);
        if is_own { reply.signed_out() } else { reply }
    }

    /// Signs the browser in. If another account was signed in here, the next page says that it no longer is.
    #[must_use]
    pub fn signed_in(&self, signed_in: SignedIn, return_to: &str) -> Reply {
        let reply = Reply::to(paths::home_of(signed_in.status, return_to)).signed_in(signed_in.token);
        let replaced = self.maybe_viewer().filter(|viewer| viewer.user.id != signed_in.user_id);
        let replaced = replaced.map(|viewer| viewer.user.email.masked());
        match (replaced, signed_in.has_confirmed) {
            (Some(email), confirmed) => reply.saying(Notice::SignedInInPlaceOf { email, confirmed }),
            (None, true) => reply.saying(Notice::EmailVerified),
            (None, false) => reply,
        }
    }

    /// The login that waits for an address.
    ///
    /// # Errors
    /// [`Refusal::AttemptOver`] if none waits in this browser.
    pub fn waiting_login(&self) -> Result<&Identity, Error> {
        Ok(self.context.waiting_login.as_ref().ok_or(Refusal::AttemptOver)?)
    }

    /// Prepares a new API token for the next page, which shows it to this viewer only.
    ///
    /// # Errors
    /// [`Refusal::SignInRequired`] if the caller is not signed in.
    pub fn to_show(&self, token: &ApiToken) -> Result<FreshToken, Error> {
        Ok(FreshToken::new(token, self.viewer()?.user.id.clone(), self.context.now))
    }

    /// Puts the result of an action into the response parts: on success `reply`, on refusal a return to the form.
    ///
    /// # Errors
    /// The refusal or failure, for our own script. A plain form is redirected instead.
    pub fn answer<T>(self, done: Result<T, Error>, reply: impl FnOnce(T) -> Reply) -> Result<(), AppError> {
        let parts = match done {
            Ok(value) => reply(value).0,
            Err(error) => self.refusal(wire_error(error, &self.context)),
        };
        let result = parts.error.map_or(Ok(()), Err);
        // The draft that an earlier submission of the same form left is out of date now, whether the action succeeded
        // or not.
        *self.context.response.lock() = ResponseParts { answered: true, draft_done: Some(self.draft.form), ..parts };
        result
    }

    fn refusal(&self, error: AppError) -> ResponseParts {
        let during = Interrupted::on(&self.page);
        let parts = ResponseParts { error: Some(error), also: self.also, during, ..ResponseParts::default() };
        let AppError::Refused(refusal) = error else {
            // A plain form leaves its page for one about the failure. What was typed waits for the next visit.
            let is_lost = !self.context.by_script && !self.draft.typed.is_empty();
            return ResponseParts { draft: is_lost.then(|| self.draft.clone()), ..parts };
        };
        if refusal == Refusal::OtherAccount {
            return ResponseParts { to: Some(self.page.clone()), ..self.of_other_account(parts) };
        }
        // Of these, a fresh page says more than the form can: what the link has done, and a form that may be sent again.
        let is_over = matches!(refusal, Refusal::DeadLink | Refusal::TokenCreated);
        if self.context.by_script && !is_over {
            // The page stays open and keeps its fields, unless the user leaves it to confirm their identity at a
            // provider. For that case the draft fills in the form afterwards.
            let waits = refusal == Refusal::SudoRequired && !self.draft.typed.is_empty();
            return ResponseParts { draft: waits.then(|| self.draft.clone()), ..parts };
        }
        let draft = FormDraft { refusal: Some(refusal), also: self.also, ..self.draft.clone() };
        let (to, notice, draft) = match refusal {
            Refusal::SignInRequired => (paths::log_in(&self.page), Some(Notice::SessionEnded { during }), None),
            // The draft contains no refusal, because nothing is wrong with the form: after the confirmation the user
            // presses the same button again.
            Refusal::SudoRequired => {
                let back = self.question.as_ref().unwrap_or(&self.page);
                (paths::sudo(back), None, Some(self.draft.clone()))
            }
            _ => (self.page.clone(), None, Some(draft)),
        };
        ResponseParts { to: Some(to), notice, draft, ..parts }
    }

    /// The page says to whom the form belongs, and contains what was typed. No refusal stands in the draft, because
    /// nothing is wrong with the form: the user may press the button for this account.
    fn of_other_account(&self, parts: ResponseParts) -> ResponseParts {
        let (form_of, viewer) = (self.context.form_of.as_ref(), self.context.viewer.as_ref());
        let notice = form_of.zip(viewer).map(|(form_of, viewer)| Notice::FormOfAnother {
            email: form_of.email.clone(),
            here: viewer.user.email.to_string(),
        });
        ResponseParts { notice, draft: Some(self.draft.clone()), ..parts }
    }
}

impl Reply {
    /// The action succeeded; go to `path`.
    #[must_use]
    pub fn to(path: impl Into<String>) -> Self {
        Self(ResponseParts { to: Some(path.into()), ..ResponseParts::default() })
    }

    /// The action succeeded; stay on the page.
    #[must_use]
    pub fn stay() -> Self {
        Self::default()
    }

    /// Adds a notice for the next page.
    #[must_use]
    pub fn saying(mut self, notice: Notice) -> Self {
        self.0.notice = Some(notice);
        self
    }

    /// Adds a new API token, which the next page shows once.
    #[must_use]
    pub fn showing(mut self, token: FreshToken) -> Self {
        self.0.fresh_token = Some(token);
        self
    }

    /// Signs the browser in: sets the session cookie to the token of a new session.
    fn signed_in(mut self, token: SessionToken) -> Self {
        self.0.session = SessionCookie::Begin(token);
        self
    }

    /// Sets the session cookie to a new token of the same session.
    #[must_use]
    pub fn session(mut self, token: SessionToken) -> Self {
        self.0.session = SessionCookie::Set(token);
        self
    }

    /// Sets the cookie for a provider attempt that has begun.
    #[must_use]
    pub fn attempt(mut self, secret: AttemptSecret) -> Self {
        self.0.attempt = AttemptCookie::Begin(secret);
        self
    }

    /// Clears the session cookie.
    #[must_use]
    pub fn signed_out(mut self) -> Self {
        self.0.session = SessionCookie::Clear;
        self
    }
}

/// The beginning of a typed text, so long that two such drafts fit into one cookie. JSON writes six bytes for a control
/// character.
fn fitting(typed: &str) -> String {
    let mut room = MAX_TYPED_BYTES;
    let fits = |c: &char| {
        let bytes = if c.is_control() { 6 } else { c.len_utf8() + usize::from(matches!(c, '"' | '\\')) };
        let left = room.checked_sub(bytes);
        room = left.unwrap_or(0);
        left.is_some()
    };
    typed.chars().take(MAX_TYPED).take_while(fits).collect()
}

/// Returns the error that the browser gets. Writes internal causes to the log only.
fn wire_error(error: Error, context: &RequestContext) -> AppError {
    let request = context.source.request;
    // Other faults, such as too many passwords that wait to be hashed, are not the database's.
    let database = error.is_outage().then(|| context.state.lifecycle.db.place());
    match error {
        Error::Refused(refusal) => AppError::Refused(refusal),
        Error::Unavailable(cause) => {
            tracing::warn!(request, database, %cause, "unavailable");
            AppError::Unavailable
        }
        Error::Undecided(cause) => {
            tracing::error!(request, %cause, "it is not known whether the action was committed");
            AppError::Transport
        }
        Error::Internal(cause) => {
            tracing::error!(request, %cause, "internal error");
            AppError::Internal { reference: request }
        }
    }
}
