//! Export: every statement.

mod exported;
mod exports;
