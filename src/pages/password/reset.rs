//! `/users/reset-password/{token}`.

use leptos::prelude::*;

use crate::{
    components::{
        field::{AccountHint, NewPasswordField},
        field_form::FieldForm,
        submit::Submit,
    },
    copy::units,
    domain::{error::Field, mail_token::Purpose},
    pages::query::{link_page, loaded, on_visit, password_help, token},
    server::{
        context::{Form, FormDraft, RequestContext},
        lifecycle::queries::{RecentProvider, ResetPage},
    },
};

/// The page for a new password, behind a reset link.
#[component]
pub fn Reset() -> impl IntoView {
    on_visit(|context| {
        let token = token();
        let (lifecycle, asked, opened) = (context.state.lifecycle.clone(), token.clone(), token.clone());
        let query = async move { lifecycle.reset_page(&asked).await };
        loaded(context, query, move |context, page| {
            let body = page.map(|page| form(&context, token, page));
            link_page(context, Purpose::ResetPassword, opened, body)
        })
    })
}

fn form(context: &RequestContext, token: String, page: ResetPage) -> AnyView {
    let password_help = password_help(context);
    let draft = context.take_draft(Form::ResetPassword);
    let refusal = draft.as_ref().and_then(|draft| draft.refusal);
    let closed = page.delete_at.map(|at| {
        view! {
            <p>
                "Your account is closed and will be erased on "<strong>{units::day(at)}</strong>
                ". Setting a new password keeps it."
            </p>
        }
    });
    view! {
        {closed}
        <p>
            "This is the password of "<span class="address">{page.email.masked()}</span>
            ". You'll be signed out everywhere. Then sign in with your new password."
        </p>
        <FieldForm action="reset_password" refusal fields=&[Field::NewPassword] of_link=true>
            <input type="hidden" name="token" value=token />
            <AccountHint email=page.email.to_string() />
            <NewPasswordField label="New password" name="new_password" help=password_help refusal />
            {unlinking(page.recent, draft.as_ref())}
            <Submit label="Reset password" busy="Resetting…" />
        </FieldForm>
    }
    .into_any()
}

/// A box for each provider that was linked lately. The boxes are ticked, unless the form was refused with others.
fn unlinking(recent: Vec<RecentProvider>, draft: Option<&FormDraft>) -> Option<AnyView> {
    if recent.is_empty() {
        return None;
    }
    let is_ticked = |id: &str| draft.is_none_or(|draft| draft.chosen.iter().any(|chosen| chosen == id));
    let boxes = recent.into_iter().map(|provider| {
        let id = provider.id.as_str().to_owned();
        let checked = is_ticked(&id);
        let label = format!("Unlink {}, linked on {}", provider.name, units::minute(provider.linked_at));
        view! { <label class="tick"><input type="checkbox" name="unlink[]" value=id checked=checked />{label}</label> }
    });
    let boxes = boxes.collect_view();
    let view = view! {
        <fieldset class="field ticks" aria-describedby="unlink-help">
            <legend class="field-label">"Linked in the last 30 days"</legend>
            <p class="field-help" id="unlink-help">
                "A new password doesn't stop a provider from signing in. Untick only those you linked yourself."
            </p>
            {boxes}
        </fieldset>
    };
    Some(view.into_any())
}
