//! Keeps an open page up to date.
//!
//! While the page is visible, this island listens to `/users/live`. When the page's data has changed, the server
//! sends a new page version there, but never the data. Then a live refresh requests the page once more, as a reload
//! would, and replaces the elements marked `data-live`. Forms with fields are not marked, so a refresh does not
//! touch what the user is typing. If the user is no longer signed in, the whole content of the page is removed. The
//! browser's other tabs are notified too.
//!
//! [`tab`] decides what to do; this file tells it what happens, and carries out its decisions. The page version is
//! stored in the document and not here: in the attribute `data-digest`.

mod tab;

use std::cell::RefCell;

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    BroadcastChannel, Document, DomParser, Element, Event, EventSource, Headers, HtmlElement, HtmlTemplateElement,
    MessageEvent, RequestInit, Response, SupportedType, VisibilityState,
};

use self::tab::{Command, Found, Input, Page, Tab};
use super::times;

/// The attribute with the page version, which is empty if the user is not signed in. A tab that was opened before an
/// upgrade looks for it in the pages of the new program, so its name stays.
const VERSION: &str = "data-digest";

/// The state of the island. The page version is not among it, because the document contains it.
#[derive(Default)]
struct Live {
    tab: RefCell<Tab>,
    stream: RefCell<Option<EventSource>>,
    other_tabs: RefCell<Option<BroadcastChannel>>,
    listener: RefCell<JsValue>,
}

thread_local! {
    static LIVE: Live = Live::default();
}

/// Keeps the page up to date after hydration. It renders nothing.
#[island]
pub fn LiveState() -> impl IntoView {
    Effect::new(|_| begin());
}

fn begin() {
    let listener = Closure::<dyn Fn(Event)>::new(|event| heard(&event)).into_js_value();
    // The constructor fails only in a page that the browser does not display.
    let other_tabs = BroadcastChannel::new("signet").ok();
    if let Some(other_tabs) = &other_tabs {
        other_tabs.set_onmessage(Some(listener.unchecked_ref()));
    }
    LIVE.with(|live| {
        live.listener.replace(listener);
        live.other_tabs.replace(other_tabs);
    });
    let inputs = [
        ("visibilitychange", Input::VisibilityChanged),
        ("submit", Input::FormSent),
        ("focusout", Input::FocusLeft),
        ("pagehide", Input::PageLeft),
    ];
    for (event, input) in inputs {
        window_event_listener_untyped(event, move |_| on(input));
    }
    on(Input::VisibilityChanged);
}

/// Handles an event from the server or from another tab.
fn heard(event: &Event) {
    let version = event.dyn_ref::<MessageEvent>().and_then(|message| message.data().as_string()).unwrap_or_default();
    let is_refused = || {
        let closed = |stream: &EventSource| stream.ready_state() == EventSource::CLOSED;
        LIVE.with(|live| live.stream.borrow().as_ref().is_some_and(closed))
    };
    match event.type_().as_str() {
        "message" => on(Input::TabVersion(&version)),
        "changed" => on(Input::ServerVersion(&version)),
        "signed-out" => on(Input::SignedOut),
        "error" if is_refused() => on(Input::StreamRefused),
        _ => {}
    }
}

fn on(input: Input<'_>) {
    on_with(input, None);
}

/// Gives the input to the state machine, and runs the commands that the state machine returns. `found` is the page
/// that a refresh found.
fn on_with(input: Input<'_>, found: Option<&Document>) {
    let version = shown_version();
    let page = Page {
        version: &version,
        is_visible: document().visibility_state() == VisibilityState::Visible,
        has_pending_form: document().query_selector("[aria-busy=true]").is_ok_and(|form| form.is_some()),
    };
    for command in LIVE.with(|live| live.tab.borrow_mut().on(input, page)) {
        run(command, found);
    }
}

fn run(command: Command, found: Option<&Document>) {
    match command {
        Command::Close => close(),
        Command::Open => open(),
        Command::Tell(version) => tell(&version),
        Command::Request => request(),
        Command::ReplaceParts => {
            if let Some(found) = found {
                replace_parts(found);
            }
        }
        Command::ShowSignedOut => show_signed_out(),
        Command::Reload => {
            let _ = location().reload();
        }
        Command::Wait(timer, time) => set_timeout(move || on(Input::Due(timer)), time),
    }
}

fn close() {
    LIVE.with(|live| live.stream.take().inspect(EventSource::close));
}

