//! `/users/settings/delete`.

use leptos::prelude::*;

use crate::{
    components::{
        card::{Card, Tone},
        layout::Layout,
        live::Live,
        settings_nav::Section,
        sudo_ways::SudoWays,
    },
    copy::units,
    domain::{export::ExportStatus, paths},
    islands::deletion::DeleteForm,
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
            let sudo_lasts = sudo_lasts(&context);
            view! {
                <Layout title="Delete account" section=Section::Delete>
                    {offer}
                    <Card title="What will happen" tone=Tone::Danger>
                        <p>
                            "Your account closes now and is erased on "
                            <strong>{units::day(found.delete_at)}</strong>
                            ". Sign in before then to keep it. You will be signed out on every device; API tokens
                            stop at once."
                        </p>
                        <p data-live="email">"Your email is "<span class="address">{found.email.shown()}</span>"."</p>
                        <DeleteForm start email=found.email.to_string() sudo_lasts has_password=ways.password>
                            <SudoWays ways return_to=paths::DELETE />
                        </DeleteForm>
                    </Card>
                </Layout>
            }
            .into_any()
        })
    })
}

/// Offers an export before the deletion, because erased data cannot be exported.
#[component]
fn ExportOffer(
    /// The status of the account's export.
    status: ExportStatus,
) -> impl IntoView {
    let state = match status {
        ExportStatus::None | ExportStatus::Expired(_) => {
            "You have no export. A closed account cannot make one.".to_owned()
        }
        ExportStatus::Building(_) => "Your export is being prepared. Closing the account now stops it.".to_owned(),
        ExportStatus::Ready(until) => format!(
            "Your export is ready until {}. Once the account is closed it cannot be downloaded.",
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
