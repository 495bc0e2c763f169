//! Ending sessions.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Ends another session of the account. Needs sudo mode.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "revoke_session", prefix = "/api")]
pub async fn revoke_session(#[server(default)] session: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::SESSIONS;
    let responder = FormResponder::open(Form::RevokeSession, page)?;
    let done =
        async { responder.lifecycle()?.revoke_session(responder.source(), responder.viewer()?, &session).await }.await;
    responder.answer(done, |()| Reply::to(page).saying(Notice::SessionRevoked))
}

/// Ends every session of the account except this one. Needs sudo mode.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "revoke_other_sessions", prefix = "/api")]
pub async fn revoke_other_sessions() -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::SESSIONS;
    let responder = FormResponder::open(Form::RevokeOtherSessions, page)?.asked_on(paths::SIGN_OUT_OTHERS);
    let done =
        async { responder.lifecycle()?.revoke_other_sessions(responder.source(), responder.viewer()?).await }.await;
    responder.answer(done, |others| Reply::to(page).saying(Notice::OtherSessionsRevoked { others }))
}
