//! Static parts of pages, one per file. Rendered on the server only.

#![expect(clippy::must_use_candidate, reason = "the component macro owns the signatures")]

pub mod act;
pub mod banner;
pub mod card;
pub mod continue_with;
pub mod dead_link;
pub mod guard;
pub mod icon;
pub mod layout;
pub mod live;
pub mod notice;
pub mod settings_nav;
pub mod sudo_ways;
pub mod trouble;
