//! The parts of a page that run in the browser: [`forms`] sends its forms, and [`live_state`] keeps it up to date.
//!
//! [`question`], [`copy`] and [`times`] serve parts of a page. All render nothing and have no properties: the server
//! renders the whole page, and it works without JavaScript. What the browser has to know stands in the page, in `data-*`
//! attributes, and in the answers of the server. So an island has no words, and no code that reads properties.

#![expect(clippy::must_use_candidate, reason = "the component macro owns the signatures")]

pub mod copy;
pub mod forms;
pub mod live_state;
pub mod question;
pub mod times;
