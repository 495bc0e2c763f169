//! Gives each letter the facts that it states.

use super::facts::{ComposeError, Facts};
use crate::{
    copy::letters::{
        Words, already_registered, api_token_created, confirm_address, confirm_email_change, deletion_cancelled,
        deletion_executed, deletion_reminder, deletion_scheduled, devices_forgotten_by_operator,
        email_change_cancelled, email_change_requested, email_change_to_taken, email_change_undone, email_changed_new,
        email_changed_old, export_ready, new_device, password_changed, password_reset, password_set, provider_linked,
        provider_unlinked, reset_password, sessions_revoked_by_token, signed_out_by_operator, sudo_code,
    },
    domain::{email::Email, outbox::Kind},
    server::user_agent,
};

/// The words of a letter of this kind to `to`.
pub(super) fn words(kind: Kind, to: &Email, facts: &Facts) -> Result<Words, ComposeError> {
    Ok(match kind {
        Kind::ConfirmAddress => confirm_address::words(facts.until()?),
        Kind::AlreadyRegistered => already_registered::words(),
        Kind::ResetPassword => reset_password::words(facts.until()?, facts.at),
        Kind::PasswordReset => password_reset::words(facts.at()?, &facts.linked),
        Kind::PasswordChanged => password_changed::words(facts.at()?),
        Kind::PasswordSet => password_set::words(facts.at()?),
        Kind::ProviderLinked => provider_linked::words(facts.provider()?, facts.at()?),
        Kind::ProviderUnlinked => provider_unlinked::words(facts.provider()?, facts.at()?),
        Kind::SudoCode => {
            let code = facts.code()?;
            sudo_code::words(&code.text, code.until)
        }
        Kind::ExportReady => export_ready::words(facts.at()?),
        Kind::ApiTokenCreated => api_token_created::words(facts.api_token()?, facts.at()?),
        Kind::SessionsRevokedByToken => sessions_revoked_by_token::words(facts.api_token()?, facts.at()?),
        Kind::NewDevice => new_device::words(&device(facts), facts.at()?),
        Kind::ConfirmEmailChange => {
            confirm_email_change::words(facts.other_shown_to(to).ok().as_deref(), facts.until()?)
        }
        Kind::EmailChangeToTaken => email_change_to_taken::words(),
        Kind::EmailChangeRequested => email_change_requested::words(&facts.other_shown_to(to)?, facts.until()?),
        Kind::EmailChangeCancelled => email_change_cancelled::words(),
        Kind::EmailChangedNew => email_changed_new::words(&to.shown()),
        Kind::EmailChangedOld => email_changed_old::words(&facts.other_shown_to(to)?, facts.until()?),
        Kind::EmailChangeUndone => email_change_undone::words(&facts.other_shown_to(to)?),
        Kind::DeletionScheduled => {
            let until = facts.link.as_ref().map(|link| link.until);
            deletion_scheduled::words(facts.at()?, until, facts.reason.as_deref())
        }
        Kind::DeletionReminder => deletion_reminder::words(facts.at()?),
        Kind::DeletionCancelled => deletion_cancelled::words(facts.reason.as_deref()),
        Kind::DeletionExecuted => deletion_executed::words(),
        Kind::SignedOutByOperator => signed_out_by_operator::words(facts.at()?, facts.reason()?),
        Kind::DevicesForgottenByOperator => devices_forgotten_by_operator::words(facts.at()?, facts.reason()?),
    })
}

/// The browser in words of our own. An attacker may have written the header.
fn device(facts: &Facts) -> String {
    user_agent::named(facts.device.as_deref().unwrap_or_default())
}
