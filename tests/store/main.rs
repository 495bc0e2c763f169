//! Every statement of the store, on SQLite and on PostgreSQL.
#![cfg(test)]
#![expect(clippy::module_inception, reason = "the table that a feature is named after")]

#[macro_use]
#[path = "../support/snapshot.rs"]
mod snapshot;
#[macro_use]
mod fixture;

mod addresses;
mod api_tokens;
mod connect;
mod deletion;
mod email_change;
mod export;
mod hangups;
mod hosts;
mod invariants;
mod limits;
mod live;
mod mail_links;
mod manifest;
mod outbox;
mod providers;
mod roles;
mod schema;
mod security_log;
mod sessions;
mod sign_in;
mod statements;
mod sudo;
mod users;
