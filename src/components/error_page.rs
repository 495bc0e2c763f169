//! The content of a page that could not be rendered.

use leptos::prelude::*;

use crate::{
    copy::{error_pages, refusals},
    domain::{error::AppError, paths},
};

/// The error, and its reference number for the operator.
#[component]
pub fn ErrorPage(
    /// Whether trying again later may help.
    unavailable: bool,
    /// The request's number in the log.
    reference: u64,
) -> impl IntoView {
    let error = if unavailable { AppError::Unavailable } else { AppError::Internal { reference } };
    view! {
        <p>{refusals::problem(error)}</p>
        <p><a href=paths::HOME>{error_pages::to_start_page()}</a></p>
    }
}
