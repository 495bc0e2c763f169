//! Gives each letter the facts that it states.

use super::facts::{ComposeError, Facts};
use crate::{
    copy::letters::{
        Voice, Words, already_registered, api_token_created, confirm_address, confirm_email_change, deletion_cancelled,
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
    said(facts.voice(), kind, to, facts)
}

fn said(voice: Voice<'_>, kind: Kind, to: &Email, facts: &Facts) -> Result<Words, ComposeError> {
    Ok(match kind {
        Kind::ConfirmAddress => confirm_address::words(voice, facts.until()?),
        Kind::AlreadyRegistered => already_registered::words(voice),
        Kind::ResetPassword => reset_password::words(voice, facts.until()?, facts.at),
        Kind::PasswordReset => password_reset::words(voice, facts.at()?, &facts.linked),
        Kind::PasswordChanged => password_changed::words(voice, facts.at()?),
        Kind::PasswordSet => password_set::words(voice, facts.at()?),
        Kind::ProviderLinked => provider_linked::words(voice, facts.provider()?, facts.at()?),
        Kind::ProviderUnlinked => provider_unlinked::words(voice, facts.provider()?, facts.at()?),
        Kind::SudoCode => {
            let code = facts.code()?;
            sudo_code::words(voice, &code.text, code.until)
        }
        Kind::ExportReady => export_ready::words(voice, facts.at()?),
        Kind::ApiTokenCreated => api_token_created::words(voice, facts.api_token()?, facts.at()?),
        Kind::SessionsRevokedByToken => sessions_revoked_by_token::words(voice, facts.api_token()?, facts.at()?),
        // An attacker may have written the header, so the letter names only browsers and systems that Signet knows.
        Kind::NewDevice => {
            let (browser, system) = user_agent::known(facts.device.as_deref().unwrap_or_default());
            new_device::words(voice, browser, system, facts.at()?)
        }
        Kind::ConfirmEmailChange => {
            confirm_email_change::words(voice, facts.other_shown_to(to).ok().as_deref(), facts.until()?)
        }
        Kind::EmailChangeToTaken => email_change_to_taken::words(voice),
        Kind::EmailChangeRequested => email_change_requested::words(voice, &facts.other_shown_to(to)?, facts.until()?),
        Kind::EmailChangeCancelled => email_change_cancelled::words(voice),
        Kind::EmailChangedNew => email_changed_new::words(voice, &to.shown()),
        Kind::EmailChangedOld => email_changed_old::words(voice, &facts.other_shown_to(to)?, facts.until()?),
        Kind::EmailChangeUndone => email_change_undone::words(voice, &facts.other_shown_to(to)?),
        Kind::DeletionScheduled => {
            let until = facts.link.as_ref().map(|link| link.until);
            deletion_scheduled::words(voice, facts.at()?, until, facts.reason.as_deref())
        }
        Kind::DeletionReminder => deletion_reminder::words(voice, facts.at()?),
        Kind::DeletionCancelled => deletion_cancelled::words(voice, facts.reason.as_deref()),
        Kind::DeletionExecuted => deletion_executed::words(voice),
        Kind::SignedOutByOperator => signed_out_by_operator::words(voice, facts.at()?, facts.reason()?),
        Kind::DevicesForgottenByOperator => devices_forgotten_by_operator::words(voice, facts.at()?, facts.reason()?),
    })
}
