//! What the mailed links and codes vouch for, of the rows behind them.

use crate::{
    domain::{
        email::EmailKey,
        email_change::EmailChange,
        mail_token::{Claims, Purpose},
        time::Timestamp,
    },
    server::{crypto::sudo_code::CodeClaims, store::SudoCode},
};

/// What a token of an e-mail change vouches for.
pub(super) fn change_claims(purpose: Purpose, change: &EmailChange) -> Claims {
    let (address, expires_at): (EmailKey, Timestamp) = match purpose {
        Purpose::ConfirmEmailChange => (change.new_email.key(), change.expires_at),
        Purpose::UndoEmailChange => (change.old_email.key(), change.undo_until.unwrap_or(change.expires_at)),
        _ => (change.old_email.key(), change.expires_at),
    };
    Claims { purpose, row: change.id.clone(), user: change.user_id.clone(), address, stamp: change.stamp, expires_at }
}

/// What the mailed code of this row vouches for.
pub(super) const fn code_claims(row: &SudoCode) -> CodeClaims<'_> {
    CodeClaims { row: &row.id, user: &row.user_id, session: &row.session_id, expires_at: row.expires_at }
}
