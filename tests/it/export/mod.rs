//! Export: every action, driven as a browser drives it.

mod build_export;
mod download_export;
mod export_document;
pub mod exporting;
mod request_export;
