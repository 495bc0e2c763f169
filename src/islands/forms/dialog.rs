//! The sudo dialog: it opens over a refused form, and closes when the user has confirmed.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, HtmlFormElement};

use super::{
    page::{find, of_dialog, set_flag},
    problem,
};

/// Marks a dialog in which the user has confirmed.
const CONFIRMED: &str = "data-confirmed";

/// Whether the page has a dialog for this form, in which the user has not confirmed yet.
pub(super) fn guards(form: &HtmlFormElement) -> bool {
    let dialog = of_dialog::<Element>(form, "").filter(|_| form.has_attribute("data-guarded"));
    dialog.is_some_and(|dialog| !dialog.has_attribute(CONFIRMED))
}

/// Opens the form's dialog, if it has one. However the user closes it, also by Escape, its fields are cleared and the
/// form's button gets the focus.
pub(super) fn open(form: &HtmlFormElement) -> bool {
    let Some(dialog) = of_dialog::<HtmlDialogElement>(form, "") else { return false };
    // The user has closed the question that contains the form while it waited for the answer.
    if form.closest("dialog:not([open])").is_ok_and(|closed| closed.is_some()) {
        return false;
    }
    start_over(&dialog);
    let (opener, opened) = (form.clone(), dialog.clone());
    let closed = Closure::once_into_js(move || {
        start_over(&opened);
        // `focus` fails only for an element that cannot have the focus.
        let _ = find::<HtmlElement>(&opener, "button[type=submit]").map(|button| button.focus());
    });
    dialog.set_onclose(Some(closed.unchecked_ref()));
    // It fails only for a dialog that is not in the page, or is open.
    dialog.show_modal().is_ok()
}

/// Says that the user has confirmed, and closes the dialog that contains the form.
pub(super) fn confirmed(form: &HtmlFormElement) {
    let dialog = form.closest("dialog").ok().flatten().and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok());
    let Some(dialog) = dialog else { return };
    set_flag(&dialog, CONFIRMED, Some(""));
    if let Some(status) = dialog.previous_element_sibling() {
        status.set_text_content(status.get_attribute("data-words").as_deref());
    }
    dialog.close();
}

/// Forgets that the user has confirmed for this form, which is sent again.
pub(super) fn forget(form: &HtmlFormElement) {
    let Some(dialog) = of_dialog::<Element>(form, "") else { return };
    set_flag(&dialog, CONFIRMED, None);
    if let Some(status) = dialog.previous_element_sibling() {
        status.set_text_content(None);
    }
}

/// Closes the dialog of a button marked `data-close`.
pub(super) fn clicked(event: &Event) {
    let pressed = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let button = pressed.and_then(|pressed| pressed.closest("[data-close]").ok().flatten());
    let dialog = button.and_then(|button| button.closest("dialog").ok().flatten());
    if let Some(dialog) = dialog.and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok()) {
        dialog.close();
    }
}

/// Clears the fields and the error of the dialog's form.
fn start_over(dialog: &Element) {
    if let Some(form) = find::<HtmlFormElement>(dialog, "[data-script]") {
        form.reset();
        problem::clear(&form);
    }
}
