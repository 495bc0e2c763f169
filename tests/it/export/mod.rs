//! Export: every action, driven as a browser drives it.

mod any_account;
mod build_export;
mod download_export;
mod export_document;
pub mod exporting;
mod request_export;

/// The published description of the document.
const SCHEMA: &str = include_str!("../../../docs/export.schema.json");
