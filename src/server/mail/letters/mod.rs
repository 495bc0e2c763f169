//! The words of the letters, one file for each.
//!
//! They are calm and exact: what happened, what to do if it was not the reader, and until when a link works. They
//! say "somebody, most likely you" where Signet cannot know who acted.

mod already_registered;
mod api_token_created;
mod confirm_address;
mod confirm_email_change;
mod deletion_cancelled;
mod deletion_executed;
mod deletion_reminder;
mod deletion_scheduled;
mod email_change_cancelled;
mod email_change_requested;
mod email_change_to_taken;
mod email_change_undone;
mod email_changed_new;
mod email_changed_old;
mod export_ready;
mod new_device;
mod password_changed;
mod password_reset;
mod password_set;
mod provider_linked;
mod provider_unlinked;
mod reset_password;
mod sudo_code;

use super::{
    facts::{ComposeError, Facts},
    layout::Words,
};
use crate::domain::{email::Email, outbox::Kind};

/// The words of a letter of this kind to `to`.
pub(super) fn words(kind: Kind, to: &Email, facts: &Facts) -> Result<Words, ComposeError> {
    match kind {
        Kind::ConfirmAddress => confirm_address::words(facts),
        Kind::AlreadyRegistered => Ok(already_registered::words(facts)),
        Kind::ResetPassword => reset_password::words(facts),
        Kind::PasswordReset => password_reset::words(facts),
        Kind::PasswordChanged => password_changed::words(facts),
        Kind::PasswordSet => password_set::words(facts),
        Kind::ProviderLinked => provider_linked::words(facts),
        Kind::ProviderUnlinked => provider_unlinked::words(facts),
        Kind::SudoCode => sudo_code::words(facts),
        Kind::ExportReady => export_ready::words(facts),
        Kind::ApiTokenCreated => api_token_created::words(facts),
        Kind::NewDevice => new_device::words(facts),
        Kind::ConfirmEmailChange => confirm_email_change::words(facts),
        Kind::EmailChangeToTaken => Ok(email_change_to_taken::words(facts)),
        Kind::EmailChangeRequested => email_change_requested::words(to, facts),
        Kind::EmailChangeCancelled => Ok(email_change_cancelled::words(facts)),
        Kind::EmailChangedNew => Ok(email_changed_new::words(to, facts)),
        Kind::EmailChangedOld => email_changed_old::words(to, facts),
        Kind::EmailChangeUndone => email_change_undone::words(to, facts),
        Kind::DeletionScheduled => deletion_scheduled::words(facts),
        Kind::DeletionReminder => deletion_reminder::words(facts),
        Kind::DeletionCancelled => Ok(deletion_cancelled::words(facts)),
        Kind::DeletionExecuted => Ok(deletion_executed::words(facts)),
    }
}
