//! What pages share: they read the request, run their query and render its result.

use std::future::Future;

use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_router::hooks::use_params_map;

use crate::{
    components::{dead_link::DeadLink, error_page::ErrorPage, field::PasswordHelp, field_form::Start, layout::Layout},
    copy::{error_pages, notices, units},
    domain::{
        error::Refusal,
        mail_token::Purpose,
        notice::{Interrupted, Notice},
        password::LengthRule,
        paths,
    },
    server::{
        context::{Form, RequestContext},
        lifecycle::{Error, Viewer},
    },
};

/// Renders a page for the current request.
pub(super) fn on_visit(page: impl FnOnce(RequestContext) -> AnyView) -> AnyView {
    // While Leptos lists the routes there is no request, and nothing to render.
    RequestContext::current().map_or_else(|| ().into_any(), page)
}

/// Renders the result of a query, or an error page.
pub(super) fn loaded<T: Send + 'static>(
    context: RequestContext,
    query: impl Future<Output = Result<T, Error>> + Send + 'static,
    page: impl FnOnce(RequestContext, T) -> AnyView + Send + 'static,
) -> AnyView {
    Suspend::new(async move {
        match query.await {
            Ok(found) => page(context, found),
            Err(error) => error_page(&context, &error),
        }
    })
    .into_any()
}

/// Renders a page for the signed-in user.
pub(super) fn with_viewer(page: impl FnOnce(RequestContext, Viewer) -> AnyView) -> AnyView {
    on_visit(|context| match context.viewer.clone() {
        Some(viewer) => page(context, viewer),
        // The access table has already redirected visitors who are not signed in; this is the second check.
        None => error_page(&context, &Error::Refused(Refusal::SignInRequired)),
    })
}

/// Renders the error page for a query that failed.
fn error_page(context: &RequestContext, error: &Error) -> AnyView {
    tracing::error!(request = context.source.request, %error, "page not rendered");
    let unavailable = matches!(error, Error::Unavailable(_));
    let reference = context.source.request;
    set_status(if unavailable { 503 } else { 500 });
    view! {
        <Layout title=error_pages::failed_title()>
            <ErrorPage unavailable reference />
        </Layout>
    }
    .into_any()
}

/// Renders the page of a mailed link. If there is no `body`, the page says that the link no longer works, and where to
/// get another one, or what the link has done to the account of its own signed-in reader.
pub(super) fn link_page(context: RequestContext, purpose: Purpose, token: String, body: Option<AnyView>) -> AnyView {
    let title = match purpose {
        Purpose::VerifyEmail => "Confirm your address",
        Purpose::ResetPassword => "Choose a new password",
        Purpose::ConfirmEmailChange => "Confirm your new email",
        Purpose::CancelEmailChange => "Cancel the email change",
        Purpose::UndoEmailChange => "Restore your email",
        Purpose::KeepAccount => "Keep your account",
    };
    let new_link = after_dead_link(&context, purpose);
    if let Some(body) = body {
        return view! { <Layout title>{body}</Layout> }.into_any();
    }
    // The action that has used the link may have ended the session, and its answer may have been lost.
    let has_ended = context.viewer.is_none() && context.had_session;
    let ended = has_ended.then(|| notices::words(&Notice::SessionEnded { during: Interrupted::on(&context.path) }));
    let (lifecycle, viewer) = (context.state.lifecycle.clone(), context.viewer.clone());
    let query = async move {
        let Some(viewer) = viewer else { return Ok(None) };
        let used = lifecycle.used_link(&viewer, purpose, &token).await?;
        Ok(used.map(|used| error_pages::used_link(used, &viewer.user.email.shown())))
    };
    loaded(context, query, move |_, done| {
        let way_on = match (&done, &ended) {
            (Some(_), _) => (error_pages::to_settings(), paths::SETTINGS),
            (None, Some(_)) => (error_pages::sign_in(), paths::LOG_IN),
            (None, None) => new_link,
        };
        view! {
            <Layout title=error_pages::dead_link_title()>
                <DeadLink way_on about_reader=done.or(ended) />
            </Layout>
        }
        .into_any()
    })
}

/// The way on from a link that no longer works: its label, and where it leads. A new link where there is one to be had;
/// the settings of a reader whose address is not confirmed send one.
fn after_dead_link(context: &RequestContext, purpose: Purpose) -> (&'static str, &'static str) {
    let is_unverified = context.viewer.as_ref().is_some_and(|viewer| viewer.user.email_verified_at.is_none());
    match purpose {
        Purpose::ResetPassword => (error_pages::new_link(), paths::RESET_PASSWORD),
        Purpose::ConfirmEmailChange => (error_pages::new_link(), paths::EMAIL),
        Purpose::VerifyEmail if is_unverified => (error_pages::new_link(), paths::SETTINGS),
        _ if context.viewer.is_some() => (error_pages::to_settings(), paths::SETTINGS),
        _ => (error_pages::sign_in(), paths::LOG_IN),
    }
}

/// Sets the status code of the page.
pub(super) fn set_status(code: u16) {
    if let (Some(response), Ok(code)) = (use_context::<ResponseOptions>(), code.try_into()) {
        response.set_status(code);
    }
}

/// Makes the browser load `url` as soon as it has received this page. A browser counts an HTTP redirect as a part
/// of sending the form that led here, and the directive `form-action` of our content policy may then forbid it. This
/// header begins a new load, to which `form-action` does not apply.
pub(super) fn go_on_to(url: &str) {
    let header = ("refresh".try_into(), format!("0; url={url}").try_into());
    if let (Some(response), (Ok(name), Ok(value))) = (use_context::<ResponseOptions>(), header) {
        response.insert_header(name, value);
    }
}

/// Returns the token in the page's address.
pub(super) fn token() -> String {
    use_params_map().with_untracked(|params| params.get("token").unwrap_or_default())
}

/// Returns the initial state of `form`: after a refusal the text that the user typed, else the text `otherwise`.
pub(super) fn start(context: &RequestContext, form: Form, otherwise: &str) -> Start {
    match context.take_draft(form) {
        Some(draft) => Start { typed: draft.typed, refusal: draft.refusal, also: draft.also },
        None => Start { typed: otherwise.to_owned(), ..Start::default() },
    }
}

/// Returns the rules for a new password.
pub(super) fn password_help(context: &RequestContext) -> PasswordHelp {
    let LengthRule { min, max } = context.state.lifecycle.policy.password;
    PasswordHelp {
        words: format!("At least {min} characters. A few unrelated words are easy to remember and hard to guess."),
        rules: format!("minlength: {min}; maxlength: {max};"),
    }
}

/// Returns how long sudo mode lasts, in words.
pub(super) fn sudo_lasts(context: &RequestContext) -> String {
    units::span(context.state.lifecycle.policy.sudo_ttl)
}
