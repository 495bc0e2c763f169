//! The fields of forms that a refusal can be about.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// The form field that a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Field {
    /// An address.
    Email,
    /// The display name, or that of an API token.
    Name,
    /// The current password, as proof.
    Password,
    /// The new password.
    NewPassword,
    /// The typed confirmation.
    Confirmation,
    /// The mailed code.
    Code,
}

// The words name the fields in an answer to the script, and mark the inputs of a page.
worded!(Field);
