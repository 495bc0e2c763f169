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
        server::context::{Door, Form, Notice, Reply},
    };
    let door = Door::open(Form::ScheduleDeletion, paths::DELETE)?.keep(&confirmation);
    let done = async { door.lifecycle().schedule_deletion(door.source(), door.viewer()?, &confirmation).await }.await;
    door.answer(done, |scheduled| {
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
        server::context::{Door, Form, Notice, Reply},
    };
    let door = Door::open(Form::CancelDeletion, paths::REACTIVATE)?;
    let done = async { door.lifecycle().cancel_deletion(door.source(), door.viewer()?).await }.await;
    // An unverified account that comes back is sent on to its settings by the gate.
    door.answer(done, |token| Reply::to(paths::DASHBOARD).session(token).saying(Notice::DeletionCancelled))
}
