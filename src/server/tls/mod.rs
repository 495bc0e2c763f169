//! TLS to other servers: which authorities Signet trusts, and why a connection was not made.
//!
//! The clients of providers and of mail servers get their authorities from here. The driver of the database reads the
//! same store of the machine itself, and gets the operator's file by its URL.

mod authorities;
mod cause;

pub use self::{
    authorities::{Authorities, NoAuthority},
    cause::cause,
};
