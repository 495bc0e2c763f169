//! The buttons that lead to a provider.

use leptos::prelude::*;

use super::post_form::PostForm;
use crate::{
    domain::{paths, providers::AskFor},
    server::oauth::Listed,
};

/// **Continue with {name}** for each provider. Each is a plain form; the next page redirects to the provider.
#[component]
pub fn ContinueWith(
    /// The providers.
    providers: Vec<Listed>,
    /// The purpose of the attempt.
    ask: AskFor,
    /// Where the user wants to go afterwards.
    #[prop(into)]
    return_to: String,
) -> impl IntoView {
    let button = move |provider: Listed| {
        let return_to = return_to.clone();
        view! {
            <PostForm action=paths::action("continue_with_provider")>
                <input type="hidden" name="provider" value=provider.id.to_string() />
                <input type="hidden" name="ask" value=ask.word() />
                <input type="hidden" name="return_to" value=return_to />
                <button class="button" type="submit">{format!("Continue with {}", provider.name)}</button>
            </PostForm>
        }
    };
    providers.into_iter().map(button).collect_view()
}

/// As [`ContinueWith`] for signing in, below a form with a password; nothing without a provider.
#[component]
pub fn OrContinueWith(
    /// The providers.
    providers: Vec<Listed>,
    /// Where the user wants to go.
    #[prop(into)]
    return_to: String,
) -> impl IntoView {
    (!providers.is_empty()).then(|| {
        view! {
            <div class="ways">
                <p class="ways-or">"or"</p>
                <ContinueWith providers ask=AskFor::SignIn return_to />
            </div>
        }
    })
}
