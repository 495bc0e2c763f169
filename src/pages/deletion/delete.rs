//! `/users/settings/delete`.

use leptos::prelude::*;

use crate::{
    components::{
        card::{Card, Tone},
        field::TextField,
        field_form::{FieldForm, Start},
        layout::Layout,
        live::Live,
        settings_nav::Section,
        submit::Submit,
        sudo_dialog::SudoDialog,
    },
    copy::{sudo::purposes, units},
    domain::{error::Field, export::ExportStatus, paths},
    pages::query::{loaded, start, sudo_lasts, with_viewer},
    server::context::Form,
};

/// What a deletion does and when, and the form that requests it.
#[component]
pub fn Delete() -> impl IntoView {
    with_viewer(|context, viewer| {
        let lifecycle = context.state.lifecycle.clone();
        let verified = viewer.user.email_verified_at.is_some();
        let query = async move { lifecycle.delete_page(&viewer).await };
        loaded(context, query, move |context, found| {
            let (ways, export) = (found.sudo_ways, found.export);
            let offer = verified.then(|| view! { <Live key="export"><ExportOffer status=export.status /></Live> });
            let start = start(&context, Form::ScheduleDeletion, "");
            let lasts = sudo_lasts(&context);
            view! {
                <Layout title="Delete account" section=Section::Delete>
                    {offer}
                    <Card title="What happens if you delete your account" tone=Tone::Danger>
                        <ul class="steps">
                            <li>"Your account closes now"</li>
                            <li>"You'll be signed out everywhere, and API tokens stop working"</li>
                            <li>"Everything is erased on "<strong>{units::day(found.delete_at)}</strong></li>
                            <li>"Changed your mind? Sign in before then to keep it"</li>
                        </ul>
                        <p data-live="email">"Your email is "<span class="address">{found.email.shown()}</span>"."</p>
                        <DeleteForm start />
                        <SudoDialog
                            purpose=purposes::delete_account()
                            lasts
                            email=found.email.to_string()
                            ways
                            return_to=paths::DELETE
                            button="Delete my account"
                        />
                    </Card>
                </Layout>
            }
            .into_any()
        })
    })
}

/// Type your email to confirm, **Delete my account**.
#[component]
fn DeleteForm(
    /// The form's initial state.
    start: Start,
) -> impl IntoView {
    let Start { typed, refusal, .. } = start;
    view! {
        <FieldForm action="schedule_deletion" refusal fields=&[Field::Confirmation] sudo="sudo">
            <TextField
                label="Type your email to confirm"
                name="confirmation"
                kind="email"
                autocomplete="off"
                value=typed
                refusal
                field=Field::Confirmation
            />
            <Submit label="Delete my account" busy="Deleting…" class="button button-danger" />
        </FieldForm>
    }
}

/// Offers an export before the deletion, because erased data cannot be exported.
#[component]
fn ExportOffer(
    /// The status of the account's export.
    status: ExportStatus,
) -> impl IntoView {
    let state = match status {
        ExportStatus::None | ExportStatus::Expired(_) => {
            "You haven't exported your data. You can't do that after closing the account.".to_owned()
        }
        ExportStatus::Building(_) => "We're preparing your export. Closing the account now stops it.".to_owned(),
        ExportStatus::Ready(until) => format!(
            "Your export is ready until {}. You can't download it after closing the account.",
            units::minute(until)
        ),
    };
    view! {
        <Card title="Your data">
            <p>{state}</p>
            <p><a href=paths::EXPORT>"Export your data first"</a></p>
        </Card>
    }
}
