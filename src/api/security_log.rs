//! Disowning an event of the security log.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Disowns an event of the log, which ends all other access, and redirects to the page for a new password. Needs
/// sudo mode. `kind` and `before` name the page of the log with the event, to return to.
///
/// # Errors
/// An [`AppError`]: a refusal of the action, or a failure.
#[server(endpoint = "disown_event", prefix = "/api")]
pub async fn disown_event(
    #[server(default)] event: String,
    #[server(default)] kind: String,
    #[server(default)] before: String,
) -> Result<(), AppError> {
    use crate::{
        domain::{paths, security_log::Group},
        server::context::{Form, FormResponder, Notice, Reply},
    };
    let (group, before) = (Group::from_word(&kind), before.parse().ok());
    let mut responder = FormResponder::open(Form::DisownEvent, paths::security_log(group, before))?;
    if let Ok(number) = event.parse() {
        responder = responder.asked_on(paths::disown(number, group, before));
    }
    let done =
        async { responder.lifecycle()?.disown_event(responder.source(), responder.viewer()?, &event).await }.await;
    responder.answer(done, |others| Reply::to(paths::PASSWORD).saying(Notice::EventDisowned { others }))
}
