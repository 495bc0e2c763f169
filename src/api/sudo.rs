//! Sudo mode: the user confirms their identity again.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Begins sudo mode by password. From the dialog the browser stays on the page; from the sudo page it goes to
/// `return_to`.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "confirm_sudo", prefix = "/api")]
pub async fn confirm_sudo(
    #[server(default)] password: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    use crate::{
        domain::{paths, return_path},
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let responder = FormResponder::open(Form::ConfirmSudo, paths::sudo(&return_to))?;
    let stays = responder.by_script() && return_to.is_empty();
    let done =
        async { responder.lifecycle()?.confirm_sudo(responder.source(), responder.viewer()?, password.into()).await }
            .await;
    responder.answer(done, |token| {
        let to = return_path::local(&return_to).unwrap_or(paths::SETTINGS);
        let reply = if stays { Reply::stay() } else { Reply::to(to).saying(Notice::SudoConfirmed) };
        reply.session(token)
    })
}

/// Mails a code that begins sudo mode, if no provider can prove the user's identity.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "request_sudo_code", prefix = "/api")]
pub async fn request_sudo_code(#[server(default)] return_to: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::sudo(&return_to);
    let responder = FormResponder::open(Form::RequestSudoCode, page.clone())?;
    let done = async {
        let viewer = responder.viewer()?;
        responder.lifecycle()?.request_sudo_code(responder.source(), viewer).await?;
        Ok(viewer.user.email.to_string())
    }
    .await;
    responder.answer(done, |email| Reply::to(page).saying(Notice::SudoCodeSent { email }))
}

/// Begins sudo mode by the mailed code, and redirects to `return_to`.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "confirm_sudo_by_code", prefix = "/api")]
pub async fn confirm_sudo_by_code(
    #[server(default)] code: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    use crate::{
        domain::{paths, return_path},
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let responder = FormResponder::open(Form::ConfirmSudoByCode, paths::sudo(&return_to))?;
    let done =
        async { responder.lifecycle()?.confirm_sudo_by_code(responder.source(), responder.viewer()?, &code).await }
            .await;
    responder.answer(done, |token| {
        let to = return_path::local(&return_to).unwrap_or(paths::SETTINGS);
        Reply::to(to).saying(Notice::SudoConfirmed).session(token)
    })
}
