//! The display name.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Saves the display name.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "update_profile", prefix = "/api")]
pub async fn update_profile(#[server(default)] name: String) -> Result<(), AppError> {
    use crate::{
        domain::paths,
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let page = paths::PROFILE;
    let responder = FormResponder::open(Form::UpdateProfile, page)?.keep(&name);
    let done =
        async { responder.lifecycle()?.update_profile(responder.source(), responder.viewer()?, &name).await }.await;
    responder.answer(done, |()| Reply::to(page).saying(Notice::NameSaved))
}
