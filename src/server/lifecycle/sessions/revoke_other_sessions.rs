//! `revoke_other_sessions`: ends every session of the account except the current one.

use crate::{
    domain::event_detail::Detail,
    server::lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
};

impl Lifecycle {
    /// Ends every other session of the viewer's account, and returns how many. Without any it is an idempotent
    /// no-op and records no event.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`](crate::domain::error::Refusal::SudoRequired).
    pub async fn revoke_other_sessions(&self, source: &RequestOrigin, viewer: &Viewer) -> Result<u64, Error> {
        let mut operation = self.begin_as(Action::RevokeOtherSessions, source, viewer).await?;
        let outcome = end_others(&mut operation).await;
        operation.finish(outcome).await
    }
}

async fn end_others(operation: &mut Operation<'_>) -> Result<u64, Error> {
    let viewer = operation.viewer()?;
    let ended = operation.revoke(&viewer.user.id, Some(&viewer.session.id)).await?;
    match ended {
        0 => operation.nothing_to_record(),
        _ => operation.record(Detail::OtherSessions(ended)).await?,
    }
    Ok(ended)
}
