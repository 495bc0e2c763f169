//! Copies of their data that people asked for, and what stands in them.

pub(super) mod exported;
pub(super) mod exports;
