//! Ending sessions.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Ends another session of the account. Needs sudo mode.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "revoke_session", prefix = "/api")]
pub async fn revoke_session(#[server(default)] session: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Door, Form, Notice, Reply},
    };
    let page = paths::SESSIONS;
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
    use crate::{
        domain::paths,
        server::context::{Door, Form, Notice, Reply},
    };
    let page = paths::SESSIONS;
    let door = Door::open(Form::RevokeOtherSessions, page)?;
    let done = async { door.lifecycle().revoke_other_sessions(door.source(), door.viewer()?).await }.await;
    door.answer(done, |others| Reply::to(page).saying(Notice::OtherSessionsRevoked { others }))
}
