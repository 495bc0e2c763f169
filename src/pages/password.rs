//! `/users/settings/password`.

use leptos::prelude::*;

use super::query::{password_help, start, with_viewer};
use crate::{
    components::{card::Card, layout::Layout, settings_nav::Section},
    islands::password_form::PasswordForm,
    server::context::Form,
};

/// The password.
#[component]
pub fn Password() -> impl IntoView {
    with_viewer(|visit, viewer| {
        let email = viewer.user.email.to_string();
        let start = start(&visit, Form::ChangePassword, "");
        let password_help = password_help(&visit);
        view! {
            <Layout title="Password" section=Section::Password>
                <Card title="Change your password">
                    <p>"Every other session is signed out; this one stays."</p>
                    <PasswordForm start email password_help />
                </Card>
            </Layout>
        }
        .into_any()
    })
}
