//! Makes the claims of mailed links and sudo codes from their rows. The token of a link and the text of a code are
//! computed from these claims.

use crate::{
    domain::{
        email::EmailKey,
        email_change::EmailChange,
        mail_token::{Claims, Purpose},
        time::Timestamp,
    },
    server::{crypto::sudo_code::CodeClaims, store::SudoCode},
};

/// The claims of a link that belongs to an email change.
pub(super) fn change_claims(purpose: Purpose, change: &EmailChange) -> Claims {
    let (address, expires_at): (EmailKey, Timestamp) = match purpose {
        Purpose::ConfirmEmailChange => (change.new_email.key(), change.expires_at),
        Purpose::UndoEmailChange => (change.old_email.key(), change.undo_until.unwrap_or(change.expires_at)),
        _ => (change.old_email.key(), change.expires_at),
    };
    Claims { purpose, row: change.id.clone(), user: change.user_id.clone(), address, stamp: change.stamp, expires_at }
}

/// The claims of the mailed sudo code of this row.
pub(super) const fn code_claims(row: &SudoCode) -> CodeClaims<'_> {
    CodeClaims { row: &row.id, user: &row.user_id, session: &row.session_id, expires_at: row.expires_at }
}
