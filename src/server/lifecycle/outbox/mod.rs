//! The outbox: letters that actions promise to mail.
//!
//! A letter is a row of the action's transaction, without words and without a token. A worker claims
//! it, renders it and sends it at least once; one that cannot be sent is put off, later each time.
//! A letter whose reason is gone is taken back.

pub(super) mod send_letter;

pub use self::send_letter::SendOutcome;
