//! Shows in a form why it was refused.

use leptos::prelude::{document, request_animation_frame};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, HtmlElement, HtmlInputElement,
    js_sys::{Array, Object, Reflect},
};

use super::{
    page::{find, of_dialog, set_flag},
    send::text,
};

/// Fields that hold a secret.
const SECRET: &str = "[autocomplete$=password],[autocomplete=one-time-code]";

/// What to focus after a refusal: the first field with words of its own, else a secret field that was just cleared, else
/// another refused field, else the form's error text.
const REFUSED: [&str; 4] = [
    ".field:has(.field-error:not(:empty)) [aria-invalid]",
    "[type=password][aria-invalid]",
    "[aria-invalid]",
    ".form-problem[tabindex]",
];

/// Removes what an earlier answer said.
pub(super) fn clear(form: &Element) {
    while let Some(input) = find::<Element>(form, "[aria-invalid]") {
        set_flag(&input, "aria-invalid", None);
        if let Some(words) = words_of(&input) {
            words.set_text_content(None);
        }
    }
    if let Some(problem) = of_form(form) {
        problem.set_text_content(None);
        set_flag(&problem, "tabindex", None);
    }
}

/// Marks the wrong fields, clears the secret ones among them, and shows the words: beside a field if they are about
/// one, else in the form.
pub(super) fn show(form: &Element, refused: &JsValue) {
    let mut is_said = false;
    for wrong in wrong_fields(refused) {
        let (field, words) = (wrong.get(0).as_string().unwrap_or_default(), wrong.get(1).as_string());
        let Some(input) = find::<HtmlInputElement>(form, &["[data-field=", &field, "]"].concat()) else { continue };
        set_flag(&input, "aria-invalid", Some("true"));
        if input.matches(SECRET).unwrap_or_default() {
            input.set_value("");
        }
        if let (Some(place), Some(words)) = (words_of(&input), words.filter(|words| !words.is_empty())) {
            place.set_text_content(Some(&words));
            is_said = true;
        }
    }
    if !is_said {
        say(form, &text(refused, "words"));
        let link = Reflect::get(refused, &"link".into()).unwrap_or_default();
        add_link(form, &link);
    }
    focus(form);
}

/// Says that no answer came. The page has the words.
pub(super) fn show_no_answer(form: &Element) {
    let words = document().body().and_then(|body| body.get_attribute("data-no-answer"));
    say(form, &words.unwrap_or_default());
    focus(form);
}

/// Each wrong field, with its words.
fn wrong_fields(refused: &JsValue) -> impl Iterator<Item = Array> {
    let fields = Reflect::get(refused, &"fields".into()).ok().and_then(|fields| fields.dyn_into::<Object>().ok());
    let entries = fields.map(|fields| Object::entries(&fields)).unwrap_or_default();
    (0..entries.length()).map(move |at| entries.get(at).unchecked_into())
}

fn say(form: &Element, words: &str) {
    if let Some(problem) = of_form(form) {
        problem.set_text_content(Some(words));
        set_flag(&problem, "tabindex", Some("-1"));
    }
}

/// Adds the link of a refusal, if it has one, after the words.
fn add_link(form: &Element, link: &JsValue) {
    let to = if link.is_object() { text(link, "to") } else { return };
    let (Some(problem), Ok(anchor)) = (of_form(form), document().create_element("a")) else { return };
    anchor.set_text_content(Some(&text(link, "words")));
    set_flag(&anchor, "href", Some(&to));
    let _ = problem.append_with_str_1(" ").and_then(|()| problem.append_with_node_1(&anchor));
}

/// The element for the error of the form as a whole.
fn of_form(form: &Element) -> Option<Element> {
    find(form, ".form-problem").or_else(|| of_dialog(form, "-problem"))
}

/// The element for the error of a field.
fn words_of(input: &Element) -> Option<Element> {
    find(&input.closest(".field").ok()??, ".field-error")
}

fn focus(form: &Element) {
    let found = REFUSED.iter().find_map(|selector| find::<HtmlElement>(form, selector));
    let found = found.or_else(|| of_form(form)?.dyn_into().ok());
    request_animation_frame(move || {
        // `focus` fails only for an element that cannot have the focus.
        let _ = found.map(|element| element.focus());
    });
}
