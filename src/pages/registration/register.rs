//! `/users/register`.

use leptos::prelude::*;

use crate::{
    components::{
        continue_with::OrContinueWith,
        field::{NewPasswordField, PasswordHelp, TextField},
        field_form::{FieldForm, Start},
        layout::Layout,
        submit::Submit,
    },
    domain::{error::Field, paths},
    pages::query::{on_visit, password_help, start},
    server::context::{Form, Notice},
};

/// The sign-up page.
#[component]
pub fn Register() -> impl IntoView {
    on_visit(|context| {
        if matches!(context.notice, Some(Notice::CheckInbox { .. })) {
            return check_inbox();
        }
        let start = start(&context, Form::SignUp, "");
        let password_help = password_help(&context);
        let providers = context.state.lifecycle.configured_providers();
        view! {
            <Layout title="Create an account">
                <RegisterForm start password_help />
                <OrContinueWith providers return_to="" />
                <p class="page-aside">"Already have an account? "<a href=paths::LOG_IN>"Sign in"</a></p>
            </Layout>
        }
        .into_any()
    })
}

/// Email, password, **Create account**.
#[component]
fn RegisterForm(
    /// The form's initial state.
    start: Start,
    /// The rules for a password.
    password_help: PasswordHelp,
) -> impl IntoView {
    let (of_email, of_password) = (start.of(Field::Email), start.of(Field::NewPassword));
    let Start { typed, refusal, .. } = start;
    view! {
        <FieldForm action="sign_up" refusal fields=&[Field::Email, Field::NewPassword]>
            <TextField
                label="Email"
                name="email"
                kind="email"
                autocomplete="username"
                value=typed
                refusal=of_email
                field=Field::Email
            />
            <NewPasswordField label="Password" name="password" help=password_help refusal=of_password />
            <Submit label="Create account" busy="Creating…" />
        </FieldForm>
    }
}

/// The page after every sign-up; its notice names the address.
fn check_inbox() -> AnyView {
    view! {
        <Layout title="Check your inbox">
            <p>"Can't find it? Check your spam folder, or sign up again to get a new link."</p>
            <p class="page-aside">
                <a href=paths::REGISTER>"Sign up again"</a>" · "<a href=paths::LOG_IN>"Sign in"</a>
            </p>
        </Layout>
    }
    .into_any()
}
