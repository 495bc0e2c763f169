//! What every form does in the browser: it sends its fields, waits for the response, and shows a refusal.
//!
//! The types here are not generic, so that the browser downloads this code once and not once per form.

use leptos::{ev::SubmitEvent, html, prelude::*, server_fn::ServerFn, task::spawn_local};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlFormElement, HtmlInputElement};

use super::{
    account_mark::AccountField,
    send::{AfterSubmit, send},
};
use crate::{
    copy::{error_pages, notices, refusals},
    domain::{
        error::{AppError, Field, Refusal},
        notice::Interrupted,
        paths,
    },
};

/// The initial state of a form. After a refusal without JavaScript it contains the refusal and what the user had
/// typed, without secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// The value of the one field that is not secret.
    pub typed: String,
    /// Why the action refused, if it did.
    pub refusal: Option<Refusal>,
}

/// The state of a form while it is edited and sent.
#[derive(Clone, Copy)]
pub struct FormState {
    /// The path of its server function.
    path: &'static str,
    /// The response to the last submission.
    pub answer: RwSignal<Option<Result<AfterSubmit, AppError>>>,
    /// Whether the form waits for a response, or for the next page to load.
    pub pending: RwSignal<bool>,
    /// The `<form>` element.
    pub node: NodeRef<html::Form>,
}

impl FormState {
    /// The state of the form for the server function `S`.
    #[must_use]
    pub fn of<S: ServerFn>(start: &Start) -> Self {
        Self::to(S::PATH, start.refusal)
    }

    /// One state for several plain forms of a page; each form element names its own server function.
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

    /// Why the last submission failed, if it did.
    #[must_use]
    pub fn error(self) -> Option<AppError> {
        self.answer.get().and_then(Result::err)
    }

    /// The error of one field.
    #[must_use]
    pub fn about(self, field: Field) -> Option<String> {
        let error = self.error()?;
        matches!(error, AppError::Refused(refusal) if refusal.field() == Some(field)).then(|| refusals::problem(error))
    }

    /// Whether the error concerns the field.
    #[must_use]
    pub fn is_wrong(self, field: Field) -> bool {
        match self.error() {
            // Mark both fields: marking one would reveal whether the address has an account.
            Some(AppError::Refused(Refusal::WrongCredentials)) => matches!(field, Field::Email | Field::Password),
            Some(AppError::Refused(refusal)) => refusal.field() == Some(field),
            _ => false,
        }
    }

    /// The error of the form as a whole, or of a field that is not among `fields`. `None` for
    /// [`Refusal::SudoRequired`], because the sudo dialog opens instead.
    #[must_use]
    pub fn form_level_error(self, fields: &[Field]) -> Option<AppError> {
        self.error().filter(|error| match error {
            AppError::Refused(Refusal::SudoRequired) => false,
            AppError::Refused(refusal) => refusal.field().is_none_or(|field| !fields.contains(&field)),
            _ => true,
        })
    }

    /// Clears the fields and the error.
    pub fn start_over(self) {
        self.answer.set(None);
        if let Some(form) = self.node.get_untracked() {
            form.reset();
        }
    }

    /// Focuses the first element of the form that one of `selectors` matches.
    pub fn focus(self, selectors: &'static [&str]) {
        let found = selectors.iter().find_map(|selector| self.find::<HtmlElement>(selector));
        // `focus` fails only for an element that cannot have the focus.
        let _ = found.map(|element| element.focus());
    }

    /// Sends the form that the event comes from, unless a submission is still pending.
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

    /// After a refusal, clears the secret fields, as a page load without JavaScript does, and focuses the refused
    /// field. Does nothing if sudo mode is missing, because the sudo dialog moves the focus.
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

/// What to focus after a refusal: a field that was just cleared, else another refused field, else the form's error
/// text.
const REFUSED: [&str; 3] = ["[type=password][aria-invalid=true]", "[aria-invalid=true]", ".form-problem[tabindex]"];

/// The `<form>` element: a plain form until it is hydrated.
#[component]
pub fn Form(
    /// The state of the form.
    form: FormState,
    /// Whether the form belongs to the account of a mailed link, and not to the account that is signed in.
    #[prop(optional)]
    of_link: bool,
    /// The contents of the form.
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
            {(!of_link).then(|| view! { <AccountField /> })}
            {children()}
        </form>
    }
}

/// The words for the error of a form.
fn words(error: AppError) -> String {
    match error {
        // Only the browser gets this refusal: without JavaScript the log-in page says so.
        AppError::Refused(Refusal::SignInRequired) => {
            let during = location().pathname().ok().and_then(|path| Interrupted::on(&path));
            notices::session_ended(during)
        }
        error => refusals::problem(error),
    }
}

/// The error of a form as a whole. The element is always in the page, because screen readers only announce text
/// that changes. They ignore alerts that are present at load, so after a reload the error gets the keyboard focus.
#[component]
pub fn FormProblem(
    /// The form.
    form: FormState,
    /// The fields that show their own errors.
    fields: &'static [Field],
) -> impl IntoView {
    let about = move || form.form_level_error(fields);
    let way_out = move || match about() {
        Some(AppError::Refused(Refusal::SignInRequired)) => Some((error_pages::sign_in(), paths::LOG_IN)),
        _ => None,
    };
    let autofocus = untrack(about).is_some();
    view! {
        <div class="form-problem" role="alert" tabindex=move || about().map(|_| "-1") autofocus=autofocus>
            {move || about().map(words)}
            {move || way_out().map(|(label, href)| view! { " " <a href=href>{label}</a> })}
        </div>
    }
}
