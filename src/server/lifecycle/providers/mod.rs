//! Providers of accounts: signing in, linking, unlinking.
//!
//! An identity is a provider and its subject, never an address. Each attempt is good for one answer
//! and bound to the browser, account and session that began it. An address that has an account is
//! linked only by its owner, in sudo mode. The last way in cannot be unlinked.

pub(super) mod begin_provider;
pub(super) mod finish_provider;
pub(super) mod link_provider;
pub(super) mod provider_redirect;
pub(super) mod providers_page;
pub(super) mod sign_in_with_provider;
pub(super) mod unlink_provider;

pub use self::{
    begin_provider::ATTEMPT_TTL,
    finish_provider::{Callback, Ended, Finished},
    provider_redirect::ProviderRedirect,
    providers_page::{LinkedProvider, ProviderLine},
};
