//! `/users/settings/password`.

use leptos::prelude::*;

use crate::{
    components::{card::Card, layout::Layout, settings_nav::Section, sudo_ways::SudoWays},
    domain::paths,
    islands::password::{change_form::PasswordForm, set_form::SetPasswordForm},
    pages::query::{loaded, password_help, start, sudo_lasts, with_viewer},
    server::{
        context::{Form, Visit},
        lifecycle::sudo::SudoWays as Ways,
    },
};

/// The password: to change, or to set where there is none.
#[component]
pub fn Password() -> impl IntoView {
    with_viewer(|visit, viewer| {
        let email = viewer.user.email.to_string();
        let is_confirmed = viewer.is_sudo(visit.now, visit.state.lifecycle.policy.sudo_ttl);
        let lifecycle = visit.state.lifecycle.clone();
        let query = async move { lifecycle.sudo_ways(&viewer).await };
        loaded(visit, query, move |visit, ways| {
            let card = if ways.password { change(&visit, email) } else { set(&visit, email, ways, is_confirmed) };
            view! {
                <Layout title="Password" section=Section::Password>
                    {card}
                </Layout>
            }
            .into_any()
        })
    })
}

fn change(visit: &Visit, email: String) -> AnyView {
    let start = start(visit, Form::ChangePassword, "");
    let password_help = password_help(visit);
    view! {
        <Card title="Change your password">
            <p>"Every other session is signed out; this one stays."</p>
            <PasswordForm start email password_help />
        </Card>
    }
    .into_any()
}

fn set(visit: &Visit, email: String, ways: Ways, is_confirmed: bool) -> AnyView {
    let start = start(visit, Form::SetPassword, "");
    let (password_help, sudo_lasts) = (password_help(visit), sudo_lasts(visit));
    let first = (!is_confirmed).then(|| {
        view! { <p>"You are asked to confirm it's you first. A password typed before that is to be typed again."</p> }
    });
    view! {
        <Card title="Set a password">
            <p>
                "You have no password. With one you can sign in by your email too. Every other session is signed
                out; this one stays."
            </p>
            {first}
            <SetPasswordForm start email password_help sudo_lasts>
                <SudoWays ways return_to=paths::PASSWORD />
            </SetPasswordForm>
        </Card>
    }
    .into_any()
}
