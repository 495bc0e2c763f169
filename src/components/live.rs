//! What keeps an open page up to date: the mark of what it shows, the parts that may be
//! replaced, and what takes its place when nobody is signed in any more.

use leptos::prelude::*;

use crate::{
    domain::{paths, time::Timestamp},
    islands::live_state::LiveState,
    server::{context::RequestContext, mail::date},
};

/// A part of a page that is replaced when what it shows has changed elsewhere. No form with
/// fields may stand in it, nor another such part. A button's island in it comes back as the
/// plain form that it is without JavaScript.
#[component]
pub fn Live(
    /// Names the part; no other of the page has the same name.
    #[prop(into)]
    key: String,
    /// The part.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="live" data-live=key>
            {children()}
        </div>
    }
}

/// Keeps the page up to date. Where nobody is signed in, only the mark that says so.
#[component]
pub fn KeptUpToDate(
    /// The mark of what the page shows, if somebody is signed in.
    page_version: Option<String>,
    /// Where to sign in again, and come back from.
    again: String,
) -> impl IntoView {
    let Some(page_version) = page_version else {
        return view! { <p hidden data-digest=""></p> }.into_any();
    };
    view! {
        <p class="visually-hidden" role="status" data-digest=page_version></p>
        <template id="signed-out" data-title="You were signed out · Signet">
            <header class="header">
                <a class="mark" href=paths::HOME>"Signet"</a>
            </header>
            <div class="page page-narrow">
                <main class="page-main" id="main">
                    <h1 class="page-title" tabindex="-1">"You were signed out"</h1>
                    <p>"You were signed out. "<a href=again>"Sign in again"</a>" to go on."</p>
                </main>
            </div>
        </template>
        <LiveState />
    }
    .into_any()
}

/// Until when the session need not confirm again that it's its owner.
#[component]
pub fn SudoLine(
    /// The end of sudo mode; nothing without it.
    until: Option<Timestamp>,
) -> impl IntoView {
    let words = until.map(|until| format!("Confirmed it's you until {}.", date::time(until)));
    view! { <p class="settings-sudo" data-live="sudo">{words}</p> }
}

/// When the sudo mode of the request's session ends.
#[must_use]
pub fn sudo_until(context: &RequestContext) -> Option<Timestamp> {
    let (viewer, ttl) = (context.viewer.as_ref()?, context.state.lifecycle.policy.sudo_ttl);
    let sudo_at = viewer.session.sudo_at.filter(|_| viewer.is_sudo(context.now, ttl));
    sudo_at.map(|at| at.plus(ttl))
}
