//! The form for the display name.

use leptos::prelude::*;

use super::{
    field::TextField,
    form::{Form, FormProblem, FormState, Start},
    submit::Submit,
};
use crate::{api::profile::UpdateProfile, domain::error::Field};

/// Name, **Save name**.
#[island]
pub fn ProfileForm(
    /// The form's initial state.
    start: Start,
) -> impl IntoView {
    let form = FormState::of::<UpdateProfile>(&start);
    view! {
        <Form form>
            <FormProblem form fields=&[Field::Name] />
            <TextField
                label="Name"
                name="name"
                autocomplete="name"
                help="How we address you. You may leave it empty."
                value=start.typed
                form
                field=Field::Name
            />
            <Submit label="Save name" busy="Saving…" pending=form.pending />
        </Form>
    }
}
