//! The layers and handlers between the socket and the pages, from the outside in: [`headers`] → [`error_response`]
//! → [`admission`] → [`request_context`] → [`access`] → [`documents`] or [`actions`]. Directly behind [`admission`]
//! are also [`api_v1`], and [`live`], to which an open page listens. [`health`] and files skip
//! [`admission::check_database`].

pub mod access;
pub mod actions;
pub mod admission;
pub mod api_v1;
pub mod cookie;
pub mod documents;
pub mod downloads;
pub mod error_response;
pub mod export_download;
pub mod flood_gate;
mod forwarded;
pub mod headers;
pub mod health;
pub mod live;
pub mod mailbox;
pub mod metrics;
pub mod provider_callback;
pub mod readiness;
pub mod request_context;
pub mod request_origin;
pub mod state;
pub mod streams;
mod wire;
