//! Changing the email address: requesting, confirming, cancelling and undoing a change.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Requests a change to a new address. Needs sudo mode. An unverified account corrects its mistyped address
/// instead, without sudo mode.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "request_email_change", prefix = "/api")]
pub async fn request_email_change(#[server(default)] new_email: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::EMAIL;
    let responder = FormResponder::open(Form::RequestEmailChange, page)?.keep(&new_email);
    let done = async {
        let viewer = responder.viewer()?;
        let new = responder.lifecycle()?.request_email_change(responder.source(), viewer, &new_email).await?;
        Ok((new.to_string(), viewer.user.email.to_string(), viewer.user.email_verified_at.is_some()))
    }
    .await;
    responder.answer(done, |(new, old, verified)| {
        let waits = Notice::EmailChangeRequested { new: new.clone(), old };
        Reply::to(page).saying(if verified { waits } else { Notice::EmailCorrected { new } })
    })
}

/// Sets the new address by the link that was mailed to it, and ends every session, this one too.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "confirm_email_change", prefix = "/api")]
pub async fn confirm_email_change(#[server(default)] token: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::filled(paths::CONFIRM_CHANGE_LINK, &token);
    let responder = FormResponder::open(Form::ConfirmEmailChange, page)?;
    let done =
        async { responder.lifecycle()?.confirm_email_change(responder.source(), responder.viewer()?, &token).await }
            .await;
    responder.answer(done, |email| {
        let notice = Notice::EmailChanged { new: email.to_string() };
        Reply::to(paths::LOG_IN).signed_out().saying(notice)
    })
}

/// Cancels the open change, from the settings.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "cancel_email_change", prefix = "/api")]
pub async fn cancel_email_change() -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::EMAIL;
    let responder = FormResponder::open(Form::CancelEmailChange, page)?;
    let done =
        async { responder.lifecycle()?.cancel_email_change(responder.source(), responder.viewer()?).await }.await;
    responder.answer(done, |()| Reply::to(page).saying(Notice::EmailChangeCancelled))
}

/// Cancels the open change by the link that was mailed to the old address.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "cancel_email_change_by_link", prefix = "/api")]
pub async fn cancel_email_change_by_link(#[server(default)] token: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::filled(paths::CANCEL_CHANGE_LINK, &token);
    let responder = FormResponder::open(Form::CancelEmailChangeByLink, page)?;
    let done = async { responder.lifecycle()?.cancel_email_change_by_link(responder.source(), &token).await }.await;
    let done = done.map(|owner| responder.notice_about(&owner, Notice::EmailChangeCancelled));
    responder.answer(done, |notice| Reply::to(paths::HOME).saying(notice))
}

/// Undoes a change by the link that was mailed to the old address, and ends every session.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "undo_email_change", prefix = "/api")]
pub async fn undo_email_change(#[server(default)] token: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::filled(paths::UNDO_CHANGE_LINK, &token);
    let responder = FormResponder::open(Form::UndoEmailChange, page)?;
    let done = async { responder.lifecycle()?.undo_email_change(responder.source(), &token).await }.await;
    let done = done.map(|owner| {
        let notice = Notice::EmailRestored { email: owner.email.to_string() };
        let reply = Reply::to(paths::LOG_IN).saying(responder.notice_about(&owner, notice));
        responder.signed_out_with(&owner, reply)
    });
    responder.answer(done, |reply| reply)
}
