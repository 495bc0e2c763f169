//! A site of commit 0ff4c41 with everything under way, which this program takes over: nothing is lost, nothing
//! happens twice, every link works. `fixture/README.md` describes it.
#![cfg(test)]

#[expect(dead_code, reason = "other test programs use the rest")]
#[path = "../support/abroad.rs"]
mod abroad;

mod adoption;
mod events;
mod exports;
mod letters;
mod links;
mod old_program;
mod providers;
mod rows;
mod schema;
mod sessions;
mod site;
