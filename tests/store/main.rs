//! Every statement of the store, on SQLite and on PostgreSQL.
#![cfg(test)]

#[path = "../support/db.rs"]
mod db;
#[macro_use]
mod fixture;

mod users;
