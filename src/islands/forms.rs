//! What forms do in the browser.
//!
//! A form marked `data-script` is sent by script: it waits for the answer, and shows a refusal beside its field. So is a
//! form marked `data-guarded`, until the user has confirmed in the sudo dialog of the page. If the server refuses a form
//! because sudo mode is missing, the dialog opens that the form's `data-sudo` names. Every other form is a plain form,
//! whose button is disabled: a second press would send it twice.
//!
//! The listeners are at the window, so they also serve the parts of a page that a live refresh has replaced.

mod dialog;
pub(super) mod page;
mod problem;
mod send;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlButtonElement, HtmlFormElement};

use self::{
    page::{find, set_flag},
    send::{Answer, send},
};

/// Sends the forms of the page. It renders nothing.
#[island]
pub fn Forms() -> impl IntoView {
    Effect::new(|_| {
        window_event_listener_untyped("submit", |event| submitted(&event));
        window_event_listener_untyped("click", |event| dialog::clicked(&event));
    });
}

fn submitted(event: &Event) {
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = form.filter(|_| !event.default_prevented()) else { return };
    if !form.has_attribute("data-script") && !dialog::guards(&form) {
        // Disabling the button at once would stop the browser from submitting its form. A button without a second label may
        // be pressed again: a download leaves the page as it is.
        if find::<Element>(&form, ".button-words").is_some() {
            request_animation_frame(move || set_waiting(&form, true));
        }
        return;
    }
    event.prevent_default();
    if form.query_selector("[aria-busy]").is_ok_and(|waiting| waiting.is_some()) {
        return;
    }
    problem::clear(&form);
    dialog::forget(&form);
    set_waiting(&form, true);
    spawn_local(async move {
        let answer = send(&form).await;
        set_waiting(&form, matches!(answer, Answer::Leaves));
        answered(&form, &answer);
    });
}

fn answered(form: &HtmlFormElement, answer: &Answer) {
    match answer {
        Answer::Leaves => {}
        Answer::Stays => dialog::confirmed(form),
        Answer::Refused(refused) if send::text(refused, "code") == "sudo_required" && dialog::open(form) => {}
        Answer::Refused(refused) => problem::show(form, refused),
        Answer::Unreadable => problem::show_no_answer(form),
    }
}

/// Marks the form's button as waiting for the answer, or not. A button with a second label shows it, and is disabled.
fn set_waiting(form: &Element, is_waiting: bool) {
    let Some(button) = find::<HtmlButtonElement>(form, "button[type=submit]") else { return };
    set_flag(&button, "aria-busy", is_waiting.then_some("true"));
    for (label, is_hidden) in [(":first-child", is_waiting), (":last-child", !is_waiting)] {
        if let Some(label) = find::<Element>(&button, &[".button-words", label].concat()) {
            button.set_disabled(is_waiting);
            label.set_class_name(if is_hidden { "button-words is-unseen" } else { "button-words" });
            set_flag(&label, "aria-hidden", is_hidden.then_some("true"));
        }
    }
}
