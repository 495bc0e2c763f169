//! Security log: every action, driven as a browser drives it.

mod disown_event;
mod event_details;
mod list_events;
