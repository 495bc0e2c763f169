//! What pages read: one query per page, in one read-only transaction, as plain values.

mod api_pages;
mod api_tokens_page;
mod api_viewer;
mod delete_page;
mod email_page;
mod export_page;
mod link_pages;
mod live_state;
mod overview;
mod provider_redirect;
mod providers_page;
mod security_log;
mod sessions_page;
mod sudo_ways;
mod viewer;

pub use self::{
    api_pages::{ApiEvents, ApiSession},
    api_tokens_page::ApiTokensPage,
    delete_page::DeletePage,
    email_page::{EmailPage, PendingChange},
    export_page::ExportPage,
    link_pages::{ConfirmChangePage, ConfirmPage, StopChangePage},
    live_state::LiveState,
    overview::Overview,
    provider_redirect::ProviderRedirect,
    providers_page::{LinkedProvider, ProviderLine},
    security_log::{SecurityLog, SecurityLogEntry},
    sessions_page::{Seen, SessionEntry},
    sudo_ways::{CodeWay, SudoWays},
};
pub use crate::server::store::Watch;
