//! The dialog that asks to confirm it is you, when a form was refused for want of it.

use leptos::{html, prelude::*};

use crate::{
    api::sudo::ConfirmSudo,
    domain::error::{AppError, Field, Refusal},
    islands::{
        field::{AccountHint, TextField},
        form::{Form, FormProblem, FormState, Start},
        submit::Submit,
        words::sudo_sentence,
    },
};

/// Password, **Confirm**. Afterwards the form behind it is as it was and its button has the
/// keyboard; the person presses it again, nothing is sent again by itself. For an account
/// without a password the page puts its own forms there; they lead away and come back.
#[component]
pub fn SudoDialog(
    /// What is about to be done: "delete your account".
    #[prop(into)]
    purpose: String,
    /// How long a confirmation lasts, in words.
    lasts: String,
    /// The account's address.
    email: String,
    /// Whether the account has a password.
    has_password: bool,
    /// The words on the button to press again, where there is but one.
    #[prop(optional, into)]
    button: Option<&'static str>,
    /// What tells its password field from those of other dialogs on the page.
    #[prop(default = "sudo-password")]
    field_id: &'static str,
    /// The form that was refused.
    opener: FormState,
    /// Whether it was confirmed here since.
    #[prop(optional)]
    confirmed: RwSignal<bool>,
    /// The other ways to confirm.
    children: Children,
) -> impl IntoView {
    let form = FormState::of::<ConfirmSudo>(&Start::default());
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(answer) = opener.answer.get() else { return };
        confirmed.set(false);
        if answer == Err(AppError::Refused(Refusal::SudoRequired)) {
            // What was answered after it closed is old.
            form.start_over();
            open(dialog);
        }
    });
    Effect::new(move |_| {
        if matches!(form.answer.get(), Some(Ok(_))) {
            confirmed.set(true);
            close(dialog);
        }
    });
    // However it closes, by Escape too, nothing stays and the button gets the keyboard.
    let closed = move |_| {
        form.start_over();
        opener.focus(&["button[type=submit]"]);
    };
    let next = button.map_or("Confirmed. SubmitOnce the button again to go on.".to_owned(), |button| {
        format!("Confirmed. SubmitOnce “{button}” to go on.")
    });
    let (title_id, why_id) = (format!("{field_id}-title"), format!("{field_id}-why"));
    let (labelled_by, described_by) = (title_id.clone(), why_id.clone());
    view! {
        <p class="form-status" role="status">{move || confirmed.get().then(|| next.clone())}</p>
        <dialog class="dialog" node_ref=dialog aria-labelledby=labelled_by aria-describedby=described_by on:close=closed>
            <h2 class="dialog-title" id=title_id>"Confirm it's you"</h2>
            <p id=why_id>{sudo_sentence(&purpose, &lasts)}</p>
            {has_password.then(|| view! { <PasswordForm form field_id email dialog /> })}
            {children()}
            {(!has_password).then(|| view! { <Cancel dialog /> })}
        </dialog>
    }
}

/// Password, **Confirm**.
#[component]
fn PasswordForm(
    /// How it is sent.
    form: FormState,
    /// What tells the field from others of the page.
    field_id: &'static str,
    /// The account's address.
    email: String,
    /// What it stands in.
    dialog: NodeRef<html::Dialog>,
) -> impl IntoView {
    view! {
        <Form form>
            <FormProblem form fields=&[Field::Password] />
            <AccountHint email />
            <TextField
                label="Password"
                name="password"
                id=field_id
                kind="password"
                autocomplete="current-password"
                form
                field=Field::Password
            />
            <div class="button-row">
                <Submit label="Confirm" busy="Confirming…" pending=form.pending />
                <Cancel dialog />
            </div>
        </Form>
    }
}

#[component]
fn Cancel(dialog: NodeRef<html::Dialog>) -> impl IntoView {
    view! { <button type="button" class="button" on:click=move |_| close(dialog)>"Cancel"</button> }
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
