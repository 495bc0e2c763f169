//! `/users/settings/sessions`.

use leptos::prelude::*;

use super::query::{loaded, sudo_lasts, with_viewer};
use crate::{
    components::{
        badge::{Badge, Tone},
        icon::{Icon, IconMark},
        layout::Layout,
        live::Live,
        post_form::PostForm,
        question::{Opener, QuestionDialog},
        settings_nav::Section,
        sudo_prompt::SudoPrompt,
        time::Time,
    },
    copy::{sudo::purposes, units},
    domain::{paths, questions::Question},
    server::lifecycle::sessions::{Seen, SessionEntry, SessionsPage},
};

/// The browsers that are signed in to the account, the most recently used first.
#[component]
pub fn Sessions() -> impl IntoView {
    with_viewer(|context, viewer| {
        let email = viewer.user.email.to_string();
        let is_confirmed = viewer.is_sudo(context.now, context.state.lifecycle.policy.sudo_ttl);
        let lifecycle = context.state.lifecycle.clone();
        let query = async move { lifecycle.list_sessions(&viewer).await };
        loaded(context, query, move |context, SessionsPage { sessions, sudo_ways: ways }| {
            let lasts = sudo_lasts(&context);
            let all_others = (sessions.len() > 1).then(|| {
                view! { <Opener page=paths::SIGN_OUT_OTHERS label="Sign out other sessions" /> }
            });
            view! {
                <Layout title="Sessions" section=Section::Sessions>
                    <p>
                        "These browsers are signed in to your account. Don't recognize one? Revoke it, then "
                        <a href=paths::PASSWORD>"change your password"</a>"."
                    </p>
                    <SudoPrompt purpose=purposes::sign_out_sessions() email ways return_to=context.path lasts is_confirmed />
                    <Devices sessions />
                    <QuestionDialog question=Question::SignOutOthers />
                    <Live key="others">{all_others}</Live>
                </Layout>
            }
            .into_any()
        })
    })
}

/// The sessions, this browser's first.
#[component]
fn Devices(mut sessions: Vec<SessionEntry>) -> impl IntoView {
    sessions.sort_by_key(|entry| entry.seen != Seen::Now);
    let devices = sessions.into_iter().map(|entry| view! { <Device entry /> }).collect_view();
    view! { <ul class="devices" data-live="sessions" aria-label="Sessions, this browser first">{devices}</ul> }
}

#[component]
fn Device(entry: SessionEntry) -> impl IntoView {
    let SessionEntry { id, browser, user_agent, ip, signed_in_at, seen } = entry;
    let icon = kind_of(&browser);
    let this = (seen == Seen::Now).then(|| view! { " "<Badge tone=Tone::Done words="This browser" /> });
    let named = browser.clone();
    let revoke = (seen != Seen::Now).then(|| {
        let which = format!("Revoke {browser}, signed in {}", units::minute(signed_in_at));
        view! {
            <PostForm action=paths::action("revoke_session") guarded=true>
                <input type="hidden" name="session" value=id.to_string() />
                <button class="button button-small" type="submit" aria-label=which>"Revoke"</button>
            </PostForm>
        }
    });
    view! {
        <li class="device">
            <span class="device-icon"><IconMark icon /></span>
            <div class="device-words">
                <p class="device-name"><span title=user_agent>{named}</span>{this}</p>
                <p class="device-detail">{last_seen(seen)}{ip.map(|ip| format!(" · {ip}"))}</p>
                <p class="device-detail">
                    "Signed in "<Time at=signed_in_at />
                </p>
            </div>
            {revoke}
        </li>
    }
}

/// The icon of a browser's kind, by its name: "Safari on iPhone".
fn kind_of(browser: &str) -> Icon {
    match browser.rsplit_once(" on ").map(|(_, system)| system) {
        Some("Android" | "iOS" | "iPhone" | "iPad" | "iPadOS") => Icon::Phone,
        Some(_) => Icon::Laptop,
        None => Icon::Globe,
    }
}

/// The database records the use of a session only every few minutes, so the page claims nothing more precise.
fn last_seen(seen: Seen) -> String {
    match seen {
        Seen::Now => "Active now".to_owned(),
        Seen::Within(span) => units::in_the_last(span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Span;

    #[test]
    fn last_use_is_never_said_to_be_nearer_than_it_is_known() {
        assert_eq!(last_seen(Seen::Now), "Active now");
        assert_eq!(last_seen(Seen::Within(Span::minutes(5))), "In the last 5 minutes");
        assert_eq!(last_seen(Seen::Within(Span::seconds(3_601))), "In the last 2 hours");
        assert_eq!(last_seen(Seen::Within(Span::days(3))), "In the last 3 days");
    }
}
