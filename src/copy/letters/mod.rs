//! The letters, one file for each: its subject and its parts.
//!
//! They are calm and exact: what happened, what to do if it was not the reader, and until when a link works. They
//! say "someone, probably you" where Signet cannot know who acted. Their texts are in `locales`, in the language of the
//! account. `server::mail` puts the parts into plain text and HTML, and adds the addresses of the links.

pub mod already_registered;
pub mod api_token_created;
pub mod confirm_address;
pub mod confirm_email_change;
pub mod deletion_cancelled;
pub mod deletion_executed;
pub mod deletion_reminder;
pub mod deletion_scheduled;
pub mod devices_forgotten_by_operator;
pub mod email_change_cancelled;
pub mod email_change_requested;
pub mod email_change_to_taken;
pub mod email_change_undone;
pub mod email_changed_new;
pub mod email_changed_old;
pub mod export_ready;
pub mod frame;
pub mod new_device;
pub mod password_changed;
pub mod password_reset;
pub mod password_set;
pub mod provider_linked;
pub mod provider_unlinked;
pub mod reset_password;
pub mod sessions_revoked_by_token;
pub mod signed_out_by_operator;
pub mod sudo_code;
mod words;

pub use words::{Part, Voice, Words};
