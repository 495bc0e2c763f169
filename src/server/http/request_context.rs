//! Makes the [`RequestContext`] of a request, and writes its response parts into the response.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, Uri,
        header::{ACCEPT_LANGUAGE, SET_COOKIE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    admission::is_callback,
    cookie::{Cookies, Name},
    error_response::{ErrorResponse, wants_page},
    request_origin,
    state::HttpState,
};
use crate::{
    domain::{
        error::Refusal,
        language::{Language, Wishes},
        return_path,
    },
    server::{
        context::{
            AttemptCookie, FormDraft, FreshToken, HandedOver, Notice, Owner, RequestContext, ResponseParts,
            SessionCookie, SharedResponseParts, WaitingLogin,
        },
        crypto::session_token::DeviceToken,
        lifecycle::{Error, RequestOrigin, Viewer, queries::Shown},
        state::AppState,
    },
};

/// Finds the viewer once per request, and runs the inner layers with the [`RequestContext`].
///
/// An unreachable database gives an error: it must not look like "signed out".
pub async fn resolve(State(state): State<HttpState>, mut request: Request, next: Next) -> Response {
    let found = match visitor(&state, request.headers()).await {
        Ok(found) => found,
        Err(error) => return error.into_response(),
    };
    match &found {
        Some((viewer, _)) if is_live_refresh(&request) => state.app.lifecycle.note_look(viewer),
        Some((viewer, _)) => state.app.lifecycle.note_use(viewer),
        None => {}
    }
    let known = state.cookies.device(request.headers());
    // A browser gets a device token when it first sends a form. A browser that only reads pages gets none, and neither
    // does one that a provider sends back by a form: it may have a token, but sends no cookies then.
    let is_form = *request.method() == Method::POST && !is_callback(request.uri().path());
    let new = (known.is_none() && is_form).then(|| DeviceToken::from_random(state.app.lifecycle.random.bytes()));
    let sent = Sent::of(&state.cookies, request.headers());
    let is_unseen = is_unseen(&request);
    let cookies = state.cookies.clone();
    let context = context_of(state, &request, found, known.or(new.clone()));
    request.extensions_mut().insert(context.clone());
    let mut response = next.run(request).await;
    if !context.is_live_refresh {
        let leaving = Leaving { cookies: &cookies, context: &context, sent, is_unseen };
        leaving.write_cookies(new.as_ref(), response.headers_mut());
    }
    response
}

/// The signed-in user and session, and the values behind the page version. Does not count as using the session.
///
/// # Errors
/// [`ErrorResponse::Unavailable`] if the database cannot be reached, [`ErrorResponse::Broken`] if it fails
/// otherwise.
pub async fn visitor(state: &HttpState, headers: &HeaderMap) -> Result<Option<(Viewer, Shown)>, ErrorResponse> {
    let Some(token) = state.cookies.session(headers) else { return Ok(None) };
    let device = state.cookies.device(headers);
    state.app.lifecycle.visitor(&token, device.as_ref()).await.map_err(|error| match error {
        Error::Unavailable(cause) => {
            tracing::warn!(%cause, "session not resolved");
            ErrorResponse::Unavailable
        }
        error => {
            tracing::error!(%error, "session not resolved");
            ErrorResponse::Broken
        }
    })
}

/// Whether an open page refreshes its live parts, instead of a user opening the page.
fn is_live_refresh(request: &Request) -> bool {
    request.method().is_safe() && request.headers().contains_key("signet-live")
}

/// Whether no user sees the response, so that the notice, the drafts and a new API token wait for the next page: a
/// live refresh takes parts of the page only, `HEAD` has no page, and the user may never open a prefetched page.
fn is_unseen(request: &Request) -> bool {
    let purposes = ["sec-purpose", "purpose", "x-purpose", "x-moz"].map(|name| request.headers().get(name));
    // Safari says "preview" for the pages that it fetches for its list of sites.
    let is_prefetch = purposes.into_iter().flatten().any(|purpose| {
        let purpose = purpose.as_bytes().to_ascii_lowercase();
        purpose.starts_with(b"prefetch") || purpose.starts_with(b"preview")
    });
    is_live_refresh(request) || request.method() == Method::HEAD || request.method().is_safe() && is_prefetch
}

