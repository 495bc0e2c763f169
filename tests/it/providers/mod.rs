//! Providers: every action, driven as a browser drives it.

mod link_provider;
mod oauth;
mod odd_callbacks;
mod parallel_attempts;
mod posted_answers;
mod provider_faults;
mod provider_pages;
mod provider_secrets;
mod real_providers;
mod sign_in_with_provider;
mod sign_up_by_link;
mod unlink_provider;
