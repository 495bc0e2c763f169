//! Exports: the copy of a user's data.
//!
//! A worker writes it into a sealed file. For 24 hours the owner can download it in sudo mode. An account has at
//! most one export. The document lists what it leaves out.

pub(super) mod build_export;
pub(super) mod download_export;
pub(super) mod export_page;
pub(super) mod request_export;

pub use self::{
    build_export::Building,
    download_export::Download,
    export_page::{ExportPage, OwnExport},
};
