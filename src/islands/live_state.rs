//! Keeps an open page up to date.
//!
//! While the page is visible, this island listens to `/users/live`. When the page's data has changed, the server
//! sends a new page version there, but never the data. Then a live refresh requests the page once more, as a reload
//! would, and replaces the elements marked `data-live`. Forms with fields are not marked, so a refresh does not
//! touch what the user is typing. If the user is no longer signed in, the whole content of the page is removed. The
//! browser's other tabs are notified too.
//!
//! The page version is stored in the document and not here: in the attribute `data-digest`.

use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    BroadcastChannel, Document, DomParser, Element, Event, EventSource, Headers, HtmlElement, HtmlTemplateElement,
    MessageEvent, RequestInit, Response, SupportedType, VisibilityState,
};

use crate::domain::paths;

/// The element with the page version, which is empty if the user is not signed in.
const MARK: &str = "[data-digest]";
/// How long the page waits before it retries a failed refresh or connection.
const LATER: Duration = Duration::from_secs(3);
/// How long the page waits before it checks again that the user is signed out: another tab may be about to receive
/// a new session cookie.
const DOUBT: Duration = Duration::from_millis(300);
/// How often to check whether the page's own form has its response, and the maximum number of checks.
const OWN_FORM: (Duration, u8) = (Duration::from_millis(250), 40);
/// How long a form that was just sent counts as pending.
const SENDING: Duration = Duration::from_secs(1);

/// The state of this tab.
#[derive(Default)]
struct Tab {
    stream: RefCell<Option<EventSource>>,
    others: RefCell<Option<BroadcastChannel>>,
    heard: RefCell<JsValue>,
    /// A live refresh is running.
    looks: Cell<bool>,
    /// The page asked for another refresh during this one.
    again: Cell<bool>,
    /// The last refresh found the user signed out, or found another page.
    doubts: Cell<bool>,
    /// The user has just sent one of the page's forms.
    sends: Cell<bool>,
    /// The user has sent one of the page's forms at some time.
    has_sent: Cell<bool>,
    /// A refresh has not replaced a part, because the keyboard focus is in this part.
    is_stale: Cell<bool>,
    /// This page refreshes no more: the user is signed out, or the browser is loading another page.
    is_done: Cell<bool>,
}

thread_local! {
    static TAB: Tab = Tab::default();
}

/// Keeps the page up to date after hydration. It renders nothing.
#[island]
pub fn LiveState() -> impl IntoView {
    Effect::new(|_| begin());
}

fn begin() {
    let heard = Closure::<dyn Fn(Event)>::new(|event| heard(&event)).into_js_value();
    // The constructor fails only in a page that the browser does not display.
    let others = BroadcastChannel::new("signet").ok();
    if let Some(others) = &others {
        others.set_onmessage(Some(heard.unchecked_ref()));
    }
    TAB.with(|tab| {
        tab.heard.replace(heard);
        tab.others.replace(others);
    });
    let on: [(&str, fn()); 4] =
        [("visibilitychange", listen), ("submit", sends), ("focusout", catch_up), ("pagehide", leave)];
    for (name, act) in on {
        window_event_listener_untyped(name, move |_| act());
    }
    listen();
}

/// Listens while the page is visible. A browser opens only six connections to a host, and a stream occupies one.
fn listen() {
    TAB.with(|tab| {
        if let Some(old) = tab.stream.take() {
            old.close();
        }
        if tab.is_done.get() || document().visibility_state() != VisibilityState::Visible {
            return;
        }
        let Ok(stream) = EventSource::new(paths::LIVE) else { return };
        for name in ["changed", "signed-out", "error"] {
            // This call never fails, whatever the event's name.
            let _ = stream.add_event_listener_with_callback(name, tab.heard.borrow().unchecked_ref());
        }
        tab.stream.replace(Some(stream));
    });
}

/// Handles an event from the server or from another tab.
fn heard(event: &Event) {
    let said = event.dyn_ref::<MessageEvent>().and_then(|message| message.data().as_string()).unwrap_or_default();
    match event.type_().as_str() {
        "message" if said != shown() => look(),
        "changed" if said != shown() => {
            tell(&said);
            look();
        }
        "signed-out" => {
            TAB.with(|tab| tab.stream.take().inspect(EventSource::close));
            tell("");
            look();
            // The stream may have been opened with a token that was rotated at that moment.
            set_timeout(listen, LATER);
        }
        // The browser reconnects after a lost connection, but not after an error response.
        "error" => {
            let closed = |stream: &EventSource| stream.ready_state() == EventSource::CLOSED;
            if TAB.with(|tab| tab.stream.borrow().as_ref().is_some_and(closed)) {
                set_timeout(listen, LATER);
            }
        }
        _ => {}
    }
}

/// Tells the browser's other tabs the new page version.
fn tell(digest: &str) {
    TAB.with(|tab| {
        if let Some(others) = tab.others.borrow().as_ref() {
            // This call fails only for a value that the browser cannot copy, and it can copy a string.
            let _ = others.post_message(&digest.into());
        }
    });
}

/// Notes a submission: its result appears on the next page or in the form, so a refresh waits for it.
fn sends() {
    TAB.with(|tab| {
        tab.sends.set(true);
        tab.has_sent.set(true);
    });
    set_timeout(|| TAB.with(|tab| tab.sends.set(false)), SENDING);
}

/// Tells the other tabs to refresh when the user leaves this page after sending a form. An invisible tab does not
/// listen to the server.
fn leave() {
    if TAB.with(|tab| tab.has_sent.get()) {
        tell("?");
    }
}

