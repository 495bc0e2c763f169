//! What every form in the browser does: send, wait, and show what was refused.
//!
//! None of it is generic, so that the browser downloads it once and not once for each form.

use leptos::{ev::SubmitEvent, html, prelude::*, server_fn::ServerFn, task::spawn_local};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlFormElement, HtmlInputElement};

use super::{
    send::{AfterSubmit, send},
    words::problem,
};
use crate::domain::{
    error::{AppError, Field, Refusal},
    paths,
};

/// How a form starts. After a refusal without JavaScript it has what was typed, secrets
/// aside, and says why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// What stands in its one field that is not secret.
    pub typed: String,
    /// Why it was refused.
    pub refusal: Option<Refusal>,
}

/// A form, and how its sending goes.
#[derive(Clone, Copy)]
pub struct FormState {
    /// The path of its server function.
    path: &'static str,
    /// What came of it when it was last sent.
    pub answer: RwSignal<Option<Result<AfterSubmit, AppError>>>,
    /// Whether it waits for an answer, or for the page that follows.
    pub pending: RwSignal<bool>,
    /// The `<form>` itself.
    pub node: NodeRef<html::Form>,
}

impl FormState {
    /// The form of the server function `S`, as it starts.
    #[must_use]
    pub fn of<S: ServerFn>(start: &Start) -> Self {
        Self::to(S::PATH, start.refusal)
    }

    /// Whichever form of the page is sent; each names its own server function.
    #[must_use]
    pub fn of_any() -> Self {
        Self::to("", None)
    }

    fn to(path: &'static str, refusal: Option<Refusal>) -> Self {
        let answer = RwSignal::new(refusal.map(|refusal| Err(refusal.into())));
        let form = Self { path, answer, pending: RwSignal::new(false), node: NodeRef::new() };
        Effect::new(move |_| {
            if let Some(error) = form.error() {
                form.show(error);
            }
        });
        form
    }

    /// Why it did not happen.
    #[must_use]
    pub fn error(self) -> Option<AppError> {
        self.answer.get().and_then(Result::err)
    }

    /// What is wrong with one field.
    #[must_use]
    pub fn about(self, field: Field) -> Option<String> {
        let error = self.error()?;
        matches!(error, AppError::Refused(refusal) if refusal.field() == Some(field)).then(|| problem(error))
    }

    /// Whether what was typed into one field is part of what is wrong.
    #[must_use]
    pub fn is_wrong(self, field: Field) -> bool {
        match self.error() {
            // Which of the two is not said: nobody shall learn which addresses have an account.
            Some(AppError::Refused(Refusal::WrongCredentials)) => matches!(field, Field::Email | Field::Password),
            Some(AppError::Refused(refusal)) => refusal.field() == Some(field),
            _ => false,
        }
    }

    /// What is wrong with the form as a whole, or with a field that is not among `fields`.
    /// The sudo dialog answers for itself.
    #[must_use]
    pub fn form_level_error(self, fields: &[Field]) -> Option<AppError> {
        self.error().filter(|error| match error {
            AppError::Refused(Refusal::SudoRequired) => false,
            AppError::Refused(refusal) => refusal.field().is_none_or(|field| !fields.contains(&field)),
            _ => true,
        })
    }

    /// Takes back what was typed and said.
    pub fn start_over(self) {
        self.answer.set(None);
        if let Some(form) = self.node.get_untracked() {
            form.reset();
        }
    }

    /// Moves the keyboard to the first of the `selectors` that finds something in the form.
    pub fn focus(self, selectors: &'static [&str]) {
        let found = selectors.iter().find_map(|selector| self.find::<HtmlElement>(selector));
        // It fails only for an element that cannot have the focus.
        let _ = found.map(|element| element.focus());
    }

    /// Sends the form that the event comes from, once at a time.
    pub fn submit(self, event: &SubmitEvent) {
        event.prevent_default();
        if self.pending.get_untracked() {
            return;
        }
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form else { return };
        self.pending.set(true);
        spawn_local(async move {
            let answer = send(&form).await;
            self.pending.set(answer == Ok(AfterSubmit::Leave));
            self.answer.set(Some(answer));
        });
    }

    /// After a refusal nothing secret stays typed, as without JavaScript, and the keyboard
    /// goes to what was refused. The sudo dialog takes it by itself.
    fn show(self, error: AppError) {
        if error == AppError::Refused(Refusal::SudoRequired) {
            return;
        }
        if matches!(error, AppError::Refused(_)) {
            for secret in SECRETS {
                if let Some(input) = self.find::<HtmlInputElement>(secret) {
                    input.set_value("");
                }
            }
        }
        request_animation_frame(move || self.focus(&REFUSED));
    }

    fn find<T: JsCast>(self, selector: &str) -> Option<T> {
        self.node.get_untracked()?.query_selector(selector).ok()??.dyn_into().ok()
    }
}

/// Every field that holds a secret.
const SECRETS: [&str; 4] = ["[name=password]", "[name=current_password]", "[name=new_password]", "[name=code]"];

/// Where to go on after a refusal: a field that was just emptied, another one, the text that
/// says why.
const REFUSED: [&str; 3] = ["[type=password][aria-invalid=true]", "[aria-invalid=true]", ".form-problem[tabindex]"];

/// The `<form>`: a plain one until it is hydrated.
#[component]
pub fn Form(
    /// How it is sent.
    form: FormState,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    view! {
        <form
            class="form"
            method="post"
            action=form.path
            novalidate
            node_ref=form.node
            on:submit=move |event| form.submit(&event)
        >
            {children()}
        </form>
    }
}

/// What is wrong with a form as a whole. It keeps its place while there is nothing to say,
/// so that screen readers notice when there is. Text that was there from the start they
/// would pass over: then the keyboard is brought to it.
#[component]
pub fn FormProblem(
    /// The form.
    form: FormState,
    /// The fields that say for themselves what is wrong with them.
    fields: &'static [Field],
    /// Where somebody with a dead link starts again.
    #[prop(default = paths::LOG_IN)]
    start_again: &'static str,
) -> impl IntoView {
    let about = move || form.form_level_error(fields);
    let way_out = move || match about() {
        Some(AppError::Refused(Refusal::DeadLink)) => Some(("Start again", start_again)),
        Some(AppError::Refused(Refusal::SignInRequired)) => Some(("Sign in", paths::LOG_IN)),
        _ => None,
    };
    let autofocus = untrack(about).is_some();
    view! {
        <div class="form-problem" role="alert" tabindex=move || about().map(|_| "-1") autofocus=autofocus>
            {move || about().map(problem)}
            {move || way_out().map(|(label, href)| view! { " " <a href=href>{label}</a> })}
        </div>
    }
}
