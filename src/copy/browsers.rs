//! The name of a browser.

/// "Firefox on Linux", "Firefox" on an unknown system, or [`unknown`].
#[must_use]
pub fn named(browser: Option<&str>, system: Option<&str>) -> String {
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => unknown().to_owned(),
    }
}

/// A browser without a name.
#[must_use]
pub const fn unknown() -> &'static str {
    "Unknown browser"
}
