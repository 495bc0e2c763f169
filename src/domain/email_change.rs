//! An e-mail change: from the request to the end of its undo window.

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{
    email::Email,
    id::{LinkId, UserId},
    time::Timestamp,
};

/// Where an e-mail change stands. Only an open one can be confirmed, only a confirmed
/// one undone; the other states are ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// Waits for its link.
    Open,
    /// The address was changed; the undo window runs.
    Confirmed,
    /// Stopped by its owner, by the old address, or by a credential change.
    Cancelled,
    /// A newer request took its place.
    Replaced,
    /// Taken back.
    Undone,
    /// The undo of an earlier change went behind it.
    Superseded,
}

// The words stand in rows.
worded!(State);

/// One e-mail change.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailChange {
    /// The row, named by its confirm, cancel and undo links.
    pub id: LinkId,
    /// Whose address changes.
    pub user_id: UserId,
    /// The address before.
    pub old_email: Email,
    /// The address after.
    pub new_email: Email,
    /// Where it stands.
    pub state: State,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// Until when the new address may confirm it.
    pub expires_at: Timestamp,
    /// When it was confirmed.
    pub confirmed_at: Option<Timestamp>,
    /// Until when the old address may take it back.
    pub undo_until: Option<Timestamp>,
    /// The security stamp that its links carry: the account's at the request, then the
    /// one the confirmation made, so that later credential changes do not kill the undo.
    pub stamp: i64,
}

impl EmailChange {
    /// Whether the new address may still confirm it.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.state == State::Open && now <= self.expires_at
    }

    /// Whether the old address may still take it back.
    #[must_use]
    pub fn is_undoable(&self, now: Timestamp) -> bool {
        self.state == State::Confirmed && self.undo_until.is_some_and(|until| now <= until)
    }
}
