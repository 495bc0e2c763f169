//! `/users/settings/sessions`.

use leptos::prelude::*;

use super::query::{loaded, sudo_lasts, with_viewer};
use crate::{
    components::{
        layout::Layout,
        live::Live,
        post_form::PostForm,
        question::{Opener, QuestionDialog},
        settings_nav::Section,
        sudo_prompt::SudoPrompt,
    },
    copy::{sudo::purposes, units},
    domain::{paths, questions::Question, time::rfc3339},
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
                        "Every browser that is signed in to your account. One you do not know: revoke it, then "
                        <a href=paths::PASSWORD>"choose a new password"</a>"."
                    </p>
                    <SudoPrompt purpose=purposes::sign_out_sessions() email ways return_to=context.path lasts is_confirmed />
                    <Table sessions />
                    <QuestionDialog question=Question::SignOutOthers />
                    <Live key="others">{all_others}</Live>
                </Layout>
            }
            .into_any()
        })
    })
}

/// The table of sessions. The ARIA roles are explicit, as in the security log.
#[component]
fn Table(sessions: Vec<SessionEntry>) -> impl IntoView {
    let rows = sessions.into_iter().map(|entry| view! { <Row entry /> }).collect_view();
    view! {
        <table class="table table-sessions" data-live="sessions" role="table" aria-label="Sessions, last used first">
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">"Browser"</th>
                    <th role="columnheader" scope="col">"Signed in"</th>
                    <th role="columnheader" scope="col">"Last seen"</th>
                    <th role="columnheader" scope="col">"Action"</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

#[component]
fn Row(entry: SessionEntry) -> impl IntoView {
    let SessionEntry { id, browser, user_agent, ip, signed_in_at, seen } = entry;
    let action = match seen {
        Seen::Now => view! { <strong>"This browser"</strong> }.into_any(),
        Seen::Within(_) => {
            let which = format!("Revoke {browser}, signed in {}", units::minute(signed_in_at));
            view! {
                <PostForm action=paths::action("revoke_session") guarded=true>
                    <input type="hidden" name="session" value=id.to_string() />
                    <button class="button button-small" type="submit" aria-label=which>"Revoke"</button>
                </PostForm>
            }
            .into_any()
        }
    };
    view! {
        <tr role="row">
            <td role="cell" data-label="Browser">
                <span title=user_agent>{browser}</span>
                <span class="table-detail">{ip}</span>
            </td>
            <td role="cell" data-label="Signed in">
                <time datetime=rfc3339(signed_in_at)>{units::minute(signed_in_at)}</time>
            </td>
            <td role="cell" data-label="Last seen">{last_seen(seen)}</td>
            <td role="cell" data-label="Action">{action}</td>
        </tr>
    }
}

/// The database records the use of a session only every few minutes, so the page claims nothing more precise.
fn last_seen(seen: Seen) -> String {
    match seen {
        Seen::Now => "Now".to_owned(),
        Seen::Within(span) => units::in_the_last(span),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Span;

    #[test]
    fn last_use_is_never_said_to_be_nearer_than_it_is_known() {
        assert_eq!(last_seen(Seen::Now), "Now");
        assert_eq!(last_seen(Seen::Within(Span::minutes(5))), "In the last 5 minutes");
        assert_eq!(last_seen(Seen::Within(Span::seconds(3_601))), "In the last 2 hours");
        assert_eq!(last_seen(Seen::Within(Span::days(3))), "In the last 3 days");
    }
}
