//! Changing the password, and setting a new one when the old is lost.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Sends a reset link. Known and unknown addresses answer alike.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "request_password_reset", prefix = "/api")]
pub async fn request_password_reset(#[server(default)] email: String) -> Result<(), AppError> {
    use crate::server::context::{Door, Form, Notice, Reply};
    let page = "/users/reset-password";
    let door = Door::open(Form::RequestPasswordReset, page)?.keep(&email);
    let done = door.lifecycle().request_password_reset(door.source(), &email).await;
    door.answer(done, |()| Reply::to(page).saying(Notice::ResetSent { email: email.trim().to_owned() }))
}

/// Sets a new password by a mailed link. Does not sign in; ends every session.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "reset_password", prefix = "/api")]
pub async fn reset_password(
    #[server(default)] token: String,
    #[server(default)] new_password: String,
) -> Result<(), AppError> {
    use crate::server::context::{Door, Form, Notice, Reply};
    let door = Door::open(Form::ResetPassword, format!("/users/reset-password/{token}"))?;
    let done = door.lifecycle().reset_password(door.source(), &token, new_password.into()).await;
    door.answer(done, |()| Reply::to("/users/log-in").saying(Notice::PasswordReset))
}

/// Changes the password; every other session ends.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "change_password", prefix = "/api")]
pub async fn change_password(
    #[server(default)] current_password: String,
    #[server(default)] new_password: String,
) -> Result<(), AppError> {
    use crate::server::context::{Door, Form, Notice, Reply};
    let page = "/users/settings/password";
    let door = Door::open(Form::ChangePassword, page)?;
    let (current, new) = (current_password.into(), new_password.into());
    let done = async { door.lifecycle().change_password(door.source(), door.viewer()?, current, new).await }.await;
    door.answer(done, |changed| {
        let notice = Notice::PasswordChanged { others: changed.others_ended };
        Reply::to(page).session(changed.token).saying(notice)
    })
}
