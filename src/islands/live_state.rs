//! Keeps an open page up to date.
//!
//! While the page is to be seen it listens to `/users/live`, which says that something is
//! different, and never what. Then the page is asked for once more, as it would be by
//! loading it again, and its parts marked `data-live` are put in the place of the old ones.
//! Forms are not marked, so nothing that is being typed is touched. If nobody is signed in
//! any more, all that the page shows goes. The browser's other tabs are told as well.
//!
//! What is shown stands in the document and not here: `data-digest` is the mark of it.

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

/// The element with the mark of what is shown; empty where nobody is signed in.
const MARK: &str = "[data-digest]";
/// How long the page waits before it tries again what did not succeed.
const LATER: Duration = Duration::from_secs(3);
/// A tab that has just been given a new token may not have its answer yet: so much later it has.
const DOUBT: Duration = Duration::from_millis(300);
/// How often to see whether the page's own form has its answer, and how often at most.
const OWN_FORM: (Duration, u8) = (Duration::from_millis(250), 40);
/// How long a form that was just sent is thought to be on its way.
const SENDING: Duration = Duration::from_secs(1);

/// This tab.
#[derive(Default)]
struct Tab {
    stream: RefCell<Option<EventSource>>,
    others: RefCell<Option<BroadcastChannel>>,
    heard: RefCell<JsValue>,
    /// A look is under way.
    looks: Cell<bool>,
    /// Something was heard meanwhile.
    again: Cell<bool>,
    /// The last look found nobody signed in, or another page.
    doubts: Cell<bool>,
    /// One of the page's forms was just sent.
    sends: Cell<bool>,
    /// One of them was sent at all.
    has_sent: Cell<bool>,
    /// Something is old because the keyboard is in it.
    is_stale: Cell<bool>,
    /// Nothing more is shown here: nobody is signed in any more, or another page is on its way.
    is_done: Cell<bool>,
}

thread_local! {
    static TAB: Tab = Tab::default();
}

/// Keeps the page up to date from when it is hydrated. It shows nothing by itself.
#[island]
pub fn LiveState() -> impl IntoView {
    Effect::new(|_| begin());
}

fn begin() {
    let heard = Closure::<dyn Fn(Event)>::new(|event| heard(&event)).into_js_value();
    // It fails only for a page that is not shown.
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

/// Listens while the page is to be seen: a browser has six connections to a host, and a
/// stream keeps one.
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
            // It fails for no name.
            let _ = stream.add_event_listener_with_callback(name, tab.heard.borrow().unchecked_ref());
        }
        tab.stream.replace(Some(stream));
    });
}

/// Something was said by the server, or by another tab.
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
            // It may have been asked with a token that was renewed in that moment.
            set_timeout(listen, LATER);
        }
        // After a lost connection the browser comes back by itself, after a refusal it does not.
        "error" => {
            let closed = |stream: &EventSource| stream.ready_state() == EventSource::CLOSED;
            if TAB.with(|tab| tab.stream.borrow().as_ref().is_some_and(closed)) {
                set_timeout(listen, LATER);
            }
        }
        _ => {}
    }
}

/// Tells the browser's other tabs what the page's mark has become.
fn tell(digest: &str) {
    TAB.with(|tab| {
        if let Some(others) = tab.others.borrow().as_ref() {
            // It fails only for what cannot be copied.
            let _ = others.post_message(&digest.into());
        }
    });
}

/// What one of the page's own forms does leads to another page, or is shown by the form.
fn sends() {
    TAB.with(|tab| {
        tab.sends.set(true);
        tab.has_sent.set(true);
    });
    set_timeout(|| TAB.with(|tab| tab.sends.set(false)), SENDING);
}

/// Whoever has just done something here has the other tabs look what became of it: one that
/// is out of sight does not listen.
fn leave() {
    if TAB.with(|tab| tab.has_sent.get()) {
        tell("?");
    }
}

/// Replaces what was left alone for the sake of the keyboard.
fn catch_up() {
    if TAB.with(|tab| tab.is_stale.take()) {
        set_timeout(look, OWN_FORM.0);
    }
}

/// Asks for the page and shows what is different; one look at a time.
fn look() {
    let looks = TAB.with(|tab| {
        tab.again.set(true);
        tab.is_done.get() || tab.looks.replace(true)
    });
    if !looks {
        look_after(0);
    }
}

/// Looks as soon as no form of the page waits for its answer.
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
            // Still the same look: what is heard meanwhile must not cut the pause short.
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

/// The page as it would be loaded now.
struct Found {
    document: Document,
    digest: String,
    /// The address led to another page.
    is_elsewhere: bool,
}

/// `None` is what came when it is no page of ours, or one that says that something broke.
async fn ask() -> Result<Option<Found>, JsValue> {
    let headers = Headers::new()?;
    headers.set("Accept", "text/html")?;
    // What is to be said once waits for a page that is read.
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

/// What a look comes to.
enum RefreshOutcome {
    /// The page shows what it should.
    Nothing,
    /// It was no page of ours.
    Later,
    /// What was found may be the answer to a token that was just renewed.
    Doubt,
}

/// Shows what was found.
fn apply_refresh(found: Option<Found>) -> RefreshOutcome {
    let Some(found) = found else {
        TAB.with(|tab| tab.doubts.set(false));
        return RefreshOutcome::Later;
    };
    let is_out = found.digest.is_empty();
    // The page is none for this account any more, or it was another's.
    let is_other = found.is_elsewhere || account(&found.digest) != account(&shown());
    let doubted = TAB.with(|tab| tab.doubts.replace(is_out || is_other));
    match (is_out, is_other) {
        (false, false) => update(&found),
        // Whoever is sent to sign in with the old token is sent on from there with the new one.
        _ if !doubted => return RefreshOutcome::Doubt,
        (true, _) => signed_out(),
        (false, true) => load_again(),
    }
    RefreshOutcome::Nothing
}

/// Another look meanwhile would have the page loaded twice.
fn load_again() {
    TAB.with(|tab| tab.is_done.set(true));
    let _ = location().reload();
}

fn digest_of(document: &Document) -> Option<String> {
    document.query_selector(MARK).ok()??.get_attribute("data-digest")
}

/// The mark of what this page shows.
fn shown() -> String {
    digest_of(&document()).unwrap_or_default()
}

/// The part of a mark that is the account's.
fn account(digest: &str) -> &str {
    digest.split('.').next().unwrap_or_default()
}

/// Puts the marked parts of the found page in the place of the old ones.
fn update(found: &Found) {
    let Ok(parts) = document().query_selector_all("[data-live]") else { return };
    let parts = (0..parts.length()).filter_map(|at| parts.get(at)?.dyn_into::<Element>().ok());
    let changed = parts.filter(|part| replace(part, &found.document)).count();
    let Ok(Some(mark)) = document().query_selector(MARK) else { return };
    // It fails for no value.
    let _ = mark.set_attribute("data-digest", &found.digest);
    if changed > 0 {
        // A screen reader says it when it comes, so what was said before goes first.
        mark.set_text_content(None);
        request_animation_frame(move || mark.set_text_content(Some("This page was updated.")));
    }
}

/// Whether the part was replaced: it may be as it was, or have the keyboard in it.
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

/// Nothing private stays in the page: what the server put aside takes the place of it all.
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
        // It fails only for an element that cannot have the focus.
        let _ = heading.unchecked_into::<HtmlElement>().focus();
    }
}
