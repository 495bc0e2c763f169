//! `/users/settings/password`.

use leptos::prelude::*;

use crate::{
    components::{
        card::Card,
        field::{AccountHint, NewPasswordField, TextField},
        field_form::FieldForm,
        forgot_password::ForgotPassword,
        layout::Layout,
        settings_nav::Section,
        submit::Submit,
        sudo_dialog::SudoDialog,
    },
    copy::sudo::purposes,
    domain::{error::Field, paths},
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
    let refusal = draft.as_ref().and_then(|draft| draft.refusal);
    let is_ticked = draft.is_some_and(|draft| draft.chosen.iter().any(|chosen| chosen == "yes"));
    let password_help = password_help(context);
    view! {
        <Card title="Change your password">
            <p>"This signs you out everywhere else."</p>
            <FieldForm action="change_password" refusal fields=&[Field::Password, Field::NewPassword]>
                <AccountHint email />
                <TextField
                    label="Current password"
                    name="current_password"
                    kind="password"
                    autocomplete="current-password"
                    refusal
                    field=Field::Password
                />
                <NewPasswordField label="New password" name="new_password" help=password_help refusal />
                <RevokeTokens is_ticked />
                <Submit label="Change password" busy="Changing…" />
            </FieldForm>
            <ForgotPassword />
        </Card>
    }
    .into_any()
}

/// The box for revoking the API tokens.
#[component]
fn RevokeTokens(
    /// Whether it is ticked at first.
    is_ticked: bool,
) -> impl IntoView {
    view! {
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
                "Otherwise they keep working. " <a href=paths::API_TOKENS>"See your tokens"</a>
            </p>
        </div>
    }
}

fn set(context: &RequestContext, email: String, ways: Ways, is_confirmed: bool) -> AnyView {
    let refusal = start(context, Form::SetPassword, "").refusal;
    let (password_help, lasts, whose) = (password_help(context), sudo_lasts(context), email.clone());
    let first = (!is_confirmed).then(|| {
        view! { <p>"You'll be asked to confirm it's you first. If you type a password before that, you'll have to type it again."</p> }
    });
    view! {
        <Card title="Set a password">
            <p>
                "You have no password yet. With one you can also sign in with your email. Setting it signs you out everywhere
                else."
            </p>
            {first}
            <FieldForm action="set_password" refusal fields=&[Field::NewPassword] sudo="sudo">
                <AccountHint email=whose />
                <NewPasswordField label="New password" name="new_password" help=password_help refusal />
                <Submit label="Set password" busy="Setting…" />
            </FieldForm>
            <SudoDialog
                purpose=purposes::set_password()
                lasts
                email
                ways
                return_to=paths::PASSWORD
                button="Set password"
            />
        </Card>
    }
    .into_any()
}
