//! Sudo: every action, driven as a browser drives it.

mod confirm_sudo;
mod confirm_sudo_by_code;
mod confirm_sudo_by_provider;
mod lost_answers;
