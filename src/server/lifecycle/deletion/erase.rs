//! Erases an account by one of three strategies (behaviour 3.3). Each of them frees the address, and a new account
//! with that address inherits nothing.

use crate::{
    domain::{deletion::Strategy, email::EmailKey, id::UserId, mail_token::Purpose, time::Timestamp, user::User},
    server::{
        lifecycle::{Error, deletion::cancel_deletion::cancel_scheduled_deletion},
        store::Tx,
    },
};

/// How many competing accounts with the same address one action tries to evict before it gives up.
const WAITED_FOR: usize = 100;

/// Applies `strategy` to an account whose row the transaction has locked.
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

/// Clears all personal data; the row stays, because other rows refer to it.
pub(in crate::server::lifecycle) async fn anonymize(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<(), Error> {
    remove_dependents(tx, user).await?;
    tx.anonymize_user(user, now).await?;
    // This comes last, because the database refuses to erase the context of events before the row is anonymized.
    tx.erase_event_context(user).await?;
    Ok(())
}

/// Keeps the row and the personal data for the operator. No user can sign in to the account any more.
async fn soft_delete(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<(), Error> {
    remove_dependents(tx, user).await?;
    tx.soft_delete_user(user, now).await?;
    Ok(())
}

/// Removes everything: the row and the log.
async fn hard_delete(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<(), Error> {
    anonymize(tx, user, now).await?;
    tx.remove_user(user, now).await?;
    Ok(())
}

/// Removes everything with which a user or a program can act on the account, and its queued letters.
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

/// Erases the account that has the address `key` but has not verified it, unless this is the account `but`. An
/// unverified account does not reserve its address, so another user who needs the address may evict the account.
pub(in crate::server::lifecycle) async fn evict_unverified(
    tx: &mut Tx,
    key: &EmailKey,
    but: Option<&UserId>,
    now: Timestamp,
) -> Result<(), Error> {
    // Two transactions may want the address at the same time while no account has it. Then there is no row to lock,
    // and this call makes the second transaction wait for the first.
    tx.reserve_address(key).await?;
    // Look again after each turn: while this transaction waits for an account's lock, that account may be erased,
    // and another account may take the address.
    for _ in 0..WAITED_FOR {
        let holder = tx.unverified_holder(key).await?;
        let Some(holder) = holder.filter(|id| Some(id) != but) else {
            return Ok(());
        };
        // The lock makes this transaction wait for a verification under way. During that wait the account may also
        // have moved to another address.
        let still = |user: User| user.email_verified_at.is_none() && user.email.key() == *key;
        if tx.lock_user(&holder).await?.is_some_and(still) {
            // If the account is closed, its scheduled deletion and the letters about the deletion are pointless
            // now.
            cancel_scheduled_deletion(tx, &holder).await?;
            anonymize(tx, &holder, now).await?;
        }
    }
    Ok(())
}
