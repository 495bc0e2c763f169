//! A select of a form, with its label.

use leptos::prelude::*;

/// A value in the request, and its words for the user.
pub type Choice = (&'static str, &'static str);

/// The browser's own select, with its label above. A `chosen` value that is not a choice selects none.
#[component]
pub fn SelectField(
    /// The label, which is the select's accessible name.
    label: &'static str,
    /// The name of the select in the request, and its id on the page.
    name: &'static str,
    /// The choices.
    choices: Vec<Choice>,
    /// The value that is selected at first.
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
