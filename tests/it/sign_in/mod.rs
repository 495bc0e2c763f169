//! Sign in: every action, driven as a browser drives it.

mod sign_in;
mod sign_out;