fn context_of(
    state: HttpState,
    request: &Request,
    found: Option<(Viewer, Shown)>,
    device: Option<DeviceToken>,
) -> RequestContext {
    let HttpState { app: state, cookies, .. } = state;
    let headers = request.headers();
    let (viewer, shown) = found.unzip();
    let (is_live_refresh, is_unseen) = (is_live_refresh(request), is_unseen(request));
    let now = state.lifecycle.clock.now();
    let fresh: Option<FreshToken> = cookies.sealed(headers, Name::Fresh);
    let own = |fresh: &FreshToken| viewer.as_ref().is_some_and(|viewer| fresh.is_for(&viewer.user.id, now));
    let source = RequestOrigin {
        language: language(&state, &cookies, headers, viewer.as_ref()),
        ..request_origin::read(&state.site, headers, request.extensions(), device)
    };
    let waiting_login: Option<WaitingLogin> = cookies.sealed(headers, Name::WaitingLogin);
    let notice: Option<HandedOver<Notice>> = cookies.sealed(headers, Name::Notice).filter(|_| !is_unseen);
    let drafts: Option<HandedOver<Vec<FormDraft>>> = cookies.sealed(headers, Name::FormDraft).filter(|_| !is_unseen);
    RequestContext {
        fresh_token: fresh.filter(own).filter(|_| !is_unseen),
        form_of: None,
        had_session: cookies.has(headers, Name::Session),
        source,
        path: request.uri().path().to_owned(),
        return_to: return_to(request.uri()),
        by_script: !wants_page(headers),
        is_live_refresh,
        shown: shown.map(Arc::new),
        now,
        attempts: cookies.attempts(headers),
        waiting_login: waiting_login.and_then(|login| login.opened(now)),
        notice: notice.and_then(|notice| notice.opened(viewer.as_ref(), now)),
        drafts: drafts.and_then(|drafts| drafts.opened(viewer.as_ref(), now)).unwrap_or_default(),
        response: SharedResponseParts::default(),
        viewer,
        state,
    }
}

/// The language of the person who sends the request.
fn language(state: &AppState, cookies: &Cookies, headers: &HeaderMap, viewer: Option<&Viewer>) -> Language {
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let wishes = Wishes {
        account: viewer.and_then(|viewer| viewer.user.language),
        cookie: cookies.language(headers),
        accepted: accepted.unwrap_or_default(),
    };
    wishes.language(state.site.presentation.language)
}

/// The parameter `return_to`, if it is a path of this site.
fn return_to(uri: &Uri) -> Option<String> {
    let mut parameters = url::form_urlencoded::parse(uri.query()?.as_bytes());
    let (_, wanted) = parameters.find(|(name, _)| name == "return_to")?;
    return_path::local(&wanted).map(str::to_owned)
}

/// Which cookies for this page the browser sent.
#[derive(Clone, Copy)]
struct Sent {
    fresh: bool,
    notice: bool,
    drafts: bool,
}

impl Sent {
    fn of(cookies: &Cookies, headers: &HeaderMap) -> Self {
        let has = |name| cookies.has(headers, name);
        Self { fresh: has(Name::Fresh), notice: has(Name::Notice), drafts: has(Name::FormDraft) }
    }
}

/// A request whose response is about to be sent.
struct Leaving<'a> {
    cookies: &'a Cookies,
    context: &'a RequestContext,
    sent: Sent,
    /// Whether no user sees the response.
    is_unseen: bool,
}

