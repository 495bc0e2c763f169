//! The number of a request.

/// The number of a request in the log, which pages show as "Reference {id}". `trouble::answer`
/// gives it to every request.
#[derive(Clone, Copy, Debug)]
pub struct Reference(pub u64);
