//! Disowning what the security log tells.

use leptos::prelude::server;

use crate::domain::error::AppError;

/// Says that an event of the log was not them, which shuts everybody else out and leads to a
/// new password. Needs sudo mode. `kind` and `before` say which page of the log it stood on.
///
/// # Errors
/// What [`AppError`] lists.
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
    let page = paths::security_log(Group::from_word(&kind), before.parse().ok());
    let responder = FormResponder::open(Form::DisownEvent, page)?;
    let done =
        async { responder.lifecycle().disown_event(responder.source(), responder.viewer()?, &event).await }.await;
    responder.answer(done, |others| Reply::to(paths::PASSWORD).saying(Notice::EventDisowned { others }))
}