fn open() {
    let address = version_element(&document()).and_then(|element| element.get_attribute("data-stream"));
    let Ok(stream) = EventSource::new(&address.unwrap_or_default()) else { return };
    LIVE.with(|live| {
        for name in ["changed", "signed-out", "error"] {
            // This call never fails, whatever the event's name.
            let _ = stream.add_event_listener_with_callback(name, live.listener.borrow().unchecked_ref());
        }
        live.stream.replace(Some(stream));
    });
}

/// Tells the browser's other tabs the new page version.
fn tell(version: &str) {
    LIVE.with(|live| {
        if let Some(other_tabs) = live.other_tabs.borrow().as_ref() {
            // This call fails only for a value that the browser cannot copy, and it can copy a string.
            let _ = other_tabs.post_message(&version.into());
        }
    });
}

/// Requests the page as a reload would.
fn request() {
    spawn_local(async {
        let found = fetch().await.ok().flatten();
        let input = found.as_ref().map(|(version, is_redirected, _)| Found { version, is_redirected: *is_redirected });
        on_with(Input::Found(input), found.as_ref().map(|(_, _, document)| document));
    });
}

/// Returns the page's version, whether the server redirected to another page, and the document. `None` if the
/// response is not a page of Signet, or is a server error.
async fn fetch() -> Result<Option<(String, bool, Document)>, JsValue> {
    let headers = Headers::new()?;
    headers.set("Accept", "text/html")?;
    // With this header the server leaves its one-time notice in the cookie, for the next page that the user opens.
    headers.set("Signet-Live", "1")?;
    let request = RequestInit::new();
    request.set_headers(&headers);
    let sent = window().fetch_with_str_and_init(&location().href()?, &request);
    let response: Response = JsFuture::from(sent).await?.unchecked_into();
    let body = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    let document = DomParser::new()?.parse_from_string(&body, SupportedType::TextHtml)?;
    let version = version_of(&document).filter(|_| response.status() < 500);
    Ok(version.map(|version| (version, response.redirected(), document)))
}

/// The element with the page version. It also announces to screen readers that the page was updated.
fn version_element(document: &Document) -> Option<Element> {
    document.query_selector(&["[", VERSION, "]"].concat()).ok()?
}

fn version_of(document: &Document) -> Option<String> {
    version_element(document)?.get_attribute(VERSION)
}

/// The page version that this page shows.
fn shown_version() -> String {
    version_of(&document()).unwrap_or_default()
}

/// Replaces this page's marked parts with those of the found page.
fn replace_parts(found: &Document) {
    // Now equal times have equal words, and a part whose times alone have become older is unchanged.
    times::show(&document());
    times::show(found);
    let Ok(parts) = document().query_selector_all("[data-live]") else { return };
    let parts = (0..parts.length()).filter_map(|at| parts.get(at)?.dyn_into::<Element>().ok());
    let changed = parts.filter(|part| replace(part, found)).count();
    let (Some(element), Some(version)) = (version_element(&document()), version_of(found)) else { return };
    // This call fails only for an invalid attribute name, and this name is valid.
    let _ = element.set_attribute(VERSION, &version);
    if changed > 0 {
        // Clear the text first: a screen reader announces only text that changes.
        element.set_text_content(None);
        request_animation_frame(move || element.set_text_content(element.get_attribute("data-words").as_deref()));
    }
}

/// Replaces the part, unless the part is unchanged or a control in it has the keyboard focus. A notice has the focus only
/// to be read. Returns whether it has replaced the part.
fn replace(part: &Element, found: &Document) -> bool {
    let key = part.get_attribute("data-live").unwrap_or_default();
    let new = found.query_selector(&["[data-live='", &key, "']"].concat()).ok().flatten();
    if part.is_equal_node(new.as_ref().map(AsRef::as_ref)) {
        return false;
    }
    let focused = document().active_element().filter(|focused| part.contains(Some(focused)));
    if focused.is_some_and(|focused| !focused.has_attribute("tabindex")) {
        on(Input::PartSkipped);
        return false;
    }
    match new {
        Some(new) => part.replace_with_with_node_1(&new).is_ok(),
        None => {
            part.remove();
            true
        }
    }
}

/// Replaces the whole page by the content that the server prepared for this case.
fn show_signed_out() {
    let page = document().get_element_by_id("signed-out").and_then(|page| page.dyn_into::<HtmlTemplateElement>().ok());
    let (Some(page), Some(body)) = (page, document().body()) else { return };
    document().set_title(&page.get_attribute("data-title").unwrap_or_default());
    body.replace_children_with_node_1(&page.content());
    if let Ok(Some(heading)) = document().query_selector("h1") {
        // `focus` fails only for an element that cannot have the focus.
        let _ = heading.unchecked_into::<HtmlElement>().focus();
    }
}
