//! What pages read that belongs to no feature of its own: one query per page, in one
//! snapshot, as plain values.

mod api_pages;
mod api_viewer;
mod link_pages;
mod live_state;
mod overview;
mod viewer;

pub use self::{
    api_pages::{ApiEvents, ApiSession},
    link_pages::{ConfirmChangePage, ConfirmPage, StopChangePage},
    live_state::{LiveState, Shown},
    overview::Overview,
};
pub use crate::server::store::AccountSubscription;
