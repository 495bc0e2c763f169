//! Confirming that it is still the account's owner.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Confirms that it is still the account's owner: sudo mode. The dialog stays on its page,
/// the sudo page goes on to `return_to`.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "confirm_sudo", prefix = "/api")]
pub async fn confirm_sudo(
    #[server(default)] password: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    use crate::{
        domain::{paths, return_path},
        server::context::{Door, Form, Notice, Reply},
    };
    let door = Door::open(Form::ConfirmSudo, paths::sudo(&return_to))?;
    let stays = door.by_script() && return_to.is_empty();
    let done = async { door.lifecycle().confirm_sudo(door.source(), door.viewer()?, password.into()).await }.await;
    door.answer(done, |token| {
        let to = return_path::local(&return_to).unwrap_or(paths::SETTINGS);
        let reply = if stays { Reply::stay() } else { Reply::to(to).saying(Notice::SudoConfirmed) };
        reply.session(token)
    })
}

/// Mails a code that confirms it's them, where a provider cannot.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "request_sudo_code", prefix = "/api")]
pub async fn request_sudo_code(#[server(default)] return_to: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Door, Form, Notice, Reply},
    };
    let page = paths::sudo(&return_to);
    let door = Door::open(Form::RequestSudoCode, page.clone())?;
    let done = async {
        let viewer = door.viewer()?;
        door.lifecycle().request_sudo_code(door.source(), viewer).await?;
        Ok(viewer.user.email.to_string())
    }
    .await;
    door.answer(done, |email| Reply::to(page).saying(Notice::SudoCodeSent { email }))
}

/// Confirms by the mailed code that it's them: sudo mode. Goes on to `return_to`.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "confirm_sudo_by_code", prefix = "/api")]
pub async fn confirm_sudo_by_code(
    #[server(default)] code: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    use crate::{
        domain::{paths, return_path},
        server::context::{Door, Form, Notice, Reply},
    };
    let door = Door::open(Form::ConfirmSudoByCode, paths::sudo(&return_to))?;
    let done = async { door.lifecycle().confirm_sudo_by_code(door.source(), door.viewer()?, &code).await }.await;
    door.answer(done, |token| {
        let to = return_path::local(&return_to).unwrap_or(paths::SETTINGS);
        Reply::to(to).saying(Notice::SudoConfirmed).session(token)
    })
}
