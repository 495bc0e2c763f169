//! Every statement of the store, on SQLite and on PostgreSQL.
#![cfg(test)]

#[expect(dead_code, reason = "other test programs use the rest")]
#[path = "../support/db.rs"]
mod db;
#[macro_use]
mod fixture;

mod addresses;
mod api_tokens;
mod clock;
mod connect;
mod deletion;
mod devices;
mod email_changes;
mod erasure;
mod erasure_ledgers;
mod events;
mod exported;
mod exports;
mod hangups;
mod identities;
mod invariants;
mod jobs;
mod ledger;
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
