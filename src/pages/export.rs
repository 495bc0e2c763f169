//! `/users/settings/export`.

use leptos::prelude::*;

use super::query::{loaded, sudo_lasts, with_viewer};
use crate::{
    components::{
        card::{Card, Tone},
        layout::Layout,
        live::Live,
        post_form::PostForm,
        settings_nav::Section,
        sudo_prompt::SudoPrompt,
        time::{Time, Words},
    },
    copy::sudo::purposes,
    domain::{email::shown, export::ExportStatus, paths, time::Timestamp},
    server::{
        context::Notice,
        lifecycle::export::{ExportPage, OwnExport},
    },
};

/// The state of the export, the buttons to request and download it, and a description of its content.
#[component]
pub fn Export() -> impl IntoView {
    with_viewer(|context, viewer| {
        let email = viewer.user.email.to_string();
        let is_confirmed = viewer.is_sudo(context.now, context.state.lifecycle.policy.sudo_ttl);
        let lifecycle = context.state.lifecycle.clone();
        let query = async move { lifecycle.export_page(&viewer).await };
        loaded(context, query, move |context, ExportPage { export, sudo_ways: ways }| {
            let lasts = sudo_lasts(&context);
            let shown = email.clone();
            // The export may be ready by now, and then the notice that it is being prepared is not true any more.
            let is_over = !matches!(export.status, ExportStatus::Building(_))
                && matches!(context.notice, Some(Notice::ExportRequested { .. }));
            view! {
                <Layout title="Export" section=Section::Export notice_is_over=is_over>
                    <SudoPrompt purpose=purposes::export_data() email ways return_to=context.path lasts is_confirmed />
                    <Live key="export"><StateCard export email=shown /></Live>
                    <ContentCard />
                </Layout>
            }
            .into_any()
        })
    })
}

/// The state of the export, and the buttons that it allows.
#[component]
fn StateCard(
    /// The account's export.
    export: OwnExport,
    /// The address that gets the letter when the export is ready.
    email: String,
) -> impl IntoView {
    let id = export.id.map(|id| id.to_string()).unwrap_or_default();
    let waits = matches!(export.status, ExportStatus::Building(_));
    let state = match export.status {
        ExportStatus::None => view! { <p>"You haven't exported your data yet."</p> }.into_any(),
        ExportStatus::Building(since) => view! { <Waiting since email /> }.into_any(),
        ExportStatus::Ready(until) => view! { <Ready until id /> }.into_any(),
        ExportStatus::Expired(until) => {
            view! { <p>"Your last export expired on "<Time at=until words=Words::Exact />"."</p> }.into_any()
        }
    };
    let prepare = (!waits).then(|| {
        view! {
            <PostForm action=paths::action("request_export") guarded=true>
                <button class="button" type="submit">"Prepare export"</button>
            </PostForm>
        }
    });
    let tone = if waits { Tone::Pending } else { Tone::Plain };
    view! {
        <Card title="Your export" tone>
            {state}
            {prepare}
        </Card>
    }
}

#[component]
fn Waiting(
    /// When the user requested it.
    since: Timestamp,
    /// The address that gets the letter when the export is ready.
    email: String,
) -> impl IntoView {
    view! {
        <p>
            "Preparing your export (started "<Time at=since />"). We'll email "
            <span class="address">{shown(&email)}</span>" when it's ready; you can leave this page."
        </p>
        <p><a href=paths::EXPORT>"Refresh"</a></p>
    }
}

#[component]
fn Ready(
    /// The last second in which the user can download it.
    until: Timestamp,
    /// The export's id.
    id: String,
) -> impl IntoView {
    view! {
        <p>"Ready. You can download it until "<strong><Time at=until words=Words::Exact /></strong>"."</p>
        <PostForm action=paths::EXPORT_DOWNLOAD guarded=true>
            <input type="hidden" name="export" value=id />
            <button class="button button-primary" type="submit">"Download"</button>
        </PostForm>
        <p class="field-help">"A new export replaces this one."</p>
    }
}

/// What the export contains, what it leaves out, and why.
#[component]
fn ContentCard() -> impl IntoView {
    view! {
        <Card title="What's included">
            <p>
                "One JSON file with everything we store about you: the account, your sessions and known browsers, API tokens
                (names, never the secret), linked providers, email changes, links and emails on their way, your
                exports, and your whole security log."
            </p>
            <p>
                "Left out: anything that could be used to sign in, such as your password hash, and other people's data.
                Addresses that were never yours are masked; IP addresses of people who weren't signed in are
                shortened. The file lists everything it leaves out, and why."
            </p>
            <p>"This file is sensitive. Keep it somewhere safe."</p>
        </Card>
    }
}