/// Replaces a part that was skipped because the keyboard focus was in it.
fn catch_up() {
    if TAB.with(|tab| tab.is_stale.take()) {
        set_timeout(look, OWN_FORM.0);
    }
}

/// Starts a live refresh, or requests another one if one is running.
fn look() {
    let looks = TAB.with(|tab| {
        tab.again.set(true);
        tab.is_done.get() || tab.looks.replace(true)
    });
    if !looks {
        look_after(0);
    }
}

/// Refreshes as soon as none of the page's forms is pending, or after the maximum number of checks.
fn look_after(waits: u8) {
    let busy = || document().query_selector("[aria-busy=true]").is_ok_and(|busy| busy.is_some());
    let (step, most) = OWN_FORM;
    if waits < most && (TAB.with(|tab| tab.sends.get()) || busy()) {
        set_timeout(move || look_after(waits + 1), step);
        return;
    }
    TAB.with(|tab| tab.again.set(false));
    spawn_local(async {
        let next = apply_refresh(ask().await.ok().flatten());
        if matches!(next, RefreshOutcome::Doubt) {
            // `looks` stays set, so that an event during the pause does not begin a refresh at once.
            set_timeout(|| look_after(0), DOUBT);
            return;
        }
        let again = TAB.with(|tab| {
            tab.looks.set(false);
            tab.again.get()
        });
        match next {
            RefreshOutcome::Later => set_timeout(look, LATER),
            _ if again => look(),
            _ => {}
        }
    });
}

/// The page as a reload would show it now.
struct Found {
    document: Document,
    digest: String,
    /// The server redirected to another page.
    is_elsewhere: bool,
}

/// Requests the page. `None` if the response is not a page of Signet, or is a server error.
async fn ask() -> Result<Option<Found>, JsValue> {
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
    let digest = digest_of(&document).filter(|_| response.status() < 500);
    Ok(digest.map(|digest| Found { document, digest, is_elsewhere: response.redirected() }))
}

/// What a live refresh found.
enum RefreshOutcome {
    /// The page is up to date.
    Nothing,
    /// The response was not a page of Signet.
    Later,
    /// The response may belong to a session token that was just rotated.
    Doubt,
}

/// Applies the page that the refresh found.
fn apply_refresh(found: Option<Found>) -> RefreshOutcome {
    let Some(found) = found else {
        TAB.with(|tab| tab.doubts.set(false));
        return RefreshOutcome::Later;
    };
    let is_out = found.digest.is_empty();
    // The account may not open this page any more, or the page belongs to another account.
    let is_other = found.is_elsewhere || account(&found.digest) != account(&shown());
    let doubted = TAB.with(|tab| tab.doubts.replace(is_out || is_other));
    match (is_out, is_other) {
        (false, false) => update(&found),
        // A request with the old token was redirected to the sign-in page; check again with the new one.
        _ if !doubted => return RefreshOutcome::Doubt,
        (true, _) => signed_out(),
        (false, true) => load_again(),
    }
    RefreshOutcome::Nothing
}

/// Reloads the page. Marks this one as done first, because another refresh would reload it twice.
fn load_again() {
    TAB.with(|tab| tab.is_done.set(true));
    let _ = location().reload();
}

fn digest_of(document: &Document) -> Option<String> {
    document.query_selector(MARK).ok()??.get_attribute("data-digest")
}

/// Returns the page version that this page shows.
fn shown() -> String {
    digest_of(&document()).unwrap_or_default()
}

/// Returns the part of a page version that identifies the account.
fn account(digest: &str) -> &str {
    digest.split('.').next().unwrap_or_default()
}

/// Replaces this page's marked parts with those of the found page.
fn update(found: &Found) {
    let Ok(parts) = document().query_selector_all("[data-live]") else { return };
    let parts = (0..parts.length()).filter_map(|at| parts.get(at)?.dyn_into::<Element>().ok());
    let changed = parts.filter(|part| replace(part, &found.document)).count();
    let Ok(Some(mark)) = document().query_selector(MARK) else { return };
    // This call fails only for an invalid attribute name, and this name is valid.
    let _ = mark.set_attribute("data-digest", &found.digest);
    if changed > 0 {
        // Clear the text first: a screen reader announces only text that changes.
        mark.set_text_content(None);
        request_animation_frame(move || mark.set_text_content(Some("This page was updated.")));
    }
}

/// Replaces the part, unless the part is unchanged or has the keyboard focus. Returns whether it has replaced the
/// part.
fn replace(part: &Element, found: &Document) -> bool {
    let key = part.get_attribute("data-live").unwrap_or_default();
    let new = found.query_selector(&["[data-live='", &key, "']"].concat()).ok().flatten();
    if part.is_equal_node(new.as_ref().map(AsRef::as_ref)) {
        return false;
    }
    if part.contains(document().active_element().as_ref().map(AsRef::as_ref)) {
        TAB.with(|tab| tab.is_stale.set(true));
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

/// Replaces the whole page by the content that the server prepared for this case, so that nothing private remains.
fn signed_out() {
    TAB.with(|tab| {
        tab.is_done.set(true);
        tab.stream.take().inspect(EventSource::close);
    });
    let page = document().get_element_by_id("signed-out").and_then(|page| page.dyn_into::<HtmlTemplateElement>().ok());
    let (Some(page), Some(body)) = (page, document().body()) else { return };
    document().set_title(&page.get_attribute("data-title").unwrap_or_default());
    body.replace_children_with_node_1(&page.content());
    if let Ok(Some(heading)) = document().query_selector("h1") {
        // `focus` fails only for an element that cannot have the focus.
        let _ = heading.unchecked_into::<HtmlElement>().focus();
    }
}
