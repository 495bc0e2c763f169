//! Everything that can collide with the end of an account: hundreds of races, and random lives that are compared
//! with a model after every step. Both run on SQLite and on PostgreSQL.
#![cfg(test)]

#[expect(dead_code, reason = "other test programs use the rest")]
#[expect(unused_imports, reason = "other test programs use the rest")]
#[path = "../support/app.rs"]
mod app;
#[expect(dead_code, reason = "other test programs use the rest")]
#[path = "../support/db.rs"]
mod db;
#[path = "../support/invariants.rs"]
mod invariants;
#[path = "../support/people.rs"]
mod people;
#[expect(dead_code, reason = "other test programs use the rest")]
#[expect(unused_imports, reason = "other test programs use the rest")]
#[path = "../support/provider.rs"]
mod provider;

mod amount;
mod model;
mod races;
