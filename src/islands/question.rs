//! The dialog that asks before an action ends access. Without this island the buttons lead to the question's page.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, SubmitEvent};

/// Opens when the user submits a form marked `data-asks`, instead of the page to which the form leads. The page's sudo
/// dialog and its error text, marked `data-guard`, are in this dialog while it is open: behind it the user could not
/// reach them.
#[island]
pub fn AskFirst(
    /// The question, and the form that does it.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let listener = window_event_listener(ev::submit, move |event| {
            ask(dialog, &event);
        });
        on_cleanup(move || listener.remove());
    });
    let closed = move |_| {
        if let (Some(dialog), Some(guard)) = (dialog.get_untracked(), found("[data-guard]")) {
            // This call fails only for an element that is not in the page.
            let _ = dialog.before_with_node_1(&guard);
        }
    };
    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            aria-labelledby="question-title"
            aria-describedby="question-text"
            on:close=closed
        >
            {children()}
        </dialog>
    }
}

/// Opens the dialog if the event comes from an opener. `None` if it does not.
fn ask(dialog: NodeRef<html::Dialog>, event: &SubmitEvent) -> Option<()> {
    let opener: Element = event.target()?.dyn_into().ok()?;
    let about = opener.get_attribute("data-asks")?;
    let dialog = dialog.get_untracked()?;
    event.prevent_default();
    if let Some(asked) = dialog.query_selector("[data-asked]").ok()? {
        asked.set_text_content(Some(&about));
    }
    if let (Some(from), Some(to)) = (event_of(&opener), event_of(&dialog)) {
        to.set_value(&from.value());
    }
    if let Some(guard) = found("[data-guard]") {
        dialog.append_child(&guard).ok()?;
    }
    dialog.show_modal().ok()
}

/// The field that says which event of the security log the form is about.
fn event_of(form: &Element) -> Option<HtmlInputElement> {
    form.query_selector("[name=event]").ok()??.dyn_into().ok()
}

fn found(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok()?
}
