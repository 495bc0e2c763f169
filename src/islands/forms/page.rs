//! Finds and marks the elements of a page.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Sets the attribute, or removes it. Both fail only for an invalid name.
pub(super) fn set_flag(element: &Element, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

/// The first element in `parent` that matches.
pub(in crate::islands) fn find<T: JsCast>(parent: &Element, selector: &str) -> Option<T> {
    parent.query_selector(selector).ok()??.dyn_into().ok()
}

/// The element of the page that the form's `data-sudo` names: the dialog, or one that belongs to it.
pub(super) fn of_dialog<T: JsCast>(form: &Element, part: &str) -> Option<T> {
    let id = [&form.get_attribute("data-sudo")?, part].concat();
    document().get_element_by_id(&id)?.dyn_into().ok()
}
