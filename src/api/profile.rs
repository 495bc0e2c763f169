//! The profile.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Saves the display name.
///
/// # Errors
/// What [`AppError`] lists.
#[server(endpoint = "update_profile", prefix = "/api")]
pub async fn update_profile(#[server(default)] name: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Door, Form, Notice, Reply},
    };
    let page = paths::PROFILE;
    let door = Door::open(Form::UpdateProfile, page)?.keep(&name);
    let done = async { door.lifecycle().update_profile(door.source(), door.viewer()?, &name).await }.await;
    door.answer(done, |()| Reply::to(page).saying(Notice::NameSaved))
}
