//! What pages read: one query per page, in one read-only transaction, as plain values.

mod delete_page;
mod email_page;
mod link_pages;
mod overview;
mod security_log;
mod viewer;

pub use self::{
    delete_page::DeletePage,
    email_page::{EmailPage, PendingChange},
    link_pages::{ConfirmChangePage, ConfirmPage, StopChangePage},
    overview::Overview,
    security_log::{SecurityLog, SecurityLogEntry},
};
