//! Closing the account, and coming back.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Closes the account and schedules its deletion; every session ends. Needs sudo mode.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "schedule_deletion", prefix = "/api")]
pub async fn schedule_deletion(#[server(default)] confirmation: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let responder = FormResponder::open(Form::ScheduleDeletion, paths::DELETE)?.keep(&confirmation);
    let done =
        async { responder.lifecycle().schedule_deletion(responder.source(), responder.viewer()?, &confirmation).await }
            .await;
    responder.answer(done, |scheduled| {
        let notice = Notice::DeletionScheduled { delete_at: scheduled.delete_at };
        Reply::to(paths::LOG_IN).signed_out().saying(notice)
    })
}

/// Keeps the account whose deletion is scheduled.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "cancel_deletion", prefix = "/api")]
pub async fn cancel_deletion() -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let responder = FormResponder::open(Form::CancelDeletion, paths::REACTIVATE)?;
    let done = async { responder.lifecycle().cancel_deletion(responder.source(), responder.viewer()?).await }.await;
    // An unverified account that comes back is redirected to its settings.
    responder.answer(done, |token| Reply::to(paths::DASHBOARD).session(token).saying(Notice::DeletionCancelled))
}
