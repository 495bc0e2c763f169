//! The button that copies a secret which the page shows once.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, HtmlTextAreaElement};

/// The button, which names the field with the secret.
const BUTTON: &str = "data-copies";

/// Shows the button of the page and copies the text when the user presses it. It renders nothing. Without JavaScript,
/// and where a browser lets no page write to its clipboard, there is no button, and the user selects the text.
#[island]
pub fn Copy() -> impl IntoView {
    Effect::new(|_| {
        if window().is_secure_context()
            && let Ok(Some(button)) = document().query_selector(&["[", BUTTON, "]"].concat())
        {
            // This call fails only for an invalid name.
            let _ = button.remove_attribute("hidden");
        }
        window_event_listener_untyped("click", |event| {
            clicked(&event);
        });
    });
}

/// Copies the text if the event comes from the button. `None` if it does not.
fn clicked(event: &Event) -> Option<()> {
    let pressed: Element = event.target()?.dyn_into().ok()?;
    let button = pressed.closest(&["[", BUTTON, "]"].concat()).ok()??;
    let field = document().get_element_by_id(&button.get_attribute(BUTTON)?)?;
    let field: HtmlTextAreaElement = field.dyn_into().ok()?;
    field.select();
    let copied = window().navigator().clipboard().write_text(&field.value());
    spawn_local(async move {
        if JsFuture::from(copied).await.is_ok() {
            show_copied(&button);
        }
    });
    Some(())
}

/// Shows the button's second word instead of its first. The element after the button says it to screen readers.
fn show_copied(button: &Element) {
    if let (Some(first), Some(second)) = (button.first_element_child(), button.last_element_child()) {
        first.set_class_name("button-words is-unseen");
        second.set_class_name("button-words");
        // These calls fail only for an invalid name.
        let _ = (first.set_attribute("aria-hidden", "true"), second.remove_attribute("aria-hidden"));
        if let Some(status) = button.next_element_sibling() {
            status.set_text_content(second.text_content().as_deref());
        }
    }
}
