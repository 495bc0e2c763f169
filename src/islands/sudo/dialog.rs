//! The dialog that opens when the server has refused a form because sudo mode is missing. Here the user confirms
//! who they are, which begins sudo mode.

use leptos::{html, prelude::*};

use crate::{
    api::sudo::ConfirmSudo,
    copy::sudo,
    domain::error::{AppError, Field, Refusal},
    islands::{
        field::{AccountHint, TextField},
        form::{Form, FormProblem, FormState, Start},
        submit::Submit,
    },
};

/// The field Password and the button **Confirm**. Afterwards the form behind the dialog is unchanged, and its button
/// has the keyboard focus. The user presses it again; the browser sends nothing by itself. For an account without a
/// password the page passes forms as children; such a form leads the user to another page and back.
#[component]
pub fn SudoDialog(
    /// What the user is about to do, by `copy::sudo::purposes`.
    #[prop(into)]
    purpose: String,
    /// How long sudo mode lasts, in words.
    lasts: String,
    /// The account's address.
    email: String,
    /// Whether the account has a password.
    has_password: bool,
    /// The label of the button to press again, if there is only one.
    #[prop(optional, into)]
    button: Option<&'static str>,
    /// The id of the password field, unique on the page.
    #[prop(default = "sudo-password")]
    field_id: &'static str,
    /// The state of the refused form.
    opener: FormState,
    /// Whether the user has confirmed in this dialog since the last answer to the refused form.
    #[prop(optional)]
    confirmed: RwSignal<bool>,
    /// The other ways to confirm, as forms.
    children: Children,
) -> impl IntoView {
    let form = FormState::of::<ConfirmSudo>(&Start::default());
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(answer) = opener.answer.get() else { return };
        confirmed.set(false);
        if answer == Err(AppError::Refused(Refusal::SudoRequired)) {
            // The state of an earlier confirmation is out of date.
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
    // However the user closes it, also by Escape, clear the fields and focus the button.
    let closed = move |_| {
        form.start_over();
        opener.focus(&["button[type=submit]"]);
    };
    let next = button.map_or_else(|| sudo::confirmed().to_owned(), sudo::confirmed_for);
    let (title_id, why_id) = (format!("{field_id}-title"), format!("{field_id}-why"));
    let (labelled_by, described_by) = (title_id.clone(), why_id.clone());
    view! {
        <p class="form-status" role="status">{move || confirmed.get().then(|| next.clone())}</p>
        <dialog class="dialog" node_ref=dialog aria-labelledby=labelled_by aria-describedby=described_by on:close=closed>
            <h2 class="dialog-title" id=title_id>"Confirm it's you"</h2>
            <p id=why_id>{sudo::why(&purpose, &lasts)}</p>
            {has_password.then(|| view! { <PasswordForm form field_id email dialog /> })}
            {children()}
            {(!has_password).then(|| view! { <Cancel dialog /> })}
        </dialog>
    }
}

/// The field Password and the button **Confirm**.
#[component]
fn PasswordForm(
    /// The state of the form.
    form: FormState,
    /// The id of the field, unique on the page.
    field_id: &'static str,
    /// The account's address.
    email: String,
    /// The dialog that contains the form.
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

/// Opens the dialog over the page; the browser moves the focus into it.
fn open(dialog: NodeRef<html::Dialog>) {
    if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
        // `show_modal` fails only for a dialog that is not in the page.
        let _ = dialog.show_modal();
    }
}

fn close(dialog: NodeRef<html::Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}
