//! What remains in the database when a process dies between two statements (checklist V2.3.3, A45).
//!
//! The store has a fail point before every statement, and before and after every commit. Here each action dies at
//! each of them in turn: the database must be as it was before the action, or as it is after it, and repeating the
//! action must end where an undisturbed run ends. Some actions run in real servers, which the tests kill.
#![cfg(test)]

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
mod slow_clients;
mod statements;
mod world;
