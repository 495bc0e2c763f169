//! Static parts of pages, one per file. Rendered on the server only.

#![expect(clippy::must_use_candidate, reason = "the component macro owns the signatures")]
#![expect(clippy::needless_pass_by_value, reason = "properties come by value")]

pub mod account_mark;
pub mod action_button;
pub mod badge;
pub mod banner;
pub mod card;
pub mod continue_with;
pub mod dead_link;
pub mod error_page;
pub mod field;
pub mod field_form;
pub mod forgot_password;
pub mod icon;
pub mod layout;
pub mod live;
pub mod notice;
pub mod post_form;
pub mod question;
pub mod select;
pub mod settings_nav;
pub mod submit;
pub mod sudo_dialog;
pub mod sudo_prompt;
pub mod sudo_ways;
pub mod time;
