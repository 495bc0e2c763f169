//! What is left when a process dies between two statements (checklist V2.3.3, A45).
//!
//! The store has a fail point before every statement, before every commit and behind it.
//! Here each action dies at each of them in turn: the database must be as it was before,
//! or as it is after, and doing it again must lead where doing it undisturbed leads. Some die
//! as parts of real servers, which are killed.
#![cfg(test)]

#[expect(dead_code, reason = "other test programs use the rest")]
#[path = "../support/db.rs"]
mod db;
#[path = "../support/invariants.rs"]
mod invariants;
#[path = "../support/people.rs"]
mod people;

mod action;
mod crowd;
mod dump;
mod exports;
mod hangups;
mod killed_execution;
mod killed_request;
mod processes;
mod server_process;
mod site;
mod statements;
mod world;
