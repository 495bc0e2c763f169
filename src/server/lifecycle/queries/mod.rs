//! What pages read: one query per page, in one read-only transaction, as plain values.

mod api_pages;
mod api_tokens_page;
mod api_viewer;
mod delete_page;
mod email_page;
mod link_pages;
mod overview;
mod provider_redirect;
mod providers_page;
mod security_log;
mod sudo_ways;
mod viewer;

pub use self::{
    api_pages::{ApiEvents, ApiSession},
    api_tokens_page::ApiTokensPage,
    delete_page::DeletePage,
    email_page::{EmailPage, PendingChange},
    link_pages::{ConfirmChangePage, ConfirmPage, StopChangePage},
    overview::Overview,
    provider_redirect::ProviderRedirect,
    providers_page::{LinkedProvider, ProviderLine},
    security_log::{SecurityLog, SecurityLogEntry},
    sudo_ways::{CodeWay, SudoWays},
};