impl Leaving<'_> {
    /// Writes the cookies that the response parts ask for.
    fn write_cookies(&self, new_device: Option<&DeviceToken>, headers: &mut HeaderMap) {
        let (cookies, parts) = (self.cookies, self.context.response.lock());
        let signed_out = matches!(parts.session, SessionCookie::Clear);
        let session = match &parts.session {
            SessionCookie::Set(token) | SessionCookie::Begin(token) => {
                cookies.set_session(token, self.context.state.site.session_age)
            }
            SessionCookie::Clear => cookies.clear(Name::Session),
            // Do not clear the cookie even if its session has ended. Another tab may have received a new token since
            // this request began, and clearing the cookie would delete that token.
            SessionCookie::Keep => None,
        };
        let attempts: Vec<HeaderValue> = match &parts.attempt {
            AttemptCookie::Begin(secret) => {
                cookies.begin_attempt(secret, self.context.now, &self.context.attempts).collect()
            }
            AttemptCookie::End(secret) => cookies.end_attempt(secret).into_iter().collect(),
            AttemptCookie::Keep => Vec::new(),
        };
        let device = new_device.and_then(|device| cookies.set_device(device));
        // A person who signs in has no more use for the login that waits.
        let is_over = self.context.waiting_login.is_some() && matches!(parts.session, SessionCookie::Begin(_));
        let login = match &parts.waiting_login {
            Some(login) => cookies.seal(Name::WaitingLogin, login),
            None if is_over => cookies.clear(Name::WaitingLogin),
            None => None,
        };
        let others = [session, device, login].into_iter().chain(self.flash_cookies(&parts)).flatten();
        for line in attempts.into_iter().chain(others) {
            headers.append(SET_COOKIE, line);
        }
        if signed_out {
            headers.insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\", \"storage\""));
        }
    }

    /// Whether a signed-in browser sent a cookie that does not fit this viewer: another person left it here, or it is
    /// too old. While nobody is signed in, the cookie waits for its owner to come back.
    const fn is_unfit(&self, is_sent: bool, is_empty: bool) -> bool {
        is_sent && is_empty && self.context.viewer.is_some()
    }

    /// Whose the notice and the drafts for the next page are.
    fn owner_after(&self, parts: &ResponseParts) -> Owner {
        match &parts.session {
            SessionCookie::Begin(token) => Owner::Session(token.hash()),
            SessionCookie::Clear => Owner::Nobody,
            // The session has ended since this request began.
            SessionCookie::Keep if parts.error == Some(Refusal::SignInRequired.into()) => Owner::Nobody,
            SessionCookie::Keep | SessionCookie::Set(_) => Owner::of(self.context.viewer.as_ref()),
        }
    }

    /// The sealed cookies for the next page: notice, drafts and new API token.
    fn flash_cookies(&self, parts: &ResponseParts) -> [Option<HeaderValue>; 3] {
        if self.is_unseen {
            return [None, None, None];
        }
        let (cookies, context) = (self.cookies, self.context);
        let notice = match parts.notice.clone() {
            Some(notice) => cookies.seal(Name::Notice, &HandedOver::new(notice, self.owner_after(parts), context.now)),
            None if parts.notice_shown && context.notice.is_some() => cookies.clear(Name::Notice),
            None if self.is_unfit(self.sent.notice, context.notice.is_none()) => cookies.clear(Name::Notice),
            None => None,
        };
        let drafts = drafts_after(context, parts);
        let drafts = match drafts.is_empty() {
            true if self.is_unfit(self.sent.drafts, context.drafts.is_empty()) => cookies.clear(Name::FormDraft),
            _ if drafts == context.drafts => None,
            true => cookies.clear(Name::FormDraft),
            false => {
                let drafts = HandedOver::new(drafts, self.owner_after(parts), context.now);
                cookies.seal(Name::FormDraft, &drafts)
            }
        };
        // Already shown, expired, or another user's.
        let is_over =
            parts.fresh_shown || context.fresh_token.is_none() || matches!(parts.session, SessionCookie::Clear);
        let fresh = match &parts.fresh_token {
            Some(fresh) => cookies.seal(Name::Fresh, fresh),
            None if self.sent.fresh && is_over => cookies.clear(Name::Fresh),
            None => None,
        };
        [notice, drafts, fresh]
    }
}

/// The drafts that still wait for their page. A form may wait while the user fills in another to confirm sudo mode.
fn drafts_after(context: &RequestContext, parts: &ResponseParts) -> Vec<FormDraft> {
    // Another person may have signed in.
    if matches!(parts.session, SessionCookie::Clear | SessionCookie::Begin(_)) {
        return Vec::new();
    }
    let new = parts.draft.as_ref();
    let is_over =
        |draft: &&FormDraft| parts.draft_done == Some(draft.form) || new.is_some_and(|new| new.form == draft.form);
    let waiting = context.drafts.iter().filter(|draft| !is_over(draft));
    let mut drafts: Vec<FormDraft> = new.into_iter().chain(waiting).cloned().collect();
    drafts.truncate(MAX_FORMS);
    drafts
}

/// One draft for the form to confirm sudo mode, and one for the form that waits for it. The cookie holds no more.
const MAX_FORMS: usize = 2;

/// When the session ends, this header tells the browser to delete what it has stored of the pages (ASVS V14.3.1).
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn return_to_is_read_and_only_local_paths_count() {
        let cases = [
            ("/users/log-in?return_to=/dashboard", Some("/dashboard")),
            ("/users/log-in?a=b&return_to=%2Fdashboard%3Fa%3D1", Some("/dashboard?a=1")),
            ("/users/log-in?return_to=//evil.example", None),
            ("/users/log-in?return_to=%2F%2Fevil.example", None),
            ("/users/log-in?return_to=%2F%5Cevil.example", None),
            ("/users/log-in?return_to=%", None),
            ("/users/log-in?return_to=%ff", None),
            ("/users/log-in?other=/x", None),
            ("/users/log-in", None),
        ];
        for (uri, expected) in cases {
            assert_eq!(return_to(&uri.parse().unwrap()).as_deref(), expected, "{uri}");
        }
    }
}
