//! API tokens: creating and revoking them.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Creates a token, which the next page shows once. Needs sudo mode.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "create_api_token", prefix = "/api")]
pub async fn create_api_token(
    #[server(default)] name: String,
    #[server(default)] scope: String,
    #[server(default)] expires: String,
    #[server(default)] once: String,
) -> Result<(), AppError> {
    use crate::{
        domain::{api_tokens::Typed, paths},
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::API_TOKENS;
    let responder = FormResponder::open(Form::CreateApiToken, page)?.keep(&name).keep_choices(&[&scope, &expires]);
    let typed = Typed { name: &name, scope: &scope, expires: &expires };
    let done = async {
        let (lifecycle, viewer) = (responder.lifecycle()?, responder.viewer()?);
        let token = lifecycle.create_api_token_once(responder.source(), viewer, &once, typed).await?;
        responder.to_show(&token)
    }
    .await;
    responder.answer(done, |token| Reply::to(page).showing(token).saying(Notice::ApiTokenCreated))
}

/// Revokes one token. Needs sudo mode.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "revoke_api_token", prefix = "/api")]
pub async fn revoke_api_token(#[server(default)] id: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::API_TOKENS;
    let responder = FormResponder::open(Form::RevokeApiToken, page)?;
    let done =
        async { responder.lifecycle()?.revoke_api_token(responder.source(), responder.viewer()?, &id).await }.await;
    responder.answer(done, |()| Reply::to(page).saying(Notice::ApiTokenRevoked))
}

/// Revokes every token of the account. Needs sudo mode.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "revoke_all_api_tokens", prefix = "/api")]
pub async fn revoke_all_api_tokens() -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::API_TOKENS;
    let responder = FormResponder::open(Form::RevokeAllApiTokens, page)?.asked_on(paths::REVOKE_ALL_TOKENS);
    let done =
        async { responder.lifecycle()?.revoke_all_api_tokens(responder.source(), responder.viewer()?).await }.await;
    responder.answer(done, |revoked| Reply::to(page).saying(Notice::ApiTokensRevoked { revoked }))
}
