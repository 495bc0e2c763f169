//! `/users/settings/password`.

use leptos::prelude::*;

use crate::{
    components::{
        card::Card, forgot_password::ForgotPassword, layout::Layout, settings_nav::Section, sudo_ways::SudoWays,
    },
    domain::paths,
    islands::{
        form::Start,
        password::{change_form::PasswordForm, set_form::SetPasswordForm},
    },
    pages::query::{loaded, password_help, start, sudo_lasts, with_viewer},
    server::{
        context::{Form, RequestContext},
        lifecycle::sudo::SudoWays as Ways,
    },
};

/// The form that changes the password, or sets one if the account has none.
#[component]
pub fn Password() -> impl IntoView {
    with_viewer(|context, viewer| {
        let email = viewer.user.email.to_string();
        let is_confirmed = viewer.is_sudo(context.now, context.state.lifecycle.policy.sudo_ttl);
        let lifecycle = context.state.lifecycle.clone();
        let query = async move { lifecycle.sudo_ways(&viewer).await };
        loaded(context, query, move |context, ways| {
            let card = if ways.password { change(&context, email) } else { set(&context, email, ways, is_confirmed) };
            view! {
                <Layout title="Password" section=Section::Password>
                    {card}
                </Layout>
            }
            .into_any()
        })
    })
}

fn change(context: &RequestContext, email: String) -> AnyView {
    let draft = context.take_draft(Form::ChangePassword);
    let start = Start { refusal: draft.as_ref().and_then(|draft| draft.refusal), ..Start::default() };
    let is_ticked = draft.is_some_and(|draft| draft.chosen.iter().any(|chosen| chosen == "yes"));
    let password_help = password_help(context);
    view! {
        <Card title="Change your password">
            <p>"Every other session is signed out; this one stays."</p>
            <PasswordForm start email password_help>
                <div class="field">
                    <label class="tick">
                        <input
                            type="checkbox"
                            name="revoke_api_tokens"
                            value="yes"
                            checked=is_ticked
                            aria-describedby="revoke-api-tokens-help"
                        />
                        "Also revoke API tokens"
                    </label>
                    <p class="field-help" id="revoke-api-tokens-help">
                        "They keep working otherwise. " <a href=paths::API_TOKENS>"See which you have."</a>
                    </p>
                </div>
            </PasswordForm>
            <ForgotPassword />
        </Card>
    }
    .into_any()
}

fn set(context: &RequestContext, email: String, ways: Ways, is_confirmed: bool) -> AnyView {
    let start = start(context, Form::SetPassword, "");
    let (password_help, sudo_lasts) = (password_help(context), sudo_lasts(context));
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
