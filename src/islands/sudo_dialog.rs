//! The dialog that asks to confirm it is you, when a form was refused for want of it.

use leptos::{form::ActionForm, html, prelude::*};

use super::{
    field::{AccountHint, TextField},
    form::{FormProblem, Sending, Start, focus},
    submit::Submit,
};
use crate::{api::session::ConfirmSudo, domain::error::Field};

/// Password, **Confirm**. Afterwards the form behind it is as it was and its button has the
/// keyboard; the person presses it again, nothing is sent again by itself.
#[component]
pub fn SudoDialog(
    /// What is about to be done: "delete your account".
    purpose: &'static str,
    /// How long a confirmation lasts, in words.
    lasts: String,
    /// The account's address.
    email: String,
    /// The words on the button to press again.
    button: &'static str,
    /// A new number each time that the form was refused for want of sudo mode.
    asked: Signal<Option<usize>>,
    /// The form that was refused.
    opener: NodeRef<html::Form>,
) -> impl IntoView {
    let form = Sending::<ConfirmSudo>::new(&Start::default());
    let dialog = NodeRef::<html::Dialog>::new();
    let (waiting, value) = (form.action.pending(), form.action.value());
    let confirmed = RwSignal::new(false);
    Effect::new(move |_| {
        if asked.get().is_some() {
            confirmed.set(false);
            open(dialog);
        }
    });
    Effect::new(move |_| {
        if matches!(value.get(), Some(Ok(()))) {
            confirmed.set(true);
            close(dialog);
        }
    });
    // However it closes, by Escape too, nothing stays typed and the button gets the keyboard.
    let closed = move |_| {
        if let Some(form) = form.node.get_untracked() {
            form.reset();
        }
        focus(opener, "button[type=submit]");
    };
    view! {
        <p class="form-status" role="status">
            {move || confirmed.get().then(|| format!("Confirmed. Press “{button}” to go on."))}
        </p>
        <dialog class="dialog" node_ref=dialog aria-labelledby="sudo-title" on:close=closed>
            <h2 class="dialog-title" id="sudo-title">"Confirm it's you"</h2>
            <p>{format!("Confirm it's you to {purpose}. You won't be asked again for {lasts}.")}</p>
            <ActionForm action=form.action node_ref=form.node attr:class="form" attr:novalidate="">
                <FormProblem about=form.about_the_rest(&[Field::Password]) />
                <AccountHint email />
                <TextField
                    label="Password"
                    name="password"
                    id="sudo-password"
                    kind="password"
                    autocomplete="current-password"
                    about=form.about(Field::Password)
                />
                <div class="button-row">
                    <Submit label="Confirm" busy="Confirming…" pending=waiting.into() />
                    <button type="button" class="button" on:click=move |_| close(dialog)>"Cancel"</button>
                </div>
            </ActionForm>
        </dialog>
    }
}

/// Opens the dialog over the page; the browser moves the keyboard into it.
fn open(dialog: NodeRef<html::Dialog>) {
    if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
        // It fails only for a dialog that is not in the page.
        let _ = dialog.show_modal();
    }
}

fn close(dialog: NodeRef<html::Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}
