//! The copies of their data that users have requested, and the contents of a copy.

pub(super) mod exported;
pub(super) mod exports;
