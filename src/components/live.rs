//! What an open page needs for live refreshes: its page version, the parts that a refresh may replace, and the
//! content that replaces the page when the user is signed out.

use leptos::prelude::*;

use crate::{
    copy::{notices, sudo},
    domain::{notice::Interrupted, paths, time::Timestamp},
    islands::live_state::LiveState,
    server::context::RequestContext,
};

/// A part of a page that a live refresh replaces when its data has changed. Do not put a form with fields or another
/// `Live` into it. It may contain forms that are only a button: `islands::forms` listens at the window, so it serves the
/// new ones too.
#[component]
pub fn Live(
    /// The part's name, unique on the page.
    #[prop(into)]
    key: String,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="live" data-live=key>
            {children()}
        </div>
    }
}

/// Keeps the page up to date. If the user is not signed in, renders only the empty page version.
#[component]
pub fn KeptUpToDate(
    /// The page version; `None` if the user is not signed in.
    page_version: Option<String>,
    /// The address to sign in again, which leads back to this page.
    again: String,
    /// What the user may have been doing on this page, should their session end.
    during: Option<Interrupted>,
) -> impl IntoView {
    let Some(page_version) = page_version else {
        return view! { <p hidden data-digest=""></p> }.into_any();
    };
    let product = RequestContext::current().map(|context| context.product().to_owned()).unwrap_or_default();
    view! {
        <p
            class="visually-hidden"
            role="status"
            data-digest=page_version
            data-stream=paths::LIVE
            data-words=notices::page_updated()
        ></p>
        <template id="signed-out" data-title=format!("You were signed out · {product}")>
            <header class="header">
                <a class="mark" href=paths::HOME><span class="mark-word">{product.clone()}</span></a>
            </header>
            <div class="page page-narrow">
                <main class="page-main" id="main">
                    <h1 class="page-title" tabindex="-1">"You were signed out"</h1>
                    <p><a href=again>"Sign in again"</a>" to continue. "{notices::after_sign_in(during)}</p>
                </main>
            </div>
        </template>
        <LiveState />
    }
    .into_any()
}

/// Shows until when the session is in sudo mode.
#[component]
pub fn SudoLine(
    /// The end of sudo mode; `None` outside of it.
    until: Option<Timestamp>,
) -> impl IntoView {
    let words = until.map(sudo::confirmed_until);
    view! { <p class="settings-sudo" data-live="sudo">{words}</p> }
}

/// When the sudo mode of the request's session ends, if the session is in sudo mode.
#[must_use]
pub fn sudo_until(context: &RequestContext) -> Option<Timestamp> {
    let (viewer, ttl) = (context.viewer.as_ref()?, context.state.lifecycle.policy.sudo_ttl);
    let sudo_at = viewer.session.sudo_at.filter(|_| viewer.is_sudo(context.now, ttl));
    sudo_at.map(|at| at.plus(ttl))
}
