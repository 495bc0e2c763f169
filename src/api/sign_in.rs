//! Signing in and out.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Signs the user in, and redirects to the page that they wanted to open.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "sign_in", prefix = "/api")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    use crate::{
        domain::{error::Refusal, paths},
        server::context::{Form, FormResponder},
    };
    let also = password.is_empty().then_some(Refusal::PasswordMissing);
    let responder = FormResponder::open(Form::SignIn, paths::log_in(&return_to))?.keep(&email).also(also);
    let done = async {
        responder.lifecycle()?.sign_in(responder.source(), responder.maybe_viewer(), &email, password.into()).await
    }
    .await;
    let done = done.map(|signed_in| responder.signed_in(signed_in, &return_to));
    responder.answer(done, |reply| reply)
}

/// Ends this session.
///
/// # Errors
/// An [`AppError`]: a failure. Without a session it is an idempotent no-op.
#[server(endpoint = "sign_out", prefix = "/api")]
pub async fn sign_out() -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let responder = FormResponder::open(Form::SignOut, paths::HOME)?;
    let done = async {
        let lifecycle = responder.lifecycle()?;
        match responder.maybe_viewer() {
            Some(viewer) => lifecycle.sign_out(responder.source(), viewer).await,
            None => Ok(()),
        }
    }
    .await;
    responder.answer(done, |()| Reply::to(paths::LOG_IN).signed_out().saying(Notice::SignedOut))
}
