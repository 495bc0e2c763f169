//! `/users/settings/providers`.

use leptos::prelude::*;

use crate::{
    components::{
        card::Card, layout::Layout, live::Live, post_form::PostForm, settings_nav::Section, sudo_prompt::SudoPrompt,
    },
    copy::{refusals, sudo::purposes, units},
    domain::{email::shown, error::Refusal, paths, providers::AskFor},
    pages::query::{loaded, sudo_lasts, with_viewer},
    server::lifecycle::providers::{LinkedProvider, ProviderLine, ProvidersPage},
};

/// The providers with which the user can sign in.
#[component]
pub fn Providers() -> impl IntoView {
    with_viewer(|context, viewer| {
        let email = viewer.user.email.to_string();
        let is_confirmed = viewer.is_sudo(context.now, context.state.lifecycle.policy.sudo_ttl);
        let lifecycle = context.state.lifecycle.clone();
        let query = async move { lifecycle.providers_page(&viewer).await };
        loaded(context, query, move |context, ProvidersPage { providers: lines, sudo_ways: ways }| {
            let lasts = sudo_lasts(&context);
            let empty = lines.is_empty().then(|| view! { <p>"No providers are available on this site."</p> });
            let cards = lines.into_iter().map(|line| view! { <ProviderCard line /> }).collect_view();
            view! {
                <Layout title="Providers" section=Section::Providers>
                    <p>"Link a provider to sign in with it. Anyone who can sign in there can sign in here."</p>
                    <SudoPrompt purpose=purposes::change_sign_in() email ways return_to=context.path lasts is_confirmed />
                    {empty}
                    {cards}
                </Layout>
            }
            .into_any()
        })
    })
}

#[component]
fn ProviderCard(line: ProviderLine) -> impl IntoView {
    let ProviderLine { id, name, linked, is_last_way_in } = line;
    let key = format!("provider-{id}");
    let [link, unlink] = [format!("Link {name}"), format!("Unlink {name}")];
    let body = match linked {
        Some(linked) => view! {
            <Linked linked />
            <p>{if is_last_way_in { refusals::words(Refusal::LastWayIn) } else { unlinking(&name) }}</p>
            <PostForm action=paths::action("unlink_provider") guarded=true>
                <input type="hidden" name="provider" value=id.to_string() />
                <button class="button" type="submit">{unlink}</button>
            </PostForm>
        }
        .into_any(),
        None => view! {
            <p>{format!("Not linked. We'll send you to {name} to sign in; from then on you can use it here.")}</p>
            <PostForm action=paths::action("continue_with_provider") guarded=true>
                <input type="hidden" name="provider" value=id.to_string() />
                <input type="hidden" name="ask" value=AskFor::Link.word() />
                <button class="button" type="submit">{link}</button>
            </PostForm>
        }
        .into_any(),
    };
    view! { <Live key><Card title=name>{body}</Card></Live> }
}

/// The linked identity: its address, and when it was linked and last used.
#[component]
fn Linked(linked: LinkedProvider) -> impl IntoView {
    let since = format!("Linked on {}", units::day(linked.linked_at));
    let whom = linked.email.map(|email| view! { " as "<span class="address">{shown(&email)}</span> });
    let used = match linked.last_used_at {
        Some(at) => format!(". Last used on {}.", units::day(at)),
        None => ". Not used yet.".to_owned(),
    };
    let gone = (!linked.is_configured).then_some(" It's no longer available here.");
    view! { <p>{since}{whom}{used}{gone}</p> }
}

fn unlinking(name: &str) -> String {
    format!("If you unlink {name}, you can no longer sign in with it. You stay signed in here.")
}
