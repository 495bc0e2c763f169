//! The frame of every page: header, banner, notice, and the page itself.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    banner::DeletionBanner,
    live::{KeptUpToDate, Live, SudoLine, sudo_until},
    notice::Notices,
    post_form::PostForm,
    settings_nav::{Section, SettingsNav},
};
use crate::{
    domain::{notice::Interrupted, paths},
    islands::times::Times,
    server::{context::RequestContext, lifecycle::Viewer},
};

/// The frame around a page. Its heading is the page's title.
#[component]
pub fn Layout(
    /// The document's title, and the page's heading.
    #[prop(into)]
    title: String,
    /// The page's section of the settings, if it has one. Adds the navigation of the settings.
    #[prop(optional, into)]
    section: Option<Section>,
    /// Whether the notice for this page is not true any more.
    #[prop(optional)]
    notice_is_over: bool,
    /// The page.
    children: Children,
) -> impl IntoView {
    let context = RequestContext::current();
    let product = context.as_ref().map(|context| context.product().to_owned()).unwrap_or_default();
    let viewer = context.as_ref().and_then(|context| context.viewer.clone());
    let notice = context.as_ref().and_then(RequestContext::take_notice).filter(|_| !notice_is_over);
    let refusal = context.as_ref().and_then(RequestContext::take_refusal);
    let body = children();
    let refusal = refusal.or_else(|| context.as_ref().and_then(RequestContext::take_refusal_of_missing));
    let verified = viewer.as_ref().is_some_and(|viewer| viewer.user.email_verified_at.is_some());
    let has_providers =
        context.as_ref().is_some_and(|context| !context.state.lifecycle.configured_providers().is_empty());
    let deletion = viewer.as_ref().and_then(|viewer| viewer.user.deletion);
    let is_reactivation = context.as_ref().is_some_and(|context| context.path == paths::REACTIVATE);
    let banner = deletion.filter(|_| !is_reactivation).map(|scheduled| view! { <DeletionBanner scheduled /> });
    let class = if section.is_none() { "page page-narrow" } else { "page page-settings" };
    // A refused field gets the keyboard focus instead.
    let is_read_first = !context.as_ref().is_some_and(RequestContext::has_refused_field);
    let until = context.as_ref().and_then(sudo_until);
    let sections = section.map(|section| {
        view! { <SettingsNav current=section verified has_providers sudo=view! { <SudoLine until /> }.into_any() /> }
    });
    let kept =
        context.map(|context| view! { <KeptUpToDate page_version=context.page_version() again=paths::log_in(&context.path) during=Interrupted::on(&context.path) /> });
    view! {
        <Title text=format!("{title} · {product}") />
        <a class="skip-link" href="#main">"Skip to main content"</a>
        <Header product viewer has_way_out=!is_reactivation />
        <Live key="banner">{banner}</Live>
        <div class=class>
            {sections}
            <main class="page-main" id="main">
                <Notices notice refusal is_read_first />
                <h1 class="page-title">{title}</h1>
                {body}
            </main>
        </div>
        {kept}
        <Times />
    }
}

/// The site's name, and the account menu.
#[component]
fn Header(
    /// The product's name.
    product: String,
    /// The signed-in user.
    viewer: Option<Viewer>,
    /// Whether to show **Sign out**; the reactivation page has its own.
    has_way_out: bool,
) -> impl IntoView {
    let menu = match viewer {
        Some(viewer) => view! { <AccountMenu viewer has_way_out /> }.into_any(),
        None => view! {
            <a class="header-link" href=paths::LOG_IN>"Sign in"</a>
            <a class="header-link" href=paths::REGISTER>"Create account"</a>
        }
        .into_any(),
    };
    view! {
        <header class="header">
            <a class="mark" href=paths::HOME><span class="mark-word">{product}</span></a>
            <nav class="header-nav" aria-label="Account">{menu}</nav>
        </header>
    }
}

/// The user's name, links, and **Sign out**.
#[component]
fn AccountMenu(
    /// The signed-in user.
    viewer: Viewer,
    /// Whether to show **Sign out**.
    has_way_out: bool,
) -> impl IntoView {
    let (open, who) = (viewer.user.must_not_be_closed().is_ok(), viewer.user.shown_name());
    let whole = who.clone();
    let links = open.then(|| {
        view! {
            <a class="header-link" href=paths::DASHBOARD>"Dashboard"</a>
            <a class="header-link" href=paths::SETTINGS>"Settings"</a>
        }
    });
    let sign_out = has_way_out.then(|| {
        view! {
            <PostForm class="" action=paths::action("sign_out")>
                <button class="header-button" type="submit">"Sign out"</button>
            </PostForm>
        }
    });
    view! {
        <span class="header-who" data-live="who" title=whole><bdi>{who}</bdi></span>
        {links}
        {sign_out}
    }
}
