//! The copies that people have requested of their data, and their contents.

pub(super) mod exported;
pub(super) mod exports;
