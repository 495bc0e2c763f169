//! Closing an account, and keeping it.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Closes the account, schedules its deletion and ends every session. Needs sudo mode.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "schedule_deletion", prefix = "/api")]
pub async fn schedule_deletion(#[server(default)] confirmation: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let responder = FormResponder::open(Form::ScheduleDeletion, paths::DELETE)?.keep(&confirmation);
    let done = async {
        responder.lifecycle()?.schedule_deletion(responder.source(), responder.viewer()?, &confirmation).await
    }
    .await;
    responder.answer(done, |scheduled| {
        let notice = Notice::DeletionScheduled { delete_at: scheduled.delete_at };
        Reply::to(paths::LOG_IN).signed_out().saying(notice)
    })
}

/// Cancels the scheduled deletion of an account by the link in the letter about it. Does not sign the user in.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "keep_account", prefix = "/api")]
pub async fn keep_account(#[server(default)] token: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let responder = FormResponder::open(Form::KeepAccount, paths::filled(paths::KEEP_LINK, &token))?;
    let done = async { responder.lifecycle()?.keep_account(responder.source(), &token).await }.await;
    let done = done.map(|owner| {
        let is_signed_in = responder.maybe_viewer().is_some_and(|viewer| viewer.user.id == owner.id);
        let notice = if is_signed_in { Notice::DeletionCancelled } else { Notice::AccountKept };
        responder.notice_about(&owner, notice)
    });
    responder.answer(done, |notice| Reply::to(paths::LOG_IN).saying(notice))
}

/// Cancels the scheduled deletion of the account.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "cancel_deletion", prefix = "/api")]
pub async fn cancel_deletion() -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let responder = FormResponder::open(Form::CancelDeletion, paths::REACTIVATE)?;
    let done = async { responder.lifecycle()?.cancel_deletion(responder.source(), responder.viewer()?).await }.await;
    // The access table redirects an unverified account from the dashboard to its settings.
    responder.answer(done, |token| Reply::to(paths::DASHBOARD).session(token).saying(Notice::DeletionCancelled))
}
