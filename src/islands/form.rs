//! What every form in the browser does: send, wait, and show what was refused.

use leptos::{html, prelude::*, server_fn::ServerFn};
use serde::{Deserialize, Serialize};

use super::words::problem;
use crate::domain::error::{AppError, Field, Refusal};

/// How a form starts. After a refusal without JavaScript it has what was typed, secrets
/// aside, and says why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// What stands in its one field that is not secret.
    pub typed: String,
    /// Why it was refused.
    pub refusal: Option<Refusal>,
}

/// A form that sends the server function `S`.
pub struct Sending<S: ServerFn + 'static> {
    /// What sends it.
    pub action: ServerAction<S>,
    /// How it goes.
    progress: Progress,
}

/// How a form's sending goes. Not generic, so that the browser downloads it once and not
/// once for each form.
#[derive(Clone, Copy)]
pub struct Progress {
    /// Why it did not happen.
    pub error: Signal<Option<AppError>>,
    /// Whether it waits for an answer, or for the page that follows.
    pub pending: Signal<bool>,
    /// The `<form>` itself.
    pub node: NodeRef<html::Form>,
    /// How often it was answered.
    answers: Signal<usize>,
}

// Derived, the two would ask the same of `S`, which only names the server function.
impl<S: ServerFn> Clone for Sending<S> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S: ServerFn> Copy for Sending<S> {}

impl<S: ServerFn> core::ops::Deref for Sending<S> {
    type Target = Progress;

    fn deref(&self) -> &Progress {
        &self.progress
    }
}

impl<S> Sending<S>
where
    S: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    /// The form as it starts.
    #[must_use]
    pub fn new(start: &Start) -> Self {
        let action = ServerAction::<S>::new();
        let progress = Progress::of(action.value().into(), action.pending(), action.version().into(), start.refusal);
        Self { action, progress }
    }
}

impl Progress {
    fn of(
        value: Signal<Option<Result<(), AppError>>>,
        waiting: Memo<bool>,
        answers: Signal<usize>,
        refusal: Option<Refusal>,
    ) -> Self {
        let first = refusal.map(AppError::Refused);
        let error = Signal::derive(move || match value.get() {
            None => first,
            Some(done) => done.err(),
        });
        let pending = Signal::derive(move || waiting.get() || value.with(|done| matches!(done, Some(Ok(())))));
        let form = Self { error, pending, node: NodeRef::new(), answers };
        form.focus_what_was_refused();
        form
    }

    /// What is wrong with one field.
    #[must_use]
    pub fn about(self, field: Field) -> Signal<Option<String>> {
        let error = self.error;
        Signal::derive(move || {
            let error = error.get()?;
            matches!(error, AppError::Refused(refusal) if refusal.field() == Some(field)).then(|| problem(error))
        })
    }

    /// What is wrong with the form as a whole, or with a field that is not among `fields`.
    /// The sudo dialog answers for itself.
    #[must_use]
    pub fn about_the_rest(self, fields: &'static [Field]) -> Signal<Option<AppError>> {
        let error = self.error;
        Signal::derive(move || {
            error.get().filter(|error| match error {
                AppError::Refused(Refusal::SudoRequired) => false,
                AppError::Refused(refusal) => refusal.field().is_none_or(|field| !fields.contains(&field)),
                _ => true,
            })
        })
    }

    /// Which refusal for want of sudo mode this is: a new number each time it is refused.
    #[must_use]
    pub fn sudo_asked(self) -> Signal<Option<usize>> {
        let (error, answers) = (self.error, self.answers);
        Signal::derive(move || {
            let asked = error.get() == Some(AppError::Refused(Refusal::SudoRequired));
            asked.then(|| answers.get())
        })
    }

    /// After a refusal nothing secret stays typed, as without JavaScript, and the keyboard
    /// goes to the first field in error.
    fn focus_what_was_refused(self) {
        let (node, error) = (self.node, self.error);
        Effect::new(move |_| {
            let Some(AppError::Refused(refusal)) = error.get() else { return };
            if refusal != Refusal::SudoRequired {
                for selector in SECRETS {
                    empty(node, selector);
                }
            }
            request_animation_frame(move || focus(node, "[aria-invalid=true]"));
        });
    }
}

/// Every field that holds a secret.
const SECRETS: [&str; 3] = ["[name=password]", "[name=current_password]", "[name=new_password]"];

/// Empties the field that `selector` finds in the form; only ever in the browser.
fn empty(form: NodeRef<html::Form>, selector: &str) {
    use leptos::wasm_bindgen::JsCast;
    let found = form.get_untracked().and_then(|form| form.query_selector(selector).ok().flatten());
    if let Some(input) = found.and_then(|found| found.dyn_into::<leptos::web_sys::HtmlInputElement>().ok()) {
        input.set_value("");
    }
}

/// Moves the keyboard to what `selector` finds in the form; only ever in the browser.
pub(super) fn focus(form: NodeRef<html::Form>, selector: &str) {
    use leptos::wasm_bindgen::JsCast;
    let found = form.get_untracked().and_then(|form| form.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|found| found.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
        // It fails only for an element that cannot have the focus.
        let _ = element.focus();
    }
}

/// What is wrong with a form as a whole. It keeps its place while there is nothing to say,
/// so that screen readers notice when there is.
#[component]
pub fn FormProblem(
    /// What is wrong.
    about: Signal<Option<AppError>>,
    /// Where somebody with a dead link starts again.
    #[prop(default = "/users/log-in")]
    start_again: &'static str,
) -> impl IntoView {
    let way_out = move || match about.get() {
        Some(AppError::Refused(Refusal::DeadLink)) => Some(("Start again", start_again)),
        Some(AppError::Refused(Refusal::SignInRequired)) => Some(("Sign in", "/users/log-in")),
        _ => None,
    };
    view! {
        <div class="form-problem" role="alert">
            {move || about.get().map(problem)}
            {move || way_out().map(|(label, href)| view! { " " <a href=href>{label}</a> })}
        </div>
    }
}
