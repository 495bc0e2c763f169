//! The queries of pages that belong to no single feature. Each reads one snapshot and returns plain values.

mod account_sheet;
mod api_pages;
mod api_viewer;
mod link_pages;
mod live_state;
mod overview;
mod viewer;

pub use self::{
    account_sheet::AccountSheet,
    api_pages::{ApiEvents, ApiSession},
    link_pages::{ConfirmChangePage, ConfirmPage, ConfirmProof, KeepPage, RecentProvider, ResetPage, StopChangePage},
    live_state::{LiveState, Shown},
    overview::Overview,
};
pub use crate::server::store::AccountSubscription;
