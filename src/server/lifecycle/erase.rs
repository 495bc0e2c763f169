//! Erasing an account: everything that refers to its person goes, the row stays.

use super::{Error, Lifecycle};
use crate::{
    domain::{email::EmailKey, id::UserId, time::Timestamp, token::Purpose, user::User},
    server::store::Tx,
};

/// How many others may come with one address at the same moment before this one gives up.
const WAITED_FOR: usize = 100;

impl Lifecycle {
    /// Applies the strategy *anonymize* to an account whose row is held. Afterwards its
    /// address is free and nothing of it is inherited by whoever takes it.
    pub(super) async fn anonymize(&self, tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<(), Error> {
        tx.end_sessions(user, None).await?;
        for purpose in Purpose::ALL {
            tx.revoke_mail_links(user, purpose).await?;
        }
        tx.delete_email_changes(user).await?;
        tx.forget_devices(user).await?;
        tx.drop_api_tokens(user).await?;
        tx.drop_identities(user).await?;
        tx.drop_attempts(user).await?;
        tx.drop_sudo_code(user).await?;
        for job in tx.withdraw_all_letters(user).await? {
            tx.kill_job(&job).await?;
        }
        tx.anonymize_user(user, now).await?;
        // Only now: the database keeps the context of events for as long as the account has a person.
        tx.erase_event_context(user).await?;
        Ok(())
    }

    /// Makes an address free of an account that never verified it: such an account holds
    /// no claim, and is erased when somebody else comes with the address.
    pub(super) async fn evict_unverified(
        &self,
        tx: &mut Tx,
        key: &EmailKey,
        but: Option<&UserId>,
        now: Timestamp,
    ) -> Result<(), Error> {
        // Whoever is waited for may be erased by then, and somebody else hold the address.
        for _ in 0..WAITED_FOR {
            let holder = tx.unverified_holder(key).await?;
            let Some(holder) = holder.filter(|id| Some(id) != but) else {
                return Ok(());
            };
            // Held before it is erased, so that a verification under way is waited for.
            // Nor may it have moved on to another address meanwhile.
            let still = |user: User| user.email_verified_at.is_none() && user.email.key() == *key;
            if tx.lock_user(&holder).await?.is_some_and(still) {
                self.anonymize(tx, &holder, now).await?;
            }
        }
        Ok(())
    }
}
