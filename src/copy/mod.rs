//! The texts that people read: every refusal, notice, event, letter, error page, question and error of the API, why the
//! log-in page and sudo mode ask, the options of forms, and the units in these texts.
//!
//! Each message is one function, or one case of a `match` if an enum lists the messages. A function gets the values
//! that its message states, as types of `domain`; it chooses the sentence and fills the values in. Who gets a message,
//! when, and how it looks is decided elsewhere.
//!
//! Headings, labels and help of a page are not here yet; they are in its view.

pub mod api_problems;
pub mod browsers;
pub mod choices;
pub mod error_pages;
pub mod events;
pub mod letters;
pub mod notices;
pub mod questions;
pub mod refusals;
pub mod sign_in;
pub mod sudo;
pub mod units;
