//! `GET /users/auth/{provider}/callback`: where a provider sends the browser back to.
//!
//! The one GET that changes something, as the protocol has it (RFC 6749 §4.1.2): it does so
//! only with the cookie of the very browser that set out, and once. Whatever it comes to is
//! said on the page that it redirects to, in our words; nothing that the provider or the
//! address says is shown.

use axum::{
    extract::{Path, Request},
    http::{Method, Uri},
    response::Response,
};

use super::{actions::plain, trouble::Trouble};
use crate::{
    domain::{error::Refusal, provider::AskFor, return_path},
    server::{
        context::{AttemptCookie, Door, Form, Notice, Reply, Visit, home_of, log_in_path, page_of},
        lifecycle::{Callback, Ended, Error, Finished},
    },
};

/// Takes what the provider sends, and goes on to the page that says what came of it.
///
/// # Errors
/// [`Trouble`], where there is nothing to say on a page.
pub async fn finish(Path(provider): Path<String>, request: Request) -> Result<Response, Trouble> {
    // HEAD is led here too, and must change nothing.
    if *request.method() != Method::GET {
        return Err(Trouble::Method);
    }
    let mut visit = request.extensions().get::<Visit>().cloned().ok_or(Trouble::Broken)?;
    // Whoever follows a provider's redirect shows what comes.
    visit.by_script = false;
    let [state, code, error, iss] = ["state", "code", "error", "iss"].map(|name| parameter(request.uri(), name));
    let callback = Callback {
        provider: &provider,
        state: state.as_deref().unwrap_or_default(),
        code: code.as_deref(),
        error: error.as_deref(),
        iss: iss.as_deref(),
    };
    let lifecycle = &visit.state.lifecycle;
    let ended = lifecycle.finish_provider(&visit.source, visit.viewer.as_ref(), visit.attempt.as_ref(), callback).await;
    answer(&visit, &provider, ended)
}

/// The value of a parameter. One that stands there twice is as good as none (RFC 6749 §3.1).
fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let mut found = url::form_urlencoded::parse(uri.query()?.as_bytes()).filter(|(key, _)| key == name);
    let (_, value) = found.next()?;
    found.next().is_none().then(|| value.into_owned())
}

fn answer(visit: &Visit, provider: &str, ended: Ended) -> Result<Response, Trouble> {
    let page = page_after(visit, &ended);
    let door = Door::at(visit.clone(), Form::ContinueWithProvider, page);
    let name = door.provider_name(provider);
    // A refusal is said on the page.
    let _ = door.answer(ended.outcome, |finished| reply(finished, &ended.return_to, name));
    let mut said = visit.answer.said();
    if visit.attempt.is_some() {
        said.attempt = AttemptCookie::Clear;
    }
    plain(&said)
}

/// Where a refusal is said: the page with the button that it began with.
fn page_after(visit: &Visit, ended: &Ended) -> String {
    match (ended.ask, &ended.outcome) {
        // Signing in is the next step, and linking the one after it.
        (_, Err(Error::Refused(Refusal::LinkFirst))) => log_in_path("/users/settings/providers"),
        (Some(ask), _) => page_of(ask, &ended.return_to),
        (None, _) if visit.viewer.is_some() => "/users/settings".to_owned(),
        (None, _) => page_of(AskFor::SignIn, ""),
    }
}

fn reply(finished: Finished, return_to: &str, name: String) -> Reply {
    match finished {
        Finished::SignedIn(signed_in) => Reply::to(home_of(signed_in.standing, return_to)).session(signed_in.token),
        Finished::Linked => Reply::to(page_of(AskFor::Link, "")).saying(Notice::ProviderLinked { name }),
        Finished::SudoConfirmed(token) => {
            let to = return_path::local(return_to).unwrap_or("/users/settings");
            Reply::to(to).saying(Notice::SudoConfirmed).session(token)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_counts_when_it_stands_there_once() {
        let cases = [
            ("/x?state=a", Some("a")),
            ("/x?code=b&state=a%2B+c", Some("a+ c")),
            ("/x?state=", Some("")),
            ("/x?state=a&state=a", None),
            ("/x?state=a&code=b&%73tate=c", None),
            ("/x?code=b", None),
            ("/x", None),
        ];
        for (uri, expected) in cases {
            assert_eq!(parameter(&uri.parse().unwrap(), "state").as_deref(), expected, "{uri}");
        }
    }
}
