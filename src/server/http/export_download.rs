//! `POST /users/settings/export/download`: the response is a file, so this is not a server function.
//!
//! It is a POST because it changes something: it records the download in the security log. A refusal gets the same
//! response as that of a server function.

use std::{io, sync::Arc, time::Duration};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{
        HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use futures_util::{Stream, stream};
use secrecy::zeroize::Zeroizing;
use tokio::time::Instant;

use super::{
    actions::{dressed, field, form},
    downloads::{Busy, Download as Place, Downloads},
    error_response::ErrorResponse,
};
use crate::{
    domain::{error::Refusal, export::ExportStatus, paths, time::rfc3339},
    server::{
        context::{Form, FormResponder, Notice, Reply, RequestContext},
        lifecycle::{Error, Lifecycle, Viewer, export::Download},
    },
};

/// How many bytes of the document are copied at a time.
const PIECE: usize = 64 << 10;

/// How long a download may take: 32 MiB in this time need a megabit a second. Then its place is free for others.
const LONGEST: Duration = Duration::from_mins(5);

/// Should a browser display the file after all, this policy lets it do nothing with it.
const NOTHING: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Sends the export that the form names, if it is the viewer's own.
///
/// # Errors
/// [`ErrorResponse`] if no page can show the error.
pub async fn send(State(downloads): State<Arc<Downloads>>, request: Request) -> Result<Response, ErrorResponse> {
    let context = request.extensions().get::<RequestContext>().cloned().ok_or(ErrorResponse::Broken)?;
    let (_, bytes) = form(request).await?;
    let context = context.with_form_marked(&field(&bytes, paths::ACCOUNT_FIELD));
    let id = field(&bytes, "export");
    let responder = FormResponder::at(context.clone(), Form::DownloadExport, paths::EXPORT);
    if may_press_again(&context) {
        let done = async { is_there(responder.lifecycle()?, responder.viewer()?, &id).await }.await;
        let _ = responder.answer(done, |()| Reply::to(paths::EXPORT).saying(Notice::SudoConfirmed));
        return dressed(&context, Json(()).into_response());
    }
    let done = async {
        let lifecycle = responder.lifecycle()?;
        let place = place_for(&downloads, responder.viewer()?)?;
        let download = lifecycle.download_export(responder.source(), responder.viewer()?, &id).await;
        download.map(|download| (download, place))
    };
    match done.await {
        Ok((download, place)) => Ok(file(download, place)),
        Err(error) => {
            let _ = responder.answer(Err::<(), _>(error), |()| Reply::stay());
            dressed(&context, Json(()).into_response())
        }
    }
}

/// Takes a place for a download of the viewer.
///
/// # Errors
/// [`Refusal::DownloadRunning`] if the viewer's account has a download under way; [`Error::Unavailable`] if others have taken
/// every place.
fn place_for(downloads: &Arc<Downloads>, viewer: &Viewer) -> Result<Place, Error> {
    downloads.begin(&viewer.user.id).map_err(|busy| match busy {
        Busy::Own => Refusal::DownloadRunning.into(),
        Busy::Others => Error::Unavailable("every place for a download is taken".into()),
    })
}

/// Our own script cannot receive a file. It sends this form only while its page believes that the session is not in
/// sudo mode. If it is by now (say, because of another tab), the script goes to a fresh page, whose form is plain.
fn may_press_again(context: &RequestContext) -> bool {
    let ttl = context.state.lifecycle.policy.sudo_ttl;
    context.by_script && context.viewer.as_ref().is_some_and(|viewer| viewer.is_sudo(context.now, ttl))
}

/// Checks that the viewer has this export and that it is ready.
///
/// # Errors
/// [`Refusal::ExportGone`] if it is not; [`Error::Unavailable`] or [`Error::Internal`] from the database.
async fn is_there(lifecycle: &Lifecycle, viewer: &Viewer, id: &str) -> Result<(), Error> {
    let export = lifecycle.own_export(viewer).await?;
    let is_own = export.id.is_some_and(|own| own.as_str() == id);
    if is_own && matches!(export.status, ExportStatus::Ready(_)) { Ok(()) } else { Err(Refusal::ExportGone.into()) }
}

/// The file. No user-supplied text is part of its name (ASVS V5.4.1).
fn file(download: Download, place: Place) -> Response {
    let made_at = rfc3339(download.made_at);
    let day = made_at.split('T').next().unwrap_or_default();
    let length = HeaderValue::from(download.json.len());
    let mut response = Body::from_stream(pieces(download.json, place, Instant::now() + LONGEST)).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_LENGTH, length);
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(NOTHING));
    let disposition = format!("attachment; filename=\"signet-export-{day}.json\"");
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(CONTENT_DISPOSITION, disposition);
    response
}

/// Sends the document piece by piece, and holds its place until the client has received the last one. Breaks off at the
/// first piece after `until`. The document is wiped from memory afterwards.
fn pieces(json: Zeroizing<Vec<u8>>, place: Place, until: Instant) -> impl Stream<Item = io::Result<Bytes>> {
    stream::unfold((json, 0, place), move |(json, at, place)| async move {
        let end = json.len().min(at + PIECE);
        let piece = json.get(at..end).filter(|piece| !piece.is_empty()).map(Bytes::copy_from_slice)?;
        if Instant::now() > until {
            return Some((Err(io::ErrorKind::TimedOut.into()), (json, usize::MAX - PIECE, place)));
        }
        Some((Ok(piece), (json, end, place)))
    })
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;
    use crate::domain::id::UserId;

    #[tokio::test]
    async fn a_download_that_takes_too_long_breaks_off_and_frees_its_place() {
        let downloads = Arc::new(Downloads::default());
        let user = UserId::from_random([1; 16]);
        for (late, sizes) in [(false, vec![Some(PIECE), Some(PIECE), Some(5)]), (true, vec![None])] {
            let place = downloads.begin(&user).unwrap();
            let now = Instant::now();
            let until = if late { now.checked_sub(Duration::from_millis(1)).unwrap() } else { now + LONGEST };
            let document = Zeroizing::new(vec![b'x'; 2 * PIECE + 5]);
            let found: Vec<_> =
                pieces(document, place, until).map(|piece| piece.ok().map(|piece| piece.len())).collect().await;
            assert_eq!(found, sizes, "{late}");
        }
        assert!(downloads.begin(&user).is_ok());
    }

    #[test]
    fn the_form_names_the_export() {
        for (form, expected) in [("export=ab&x=y", "ab"), ("x=y&export=a%20b", "a b"), ("", ""), ("x", "")] {
            assert_eq!(field(form.as_bytes(), "export"), expected, "{form}");
        }
    }
}
