//! Sends a form by `fetch`: the fields that the browser would send by itself, without
//! leaving the page.

use leptos::prelude::{location, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, Headers, HtmlFormElement, RequestInit, Response, UrlSearchParams};

use crate::{api::wire, domain::error::AppError};

/// What happens after a form was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterSubmit {
    /// The page stays as it is.
    Stay,
    /// Another page is on its way.
    Leave,
}

/// Sends the form to the server function that it names, and sets out for the page that the
/// answer names.
///
/// # Errors
/// What the server function answered; [`AppError::Transport`] when there was no answer to read.
pub async fn send(form: &HtmlFormElement) -> Result<AfterSubmit, AppError> {
    let (response, body) = ask(form).await.map_err(|_| AppError::Transport)?;
    match (response.ok(), body.as_str()) {
        // The JSON of `()`. Anything else is somebody else's page, of a captive network say.
        (true, "null") => Ok(follow(&response)),
        (true, _) => Err(AppError::Transport),
        (false, body) => Err(wire::read(body)),
    }
}

/// The answer and its body.
async fn ask(form: &HtmlFormElement) -> Result<(Response, String), JsValue> {
    let path = form.get_attribute("action").unwrap_or_default();
    let sent = window().fetch_with_str_and_init(&path, &request(form)?);
    let response: Response = JsFuture::from(sent).await?.unchecked_into();
    let body = JsFuture::from(response.text()?).await?;
    Ok((response, body.as_string().unwrap_or_default()))
}

/// The fields, in the encoding of a plain form. `Accept` is what tells the two apart.
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

/// Goes where the answer says, if it says so.
fn follow(response: &Response) -> AfterSubmit {
    let headers = response.headers();
    let to = headers.get("Location").ok().flatten();
    match to.filter(|_| headers.has("serverfnredirect").unwrap_or_default()) {
        // It fails only for an address that is none.
        Some(to) if location().assign(&to).is_ok() => AfterSubmit::Leave,
        _ => AfterSubmit::Stay,
    }
}
