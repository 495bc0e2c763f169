//! Changing the password, and setting a new one when the old is lost.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Sends a reset link. Known and unknown addresses answer alike.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "request_password_reset", prefix = "/api")]
pub async fn request_password_reset(#[server(default)] email: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::RESET_PASSWORD;
    let responder = FormResponder::open(Form::RequestPasswordReset, page)?.keep(&email);
    let done = responder.lifecycle().request_password_reset(responder.source(), &email).await;
    responder.answer(done, |()| Reply::to(page).saying(Notice::ResetSent { email: email.trim().to_owned() }))
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
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let responder = FormResponder::open(Form::ResetPassword, paths::filled(paths::RESET_LINK, &token))?;
    let done = responder.lifecycle().reset_password(responder.source(), &token, new_password.into()).await;
    responder.answer(done, |()| Reply::to(paths::LOG_IN).saying(Notice::PasswordReset))
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
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::PASSWORD;
    let responder = FormResponder::open(Form::ChangePassword, page)?;
    let (current, new) = (current_password.into(), new_password.into());
    let done =
        async { responder.lifecycle().change_password(responder.source(), responder.viewer()?, current, new).await }
            .await;
    responder.answer(done, |changed| {
        let notice = Notice::PasswordChanged { others: changed.others_ended };
        Reply::to(page).session(changed.token).saying(notice)
    })
}

/// Sets the first password of an account that has none; every other session ends. Needs sudo
/// mode.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "set_password", prefix = "/api")]
pub async fn set_password(#[server(default)] new_password: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::PASSWORD;
    let responder = FormResponder::open(Form::SetPassword, page)?;
    let new = new_password.into();
    let done = async { responder.lifecycle().set_password(responder.source(), responder.viewer()?, new).await }.await;
    responder.answer(done, |set| {
        let notice = Notice::PasswordSet { others: set.others_ended };
        Reply::to(page).session(set.token).saying(notice)
    })
}
