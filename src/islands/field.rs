//! One field of a form: label, help, input, and what is wrong with it.

use leptos::prelude::*;

use super::form::FormState;
use crate::domain::error::Field;

/// A field with one line of text. The label stands above, the help under the label, the
/// error under the input.
#[component]
pub fn TextField(
    /// The label, which is the input's accessible name.
    label: &'static str,
    /// The name it is sent under.
    name: &'static str,
    /// What tells it from the other elements of the page; the name when left out.
    #[prop(default = name)]
    id: &'static str,
    /// The input's type.
    #[prop(default = "text")]
    kind: &'static str,
    /// What browsers and password managers may fill in.
    autocomplete: &'static str,
    /// What stands in it at first.
    #[prop(optional)]
    value: String,
    /// What to know before typing.
    #[prop(optional, into)]
    help: Option<String>,
    /// The form it stands in.
    form: FormState,
    /// What refusals call it.
    field: Field,
) -> impl IntoView {
    let help_id = format!("{id}-help");
    let error_id = format!("{id}-error");
    let described_by = if help.is_some() { format!("{help_id} {error_id}") } else { error_id.clone() };
    let about = move || form.about(field);
    // Without JavaScript this is how the keyboard gets to the field that was refused.
    let autofocus = untrack(about).is_some();
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            {help.map(|help| view! { <p class="field-help" id=help_id>{help}</p> })}
            <input
                class="field-input"
                id=id
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                autofocus=autofocus
                aria-describedby=described_by
                aria-invalid=move || form.is_wrong(field).then_some("true")
            />
            <p class="field-error" id=error_id role="alert">{about}</p>
        </div>
    }
}

/// Tells password managers whose password is asked for. It is neither seen nor sent.
#[component]
pub fn AccountHint(
    /// The address of the account.
    email: String,
) -> impl IntoView {
    view! { <input type="email" autocomplete="username" value=email readonly hidden /> }
}
