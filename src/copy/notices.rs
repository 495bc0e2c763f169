//! Notices. The page after an action shows the result of the action; an open page says that it was updated.

use super::{refusals, sudo, units};
use crate::domain::{
    email::shown,
    error::Refusal,
    notice::{Interrupted, Notice},
    password::MOST_RESET_LINKS,
};

/// A new password that also kept a closed account.
const RESET_AND_KEPT: &str = "Password changed, and your account won't be deleted. You're signed out everywhere; sign in with \
                              your new password.";

/// A closed account that its owner kept by a link.
const KEPT: &str = "Your account won't be deleted. Sign in to use it. If you didn't close it, choose a new password now: \
                    follow the link \u{201c}Forgot your password?\u{201d}.";

/// What the last action did.
#[must_use]
pub fn words(notice: &Notice) -> String {
    match notice {
        Notice::CheckInbox { email } => {
            format!("We sent a link to {}. It works for 24 hours.", shown(email))
        }
        Notice::EmailVerified => "Email confirmed. You're signed in.".to_owned(),
        Notice::ConfirmationSent { email } => {
            format!("We sent a new link to {}. The earlier one no longer works.", shown(email))
        }
        Notice::ResetSent { email } => reset_sent(email),
        Notice::PasswordReset => {
            "Password changed. You're signed out everywhere; sign in with your new password.".to_owned()
        }
        Notice::PasswordResetAndKept => RESET_AND_KEPT.to_owned(),
        Notice::NameSaved => "Name saved.".to_owned(),
        Notice::EmailChangeRequested { new, old } => {
            format!("We sent a link to {}. Until you confirm it, keep signing in with {}.", shown(new), shown(old))
        }
        Notice::EmailCorrected { new } => {
            format!("Your email is now {}. Open the link we sent there to confirm it.", shown(new))
        }
        Notice::EmailChanged { new } => {
            format!("Your email is now {}. You're signed out everywhere; sign in with the new address.", shown(new))
        }
        Notice::EmailChangeCancelled => "The change was cancelled. Your email hasn't changed.".to_owned(),
        Notice::EmailRestored { email } => restored(email),
        Notice::PasswordChanged { others } => password_now("changed", *others),
        Notice::SudoConfirmed => sudo::confirmed().to_owned(),
        Notice::SudoCodeSent { email } => format!("We sent a code to {}. It works for 10 minutes.", shown(email)),
        Notice::ExportRequested { email } => {
            format!("We're preparing your export and will email {} when it's ready.", shown(email))
        }
        Notice::ProviderLinked { name } => format!("{name} is linked. You can now sign in with it."),
        Notice::ProviderUnlinked { name } => format!("{name} is no longer linked. You can't sign in with it any more."),
        Notice::PasswordSet { others } => password_now("set", *others),
        Notice::SessionRevoked => "That session was signed out.".to_owned(),
        Notice::OtherSessionsRevoked { others: 0 } => "There were no other sessions.".to_owned(),
        Notice::OtherSessionsRevoked { others } => signed_out(*others),
        Notice::EventDisowned { others } => shut_out(*others),
        Notice::DeletionScheduled { delete_at } => format!(
            "Your account is closed and will be erased on {}. Changed your mind? Sign in before then to keep it.",
            units::day(*delete_at)
        ),
        Notice::ApiTokenCreated => "Token created. Copy it now. You won't be able to see it again.".to_owned(),
        Notice::ApiTokenRevoked => "Token revoked. It no longer works.".to_owned(),
        Notice::ApiTokensRevoked { revoked } => tokens_revoked(*revoked),
        Notice::DeletionCancelled => "Welcome back. Your account won't be deleted.".to_owned(),
        Notice::AccountKept => KEPT.to_owned(),
        Notice::OfAnotherAccount { email, notice } => of_another(email, notice),
        Notice::FormOfAnother { email, here } => form_of_another(email.as_deref(), here),
        Notice::SignedInInPlaceOf { email, confirmed } => in_place_of(email, *confirmed),
        Notice::SignedOut => "You're signed out.".to_owned(),
        Notice::SessionEnded { during } => session_ended(*during),
    }
}

/// Something on an open page has changed, and the page now shows the change.
#[must_use]
pub const fn page_updated() -> &'static str {
    "This page was updated."
}

/// A user has signed in, where another account was signed in.
fn in_place_of(email: &str, confirmed: bool) -> String {
    let confirmed = if confirmed { "Email confirmed. " } else { "" };
    format!("{confirmed}You're signed in. {email} was signed out in this browser.")
}

