//! Creating an account and verifying its address.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Creates an account. Free and taken addresses get the same answer.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "sign_up", prefix = "/api")]
pub async fn sign_up(#[server(default)] email: String, #[server(default)] password: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let responder = FormResponder::open(Form::SignUp, paths::REGISTER)?.keep(&email);
    let also = match responder.lifecycle() {
        Ok(lifecycle) => lifecycle.also_wrong(responder.source(), &email, &password.clone().into()).await,
        Err(_) => None,
    };
    let responder = responder.also(also);
    let done = async { responder.lifecycle()?.sign_up(responder.source(), &email, password.into()).await }.await;
    responder
        .answer(done, |()| Reply::to(paths::REGISTER).saying(Notice::CheckInbox { email: email.trim().to_owned() }))
}

/// Verifies the address by the link that was mailed to it, and signs the user in.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "verify_email", prefix = "/api")]
pub async fn verify_email(
    #[server(default)] token: String,
    #[server(default)] password: String,
) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder},
    };
    let responder = FormResponder::open(Form::VerifyEmail, paths::filled(paths::VERIFY_LINK, &token))?;
    let password = (!password.is_empty()).then(|| password.into());
    let done = async {
        responder.lifecycle()?.verify_email(responder.source(), responder.maybe_viewer(), &token, password).await
    }
    .await;
    let done = done.map(|signed_in| responder.signed_in(signed_in, ""));
    responder.answer(done, |reply| reply)
}

/// Mails a new confirmation link to an unverified account.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "resend_confirmation", prefix = "/api")]
pub async fn resend_confirmation() -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let responder = FormResponder::open(Form::ResendConfirmation, paths::SETTINGS)?;
    let done = async {
        let viewer = responder.viewer()?;
        responder.lifecycle()?.resend_confirmation(responder.source(), viewer).await?;
        Ok(viewer.user.email.to_string())
    }
    .await;
    responder.answer(done, |email| Reply::to(paths::SETTINGS).saying(Notice::ConfirmationSent { email }))
}
