//! Requesting a copy of the account's data. The response to a download is a file, so the download is not a server
//! function but `server::http::export_download`.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Requests a copy of the account's data, which a worker prepares. Needs sudo mode.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "request_export", prefix = "/api")]
pub async fn request_export() -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::EXPORT;
    let responder = FormResponder::open(Form::RequestExport, page)?;
    let done = async {
        let viewer = responder.viewer()?;
        responder.lifecycle()?.request_export(responder.source(), viewer).await?;
        Ok(viewer.user.email.to_string())
    }
    .await;
    responder.answer(done, |email| Reply::to(page).saying(Notice::ExportRequested { email }))
}
