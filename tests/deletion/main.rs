//! Everything that can collide with the end of an account: hundreds of races, and random lives that are compared
//! with a model after every step. Both run on SQLite and on PostgreSQL.
#![cfg(test)]

mod amount;
mod model;
mod races;
