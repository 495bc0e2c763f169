//! The whole application, called as browsers call it: one file per action.
#![cfg(test)]
#![expect(clippy::module_inception, reason = "the action that a feature is named after")]
#![expect(clippy::match_bool, reason = "three cases in one match")]
#![expect(clippy::type_complexity, reason = "tables of cases")]
#![expect(clippy::trivially_copy_pass_by_ref, reason = "passed as a predicate")]

#[path = "../support/abroad.rs"]
mod abroad;
#[macro_use]
#[path = "../support/snapshot.rs"]
mod snapshot;

mod api;
mod api_tokens;
mod architecture;
mod certificates;
mod commands;
mod deletion;
mod email_change;
mod enumeration;
mod export;
mod forms;
mod inventory;
mod limits;
mod live;
mod logged;
mod mail_links;
mod metrics;
mod mishaps;
mod operators;
mod outages;
mod outbox;
mod owners;
mod panics;
mod password;
mod password_managers;
mod printed;
mod profile;
mod program;
mod providers;
mod races;
mod registration;
mod restrictions;
mod retention;
mod security_document;
mod security_log;
mod sessions;
mod settings;
mod sign_in;
mod sudo;
mod sweeps;
mod table;
mod testing;
mod unsent_links;
mod used_links;
mod waiting;
