//! Why an action refused or failed: every case in one place.

use super::units;
use crate::domain::{
    api_tokens::MAX_TOKENS,
    error::{AppError, Refusal},
    profile::MAX_CHARACTERS,
    time::Span,
    weakness::Weakness,
};

/// A form creates one token, however often it is sent.
const TOKEN_CREATED: &str = "This form has created its token already. A token is shown once: if you do not have it, revoke it \
                             and create another.";

/// Too many wrong passwords in a row.
const TOO_MANY_FAILURES: &str = "Too many wrong passwords for this email. Use a browser that you have signed in with before, or \
                                 reset the password.";

/// The password is in a list of passwords from data breaches.
const BREACHED_PASSWORD: &str =
    "This password appears in known data breaches, so attackers try it. Choose one that you use nowhere else.";

/// Why the action refused, and what would be accepted.
#[must_use]
pub fn words(refusal: Refusal) -> String {
    let fixed = match refusal {
        Refusal::InvalidEmail => "Enter an address like ada@example.com.",
        Refusal::SameEmail => "That is your email already. Capital letters make no difference.",
        Refusal::InvalidName => return format!("Use up to {MAX_CHARACTERS} visible characters, or leave it empty."),
        Refusal::PasswordTooShort { min } => return format!("Too short: use {min} characters or more."),
        Refusal::PasswordTooLong { max } => return format!("Too long: use {max} characters at most."),
        Refusal::PasswordHasNul => "A password cannot hold the character NUL.",
        Refusal::WeakPassword { weakness } => return too_weak(weakness),
        Refusal::PasswordMissing => "Enter your password.",
        Refusal::BreachedPassword => BREACHED_PASSWORD,
        Refusal::SamePassword => "That is your current password. Choose another one.",
        Refusal::WrongCredentials => "Email and password do not belong together.",
        Refusal::WrongPassword => "That is not your current password.",
        Refusal::NoPassword => "This account has no password. Set one with a reset link.",
        Refusal::WrongConfirmation => "That is not the email of this account.",
        Refusal::SignInRequired => "You were signed out. Sign in again to go on.",
        Refusal::SudoRequired => "Confirm it's you, then press the button again.",
        Refusal::Unverified => "Confirm your address first: open the link we sent you.",
        Refusal::DeletionScheduled => "This account is closed. Keep it, then try again.",
        Refusal::DeadLink => "This link no longer works. It may have been used, replaced or run out.",
        Refusal::OtherUser => "This link belongs to another account. Sign out, then open it again.",
        Refusal::OtherAccount => "Nothing was changed: this page is another account's. Load it again.",
        Refusal::ChangedMeanwhile => "The account has changed since you opened this page. Look again, then try again.",
        Refusal::AttemptOver => "This sign-in is over, or was begun in another browser or too long ago. Start again.",
        Refusal::ProviderUnreachable => "The provider does not answer. Try again in a minute.",
        Refusal::ProviderDenied => {
            "The provider said no: you declined there, or an administrator must agree first. Nothing was changed."
        }
        Refusal::ProviderUntrusted => "The provider's answer cannot be trusted; nothing was changed.",
        Refusal::EmailNotVerified => {
            "The provider gave no email that counts here. Enter yours and confirm it by a link; if you are signed in, link the \
             provider instead."
        }
        Refusal::LinkFirst => "An account with this email exists. Sign in to it; then you can link the provider.",
        Refusal::AlreadyLinked => "This login cannot be linked.",
        Refusal::OtherIdentity => "Continue with the login that is linked to this account.",
        Refusal::StaleLogin => "The provider did not ask you to sign in again. Try once more.",
        Refusal::NoAuthTime => {
            "The provider does not say when you signed in there. Have a code emailed to you instead."
        }
        Refusal::LastWayIn => "This is your only way to sign in. Set a password first.",
        Refusal::NotFound => "That is not there any more; nothing was changed.",
        Refusal::ThisSession => "That is this browser. To end its session, sign out.",
        Refusal::WrongCode => "That code is wrong, used up or too old. Have a new one emailed to you.",
        Refusal::HasPassword => "This account has a password. Use it.",
        Refusal::ExportRunning => "Your export is being prepared already. We email you when it is ready.",
        Refusal::DownloadRunning => "A download of yours is under way. Try again in half a minute.",
        Refusal::ExportGone => "That export is not there any more. Prepare it again.",
        Refusal::InvalidTokenName => return format!("Give it a name of 1 to {MAX_CHARACTERS} visible characters."),
        Refusal::InvalidChoice => "Choose one of the listed options.",
        Refusal::TokenCreated => TOKEN_CREATED,
        Refusal::TooManyTokens => return format!("You have {MAX_TOKENS} tokens. Revoke one, then try again."),
        Refusal::InsufficientScope => "This token may only read.",
        Refusal::Limited { retry_after } => return too_often(retry_after),
        Refusal::TooManyFailures => TOO_MANY_FAILURES,
    };
    fixed.to_owned()
}

fn too_weak(weakness: Weakness) -> String {
    let reason = match weakness {
        Weakness::Common => "it is among the passwords everybody tries first",
        Weakness::Word => "it is a word or a name with little added",
        Weakness::Personal => "it contains your name, your email or the name of this service",
        Weakness::Repeats => "it repeats itself",
        Weakness::Sequence => "it follows the alphabet, the digits or the keyboard",
        Weakness::Date => "it is a date",
        Weakness::Predictable => "it follows a pattern that is tried early",
    };
    format!("Too easy to guess: {reason}. Try a few unrelated words.")
}

fn too_often(retry_after: u32) -> String {
    let wait = units::span(Span::seconds(retry_after));
    format!("Too many attempts. Try again in {wait}.")
}

/// The words for every error of a server function.
#[must_use]
pub fn problem(error: AppError) -> String {
    match error {
        AppError::Refused(refusal) => words(refusal),
        AppError::Unavailable => {
            "The service cannot be reached right now, nothing was changed. Try again in a minute.".to_owned()
        }
        AppError::Internal { reference } => {
            format!("Something went wrong on our side, nothing was changed. Reference {reference}.")
        }
        AppError::Transport => "There was no answer. Check your connection and try again.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_promised_sentences_stand_word_for_word() {
        let cases = [
            (
                Refusal::WeakPassword { weakness: Weakness::Date },
                "Too easy to guess: it is a date. Try a few unrelated words.",
            ),
            (
                Refusal::BreachedPassword,
                "This password appears in known data breaches, so attackers try it. Choose one that you use nowhere \
                 else.",
            ),
            (Refusal::WrongPassword, "That is not your current password."),
            (Refusal::Limited { retry_after: 240 }, "Too many attempts. Try again in 4 minutes."),
            (Refusal::SignInRequired, "You were signed out. Sign in again to go on."),
        ];
        for (refusal, expected) in cases {
            assert_eq!(words(refusal), expected);
        }
    }
}
