//! Changing, setting and resetting the password.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Mails a reset link. Known and unknown addresses get the same answer.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "request_password_reset", prefix = "/api")]
pub async fn request_password_reset(#[server(default)] email: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::RESET_PASSWORD;
    let responder = FormResponder::open(Form::RequestPasswordReset, page)?.keep(&email);
    let done = async { responder.lifecycle()?.request_password_reset(responder.source(), &email).await }.await;
    responder.answer(done, |()| Reply::to(page).saying(Notice::ResetSent { email: email.trim().to_owned() }))
}

/// Sets a new password by a mailed link, ends every session, and unlinks the providers whose boxes are ticked. Does not
/// sign the user in. The boxes have the name `unlink[]`, because a form sends a field for each ticked one.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "reset_password", prefix = "/api")]
pub async fn reset_password(
    #[server(default)] token: String,
    #[server(default)] new_password: String,
    #[server(default)] unlink: Vec<String>,
) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let ticked: Vec<&str> = unlink.iter().map(String::as_str).collect();
    let page = paths::filled(paths::RESET_LINK, &token);
    let responder = FormResponder::open(Form::ResetPassword, page)?.keep_choices(&ticked);
    let done =
        async { responder.lifecycle()?.reset_password(responder.source(), &token, new_password.into(), &unlink).await }
            .await;
    let done = done.map(|reset| {
        let notice = if reset.was_closed { Notice::PasswordResetAndKept } else { Notice::PasswordReset };
        let reply = Reply::to(paths::LOG_IN).saying(responder.notice_about(&reset.owner, notice));
        responder.signed_out_with(&reset.owner, reply)
    });
    responder.answer(done, |reply| reply)
}

/// Changes the password, ends every other session, and revokes the API tokens if the box is ticked.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "change_password", prefix = "/api")]
pub async fn change_password(
    #[server(default)] current_password: String,
    #[server(default)] new_password: String,
    #[server(default)] revoke_api_tokens: String,
) -> Result<(), AppError> {
    use crate::{
        domain::{password::PasswordChange, paths},
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::PASSWORD;
    let responder = FormResponder::open(Form::ChangePassword, page)?.keep_choices(&[&revoke_api_tokens]);
    let done = async {
        let (current, new) = (current_password.into(), new_password.into());
        // A browser sends the field of a box only if the box is ticked.
        let change = PasswordChange { current, new, revokes_api_tokens: revoke_api_tokens == "yes" };
        responder.lifecycle()?.change_password(responder.source(), responder.viewer()?, change).await
    }
    .await;
    responder.answer(done, |changed| {
        let notice = Notice::PasswordChanged { others: changed.others_ended };
        Reply::to(page).session(changed.token).saying(notice)
    })
}

/// Sets the first password of an account without one, and ends every other session. Needs sudo mode.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "set_password", prefix = "/api")]
pub async fn set_password(#[server(default)] new_password: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::PASSWORD;
    let responder = FormResponder::open(Form::SetPassword, page)?;
    let new = new_password.into();
    let done = async { responder.lifecycle()?.set_password(responder.source(), responder.viewer()?, new).await }.await;
    responder.answer(done, |set| {
        let notice = Notice::PasswordSet { others: set.others_ended };
        Reply::to(page).session(set.token).saying(notice)
    })
}
