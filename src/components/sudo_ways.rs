//! The ways to enter sudo mode for an account without a password.

use leptos::prelude::*;

use super::{continue_with::ContinueWith, forgot_password::ForgotPassword, post_form::PostForm};
use crate::{
    copy::sudo,
    domain::{paths, providers::AskFor},
    server::lifecycle::sudo::{CodeWay, SudoWays as Ways},
};

/// The buttons **Continue with {name}** and **Email me a code**, as plain forms. For an account with a password, only the
/// link **Forgot your password?**.
#[component]
pub fn SudoWays(
    /// The ways that the account has.
    ways: Ways,
    /// The page to come back to.
    #[prop(into)]
    return_to: String,
    /// Whether this page has the field for the code.
    #[prop(optional)]
    takes_code: bool,
) -> impl IntoView {
    if ways.password {
        return view! { <ForgotPassword /> }.into_any();
    }
    let none = ways.providers.is_empty() && ways.code == CodeWay::No;
    let stranded = none.then(|| {
        view! {
            <p>
                {sudo::no_way()}
                <a href=paths::RESET_PASSWORD>{sudo::set_a_password()}</a>"."
            </p>
        }
    });
    let was_sent = matches!(ways.code, CodeWay::Sent { .. });
    let enter = (was_sent && !takes_code).then(|| {
        view! { <p><a class="button" href=paths::sudo(&return_to)>"Enter the code"</a></p> }
    });
    let request = (ways.code != CodeWay::No).then(|| view! { <CodeRequest return_to=return_to.clone() was_sent /> });
    view! {
        <div class="ways">
            {stranded}
            <ContinueWith providers=ways.providers ask=AskFor::Sudo return_to />
            {enter}
            {request}
        </div>
    }
    .into_any()
}

/// The button **Email me a code**.
#[component]
fn CodeRequest(
    /// The page to come back to.
    return_to: String,
    /// Whether a code was already mailed.
    was_sent: bool,
) -> impl IntoView {
    let about = if was_sent { sudo::code_replaces() } else { sudo::code_instead() };
    view! {
        <PostForm action=paths::action("request_sudo_code")>
            <input type="hidden" name="return_to" value=return_to />
            <p class="field-help">{about}</p>
            <button class="button" type="submit">"Email me a code"</button>
        </PostForm>
    }
}
