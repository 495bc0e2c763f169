//! `/users/settings`.

use leptos::prelude::*;

use super::query::{loaded, with_viewer};
use crate::{
    components::{
        action_button::ActionButton,
        card::{Card, Tone},
        layout::Layout,
        live::Live,
        settings_nav::Section,
    },
    copy::units,
    domain::paths,
    server::lifecycle::{providers::ProviderLine, queries::Overview as Found},
};

/// The state of the account, with links to the pages that change it.
#[component]
pub fn Overview() -> impl IntoView {
    with_viewer(|context, viewer| {
        let lifecycle = context.state.lifecycle.clone();
        let query = async move { lifecycle.overview(&viewer).await };
        loaded(context, query, |context, mut found| {
            let providers = core::mem::take(&mut found.providers);
            let grace = units::span(context.state.lifecycle.policy.grace_period);
            view! {
                <Layout title="Settings" section=Section::Overview>
                    <Live key="overview">
                        <EmailCard found=&found />
                        <ProfileCard found=&found />
                        <WaysInCard found=&found providers />
                        <SessionsCard found=&found />
                        <ApiTokensCard found=&found />
                        <ExportCard verified=found.verified />
                    </Live>
                    <DeletionCard grace />
                </Layout>
            }
            .into_any()
        })
    })
}

#[component]
fn EmailCard<'a>(found: &'a Found) -> impl IntoView + use<> {
    let email = found.email.shown();
    let unverified = (!found.verified).then(|| {
        view! {
            <p>
                "Until you open the link we sent there, you can only confirm or correct this address, sign out, and
                delete the account."
            </p>
            <ActionButton action="resend_confirmation" label="Resend confirmation" busy="Sending…" />
        }
    });
    let pending = found.pending.as_ref().map(|pending| {
        let new = pending.new_email.shown();
        view! { <p>"A change to "<span class="address">{new}</span>" waits for its link."</p> }
    });
    let tone = if unverified.is_some() || pending.is_some() { Tone::Pending } else { Tone::Plain };
    let state = if found.verified { ". Verified." } else { ". Not verified." };
    view! {
        <Card title="Email" tone>
            <p>"You sign in as "<span class="address">{email}</span>{state}</p>
            {pending}
            {unverified}
            <p><a href=paths::EMAIL>"Change email"</a></p>
        </Card>
    }
}

#[component]
fn ProfileCard<'a>(found: &'a Found) -> impl IntoView + use<> {
    let state = match &found.name {
        Some(name) => format!("We address you as {}.", name.as_str()),
        None => "You have not given a name.".to_owned(),
    };
    found.verified.then(|| {
        view! {
            <Card title="Profile">
                <p>{state}</p>
                <p><a href=paths::PROFILE>"Change name"</a></p>
            </Card>
        }
    })
}

#[component]
fn WaysInCard<'a>(
    found: &'a Found,
    /// The providers of the site, followed by linked ones that the settings no longer list.
    providers: Vec<ProviderLine>,
) -> impl IntoView + use<> {
    let password = if found.has_password { "Change password" } else { "Set a password" };
    let has_providers = !providers.is_empty();
    let state = ways_in(found.has_password, providers);
    let link = has_providers.then(|| view! { <p><a href=paths::PROVIDERS>"Linked providers"</a></p> });
    found.verified.then(|| {
        view! {
            <Card title="Ways in">
                <p>{state}</p>
                <p><a href=paths::PASSWORD>{password}</a></p>
                {link}
            </Card>
        }
    })
}

/// For example "You sign in with a password or Acme."
fn ways_in(has_password: bool, providers: Vec<ProviderLine>) -> String {
    let signs_in = |line: &ProviderLine| line.linked.as_ref().is_some_and(|linked| linked.is_configured);
    let linked = providers.into_iter().filter(signs_in).map(|line| line.name);
    let ways: Vec<String> = has_password.then(|| "a password".to_owned()).into_iter().chain(linked).collect();
    match (ways.is_empty(), has_password) {
        (true, _) => "You have no password.".to_owned(),
        (false, true) => format!("You sign in with {}.", ways.join(" or ")),
        (false, false) => format!("You sign in with {}. You have no password.", ways.join(" or ")),
    }
}

#[component]
fn SessionsCard<'a>(found: &'a Found) -> impl IntoView + use<> {
    let state = match found.sessions {
        1 => "You are signed in here and nowhere else.".to_owned(),
        n => format!("You have {n} sessions, this one included."),
    };
    let since = format!("The account was created on {}.", units::day(found.created_at));
    let links = found.verified.then(|| {
        view! {
            <p><a href=paths::SESSIONS>"Manage sessions"</a></p>
            <p><a href=paths::SECURITY_LOG>"Security log"</a></p>
        }
    });
    view! {
        <Card title="Sessions">
            <p>{state}" "{since}</p>
            {links}
        </Card>
    }
}

#[component]
fn ExportCard(
    /// Whether the address is verified.
    verified: bool,
) -> impl IntoView {
    verified.then(|| {
        view! {
            <Card title="Export">
                <p>"A copy of all we keep about you, as one file."</p>
                <p><a href=paths::EXPORT>"Export your data"</a></p>
            </Card>
        }
    })
}

#[component]
fn ApiTokensCard<'a>(found: &'a Found) -> impl IntoView + use<> {
    let state = match found.api_tokens {
        0 => "No program has a token of your account.".to_owned(),
        1 => "1 token works.".to_owned(),
        n => format!("{n} tokens work."),
    };
    found.verified.then(|| {
        view! {
            <Card title="API tokens">
                <p>{state}</p>
                <p><a href=paths::API_TOKENS>"API tokens"</a></p>
            </Card>
        }
    })
}

#[component]
fn DeletionCard(
    /// The time between the request and the erasure, in words.
    grace: String,
) -> impl IntoView {
    view! {
        <Card title="Delete account" tone=Tone::Danger>
            <p>"Closes the account now and erases it " {grace} " later; until then you can come back."</p>
            <p><a href=paths::DELETE>"Delete account"</a></p>
        </Card>
    }
}
