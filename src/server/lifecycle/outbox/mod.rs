//! The outbox: the letters that actions have queued.
//!
//! An action's transaction inserts a letter as a row, without words and without a token. A worker claims the row,
//! renders the letter and sends it at least once. If sending fails, the worker retries, waiting longer each time.
//! An action that makes a queued letter pointless deletes it.

pub(super) mod send_letter;

pub use self::send_letter::SendOutcome;
