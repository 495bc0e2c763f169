//! A page that could not be shown.

use leptos::prelude::*;

use crate::{
    domain::{error::AppError, paths},
    islands::words::problem,
};

/// What went wrong, and the number to ask with.
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
