//! The copy of everything that is stored about a person: its content ([`document`]), which parts belong to other
//! people ([`others`]), and the folder that holds it sealed ([`files`]).

pub mod document;
pub mod files;
pub mod others;
