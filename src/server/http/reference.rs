//! The number of a request.

use axum::http::Extensions;

/// The number of a request in the log, which pages show as "Reference {id}". `trouble::answer`
/// gives one to every request.
#[derive(Clone, Copy, Debug)]
pub struct Reference(pub u64);

impl Reference {
    /// The number of the request with these extensions.
    #[must_use]
    pub fn of(extensions: &Extensions) -> u64 {
        extensions.get::<Self>().map_or(0, |reference| reference.0)
    }
}
