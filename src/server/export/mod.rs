//! The copy of all that is kept about somebody: what it says ([`document`]), what of it is
//! somebody else's ([`others`]), and the folder where it lies sealed ([`files`]).

pub mod document;
pub mod files;
pub mod others;
