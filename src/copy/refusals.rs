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
const TOKEN_CREATED: &str = "This form has already created its token. A token is shown once: if you don't have it, revoke it \
                             and create another.";

/// Too many wrong passwords in a row.
const TOO_MANY_FAILURES: &str = "Too many wrong passwords for this email. Use a browser you've signed in with before, or \
                                 reset your password.";

/// The password is in a list of passwords from data breaches.
const BREACHED_PASSWORD: &str =
    "This password appears in known data breaches, so attackers try it. Choose one that you use nowhere else.";

/// A mailed link does not work: one text for every reason.
const DEAD_LINK: &str = "This link no longer works. It may have expired or been used, or a newer one has replaced it.";

/// The user or their administrator refused at the provider.
const PROVIDER_DENIED: &str = "The provider didn't sign you in: you cancelled there, or an administrator has to agree first. \
                               Nothing was changed.";

/// Why the action refused, and what would be accepted.
#[must_use]
pub fn words(refusal: Refusal) -> String {
    let fixed = match refusal {
        Refusal::InvalidEmail => "Enter an email address, like ada@example.com.",
        Refusal::SameEmail => "That's already your email. Capital letters make no difference.",
        Refusal::InvalidName => return format!("Use {MAX_CHARACTERS} visible characters or fewer."),
        Refusal::PasswordTooShort { min } => return format!("Too short: use {min} characters or more."),
        Refusal::PasswordTooLong { max } => return format!("Too long: use {max} characters at most."),
        Refusal::PasswordHasNul => "A password can't contain the character NUL.",
        Refusal::WeakPassword { weakness } => return too_weak(weakness),
        Refusal::PasswordMissing => "Enter your password.",
        Refusal::BreachedPassword => BREACHED_PASSWORD,
        Refusal::SamePassword => "That's your current password. Choose a different one.",
        Refusal::WrongCredentials => "That email and password don't match.",
        Refusal::WrongPassword => "That password isn't right.",
        Refusal::NoPassword => "This account has no password. Set one with a reset link.",
        Refusal::WrongConfirmation => "That doesn't match this account's email.",
        Refusal::SignInRequired => "You were signed out. Sign in again to continue.",
        Refusal::SudoRequired => "Confirm it's you, then press the button again.",
        Refusal::Unverified => "Confirm your email first: open the link we sent you.",
        Refusal::DeletionScheduled => "This account is closed. Choose “Keep my account” first.",
        Refusal::DeadLink => DEAD_LINK,
        Refusal::OtherUser => "This link belongs to another account. Sign out, then open it again.",
        Refusal::OtherAccount => "Nothing was changed: this page belongs to another account. Reload it.",
        Refusal::ChangedMeanwhile => "Your account changed in the meantime. Check it, then try again.",
        Refusal::AttemptOver => {
            "This sign-in has ended, or was started in another browser or too long ago. Start again."
        }
        Refusal::ProviderUnreachable => "The provider isn't answering. Try again in a minute.",
        Refusal::ProviderDenied => PROVIDER_DENIED,
        Refusal::ProviderUntrusted => "We couldn't trust the provider's answer. Nothing was changed.",
        Refusal::EmailNotVerified => {
            "The provider gave us no email we can rely on. Enter yours and confirm it with a link; if you're signed in, link \
             the provider instead."
        }
        Refusal::LinkFirst => "An account with this email already exists. Sign in to it, then link the provider.",
        Refusal::AlreadyLinked => "This login can't be linked.",
        Refusal::OtherIdentity => "Use the login that's linked to this account.",
        Refusal::StaleLogin => "The provider didn't ask you to sign in again. Try once more.",
        Refusal::NoAuthTime => "The provider doesn't say when you signed in there. Get a code by email instead.",
        Refusal::LastWayIn => "This is your only way to sign in. Set a password first.",
        Refusal::NotFound => "That no longer exists. Nothing was changed.",
        Refusal::ThisSession => "That's this browser. To end its session, sign out.",
        Refusal::WrongCode => "That code is wrong or has expired. Request a new one.",
        Refusal::HasPassword => "Use this account's password instead.",
        Refusal::ExportRunning => "We're already preparing your export and will email you when it's ready.",
        Refusal::DownloadRunning => "You're already downloading it. Try again in half a minute.",
        Refusal::ExportGone => "That export no longer exists. Prepare a new one.",
        Refusal::InvalidTokenName => return format!("Enter a name of 1 to {MAX_CHARACTERS} visible characters."),
        Refusal::InvalidChoice => "Choose one of the listed options.",
        Refusal::TokenCreated => TOKEN_CREATED,
        Refusal::TooManyTokens => {
            return format!("You've reached the limit of {MAX_TOKENS} tokens. Revoke one to create another.");
        }
        Refusal::InsufficientScope => "This token can only read.",
        Refusal::Limited { retry_after } => return too_often(retry_after),
        Refusal::TooManyFailures => TOO_MANY_FAILURES,
    };
    fixed.to_owned()
}

fn too_weak(weakness: Weakness) -> String {
    let reason = match weakness {
        Weakness::Common => "it's one of the most common passwords",
        Weakness::Word => "it's a word or name with only a little added",
        Weakness::Personal => "it contains your name, your email or the name of this service",
        Weakness::Repeats => "it repeats the same characters",
        Weakness::Sequence => "it's a simple sequence, like abcdef or 123456",
        Weakness::Date => "it's a date",
        Weakness::Predictable => "it follows a common pattern",
    };
    format!("Too easy to guess: {reason}. Try a few unrelated words.")
}

fn too_often(retry_after: u32) -> String {
    let wait = units::span(Span::seconds(retry_after));
    format!("Too many attempts. Try again in {wait}.")
}

/// No answer came to a form that a script sent. It may have been carried out.
#[must_use]
pub const fn no_answer() -> &'static str {
    "We couldn't reach the server. Check your connection and try again."
}

/// The words for every error of a server function.
#[must_use]
pub fn problem(error: AppError) -> String {
    match error {
        AppError::Refused(refusal) => words(refusal),
        AppError::Unavailable => {
            "The service can't be reached right now, nothing was changed. Try again in a minute.".to_owned()
        }
        AppError::Internal { reference } => {
            format!("Something went wrong on our side, nothing was changed. Reference {reference}.")
        }
        AppError::Transport => "This took too long. Check whether it worked before you try again.".to_owned(),
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
                "Too easy to guess: it's a date. Try a few unrelated words.",
            ),
            (
                Refusal::BreachedPassword,
                "This password appears in known data breaches, so attackers try it. Choose one that you use nowhere \
                 else.",
            ),
            (Refusal::WrongPassword, "That password isn't right."),
            (Refusal::Limited { retry_after: 240 }, "Too many attempts. Try again in 4 minutes."),
            (Refusal::SignInRequired, "You were signed out. Sign in again to continue."),
        ];
        for (refusal, expected) in cases {
            assert_eq!(words(refusal), expected);
        }
    }
}
