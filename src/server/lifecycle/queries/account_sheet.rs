//! What an operator sees of an account.

use crate::{
    domain::{providers::ProviderId, user::User},
    server::lifecycle::{Error, Lifecycle},
};

/// What an operator sees of an account: no secret, and nothing that only its owner should read.
pub struct AccountSheet {
    /// The account.
    pub user: User,
    /// The linked providers.
    pub providers: Vec<ProviderId>,
    /// How many browsers are signed in.
    pub sessions: i64,
    /// From how many browsers its owner has signed in.
    pub known_devices: i64,
    /// How many API tokens are valid.
    pub api_tokens: i64,
}

impl Lifecycle {
    /// What an operator sees of the account of an address.
    ///
    /// # Errors
    /// [`Refusal::InvalidEmail`](crate::domain::error::Refusal::InvalidEmail);
    /// [`Refusal::NotFound`](crate::domain::error::Refusal::NotFound) if no account has the address.
    pub async fn account_sheet(&self, address: &str) -> Result<AccountSheet, Error> {
        let user = self.account_of(address).await?;
        let now = self.clock.now();
        let mut snapshot = self.db.read().await?;
        let sessions = snapshot.count_sessions(&user.id, self.policy.session.since(now)).await?;
        let (known_devices, _) = snapshot.known_devices(&user.id, &[]).await?;
        let api_tokens = snapshot.count_api_tokens(&user.id, now).await?;
        let linked = snapshot.identities(&user.id).await?;
        snapshot.end().await?;
        let providers = linked.into_iter().map(|identity| identity.provider).collect();
        Ok(AccountSheet { user, providers, sessions, known_devices, api_tokens })
    }
}
