//! The form of the profile.

use leptos::{form::ActionForm, prelude::*};

use super::{
    field::TextField,
    form::{FormProblem, Sending, Start},
    submit::Submit,
};
use crate::{api::profile::UpdateProfile, domain::error::Field};

/// Name, **Save name**.
#[island]
pub fn ProfileForm(
    /// How it starts.
    start: Start,
) -> impl IntoView {
    let form = Sending::<UpdateProfile>::new(&start);
    view! {
        <ActionForm action=form.action node_ref=form.node attr:class="form" attr:novalidate="">
            <FormProblem about=form.about_the_rest(&[Field::Name]) />
            <TextField
                label="Name"
                name="name"
                autocomplete="name"
                help="How we address you. You may leave it empty."
                value=start.typed
                about=form.about(Field::Name)
            />
            <Submit label="Save name" busy="Saving…" pending=form.pending />
        </ActionForm>
    }
}
