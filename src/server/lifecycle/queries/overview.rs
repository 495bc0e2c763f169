//! The query of the settings overview.

use crate::{
    domain::{email::Email, profile::Name, time::Timestamp},
    server::lifecycle::{Error, Lifecycle, Viewer, email_change::PendingChange, providers::ProviderLine},
};

/// The data of the settings overview.
pub struct Overview {
    /// The address to sign in with.
    pub email: Email,
    /// Whether it is verified.
    pub verified: bool,
    /// The display name.
    pub name: Option<Name>,
    /// Whether the user can sign in with a password.
    pub has_password: bool,
    /// The providers of the site, followed by linked ones that the settings no longer list.
    pub providers: Vec<ProviderLine>,
    /// Number of signed-in browsers, including this one.
    pub sessions: i64,
    /// Number of valid API tokens.
    pub api_tokens: i64,
    /// The open email change.
    pub pending: Option<PendingChange>,
    /// When the account was created.
    pub created_at: Timestamp,
}

impl Lifecycle {
    /// The data of the viewer's overview.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn overview(&self, viewer: &Viewer) -> Result<Overview, Error> {
        let mut snapshot = self.db.read().await?;
        let user = &viewer.user;
        let now = self.clock.now();
        let sessions = snapshot.count_sessions(&user.id, self.policy.session.since(now)).await?;
        let api_tokens = snapshot.count_api_tokens(&user.id, now).await?;
        let pending = snapshot.open_email_change(&user.id).await?;
        let linked = snapshot.identities(&user.id).await?;
        snapshot.end().await?;
        Ok(Overview {
            email: user.email.clone(),
            verified: user.email_verified_at.is_some(),
            name: user.name.clone(),
            has_password: user.has_password,
            providers: self.provider_lines(viewer, &linked),
            sessions,
            api_tokens,
            pending: pending.and_then(|change| PendingChange::of(change, now)),
            created_at: user.created_at,
        })
    }
}
