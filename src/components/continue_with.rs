//! The buttons that lead to a provider.

use leptos::prelude::*;

use crate::{
    domain::{paths, providers::AskFor},
    server::oauth::Listed,
};

/// **Continue with {name}** for each of the providers. Each is a plain form; the next page goes
/// on to the provider.
#[component]
pub fn ContinueWith(
    /// The providers.
    providers: Vec<Listed>,
    /// Why people go there.
    ask: AskFor,
    /// Where they want to go afterwards.
    #[prop(into)]
    return_to: String,
) -> impl IntoView {
    let button = move |provider: Listed| {
        view! {
            <form class="act" method="post" action=paths::action("continue_with_provider")>
                <input type="hidden" name="provider" value=provider.id.to_string() />
                <input type="hidden" name="ask" value=ask.word() />
                <input type="hidden" name="return_to" value=return_to.clone() />
                <button class="button" type="submit">{format!("Continue with {}", provider.name)}</button>
            </form>
        }
    };
    providers.into_iter().map(button).collect_view()
}

/// The same below a form with a password, where there is a provider at all.
#[component]
pub fn OrContinueWith(
    /// The providers.
    providers: Vec<Listed>,
    /// Where people want to go.
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
