//! The form with fields. Without JavaScript it is a plain form; the script of `islands::forms` sends the same fields
//! without leaving the page.

use leptos::prelude::*;

use super::account_mark::AccountField;
use crate::{
    copy::refusals,
    domain::{
        error::{Field, Refusal},
        paths,
    },
};

/// The initial state of a form. After a refusal without JavaScript it contains the refusal and what the user had
/// typed, without secrets.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The value of the one field that is not secret.
    pub typed: String,
    /// Why the action refused, if it did.
    pub refusal: Option<Refusal>,
    /// What else is wrong, in another field.
    pub also: Option<Refusal>,
}

impl Start {
    /// The refusal that marks the field, if one does.
    #[must_use]
    pub fn of(&self, field: Field) -> Option<Refusal> {
        [self.refusal, self.also].into_iter().flatten().find(|refusal| refusal.marks(field))
    }
}

/// The `<form>` element, which begins with the error of the form as a whole.
#[component]
pub fn FieldForm(
    /// The name of the server function.
    action: &'static str,
    /// Why the action refused, if it did.
    refusal: Option<Refusal>,
    /// The fields that show their own errors.
    fields: &'static [Field],
    /// The id of the dialog that opens when the action needs sudo mode.
    #[prop(optional, into)]
    sudo: Option<&'static str>,
    /// Whether the form belongs to the account of a mailed link, and not to the account that is signed in.
    #[prop(optional)]
    of_link: bool,
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    let of_form = refusal.filter(|refusal| refusal.field().is_none_or(|field| !fields.contains(&field)));
    view! {
        <form class="form" method="post" action=paths::action(action) novalidate data-script data-sudo=sudo>
            {(!of_link).then(|| view! { <AccountField /> })}
            <FormProblem refusal=of_form />
            {children()}
        </form>
    }
}

/// The error of a form as a whole. The element is always in the page, because screen readers only announce text
/// that changes. They ignore alerts that are present at load, so after a reload the error gets the keyboard focus.
#[component]
pub fn FormProblem(
    /// The error.
    refusal: Option<Refusal>,
    /// The element's id, if the form does not contain it.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let is_there = refusal.is_some();
    view! {
        <div class="form-problem" role="alert" id=id tabindex=is_there.then_some("-1") autofocus=is_there>
            {refusal.map(refusals::words)}
        </div>
    }
}
