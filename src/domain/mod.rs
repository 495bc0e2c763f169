//! The rules of the account lifecycle as plain types: no IO, no clock, no randomness.
//!
//! Everything here compiles for the server and for the browser. Time and random bytes are arguments, so a test can
//! try every rule at its limit.

// Gives an enum methods for what `strum` derives, so that callers need not import strum's traits.
macro_rules! worded {
    ($name:ident) => {
        impl $name {
            /// Every case, in the order in which they are declared.
            pub const ALL: &'static [Self] = <Self as strum::VariantArray>::VARIANTS;

            /// The word for the case.
            #[must_use]
            pub fn word(self) -> &'static str {
                self.into()
            }

            /// Reads a word of [`Self::word`].
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                word.parse().ok()
            }
        }
    };
}

pub mod api_tokens;
pub mod deletion;
pub mod email;
pub mod email_change;
pub mod error;
pub mod event_detail;
pub mod export;
pub mod failure;
pub mod field;
pub mod id;
pub mod limits;
pub mod mail_token;
pub mod notice;
pub mod operator;
pub mod outbox;
pub mod password;
pub mod paths;
pub mod profile;
pub mod providers;
pub mod questions;
pub mod return_path;
pub mod security_log;
pub mod sessions;
pub mod sudo;
pub mod time;
pub mod user;
pub mod weakness;

#[cfg(test)]
mod tests {
    use super::*;

    fn words<T: Copy + Into<&'static str>>(all: &[T]) -> String {
        all.iter().map(|case| (*case).into()).collect::<Vec<_>>().join(" ")
    }

    // Rows and settings contain these words, so a renamed case must keep its word.
    #[test]
    fn words_that_are_made_from_names_stay_as_they_were_stored() {
        assert_eq!(
            words(outbox::Kind::ALL),
            "confirm_address already_registered reset_password password_reset password_changed password_set \
             provider_linked provider_unlinked sudo_code export_ready api_token_created sessions_revoked_by_token \
             new_device \
             confirm_email_change email_change_to_taken email_change_requested email_change_cancelled \
             email_changed_new email_changed_old email_change_undone deletion_scheduled deletion_reminder \
             deletion_cancelled deletion_executed signed_out_by_operator devices_forgotten_by_operator"
        );
        assert_eq!(words(security_log::Group::ALL), "sessions email password providers api-tokens export account");
        assert_eq!(words(security_log::Actor::ALL), "person link anyone worker api_token operator");
        assert_eq!(words(email_change::State::ALL), "open confirmed cancelled replaced undone superseded");
        assert_eq!(words(export::State::ALL), "building ready");
        assert_eq!(words(api_tokens::Scope::ALL), "read write");
        assert_eq!(words(providers::ProviderKind::ALL), "oidc github");
        assert_eq!(words(providers::AskFor::ALL), "sign_in link sudo");
        assert_eq!(words(deletion::Strategy::ALL), "anonymize soft_delete hard_delete");
        assert_eq!(
            words(failure::Reason::ALL),
            "invalid_email same_email invalid_name password_too_short password_too_long password_has_nul weak_password \
             breached_password same_password wrong_credentials password_missing wrong_password no_password wrong_confirmation sign_in_required \
             sudo_required unverified deletion_scheduled dead_link other_user other_account changed_meanwhile attempt_over \
             provider_unreachable provider_denied provider_untrusted email_not_verified link_first \
             already_linked other_identity stale_login no_auth_time last_way_in not_found this_session \
             wrong_code has_password export_running export_gone download_running invalid_token_name invalid_choice \
             token_created too_many_tokens insufficient_scope limited too_many_failures email_taken no_account more_followed"
        );
    }
}
