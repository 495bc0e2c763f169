//! The form for a mailed sudo code.

use leptos::prelude::*;

use crate::{
    api::sudo::ConfirmSudoByCode,
    domain::error::Field,
    islands::{
        field::TextField,
        form::{Form, FormProblem, FormState, Start},
        submit::Submit,
    },
};

/// The field Code and the button **Confirm**.
#[island]
pub fn SudoCodeForm(
    /// The form's initial state.
    start: Start,
    /// Where the user goes afterwards.
    return_to: String,
) -> impl IntoView {
    let form = FormState::of::<ConfirmSudoByCode>(&start);
    view! {
        <Form form>
            <FormProblem form fields=&[Field::Code] />
            <input type="hidden" name="return_to" value=return_to />
            <TextField
                label="Code"
                name="code"
                autocomplete="one-time-code"
                help="The 8 characters in the letter we sent."
                form
                field=Field::Code
            />
            <Submit label="Confirm" busy="Confirming…" pending=form.pending />
        </Form>
    }
}
