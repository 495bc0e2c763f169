//! How the viewer can confirm that it is them.

use crate::{
    domain::{providers::ProviderKind, sudo, time::Timestamp},
    server::{
        lifecycle::{Error, Lifecycle, Viewer},
        oauth::Listed,
    },
};

/// How an account can confirm that it is its owner who asks.
#[derive(Clone)]
pub struct SudoWays {
    /// By password; then by nothing else.
    pub password: bool,
    /// By signing in again at one of these.
    pub providers: Vec<Listed>,
    /// By a mailed code.
    pub code: CodeWay,
}

/// Whether a mailed code will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeWay {
    /// No.
    No,
    /// Yes, once one is asked for.
    Offered,
    /// Yes, and one is on its way.
    Sent {
        /// The last second in which it works.
        until: Timestamp,
    },
}

impl Lifecycle {
    /// The viewer's ways to confirm. The database is only asked about an account without a password.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sudo_ways(&self, viewer: &Viewer) -> Result<SudoWays, Error> {
        let user = &viewer.user;
        if user.has_password {
            return Ok(SudoWays { password: true, providers: Vec::new(), code: CodeWay::No });
        }
        let mut tx = self.db.read().await?;
        let linked = tx.identities(&user.id).await?;
        let sent = tx.sudo_code(&user.id).await?;
        tx.rollback().await?;
        let now = self.clock.now();
        let sent = sent
            .filter(|sent| sent.session_id == viewer.session.id && sudo::is_usable(sent.expires_at, sent.tries, now));
        let code = match sent {
            _ if !self.offers_code(user, &linked) => CodeWay::No,
            Some(sent) => CodeWay::Sent { until: sent.expires_at },
            None => CodeWay::Offered,
        };
        let can_tell = |listed: &Listed| {
            listed.kind != ProviderKind::Github && linked.iter().any(|identity| identity.provider == listed.id)
        };
        let providers = self.providers.list().filter(|listed| can_tell(listed));
        Ok(SudoWays { password: false, providers: providers.cloned().collect(), code })
    }
}
