//! The query for the methods by which the viewer can confirm their identity.

use crate::{
    domain::{providers::ProviderKind, sudo, time::Timestamp},
    server::{
        lifecycle::{Error, Lifecycle, Viewer},
        oauth::Listed,
        store::{LinkedIdentity, Snapshot, Tx},
    },
};

/// The methods by which a user can confirm their identity.
#[derive(Clone)]
pub struct SudoWays {
    /// By password. An account with a password has no other method.
    pub password: bool,
    /// By a new login at one of these providers.
    pub providers: Vec<Listed>,
    /// By a mailed code.
    pub code: CodeWay,
}

impl SudoWays {
    /// The methods of an account with a password.
    const fn password() -> Self {
        Self { password: true, providers: Vec::new(), code: CodeWay::No }
    }
}

/// Whether the user can confirm with a mailed code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeWay {
    /// No.
    No,
    /// Yes, after requesting one.
    Offered,
    /// Yes, and a code was mailed.
    Sent {
        /// The last second in which it works.
        until: Timestamp,
    },
}

impl Lifecycle {
    /// The viewer's methods. Queries the database only for an account without a password.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn sudo_ways(&self, viewer: &Viewer) -> Result<SudoWays, Error> {
        if viewer.user.has_password {
            return Ok(SudoWays::password());
        }
        let mut snapshot = self.db.read().await?;
        let ways = self.sudo_ways_in(&mut snapshot, viewer).await?;
        snapshot.end().await?;
        Ok(ways)
    }

    /// Begins to read a settings page that needs one statement, and shows the viewer's methods besides. Only an
    /// account without a password needs further statements for them, and so a transaction.
    pub(in crate::server::lifecycle) async fn read_settings(&self, viewer: &Viewer) -> Result<Snapshot, Error> {
        Ok(if viewer.user.has_password { self.db.single_read().await? } else { self.db.read().await? })
    }

    /// As [`Lifecycle::sudo_ways`], from the snapshot of a page.
    pub(in crate::server::lifecycle) async fn sudo_ways_in(
        &self,
        tx: &mut Tx,
        viewer: &Viewer,
    ) -> Result<SudoWays, Error> {
        if viewer.user.has_password {
            return Ok(SudoWays::password());
        }
        let linked = tx.identities(&viewer.user.id).await?;
        self.sudo_ways_with(tx, viewer, &linked).await
    }

    /// As [`Lifecycle::sudo_ways_in`], for a page that has read the linked identities.
    pub(in crate::server::lifecycle) async fn sudo_ways_with(
        &self,
        tx: &mut Tx,
        viewer: &Viewer,
        linked: &[LinkedIdentity],
    ) -> Result<SudoWays, Error> {
        let user = &viewer.user;
        if user.has_password {
            return Ok(SudoWays::password());
        }
        let sent = tx.sudo_code(&user.id).await?;
        let now = self.clock.now();
        let sent = sent
            .filter(|sent| sent.session_id == viewer.session.id && sudo::is_usable(sent.expires_at, sent.tries, now));
        let code = match sent {
            _ if !self.offers_code(user, linked) => CodeWay::No,
            Some(sent) => CodeWay::Sent { until: sent.expires_at },
            None => CodeWay::Offered,
        };
        let is_linked = |listed: &Listed| {
            linked
                .iter()
                .any(|identity| self.providers.of(&identity.provider, identity.issuer.as_deref()) == Some(listed))
        };
        let can_tell = |listed: &&Listed| listed.kind != ProviderKind::Github && is_linked(listed);
        let providers = self.providers.list().filter(can_tell);
        Ok(SudoWays { password: false, providers: providers.cloned().collect(), code })
    }
}
