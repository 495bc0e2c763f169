//! `/`: the site in one sentence, and links to sign up and sign in.

use leptos::prelude::*;

use super::query::on_visit;
use crate::{
    components::layout::Layout,
    copy::units,
    domain::{paths, user::AccountStatus},
};

/// An account page in outline: who it is, that it is protected, and rows with a state and an action each.
#[component]
fn Picture() -> impl IntoView {
    view! {
        <svg class="picture" viewBox="0 0 416 232" width="416" height="232" aria-hidden="true" focusable="false">
            <rect class="picture-card" x="0.5" y="0.5" width="415" height="231" rx="10" />
            <circle class="picture-accent" cx="40" cy="42" r="18" />
            <path class="picture-on-accent" d="M40 41a5 5 0 1 0 0-10 5 5 0 0 0 0 10M30.5 52c1.2-5 5-7.5 9.5-7.500s8.3 2.5 9.5 7.5" />
            <rect class="picture-ink" x="70" y="30" width="112" height="9" rx="4.5" />
            <rect class="picture-soft" x="70" y="47" width="152" height="7" rx="3.5" />
            <rect class="picture-banner" x="20.5" y="76.5" width="375" height="34" rx="6" />
            <path class="picture-done" d="M40 84.5 48 87.500v6c0 4.5-3.3 7.4-8 9-4.7-1.6-8-4.5-8-9v-6ZM36.5 93.500l2.5 2.5 4.7-4.8" />
            <rect class="picture-done-fill" x="60" y="90" width="176" height="7" rx="3.5" />
            {[132, 166, 200].map(|y| view! { <PictureRow y /> })}
        </svg>
    }
}

/// A row of the picture: label, value, badge, action.
#[component]
fn PictureRow(
    /// Where its middle is.
    y: i32,
) -> impl IntoView {
    let (value, badge) = match y {
        132 => (132, Some(44)),
        166 => (84, None),
        _ => (108, Some(62)),
    };
    let badge = badge.map(|width| {
        let at = 112 + value + 12;
        view! { <rect class="picture-badge" x=at y=y - 7 width=width height="14" rx="7" /> }
    });
    view! {
        {(y > 132).then(|| view! { <path class="picture-line" d=format!("M20 {}h376", y - 17) /> })}
        <rect class="picture-soft" x="20" y=y - 4 width="64" height="7" rx="3.5" />
        <rect class="picture-ink" x="112" y=y - 4 width=value height="7" rx="3.5" />
        {badge}
        <rect class="picture-link" x="344" y=y - 4 width="52" height="7" rx="3.5" />
    }
}

/// The start page.
#[component]
pub fn Home() -> impl IntoView {
    on_visit(|context| {
        let grace = units::span(context.state.lifecycle.policy.grace_period);
        let status = context.viewer.as_ref().map(|viewer| viewer.user.status());
        let links = match status {
            None => view! {
                <a class="button button-primary" href=paths::REGISTER>"Create account"</a>
                <a class="button" href=paths::LOG_IN>"Sign in"</a>
            }
            .into_any(),
            Some(AccountStatus::Active) => {
                view! { <a class="button button-primary" href=paths::DASHBOARD>"Go to your dashboard"</a> }.into_any()
            }
            Some(_) => {
                view! { <a class="button button-primary" href=paths::SETTINGS>"Go to your settings"</a> }.into_any()
            }
        };
        view! {
            <Layout title="Your account, in your hands">
                <p class="lead">
                    "Sign up, manage your email and password, see where you're signed in. If you delete your account,
                    you have " {grace} " to change your mind."
                </p>
                <div class="button-row">{links}</div>
                <Picture />
            </Layout>
        }
        .into_any()
    })
}
