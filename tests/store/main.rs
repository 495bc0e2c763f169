//! Every statement of the store, on SQLite and on PostgreSQL.
#![cfg(test)]

#[path = "../support/db.rs"]
mod db;
#[macro_use]
mod fixture;

mod api_tokens;
mod clock;
mod connect;
mod deletion;
mod devices;
mod email_changes;
mod erasure;
mod events;
mod exported;
mod exports;
mod identities;
mod jobs;
mod letters;
mod live;
mod mail_links;
mod manifest;
mod provider_attempts;
mod schema;
mod sessions;
mod statements;
mod sudo_codes;
mod users;
