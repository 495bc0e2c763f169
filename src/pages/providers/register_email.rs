//! `/users/register/email`: for a person whose provider names no address that counts.

use leptos::prelude::*;

use crate::{
    components::{
        field::TextField,
        field_form::{FieldForm, Start},
        layout::Layout,
        submit::Submit,
    },
    copy::{error_pages, refusals},
    domain::{
        error::{Field, Refusal},
        paths,
    },
    pages::query::{on_visit, start},
    server::context::{Form, Notice},
};

/// Asks for the address, and mails a link to it.
#[component]
pub fn RegisterEmail() -> impl IntoView {
    on_visit(|context| {
        let Some(login) = context.waiting_login.clone() else { return over() };
        let listed = context.state.lifecycle.configured_providers();
        let found = listed.into_iter().find(|listed| listed.id == login.provider);
        let name = found.map_or_else(|| login.provider.to_string(), |listed| listed.name);
        let is_sent = matches!(context.notice, Some(Notice::CheckInbox { .. }));
        let title = if is_sent { "Check your inbox" } else { "What's your email?" };
        let words = if is_sent {
            "Open the link in this browser. Can't find it? Check your spam folder, or enter the address again to send a new
            link."
                .to_owned()
        } else {
            format!(
                "{name} didn't give us an email we can rely on. We'll send you a link; opening it in this browser creates
                your account."
            )
        };
        let start = start(&context, Form::SignUpWithProvider, "");
        view! {
            <Layout title=title>
                <p>{words}</p>
                <AddressForm start />
                <p class="page-aside">
                    "Already have an account? "<a href=paths::LOG_IN>"Sign in"</a>", then link "{name.clone()}"."
                </p>
            </Layout>
        }
        .into_any()
    })
}

/// Email, **Send link**.
#[component]
fn AddressForm(
    /// The form's initial state.
    start: Start,
) -> impl IntoView {
    let Start { typed, refusal, .. } = start;
    view! {
        <FieldForm action="sign_up_with_provider" refusal fields=&[Field::Email]>
            <TextField
                label="Email"
                name="email"
                kind="email"
                autocomplete="email"
                value=typed
                refusal
                field=Field::Email
            />
            <Submit label="Send link" busy="Sending…" />
        </FieldForm>
    }
}

/// No login waits in this browser.
fn over() -> AnyView {
    view! {
        <Layout title=error_pages::attempt_over_title()>
            <p>{refusals::words(Refusal::AttemptOver)}</p>
            <p><a class="button" href=paths::LOG_IN>{error_pages::start_again()}</a></p>
        </Layout>
    }
    .into_any()
}
