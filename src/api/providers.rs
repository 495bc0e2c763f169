//! Providers: beginning an attempt, and unlinking.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Begins an attempt at a provider: to sign in, to link it, or to enter sudo mode.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "continue_with_provider", prefix = "/api")]
pub async fn continue_with_provider(
    #[server(default)] provider: String,
    #[server(default)] ask: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    use crate::{
        domain::{
            paths,
            providers::{AskFor, AttemptRequest},
        },
        server::context::{Form, FormResponder, Reply},
    };
    let ask = AskFor::from_word(&ask).unwrap_or(AskFor::SignIn);
    let responder = FormResponder::open(Form::ContinueWithProvider, paths::before_provider(ask, &return_to))?;
    let wanted = AttemptRequest { provider: &provider, ask, return_to: &return_to };
    let done =
        async { responder.lifecycle()?.begin_provider(responder.source(), responder.maybe_viewer(), wanted).await }
            .await;
    responder.answer(done, |secret| Reply::to(paths::to_provider(&provider, &secret.name())).attempt(secret))
}

/// Creates an account for the login that waits in this browser, with an address that the user confirms by a mailed link.
/// Free and taken addresses get the same answer.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "sign_up_with_provider", prefix = "/api")]
pub async fn sign_up_with_provider(#[server(default)] email: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::REGISTER_EMAIL;
    let responder = FormResponder::open(Form::SignUpWithProvider, page)?.keep(&email);
    let done = async {
        let lifecycle = responder.lifecycle()?;
        lifecycle.sign_up_with_provider_by_link(responder.source(), responder.waiting_login()?, &email).await
    }
    .await;
    responder.answer(done, |()| Reply::to(page).saying(Notice::CheckInbox { email: email.trim().to_owned() }))
}

/// Unlinks a provider. Needs sudo mode; the last sign-in method can't be unlinked.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "unlink_provider", prefix = "/api")]
pub async fn unlink_provider(#[server(default)] provider: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::PROVIDERS;
    let responder = FormResponder::open(Form::UnlinkProvider, page)?;
    let name = responder.provider_name(&provider);
    let done =
        async { responder.lifecycle()?.unlink_provider(responder.source(), responder.viewer()?, &provider).await }
            .await;
    responder.answer(done, |()| Reply::to(page).saying(Notice::ProviderUnlinked { name }))
}
