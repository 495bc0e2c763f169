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
        post_form::PostForm,
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
                "We'll send a link to the new address. Until you confirm it, keep signing in with your current one."
            } else {
                "Made a typo? Enter the right address and we'll send a new link. The old link will stop working."
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

/// The open change, with the buttons that send its link again and that cancel it.
#[component]
fn Pending(change: PendingChange, now: Timestamp) -> impl IntoView {
    let sent = units::ago(change.requested_at.until(now));
    let until = units::minute(change.expires_at);
    let new = change.new_email.shown();
    view! {
        <div class="pending">
            <p>
                "Confirm "<span class="address">{new}</span>
                {format!(" to finish the change. Link sent {sent}, works until {until}.")}
            </p>
            <div class="button-row">
                <PostForm action=paths::action("request_email_change")>
                    <input type="hidden" name="new_email" value=change.new_email.to_string() />
                    <Submit label="Resend" busy="Sending…" class="button" />
                </PostForm>
                <ActionButton action="cancel_email_change" label="Cancel change" busy="Cancelling…" />
            </div>
        </div>
    }
}
