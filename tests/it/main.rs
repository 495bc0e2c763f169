//! The whole application, driven as browsers drive it: one file per action.
#![cfg(test)]
#![expect(clippy::struct_field_names, reason = "a code's code")]
#![expect(clippy::match_bool, reason = "three cases in one match")]
#![expect(clippy::type_complexity, reason = "tables of cases")]
#![expect(clippy::trivially_copy_pass_by_ref, reason = "passed as a predicate")]

#[path = "../support/abroad.rs"]
mod abroad;
#[path = "../support/app.rs"]
mod app;
#[expect(dead_code, reason = "other test programs use the rest")]
#[path = "../support/db.rs"]
mod db;
#[path = "../support/invariants.rs"]
mod invariants;
#[path = "../support/people.rs"]
mod people;
#[path = "../support/provider.rs"]
mod provider;

mod api;
mod api_token_owners;
mod architecture;
mod build_export;
mod cancel_deletion;
mod cancel_email_change;
mod change_password;
mod commands;
mod confirm_clock;
mod confirm_email_change;
mod confirm_sudo;
mod confirm_sudo_by_code;
mod confirm_sudo_by_provider;
mod create_api_token;
mod disown_event;
mod download_export;
mod erasure;
mod erasure_ledger;
mod event_details;
mod execute_deletion;
mod export_document;
mod exporting;
mod forms;
mod late_sweeps;
mod letters;
mod link_provider;
mod list_events;
mod list_sessions;
mod live;
mod mail_links;
mod mail_outcomes;
mod metrics;
mod oauth;
mod owners;
mod provider_faults;
mod provider_pages;
mod provider_secrets;
mod races;
mod replay_erasures;
mod request_email_change;
mod request_export;
mod request_password_reset;
mod resend_confirmation;
mod reset_password;
mod restrictions;
mod revoke_all_api_tokens;
mod revoke_api_token;
mod revoke_other_sessions;
mod revoke_session;
mod schedule_deletion;
mod sessions;
mod set_password;
mod settings;
mod sign_in;
mod sign_in_with_provider;
mod sign_out;
mod sign_up;
mod strategies;
mod sweeps;
mod table;
mod undo_email_change;
mod unlink_provider;
mod update_profile;
mod verify_email;
