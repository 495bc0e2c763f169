//! Forms that begin sudo mode, and the dialog that other forms open for it.

pub mod code_form;
pub mod dialog;
pub mod form;
pub mod prompt;
