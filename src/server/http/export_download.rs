//! `POST /users/settings/export/download`: the answer is a file, so this is no server function.
//!
//! It is a POST because it changes something: that it was downloaded stands in the log. A
//! refusal goes out by the door that the server functions use.

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
    trouble::Trouble,
};
use crate::{
    domain::{error::Refusal, export::Standing, paths},
    server::{
        context::{Door, Form, Notice, Reply, Visit},
        lifecycle::{Error, export::Download},
        mail::date,
    },
};

/// What a browser may do with the file, should it show it after all: nothing.
const NOTHING: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Sends the export that the form names, if it is the viewer's own.
///
/// # Errors
/// [`Trouble`], where there is nothing to say on a page.
pub async fn send(request: Request) -> Result<Response, Trouble> {
    let visit = request.extensions().get::<Visit>().cloned().ok_or(Trouble::Broken)?;
    let (_, bytes) = form(request).await?;
    let id = export_in(&bytes);
    let door = Door::at(visit.clone(), Form::DownloadExport, paths::EXPORT);
    if may_press_again(&visit) {
        let done = is_there(&visit, &id).await;
        return answered(&visit, door.answer(done, |()| Reply::to(paths::EXPORT).saying(Notice::SudoConfirmed)));
    }
    let done = async { door.lifecycle().download_export(door.source(), door.viewer()?, &id).await }.await;
    match done {
        Ok(download) => Ok(file(download)),
        Err(error) => answered(&visit, door.answer(Err::<(), _>(error), |()| Reply::stay())),
    }
}

/// Our own script cannot take a file. It asks only while the page does not know of sudo mode:
/// where there is some by now, of another tab say, the page that comes has the plain form.
fn may_press_again(visit: &Visit) -> bool {
    let ttl = visit.state.lifecycle.policy.sudo_ttl;
    visit.by_script && visit.viewer.as_ref().is_some_and(|viewer| viewer.is_sudo(visit.now, ttl))
}

/// Whether the viewer has this export to take away.
///
/// # Errors
/// [`Refusal::ExportGone`].
async fn is_there(visit: &Visit, id: &str) -> Result<(), Error> {
    let page = visit.state.lifecycle.export_page(visit.viewer()?).await?;
    let is_own = page.id.is_some_and(|own| own.as_str() == id);
    if is_own && matches!(page.standing, Standing::Ready(_)) { Ok(()) } else { Err(Refusal::ExportGone.into()) }
}

fn export_in(form: &[u8]) -> String {
    let field = url::form_urlencoded::parse(form).find(|(name, _)| name == "export");
    field.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn answered<E: serde::Serialize>(visit: &Visit, result: Result<(), E>) -> Result<Response, Trouble> {
    let response = match result {
        Ok(()) => Json(()).into_response(),
        Err(error) => Json(error).into_response(),
    };
    dressed(visit, response)
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
