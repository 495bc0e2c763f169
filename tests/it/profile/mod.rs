//! Profile: every action, driven as a browser drives it.

mod update_profile;
