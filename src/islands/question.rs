//! The dialog that asks before an action ends access. Without this island the buttons lead to the question's page.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, HtmlDialogElement, HtmlInputElement};

use super::forms::page::find;

/// Opens the dialog `question` when the user submits a form marked `data-asks`, instead of the page to which the form
/// leads. It renders nothing. The page's sudo dialog and its error text, marked `data-guard`, are in this dialog while
/// it is open: behind it the user could not reach them.
#[island]
pub fn AskFirst() -> impl IntoView {
    Effect::new(|_| {
        window_event_listener_untyped("submit", |event| {
            ask(&event);
        });
    });
}

/// Opens the dialog if the event comes from an opener. `None` if it does not.
fn ask(event: &Event) -> Option<()> {
    let opener: Element = event.target()?.dyn_into().ok()?;
    let about = opener.get_attribute("data-asks")?;
    let page = document().document_element()?;
    let dialog: HtmlDialogElement = find(&page, "#question")?;
    event.prevent_default();
    if let Some(asked) = find::<Element>(&dialog, "[data-asked]") {
        asked.set_text_content(Some(&about));
    }
    // The field that says which event of the security log the form is about.
    let event_of = |form: &Element| find::<HtmlInputElement>(form, "[name=event]");
    if let (Some(from), Some(to)) = (event_of(&opener), event_of(&dialog)) {
        to.set_value(&from.value());
    }
    if let Some(guard) = find::<Element>(&page, "[data-guard]") {
        dialog.append_child(&guard).ok()?;
        let opened = dialog.clone();
        let closed = Closure::once_into_js(move || {
            if let Some(status) = find::<Element>(&guard, "[role=status]") {
                status.set_text_content(None);
            }
            // This call fails only for an element that is not in the page.
            let _ = opened.before_with_node_1(&guard);
        });
        dialog.set_onclose(Some(closed.unchecked_ref()));
    }
    dialog.show_modal().ok()
}
