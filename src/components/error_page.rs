//! The content of a page that could not be rendered.

use leptos::prelude::*;

use crate::{
    domain::{error::AppError, paths},
    islands::words::problem,
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
        <p>{problem(error)}</p>
        <p><a href=paths::HOME>"Go to the start page"</a></p>
    }
}
