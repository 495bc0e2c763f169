//! `/users/settings/email`.

use leptos::prelude::*;

use crate::{
    components::{
        action_button::ActionButton,
        card::Card,
        field::TextField,
        field_form::{FieldForm, Start},
        layout::Layout,
        live::Live,
        settings_nav::Section,
        submit::Submit,
        sudo_dialog::SudoDialog,
    },
    copy::{sudo::purposes, units},
    domain::{error::Field, paths, time::Timestamp},
    pages::query::{loaded, start, sudo_lasts, with_viewer},
    server::{context::Form, lifecycle::email_change::PendingChange},
};

/// The account's address, and the open change.
#[component]
pub fn Email() -> impl IntoView {
    with_viewer(|context, viewer| {
        let lifecycle = context.state.lifecycle.clone();
        let query = async move { lifecycle.email_page(&viewer).await };
        loaded(context, query, |context, found| {
            let ways = found.sudo_ways;
            let start = start(&context, Form::RequestEmailChange, "");
            let lasts = sudo_lasts(&context);
            let state = if found.verified { ". Verified." } else { ". Not verified." };
            let next = if found.verified {
                "The new address gets a link. Until it is opened you sign in with the one you have now."
            } else {
                "Mistyped? Correct it here: a new link goes out, and the old one stops working."
            };
            let pending = found.pending.map(|change| view! { <Pending change now=found.now /> });
            view! {
                <Layout title="Email" section=Section::Email>
                    <Card title="Your email">
                        <p data-live="email">"You sign in as "<span class="address">{found.email.shown()}</span>{state}</p>
                        <Live key="pending">{pending}</Live>
                        <p>{next}</p>
                        <EmailForm start />
                        <SudoDialog
                            purpose=purposes::change_email()
                            lasts
                            email=found.email.to_string()
                            ways
                            return_to=paths::EMAIL
                            button="Change email"
                        />
                    </Card>
                </Layout>
            }
            .into_any()
        })
    })
}

/// New email, **Change email**.
#[component]
fn EmailForm(
    /// The form's initial state.
    start: Start,
) -> impl IntoView {
    let Start { typed, refusal, .. } = start;
    view! {
        <FieldForm action="request_email_change" refusal fields=&[Field::Email] sudo="sudo">
            <TextField
                label="New email"
                name="new_email"
                kind="email"
                autocomplete="email"
                value=typed
                refusal
                field=Field::Email
            />
            <Submit label="Change email" busy="Changing…" />
        </FieldForm>
    }
}

/// The open change.
#[component]
fn Pending(change: PendingChange, now: Timestamp) -> impl IntoView {
    let ago = units::before(change.requested_at.until(now));
    view! {
        <div class="pending">
            <p>
                "Change to "<span class="address">{change.new_email.shown()}</span>
                {format!(" waits for its link, sent {ago} ago, good until {}.", units::minute(change.expires_at))}
            </p>
            <ActionButton action="cancel_email_change" label="Cancel change" busy="Cancelling…" />
        </div>
    }
}
