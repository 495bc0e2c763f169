//! One choice of a form: label and the browser's own select.

use leptos::prelude::*;

/// A value as it is sent, and what is read of it.
pub type Choice = (&'static str, &'static str);

/// A select. Its label stands above; what is not among the choices selects none.
#[component]
pub fn SelectField(
    /// The label, which is the select's accessible name.
    label: &'static str,
    /// The name it is sent under, which also tells it from the other elements of the page.
    name: &'static str,
    /// What there is to choose from.
    choices: Vec<Choice>,
    /// The value that is chosen at first.
    chosen: String,
) -> impl IntoView {
    let options = choices.into_iter().map(|(value, words)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label class="field-label" for=name>{label}</label>
            <select class="field-input" id=name name=name autocomplete="off">{options}</select>
        </div>
    }
}
