//! Limits: how often callers may do what costs the site or its users something.
//!
//! A limit counts in a row of the database, so it holds for every process and survives a restart. A caller takes a
//! place before the work begins; without a place the action refuses and does none of the work. A flood of refused
//! requests only reads. The rows hold keyed hashes: neither an address nor a network can be read from them.
//!
//! The rates are settings (section `limits`), each with its reason. [`places`] has the rates, [`proofs`] the wrong
//! passwords, [`letters`] the letters that anyone can cause, and [`refusals`] what the security log lists.

pub(super) mod letters;
pub(super) mod places;
pub(super) mod proofs;
pub(super) mod refusals;
