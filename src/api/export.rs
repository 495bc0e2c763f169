//! A copy of all that is kept about somebody. Downloading it answers with a file, so it is no
//! server function: `server::http::export_download`.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Has a copy of the account's data prepared. Needs sudo mode.
///
/// # Errors
/// What [`AppError`] lists.
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
        responder.lifecycle().request_export(responder.source(), viewer).await?;
        Ok(viewer.user.email.to_string())
    }
    .await;
    responder.answer(done, |email| Reply::to(page).saying(Notice::ExportRequested { email }))
}