/// As [`words`] for [`Notice::SessionEnded`].
#[must_use]
pub fn session_ended(during: Option<Interrupted>) -> String {
    format!("{} {}", refusals::words(Refusal::SignInRequired), after_sign_in(during))
}

/// What a user who was signed out does next, and learns then. The answer to what they were doing may have been lost, or
/// the session may have ended before it.
#[must_use]
pub const fn after_sign_in(during: Option<Interrupted>) -> &'static str {
    match during {
        None => "If you've just changed your password, use the new one.",
        Some(Interrupted::PasswordChange) => {
            "If you were changing your password, try the new one; if it doesn't work, your password wasn't changed."
        }
        Some(Interrupted::Confirming) => "If you were confirming your email, you'll then see whether it's confirmed.",
        Some(Interrupted::EmailChange) => {
            "If you were confirming your new email, sign in with it; if that doesn't work, your email wasn't changed."
        }
        Some(Interrupted::Closing) => "If you were deleting your account, you'll then see whether it's closed.",
        Some(Interrupted::Keeping) => "If you were keeping your account, you'll then see whether it's kept.",
    }
}

fn tokens_revoked(revoked: u64) -> String {
    match revoked {
        0 => "You have no API tokens.".to_owned(),
        1 => "1 token revoked. It no longer works.".to_owned(),
        n => format!("{n} tokens revoked. They no longer work."),
    }
}

fn reset_sent(email: &str) -> String {
    let email = shown(email);
    format!(
        "If there's an account for {email}, a link is on its way. It works for 60 minutes. While {MOST_RESET_LINKS} \
         links work we don't send another: use one of those."
    )
}

fn restored(email: &str) -> String {
    let email = shown(email);
    format!(
        "Your email is {email} again, and you're signed out everywhere. Your password, recently linked providers and all \
         API tokens were removed. Open the link we sent to {email} to choose a new password, then sign in."
    )
}

/// What happened to the account that a mailed link belongs to, for a user who is signed in to another one.
fn of_another(email: &str, notice: &Notice) -> String {
    let done = match notice {
        Notice::PasswordReset => {
            format!("The password of {email} was changed, and that account was signed out everywhere.")
        }
        Notice::PasswordResetAndKept => {
            format!(
                "The password of {email} was changed. That account won't be deleted, and was signed out everywhere."
            )
        }
        Notice::EmailRestored { .. } => format!(
            "That account has the email {email} again, and was signed out everywhere. We sent a link there to choose a new \
             password."
        ),
        Notice::EmailChangeCancelled => format!("The email change of {email} was cancelled."),
        Notice::AccountKept => format!("The account of {email} won't be deleted."),
        other => words(other),
    };
    format!("{done} That is a different account; you're still signed in to yours.")
}

/// Why a form was refused that was made for another account than the one signed in.
fn form_of_another(email: Option<&str>, here: &str) -> String {
    let whose = email.map_or_else(|| "is out of date".to_owned(), |email| format!("belongs to {email}"));
    format!(
        "Nothing was changed: that form {whose}, and you're now signed in as {}. To do it for this account, press the \
         button again.",
        shown(here)
    )
}

fn password_now(what: &str, others: u64) -> String {
    match others {
        0 => format!("Password {what}."),
        others => format!("Password {what}. {}", signed_out(others)),
    }
}

fn signed_out(others: u64) -> String {
    match others {
        1 => "1 other session was signed out.".to_owned(),
        n => format!("{n} other sessions were signed out."),
    }
}

/// What Signet did after the user disowned an event ("this wasn't me"), and what the user has to do next.
fn shut_out(others: u64) -> String {
    let sessions = match others {
        0 => "No other session was signed in.".to_owned(),
        _ => "Your other sessions were signed out.".to_owned(),
    };
    format!(
        "{sessions} API tokens and links to reset your password or change your email no longer work. Choose a new \
         password now."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_promised_sentences_stand_word_for_word() {
        let changed = Notice::EmailChangeRequested { new: "b@example.com".into(), old: "a@example.com".into() };
        assert_eq!(
            words(&changed),
            "We sent a link to b@example.com. Until you confirm it, keep signing in with a@example.com."
        );
        assert_eq!(
            words(&Notice::PasswordChanged { others: 2 }),
            "Password changed. 2 other sessions were signed out."
        );
        assert_eq!(words(&Notice::PasswordSet { others: 1 }), "Password set. 1 other session was signed out.");
        assert_eq!(words(&Notice::DeletionCancelled), "Welcome back. Your account won't be deleted.");
    }
}
