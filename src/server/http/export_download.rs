//! `POST /users/settings/export/download`: the answer is a file, so this is no server function.
//!
//! It is a POST because it changes something: that it was downloaded stands in the log. A
//! refusal is answered as a server function answers it.

use axum::{
    Json,
    body::Body,
    extract::Request,
    http::{
        HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};

use super::{
    actions::{dressed, form},
    error_response::ErrorResponse,
};
use crate::{
    domain::{error::Refusal, export::ExportStatus, paths},
    server::{
        context::{Form, FormResponder, Notice, Reply, RequestContext},
        lifecycle::{Error, export::Download},
        mail::date,
    },
};

/// What a browser may do with the file, should it show it after all: nothing.
const NOTHING: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Sends the export that the form names, if it is the viewer's own.
///
/// # Errors
/// [`ErrorResponse`], where there is nothing to say on a page.
pub async fn send(request: Request) -> Result<Response, ErrorResponse> {
    let context = request.extensions().get::<RequestContext>().cloned().ok_or(ErrorResponse::Broken)?;
    let (_, bytes) = form(request).await?;
    let id = export_in(&bytes);
    let responder = FormResponder::at(context.clone(), Form::DownloadExport, paths::EXPORT);
    if may_press_again(&context) {
        let done = is_there(&context, &id).await;
        return answered(&context, responder.answer(done, |()| Reply::to(paths::EXPORT).saying(Notice::SudoConfirmed)));
    }
    let done =
        async { responder.lifecycle().download_export(responder.source(), responder.viewer()?, &id).await }.await;
    match done {
        Ok(download) => Ok(file(download)),
        Err(error) => answered(&context, responder.answer(Err::<(), _>(error), |()| Reply::stay())),
    }
}

/// Our own script cannot take a file. It asks only while the page does not know of sudo mode:
/// where there is some by now, of another tab say, the page that comes has the plain form.
fn may_press_again(context: &RequestContext) -> bool {
    let ttl = context.state.lifecycle.policy.sudo_ttl;
    context.by_script && context.viewer.as_ref().is_some_and(|viewer| viewer.is_sudo(context.now, ttl))
}

/// Whether the viewer has this export to take away.
///
/// # Errors
/// [`Refusal::ExportGone`].
async fn is_there(context: &RequestContext, id: &str) -> Result<(), Error> {
    let page = context.state.lifecycle.export_page(context.viewer()?).await?;
    let is_own = page.id.is_some_and(|own| own.as_str() == id);
    if is_own && matches!(page.standing, ExportStatus::Ready(_)) { Ok(()) } else { Err(Refusal::ExportGone.into()) }
}

fn export_in(form: &[u8]) -> String {
    let field = url::form_urlencoded::parse(form).find(|(name, _)| name == "export");
    field.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn answered<E: serde::Serialize>(context: &RequestContext, result: Result<(), E>) -> Result<Response, ErrorResponse> {
    let response = match result {
        Ok(()) => Json(()).into_response(),
        Err(error) => Json(error).into_response(),
    };
    dressed(context, response)
}

/// The file. Nothing of its name comes from anybody (ASVS V5.4.1).
fn file(mut download: Download) -> Response {
    let made_at = date::rfc3339(download.made_at);
    let day = made_at.split('T').next().unwrap_or_default();
    let mut response = Body::from(std::mem::take(&mut *download.json)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(NOTHING));
    let disposition = format!("attachment; filename=\"signet-export-{day}.json\"");
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(CONTENT_DISPOSITION, disposition);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_names_the_export() {
        for (form, expected) in [("export=ab&x=y", "ab"), ("x=y&export=a%20b", "a b"), ("", ""), ("x", "")] {
            assert_eq!(export_in(form.as_bytes()), expected, "{form}");
        }
    }
}
