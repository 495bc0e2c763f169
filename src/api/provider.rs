//! Accounts of providers: going there, and no longer being known there.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Sets out for a provider: to sign in, to link it, or to confirm it's them.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "continue_with_provider", prefix = "/api")]
pub async fn continue_with_provider(
    #[server(default)] provider: String,
    #[server(default)] ask: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    use crate::{
        domain::provider::AskFor,
        server::context::{Door, Form, Reply, page_of},
    };
    let ask = AskFor::from_word(&ask).unwrap_or(AskFor::SignIn);
    let door = Door::open(Form::ContinueWithProvider, page_of(ask, &return_to))?;
    let done = door.lifecycle().begin_provider(door.source(), door.anyone(), &provider, ask, &return_to).await;
    door.answer(done, |secret| Reply::to(format!("/users/auth/{provider}")).attempt(secret))
}

/// Takes a provider away as a way in. Needs sudo mode; the last way in stays.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "unlink_provider", prefix = "/api")]
pub async fn unlink_provider(#[server(default)] provider: String) -> Result<(), AppError> {
    use crate::server::context::{Door, Form, Notice, Reply};
    let page = "/users/settings/providers";
    let door = Door::open(Form::UnlinkProvider, page)?;
    let name = door.provider_name(&provider);
    let done = async { door.lifecycle().unlink_provider(door.source(), door.viewer()?, &provider).await }.await;
    door.answer(done, |()| Reply::to(page).saying(Notice::ProviderUnlinked { name }))
}

/// Mails a code that confirms it's them, where a provider cannot.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "request_sudo_code", prefix = "/api")]
pub async fn request_sudo_code(#[server(default)] return_to: String) -> Result<(), AppError> {
    use crate::server::context::{Door, Form, Notice, Reply, sudo_path};
    let page = sudo_path(&return_to);
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
        domain::return_path,
        server::context::{Door, Form, Notice, Reply, sudo_path},
    };
    let door = Door::open(Form::ConfirmSudoByCode, sudo_path(&return_to))?;
    let done = async { door.lifecycle().confirm_sudo_by_code(door.source(), door.viewer()?, &code).await }.await;
    door.answer(done, |token| {
        let to = return_path::local(&return_to).unwrap_or("/users/settings");
        Reply::to(to).saying(Notice::SudoConfirmed).session(token)
    })
}
