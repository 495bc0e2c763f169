//! Sends a form by `fetch`: the fields that the browser would send, without leaving the page.

use leptos::prelude::{location, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, Headers, HtmlFormElement, RequestInit, Response, UrlSearchParams};

use crate::{api::wire, domain::error::AppError};

/// What the browser does after the server accepted a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterSubmit {
    /// It stays on the page.
    Stay,
    /// It loads another page.
    Leave,
}

/// Sends the form to the server function that its `action` names, and loads the page that the response names.
///
/// # Errors
/// The error that the server function answered; [`AppError::Transport`] if the response could not be read.
pub async fn send(form: &HtmlFormElement) -> Result<AfterSubmit, AppError> {
    let (response, body) = ask(form).await.map_err(|_| AppError::Transport)?;
    match (response.ok(), body.as_str()) {
        // The form belongs to another account: the page that the response names says so.
        (false, _) if goes_elsewhere(&response) => Ok(follow(&response)),
        // The JSON of `()`. Any other body is not from Signet but, say, from a captive portal.
        (true, "null") => Ok(follow(&response)),
        (true, _) => Err(AppError::Transport),
        (false, body) => Err(wire::read(body)),
    }
}

/// The response and its body.
async fn ask(form: &HtmlFormElement) -> Result<(Response, String), JsValue> {
    let path = form.get_attribute("action").unwrap_or_default();
    let sent = window().fetch_with_str_and_init(&path, &request(form)?);
    let response: Response = JsFuture::from(sent).await?.unchecked_into();
    let body = JsFuture::from(response.text()?).await?;
    Ok((response, body.as_string().unwrap_or_default()))
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

/// Loads the page that the response names, if any.
fn follow(response: &Response) -> AfterSubmit {
    let to = response.headers().get("Location").ok().flatten();
    match to.filter(|_| goes_elsewhere(response)) {
        // `assign` fails only for an invalid address.
        Some(to) if location().assign(&to).is_ok() => AfterSubmit::Leave,
        _ => AfterSubmit::Stay,
    }
}

/// Whether the response names a page to load.
fn goes_elsewhere(response: &Response) -> bool {
    response.headers().has("serverfnredirect").unwrap_or_default()
}
