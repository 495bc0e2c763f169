//! The sudo dialog of a page with several plain forms.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::dialog::SudoDialog;
use crate::islands::form::{FormProblem, FormState};

/// When the user submits a form marked `data-guarded`, this island sends it by script. If the server refuses it
/// because sudo mode is missing, the dialog opens. After the user has confirmed in the dialog, the island does not
/// interfere any more: when the user presses a button again, the browser sends its form as a plain form.
#[island]
pub fn SudoGuard(
    /// What the user is about to do: "change how you sign in".
    purpose: String,
    /// How long sudo mode lasts, in words.
    sudo_lasts: String,
    /// The account's address.
    email: String,
    /// Whether the account has a password.
    has_password: bool,
    /// The other ways to confirm, as forms.
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
