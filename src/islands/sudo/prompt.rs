//! The sudo dialog of a page with several plain forms.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::dialog::SudoDialog;
use crate::islands::form::{FormProblem, FormState};

/// Sends the page's forms marked `data-guarded` without leaving the page, until it has been
/// confirmed here that it's them; from then on they are the plain forms that they were.
#[island]
pub fn SudoGuard(
    /// What is about to be done: "change how you sign in".
    purpose: String,
    /// How long a confirmation lasts, in words.
    sudo_lasts: String,
    /// The account's address.
    email: String,
    /// Whether the account has a password.
    has_password: bool,
    /// The other ways to confirm.
    children: Children,
) -> impl IntoView {
    let form = FormState::of_any();
    let confirmed = RwSignal::new(false);
    Effect::new(move |_| {
        let listener = window_event_listener(ev::submit, move |event| {
            let sent = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
            let guarded = sent.is_some_and(|sent| sent.has_attribute("data-guarded"));
            if guarded && !confirmed.get_untracked() {
                form.submit(&event);
            }
        });
        on_cleanup(move || listener.remove());
    });
    view! {
        <FormProblem form fields=&[] />
        <SudoDialog purpose lasts=sudo_lasts email has_password opener=form confirmed>
            {children()}
        </SudoDialog>
    }
}
