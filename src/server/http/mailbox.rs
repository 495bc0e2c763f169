//! The development mailbox for programs: `/dev/mailbox.json`. The page is `pages::mailbox`.

use axum::{Json, extract::State};

use super::trouble::Trouble;
use crate::server::{mail::Mailed, state::AppState};

/// Every letter, newest first.
///
/// # Errors
/// [`Trouble::Broken`] when the mailbox cannot be read.
pub async fn list(State(state): State<AppState>) -> Result<Json<Vec<Mailed>>, Trouble> {
    let mailbox = state.site.mailbox.as_ref().ok_or(Trouble::NotFound)?;
    let letters = mailbox.read().await.map_err(|error| {
        tracing::error!(%error, "the mailbox cannot be read");
        Trouble::Broken
    })?;
    Ok(Json(letters))
}
