//! Pages and responses for a request that Signet cannot answer: their titles, sentences and ways out.
//!
//! A `reference` is the number of the request in the operator's log.

use crate::domain::mail_token::UsedLink;

/// The title of a page that does not exist.
#[must_use]
pub const fn not_found_title() -> &'static str {
    "Page not found"
}

/// The title if the server failed.
#[must_use]
pub const fn failed_title() -> &'static str {
    "Something went wrong"
}

/// The title if the database cannot be reached.
#[must_use]
pub const fn unavailable_title() -> &'static str {
    "Not available right now"
}

/// The title of a request that was refused.
#[must_use]
pub const fn refused_title() -> &'static str {
    "We couldn't do that"
}

/// The title of a mailed link that does not work.
#[must_use]
pub const fn dead_link_title() -> &'static str {
    "This link no longer works"
}

/// The title if an attempt to sign in through a provider has ended.
#[must_use]
pub const fn attempt_over_title() -> &'static str {
    "This sign-in has ended"
}

/// The title if a provider does not answer.
#[must_use]
pub fn provider_title(name: &str) -> String {
    format!("{name} can't be reached")
}

/// Nothing is at this address.
#[must_use]
pub const fn not_found() -> &'static str {
    "We couldn't find that page."
}

/// Too many requests came from the client's network.
#[must_use]
pub const fn flood() -> &'static str {
    "Too many requests from your network. Wait a moment, then try again."
}

/// The form cannot be read.
#[must_use]
pub const fn malformed() -> &'static str {
    "We couldn't read that form."
}

/// The request comes from another site's page.
#[must_use]
pub const fn cross_site() -> &'static str {
    "This request came from another site, so we did nothing."
}

/// The site does not use this method.
#[must_use]
pub const fn method() -> &'static str {
    "This page doesn't take that kind of request."
}

/// The body is larger than a form can be.
#[must_use]
pub const fn too_large() -> &'static str {
    "That's more than a form can hold."
}

/// The body is not in the form encoding.
#[must_use]
pub const fn media_type() -> &'static str {
    "Forms have to be sent as application/x-www-form-urlencoded."
}

/// The request names another host.
#[must_use]
pub const fn other_host() -> &'static str {
    "This request was meant for another site."
}

/// The server failed.
#[must_use]
pub fn failed(reference: u64) -> String {
    format!("Something went wrong on our side, nothing was changed. Reference {reference}.")
}

/// The database cannot be reached.
#[must_use]
pub fn unavailable(reference: u64) -> String {
    format!(
        "The service can't be reached right now, nothing was changed. \
         Try again in a minute. Reference {reference}."
    )
}

/// The request took too long.
#[must_use]
pub fn too_slow(reference: u64) -> String {
    format!("This took too long. Check whether it worked before you try again. Reference {reference}.")
}

/// A mailed link does not work: one text for every reason.
#[must_use]
pub const fn dead_link() -> &'static str {
    "It may have expired or been used, or a newer one has replaced it."
}

/// What a link has done to the account of its reader, whose address is `email` now.
#[must_use]
pub fn used_link(used: UsedLink, email: &str) -> String {
    match used {
        UsedLink::Confirmed => format!("Your email is already confirmed. You're signed in as {email}."),
        UsedLink::Changed => format!("Your email has already been changed to {email}."),
        UsedLink::Cancelled => format!("The change has already been cancelled. Your email is {email}."),
        UsedLink::Restored => format!("Your email has already been restored to {email}."),
    }
}

/// The way on after [`used_link`].
#[must_use]
pub const fn to_settings() -> &'static str {
    "Go to settings"
}

/// A provider does not answer.
#[must_use]
pub fn provider(name: &str) -> String {
    format!("{name} isn't answering right now. Nothing was changed. Try again in a minute.")
}

/// The way out to the start page.
#[must_use]
pub const fn to_start_page() -> &'static str {
    "Go to the home page"
}

/// The way out to the page on which the user can ask for a new link.
#[must_use]
pub const fn new_link() -> &'static str {
    "Request a new link"
}

/// The way out to the page on which the user can try to sign in through the provider again.
#[must_use]
pub const fn start_again() -> &'static str {
    "Start again"
}

/// The way out for a user who is not signed in any more.
#[must_use]
pub const fn sign_in() -> &'static str {
    "Sign in"
}
