//! The pages that ask before an action ends access. With JavaScript the dialog of the action's page asks the same.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{
    query::{loaded, set_status, sudo_lasts, with_viewer},
    security_log::place::Place,
};
use crate::{
    components::{layout::Layout, question::QuestionBody, settings_nav::Section, sudo_prompt::SudoPrompt},
    copy::{error_pages, events, questions, sudo::purposes},
    domain::{paths, questions::Question},
    server::{
        context::RequestContext,
        lifecycle::{security_log::SecurityLogEntry, sudo::SudoWays},
    },
};

/// Asks before every other session ends.
#[component]
pub fn SignOutOthers() -> impl IntoView {
    asked(Question::SignOutOthers, Section::Sessions, purposes::sign_out_sessions(), paths::SESSIONS)
}

/// Asks before every API token is revoked.
#[component]
pub fn RevokeAllTokens() -> impl IntoView {
    asked(Question::RevokeAllTokens, Section::ApiTokens, purposes::revoke_api_tokens(), paths::API_TOKENS)
}

fn asked(question: Question, section: Section, purpose: &'static str, back: &'static str) -> AnyView {
    with_viewer(move |context, viewer| {
        let lifecycle = context.state.lifecycle.clone();
        let query = async move { lifecycle.sudo_ways(&viewer).await };
        loaded(context, query, move |context, ways| {
            let guard = guard(&context, purpose, ways, context.path.clone());
            view! {
                <Layout title=questions::title(question) section>
                    <QuestionBody question back />
                    {guard}
                </Layout>
            }
            .into_any()
        })
    })
}

/// Asks before an event is disowned.
#[component]
pub fn Disown() -> impl IntoView {
    with_viewer(|context, viewer| {
        let place = Place::asked_for();
        let number = use_query_map().with_untracked(|query| query.get("event"));
        let number = number.and_then(|number| number.parse::<i64>().ok()).filter(|number| *number > 0);
        let lifecycle = context.state.lifecycle.clone();
        let query = async move { lifecycle.find_event(&viewer, number.unwrap_or(0)).await };
        loaded(context, query, move |context, (found, ways)| match found {
            Some(entry) => disown(&context, &entry, place, ways),
            None => no_such_event(place),
        })
    })
}

fn disown(context: &RequestContext, entry: &SecurityLogEntry, place: Place, ways: SudoWays) -> AnyView {
    let question = Question::Disown;
    let about = events::what_and_when(&events::what(entry.event, entry.failure.as_ref()), entry.at);
    let here = paths::disown(entry.id, place.group, place.before);
    let fields = place.fields_of(Some(entry.id));
    let guard = guard(context, purposes::sign_out_everybody(), ways, here);
    view! {
        <Layout title=questions::title(question) section=Section::SecurityLog>
            <QuestionBody question fields about back=paths::security_log(place.group, place.before) />
            {guard}
        </Layout>
    }
    .into_any()
}

fn no_such_event(place: Place) -> AnyView {
    set_status(404);
    view! {
        <Layout title=error_pages::not_found_title() section=Section::SecurityLog>
            <p>{error_pages::not_found()}</p>
            <p><a href=paths::security_log(place.group, place.before)>"Security log"</a></p>
        </Layout>
    }
    .into_any()
}

/// The sudo dialog of the page.
fn guard(context: &RequestContext, purpose: &'static str, ways: SudoWays, return_to: String) -> impl IntoView + use<> {
    let viewer = context.viewer.as_ref();
    let email = viewer.map(|viewer| viewer.user.email.to_string()).unwrap_or_default();
    let is_confirmed =
        viewer.is_some_and(|viewer| viewer.is_sudo(context.now, context.state.lifecycle.policy.sudo_ttl));
    let lasts = sudo_lasts(context);
    view! { <SudoPrompt purpose email ways return_to lasts is_confirmed /> }
}
