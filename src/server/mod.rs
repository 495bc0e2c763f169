//! The server: everything from the socket to the database.

pub mod clock;
pub mod config;
pub mod context;
pub mod crypto;
pub mod export;
pub mod http;
pub mod jobs;
pub mod lifecycle;
pub mod mail;
pub mod metrics;
pub mod oauth;
pub mod router;
pub mod serve;
pub mod state;
pub mod store;
pub mod tls;
pub mod user_agent;
