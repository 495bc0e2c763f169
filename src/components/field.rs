//! A field of a form: label, help, input and error.

use leptos::{attr::custom::custom_attribute, prelude::*};

use crate::{
    copy::refusals,
    domain::error::{Field, Refusal},
};

/// A field with one line of text. The label stands above the input, the help below the label, and the error below
/// the input.
#[component]
pub fn TextField(
    /// The label, which is the input's accessible name.
    label: &'static str,
    /// The name of the field in the request.
    name: &'static str,
    /// The element's id, unique on the page; `name` if left out.
    #[prop(optional, into)]
    id: Option<String>,
    /// What the user types: `text`, `email` or `password`. An address has the input type `text`, because a browser rewrites
    /// the domain in an input of the type `email`: Chromium turns `maßanfertigung.de` into the domain of another owner.
    #[prop(default = "text")]
    kind: &'static str,
    /// The input's `autocomplete`: what browsers and password managers may fill in.
    autocomplete: &'static str,
    /// The input's initial value.
    #[prop(optional)]
    value: String,
    /// What the user has to know before typing.
    #[prop(optional, into)]
    help: Option<String>,
    /// The rules for a new password, in the language of password managers.
    #[prop(optional)]
    rules: Option<String>,
    /// Why the form was refused, if it was.
    refusal: Option<Refusal>,
    /// The field's name in refusals.
    field: Field,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.to_owned());
    let help_id = format!("{id}-help");
    let error_id = format!("{id}-error");
    let described_by = if help.is_some() { format!("{help_id} {error_id}") } else { error_id.clone() };
    let is_email = kind == "email";
    let is_wrong = refusal.is_some_and(|refusal| refusal.marks(field));
    let about = refusal.filter(|refusal| refusal.field() == Some(field)).map(refusals::words);
    // Without JavaScript, this moves the keyboard focus to the refused field.
    let autofocus = about.is_some();
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{label}</label>
            {help.map(|help| view! { <p class="field-help" id=help_id>{help}</p> })}
            <input
                class="field-input"
                id=id
                name=name
                type=if is_email { "text" } else { kind }
                inputmode=is_email.then_some("email")
                value=value
                autocomplete=autocomplete
                autocapitalize=(field != Field::Name).then_some("none")
                spellcheck="false"
                autofocus=autofocus
                aria-describedby=described_by
                aria-invalid=is_wrong.then_some("true")
                data-field=field.word()
                {..custom_attribute("passwordrules", rules)}
            />
            <p class="field-error" id=error_id role="alert">{about}</p>
        </div>
    }
}

/// The rules for a new password.
#[derive(Clone)]
pub struct PasswordHelp {
    /// In words.
    pub words: String,
    /// For password managers that make one, in the syntax of the attribute `passwordrules`.
    pub rules: String,
}

/// The field for a new password.
#[component]
pub fn NewPasswordField(
    /// The label, which is the input's accessible name.
    label: &'static str,
    /// The name of the field in the request.
    name: &'static str,
    /// The rules for the password.
    help: PasswordHelp,
    /// Why the form was refused, if it was.
    refusal: Option<Refusal>,
) -> impl IntoView {
    let PasswordHelp { words, rules } = help;
    view! {
        <TextField label name kind="password" autocomplete="new-password" help=words rules refusal field=Field::NewPassword />
    }
}

/// Tells password managers to which account the password belongs. Users don't see it, and the form doesn't send it.
#[component]
pub fn AccountHint(
    /// The address of the account.
    email: String,
) -> impl IntoView {
    view! { <input type="text" autocomplete="username" value=email readonly hidden /> }
}
