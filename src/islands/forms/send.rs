//! Sends a form by `fetch`: the fields that the browser would send, without leaving the page.

use leptos::prelude::{location, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    FormData, Headers, HtmlFormElement, RequestInit, Response, UrlSearchParams,
    js_sys::{JSON, Reflect},
};

/// What came of a form.
pub(super) enum Answer {
    /// The server accepted it; the browser stays on the page.
    Stays,
    /// The browser loads another page.
    Leaves,
    /// The server refused it: the object of `server::http::wire`.
    Refused(JsValue),
    /// No answer came, or one that is not from Signet but, say, from a captive portal.
    Unreadable,
}

/// Sends the form to its `action`, and loads the page that the response names.
pub(super) async fn send(form: &HtmlFormElement) -> Answer {
    let Ok((response, body)) = ask(form).await else { return Answer::Unreadable };
    // It belongs to another account, say: the page that the response names says so.
    let is_answered = body.is_null() || !text(&body, "words").is_empty();
    match response.headers().get("Location").ok().flatten().filter(|_| goes_elsewhere(&response)) {
        // `assign` fails only for an invalid address.
        Some(to) if is_answered && location().assign(&to).is_ok() => Answer::Leaves,
        _ if response.ok() && body.is_null() => Answer::Stays,
        _ if is_answered && !response.ok() => Answer::Refused(body),
        _ => Answer::Unreadable,
    }
}

/// The response and its body.
async fn ask(form: &HtmlFormElement) -> Result<(Response, JsValue), JsValue> {
    let path = form.get_attribute("action").unwrap_or_default();
    let sent = window().fetch_with_str_and_init(&path, &request(form)?);
    let response: Response = JsFuture::from(sent).await?.unchecked_into();
    let body = JsFuture::from(response.text()?).await?;
    let body = JSON::parse(&body.as_string().unwrap_or_default())?;
    Ok((response, body))
}

/// The fields in the encoding of a plain form. `Accept` tells the server that a script sent them.
fn request(form: &HtmlFormElement) -> Result<RequestInit, JsValue> {
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&*FormData::new_with_form(form)?)?;
    let headers = Headers::new()?;
    headers.set("Accept", "application/json")?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(&fields);
    Ok(request)
}

/// Whether the response names a page to load.
fn goes_elsewhere(response: &Response) -> bool {
    response.headers().has("serverfnredirect").unwrap_or_default()
}

/// The member of an object, if it is a text; else an empty text.
pub(super) fn text(object: &JsValue, member: &str) -> String {
    Reflect::get(object, &member.into()).ok().and_then(|value| value.as_string()).unwrap_or_default()
}
