//! Identity providers: signing in with one, linking and unlinking.
//!
//! Provider, issuer and subject identify a user, never an address. Each attempt accepts one response, and is bound to the
//! browser, account and session that began it. If an address has an account, only its owner can link a provider, in
//! sudo mode. The last sign-in method can't be unlinked.

pub(super) mod begin_provider;
pub(super) mod finish_provider;
pub(super) mod link_provider;
mod note_issuers;
pub(super) mod provider_redirect;
pub(super) mod providers_page;
pub(super) mod sign_in_with_provider;
mod sign_up_by_link;
pub(super) mod unlink_provider;

pub use self::{
    begin_provider::ATTEMPT_TTL,
    finish_provider::{Callback, Ended, Finished},
    provider_redirect::ProviderRedirect,
    providers_page::{LinkedProvider, ProviderLine, ProvidersPage},
};
