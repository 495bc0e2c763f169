//! `/users/auth/{provider}`: between the button and the provider.
//!
//! The content policy lets a form lead to this site only (`form-action`), and browsers apply that to the form's
//! redirects too. So the form leads to this page, and this page makes the browser load the provider's address.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::{
    components::layout::Layout,
    copy::{error_pages, refusals},
    domain::{error::Refusal, paths},
    pages::query::{go_on_to, loaded, on_visit, set_status},
    server::{
        context::RequestContext,
        lifecycle::{Error, providers::ProviderRedirect},
    },
};

/// Sends the browser to the provider.
#[component]
pub fn ContinueTo() -> impl IntoView {
    on_visit(|context| {
        let provider = use_params_map().with_untracked(|params| params.get("provider").unwrap_or_default());
        let named = use_query_map().with_untracked(|query| query.get(paths::ATTEMPT));
        let (lifecycle, secrets) = (context.state.lifecycle.clone(), context.attempts_named(named.as_deref()));
        let query = async move {
            for secret in secrets {
                match lifecycle.provider_redirect(&secret, &provider).await {
                    Ok(found) => return Ok(Some(found)),
                    // Over, or on the way to another provider.
                    Err(Error::Refused(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(None)
        };
        loaded(context, query, |context, found| match found {
            Some(found) => going(found),
            None => over(&context),
        })
    })
}

fn going(found: ProviderRedirect) -> AnyView {
    let ProviderRedirect { name, ask, return_to, url, here } = found;
    let back = paths::before_provider(ask, &return_to);
    match url {
        Some(url) => {
            go_on_to(url.as_str());
            view! {
                <Layout title=format!("Continuing to {name}")>
                    <p>"Sign in there and you'll be sent back here."</p>
                    <div class="button-row">
                        <a class="button button-primary" href=url.to_string()>{format!("Go on to {name}")}</a>
                        <a class="button" href=back>"Go back"</a>
                    </div>
                </Layout>
            }
            .into_any()
        }
        None => {
            set_status(503);
            view! {
                <Layout title=error_pages::provider_title(&name)>
                    <p>{error_pages::provider(&name)}</p>
                    <div class="button-row">
                        <a class="button button-primary" href=here>"Try again"</a>
                        <a class="button" href=back>"Go back"</a>
                    </div>
                </Layout>
            }
            .into_any()
        }
    }
}

/// The attempt does not exist, has ended, or belongs to another browser.
fn over(context: &RequestContext) -> AnyView {
    set_status(410);
    let start = if context.viewer.is_some() { paths::SETTINGS } else { paths::LOG_IN };
    view! {
        <Layout title=error_pages::attempt_over_title()>
            <p>{refusals::words(Refusal::AttemptOver)}</p>
            <p><a class="button" href=start>{error_pages::start_again()}</a></p>
        </Layout>
    }
    .into_any()
}
