//! An e-mail change: from the request to the end of its undo window.

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{
    email::Email,
    id::{LinkId, UserId},
    time::Timestamp,
};

/// The state of an e-mail change. Only an open change can be confirmed, and only a confirmed change can be undone.
/// The other states are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// The change waits until the user opens its link.
    Open,
    /// The address was changed; the undo window runs.
    Confirmed,
    /// Stopped by its owner, by the old address, or by a credential change.
    Cancelled,
    /// A newer request took its place.
    Replaced,
    /// The old address undid the change.
    Undone,
    /// The undo of an earlier change reverted this one too.
    Superseded,
}

// Rows contain these words.
worded!(State);

/// One e-mail change.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailChange {
    /// The id of the row; the confirm, cancel and undo links contain it.
    pub id: LinkId,
    /// The account whose address changes.
    pub user_id: UserId,
    /// The address before.
    pub old_email: Email,
    /// The address after.
    pub new_email: Email,
    /// The state of the change.
    pub state: State,
    /// When the user requested it.
    pub requested_at: Timestamp,
    /// Until when the new address may confirm the change.
    pub expires_at: Timestamp,
    /// When the new address confirmed the change.
    pub confirmed_at: Option<Timestamp>,
    /// Until when the old address may undo the change.
    pub undo_until: Option<Timestamp>,
    /// The security stamp in the links of this change. Before the confirmation it is the stamp that the account had
    /// at the request. The confirmation replaces it by the account's new stamp. The undo link carries this stored
    /// stamp, so the link stays valid when the account's own stamp rises again.
    pub stamp: i64,
}

impl EmailChange {
    /// Returns whether the new address may still confirm the change.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.state == State::Open && now <= self.expires_at
    }

    /// Returns whether the old address may still undo the change.
    #[must_use]
    pub fn is_undoable(&self, now: Timestamp) -> bool {
        self.state == State::Confirmed && self.undo_until.is_some_and(|until| now <= until)
    }
}
