//! The development mailbox as JSON, for programs: `/dev/mailbox.json`. The page is `pages::mailbox`.

use axum::{Json, extract::State};

use super::error_response::ErrorResponse;
use crate::server::{mail::Mailed, state::AppState};

/// Every letter, newest first.
///
/// # Errors
/// [`ErrorResponse::NotFound`] without a mailbox, [`ErrorResponse::Broken`] when its folder cannot be read.
pub async fn list(State(state): State<AppState>) -> Result<Json<Vec<Mailed>>, ErrorResponse> {
    let mailbox = state.site.mailbox.as_ref().ok_or(ErrorResponse::NotFound)?;
    let letters = mailbox.read().await.map_err(|error| {
        tracing::error!(%error, "the mailbox cannot be read");
        ErrorResponse::Broken
    })?;
    Ok(Json(letters))
}
