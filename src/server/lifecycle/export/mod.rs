//! The copy of a person's data.
//!
//! A worker writes it into a sealed file, which its owner downloads in sudo mode, for 24 hours. An
//! account has at most one. What is left out is listed in it.

pub(super) mod build_export;
pub(super) mod download_export;
pub(super) mod export_page;
pub(super) mod request_export;

pub use self::{build_export::Building, download_export::Download, export_page::ExportPage};
