//! `GET /users/auth/{provider}/callback`: the address to which a provider sends the browser back.
//!
//! It is the one GET that changes something, because the protocol demands it (RFC 6749 §4.1.2). It does so only
//! with the cookie of the browser that began the attempt, and only once. It redirects to a page that shows the
//! result in our words; no text from the provider or from the address is shown.

use axum::{
    extract::{Path, Request},
    http::{Method, Uri},
    response::{Redirect, Response},
};

use super::{
    actions::{form, plain},
    error_response::ErrorResponse,
};
use crate::{
    domain::{error::Refusal, paths, providers::AskFor, return_path},
    server::{
        context::{AttemptCookie, Form, FormResponder, Notice, Reply, RequestContext, WaitingLogin},
        lifecycle::{
            Error,
            providers::{Callback, Ended, Finished},
        },
    },
};

/// The parameters of a response that Signet reads.
const NAMES: [&str; 4] = ["state", "code", "error", "iss"];
/// Longest query with these parameters, in bytes: browsers and proxies take addresses of this length.
const LONGEST_QUERY: usize = 4096;

/// Answers a provider that sends browsers back by a form. A browser that another site has it post sends no cookies of
/// ours, because they are `SameSite=Lax`. But it sends them when it follows a redirect by `GET`. So this reads nothing
/// of ours and changes nothing.
///
/// # Errors
/// [`ErrorResponse`] for a body that is no form of ours, and for values that no address can hold.
pub async fn go_round(request: Request) -> Result<Redirect, ErrorResponse> {
    let (parts, body) = form(request).await?;
    let ours = url::form_urlencoded::parse(&body).filter(|(name, _)| NAMES.contains(&&**name));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(ours).finish();
    if query.len() > LONGEST_QUERY {
        return Err(ErrorResponse::Malformed);
    }
    Ok(Redirect::to(&format!("{}?{query}", parts.uri.path())))
}

/// Finishes the attempt with the provider's response, and redirects to the page that shows the result.
///
/// # Errors
/// [`ErrorResponse`] if no page can show the error.
pub async fn finish(Path(provider): Path<String>, request: Request) -> Result<Response, ErrorResponse> {
    // axum sends HEAD here too, which must change nothing.
    if *request.method() != Method::GET {
        return Err(ErrorResponse::Method);
    }
    let mut context = request.extensions().get::<RequestContext>().cloned().ok_or(ErrorResponse::Broken)?;
    // A browser that follows a provider's redirect shows what it gets.
    context.by_script = false;
    // A response with a repeated parameter is treated as one without parameters, which matches no attempt.
    let is_clear = !NAMES.iter().any(|name| stands_twice(request.uri(), name));
    let [state, code, error, iss] = NAMES.map(|name| parameter(request.uri(), name).filter(|_| is_clear));
    let callback = Callback {
        provider: &provider,
        state: state.as_deref().unwrap_or_default(),
        code: code.as_deref(),
        error: error.as_deref(),
        iss: iss.as_deref(),
    };
    let lifecycle = &context.state.lifecycle;
    // The browser may have several attempts under way, in several tabs.
    let secret = context.attempts.iter().find(|secret| secret.has_state(callback.state));
    let ended = lifecycle.finish_provider(&context.source, context.viewer.as_ref(), secret, callback).await;
    let cookie = match secret.filter(|_| ended.is_over) {
        Some(secret) => AttemptCookie::End(secret.clone()),
        None => AttemptCookie::Keep,
    };
    answer(&context, &provider, ended, cookie)
}

/// The first value of a parameter.
fn parameter(uri: &Uri, name: &str) -> Option<String> {
    values(uri, name).next()
}

/// The protocol forbids repeated parameters (RFC 6749 §3.1).
fn stands_twice(uri: &Uri, name: &str) -> bool {
    values(uri, name).nth(1).is_some()
}

fn values<'a>(uri: &'a Uri, name: &'a str) -> impl Iterator<Item = String> + 'a {
    let query = uri.query().unwrap_or_default().as_bytes();
    url::form_urlencoded::parse(query).filter(move |(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn answer(
    context: &RequestContext,
    provider: &str,
    ended: Ended,
    cookie: AttemptCookie,
) -> Result<Response, ErrorResponse> {
    let page = page_after(context, &ended);
    let login = ended.nameless.as_ref().map(|login| WaitingLogin::new(login, context.now));
    let responder = FormResponder::at(context.clone(), Form::ContinueWithProvider, page);
    let name = responder.provider_name(provider);
    let done = ended.outcome.map(|finished| reply(&responder, finished, &ended.return_to, name));
    // The page shows a refusal.
    let _ = responder.answer(done, |reply| reply);
    let mut parts = context.response.lock();
    parts.attempt = cookie;
    parts.waiting_login = login.filter(|_| context.viewer.is_none());
    if parts.waiting_login.is_some() {
        // Nothing is wrong: the page that asks for the address says what is missing.
        parts.draft = None;
    }
    plain(&parts)
}

/// The page that shows a refusal: the one with the button that began the attempt.
fn page_after(context: &RequestContext, ended: &Ended) -> String {
    match (ended.ask, &ended.outcome) {
        // A signed-in user cannot open the sign-in page.
        (Some(AskFor::SignIn), Err(_)) if context.viewer.is_some() => paths::PROVIDERS.to_owned(),
        // The user enters an address, and confirms it by a mailed link.
        (_, Err(Error::Refused(Refusal::EmailNotVerified))) => paths::REGISTER_EMAIL.to_owned(),
        // The user signs in first, and then links the provider.
        (_, Err(Error::Refused(Refusal::LinkFirst))) => paths::log_in(paths::PROVIDERS),
        (Some(ask), _) => paths::before_provider(ask, &ended.return_to),
        (None, _) if context.viewer.is_some() => paths::SETTINGS.to_owned(),
        (None, _) => paths::before_provider(AskFor::SignIn, ""),
    }
}

fn reply(responder: &FormResponder, finished: Finished, return_to: &str, name: String) -> Reply {
    match finished {
        Finished::SignedIn(signed_in) => responder.signed_in(signed_in, return_to),
        Finished::Linked => Reply::to(paths::before_provider(AskFor::Link, "")).saying(Notice::ProviderLinked { name }),
        Finished::SudoConfirmed(token) => {
            let to = return_path::local(return_to).unwrap_or(paths::SETTINGS);
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
            ("/x?state=a", Some("a"), false),
            ("/x?code=b&state=a%2B+c", Some("a+ c"), false),
            ("/x?state=", Some(""), false),
            ("/x?state=a&state=a", Some("a"), true),
            ("/x?state=a&code=b&%73tate=c", Some("a"), true),
            ("/x?code=b", None, false),
            ("/x", None, false),
        ];
        for (uri, expected, twice) in cases {
            let parsed = uri.parse().unwrap();
            assert_eq!(parameter(&parsed, "state").as_deref(), expected, "{uri}");
            assert_eq!(stands_twice(&parsed, "state"), twice, "{uri}");
        }
    }
}
