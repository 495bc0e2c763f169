//! Erasing an account, by one of three strategies (behaviour 3.3). In each its address is free
//! afterwards, and whoever takes it inherits nothing.

use crate::{
    domain::{deletion::Strategy, email::EmailKey, id::UserId, mail_token::Purpose, time::Timestamp, user::User},
    server::{
        lifecycle::{Error, deletion::cancel_deletion::cancel_scheduled_deletion},
        store::Tx,
    },
};

/// How many others may come with one address at the same moment before this one gives up.
const WAITED_FOR: usize = 100;

/// Applies `strategy` to an account whose row is held.
pub(in crate::server::lifecycle) async fn erase(
    tx: &mut Tx,
    strategy: Strategy,
    user: &UserId,
    now: Timestamp,
) -> Result<(), Error> {
    match strategy {
        Strategy::Anonymize => anonymize(tx, user, now).await,
        Strategy::SoftDelete => soft_delete(tx, user, now).await,
        Strategy::HardDelete => hard_delete(tx, user, now).await,
    }
}

/// The row stays for whatever refers to it; nothing of it is personal any more.
pub(in crate::server::lifecycle) async fn anonymize(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<(), Error> {
    remove_dependents(tx, user).await?;
    tx.anonymize_user(user, now).await?;
    // Only now: the database keeps the context of events for as long as the account has a person.
    tx.erase_event_context(user).await?;
    Ok(())
}

/// Row and personal data stay, for whoever runs the site; nothing opens the account any more.
async fn soft_delete(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<(), Error> {
    remove_dependents(tx, user).await?;
    tx.soft_delete_user(user, now).await?;
    Ok(())
}

/// Nothing stays, neither the row nor the log.
async fn hard_delete(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<(), Error> {
    anonymize(tx, user, now).await?;
    tx.remove_user(user, now).await?;
    Ok(())
}

/// Removes whatever acts for an account or is about to: sessions, ways in, links, letters.
async fn remove_dependents(tx: &mut Tx, user: &UserId) -> Result<(), Error> {
    tx.announce(user).await?;
    tx.end_sessions(user, None).await?;
    for purpose in Purpose::ALL.iter().copied() {
        tx.revoke_mail_links(user, purpose).await?;
    }
    tx.delete_email_changes(user).await?;
    tx.forget_devices(user).await?;
    tx.drop_api_tokens(user).await?;
    tx.drop_identities(user).await?;
    tx.drop_attempts(user).await?;
    tx.drop_sudo_code(user).await?;
    tx.drop_export(user).await?;
    tx.withdraw_all_letters(user).await?;
    Ok(())
}

/// Makes an address free of an account that never verified it: such an account holds
/// no claim, and is erased when somebody else comes with the address.
pub(in crate::server::lifecycle) async fn evict_unverified(
    tx: &mut Tx,
    key: &EmailKey,
    but: Option<&UserId>,
    now: Timestamp,
) -> Result<(), Error> {
    // Nobody holds it, perhaps, and two come with it.
    tx.reserve_address(key).await?;
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
            // It may have been closed. Nothing is left to execute then, and nobody to do it for.
            cancel_scheduled_deletion(tx, &holder).await?;
            anonymize(tx, &holder, now).await?;
        }
    }
    Ok(())
}
