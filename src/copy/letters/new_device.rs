//! A sign-in from a browser that is new for the account.

use super::words::{Voice, Words};
use crate::{
    copy::{dates, text::text},
    domain::{paths, time::Timestamp},
};

/// The names of the `browser` and its `system` are those that Signet knows. The person signed in `at` this time.
#[must_use]
pub fn words(voice: Voice<'_>, browser: Option<&str>, system: Option<&str>, at: Timestamp) -> Words {
    let Voice { language, product } = voice;
    let at = dates::minute(language, at);
    let device = match (browser, system) {
        (Some(browser), Some(system)) => text!(language, new_device_browser_on, browser = browser, system = system),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => text!(language, new_device_unknown),
    };
    Words::about(text!(language, new_device_subject))
        .says(text!(language, new_device_done, product = product, at = &at))
        .says(text!(language, new_device_device, device = &device))
        .says(text!(language, letter_nothing_to_do))
        .leads(text!(language, letter_change_password), paths::RESET_PASSWORD)
}
