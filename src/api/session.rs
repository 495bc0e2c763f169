//! Signing in and out, and confirming that it is still you.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Signs in, and goes where the person wanted to go.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "sign_in", prefix = "/api")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    use crate::server::context::{Door, Form, Reply, home_of, log_in_path};
    let door = Door::open(Form::SignIn, log_in_path(&return_to))?.keep(&email);
    let done = door.lifecycle().sign_in(door.source(), door.anyone(), &email, password.into()).await;
    door.answer(done, |signed_in| Reply::to(home_of(signed_in.standing, &return_to)).session(signed_in.token))
}

/// Ends this session.
///
/// # Errors
/// What [`AppError`] lists. Without a session there is nothing to end, and no error.
#[server(endpoint = "sign_out", prefix = "/api")]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::server::context::{Door, Form, Notice, Reply};
    let door = Door::open(Form::SignOut, "/")?;
    let done = match door.anyone() {
        Some(viewer) => door.lifecycle().sign_out(door.source(), viewer).await,
        None => Ok(()),
    };
    door.answer(done, |()| Reply::to("/users/log-in").signed_out().saying(Notice::SignedOut))
}

/// Ends another session of the account. Needs sudo mode.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "revoke_session", prefix = "/api")]
pub async fn revoke_session(#[server(default)] session: String) -> Result<(), AppError> {
    use crate::server::context::{Door, Form, Notice, Reply};
    let page = "/users/settings/sessions";
    let door = Door::open(Form::RevokeSession, page)?;
    let done = async { door.lifecycle().revoke_session(door.source(), door.viewer()?, &session).await }.await;
    door.answer(done, |()| Reply::to(page).saying(Notice::SessionRevoked))
}

/// Ends every session of the account but this one. Needs sudo mode.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "revoke_other_sessions", prefix = "/api")]
pub async fn revoke_other_sessions() -> Result<(), AppError> {
    use crate::server::context::{Door, Form, Notice, Reply};
    let page = "/users/settings/sessions";
    let door = Door::open(Form::RevokeOtherSessions, page)?;
    let done = async { door.lifecycle().revoke_other_sessions(door.source(), door.viewer()?).await }.await;
    door.answer(done, |others| Reply::to(page).saying(Notice::OtherSessionsRevoked { others }))
}

/// Says that an event of the log was not them, which shuts everybody else out and leads to a
/// new password. Needs sudo mode. `kind` and `before` say which page of the log it stood on.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "disown_event", prefix = "/api")]
pub async fn disown_event(
    #[server(default)] event: String,
    #[server(default)] kind: String,
    #[server(default)] before: String,
) -> Result<(), AppError> {
    use crate::{
        domain::audit::Group,
        server::context::{Door, Form, Notice, Reply, log_path},
    };
    let page = log_path(Group::from_word(&kind), before.parse().ok());
    let door = Door::open(Form::DisownEvent, page)?;
    let done = async { door.lifecycle().disown_event(door.source(), door.viewer()?, &event).await }.await;
    door.answer(done, |others| Reply::to("/users/settings/password").saying(Notice::EventDisowned { others }))
}

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
        domain::return_path,
        server::context::{Door, Form, Notice, Reply, sudo_path},
    };
    let door = Door::open(Form::ConfirmSudo, sudo_path(&return_to))?;
    let stays = door.by_script() && return_to.is_empty();
    let done = async { door.lifecycle().confirm_sudo(door.source(), door.viewer()?, password.into()).await }.await;
    door.answer(done, |token| {
        let to = return_path::local(&return_to).unwrap_or("/users/settings");
        let reply = if stays { Reply::stay() } else { Reply::to(to).saying(Notice::SudoConfirmed) };
        reply.session(token)
    })
}
