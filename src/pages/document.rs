//! The HTML document around every page.

use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*, tachys::html::InertElement};
use leptos_meta::{MetaTags, provide_meta_context};

use crate::{
    components::account_mark::AccountMark, copy::refusals, islands::forms::Forms, server::context::RequestContext,
};

/// The document with `body` in it.
pub(super) fn document(body: impl FnOnce() -> AnyView) -> impl IntoView {
    provide_meta_context();
    // Without a request there is no script either.
    let forms = RequestContext::current().map(|_| view! { <Forms /> });
    let head = RequestContext::current().map(|context| {
        provide_context(AccountMark(context.account_mark()));
        let disable_watch = context.state.site.reload_port.is_none();
        view! {
            <AutoReload disable_watch options=context.state.leptos.clone() />
            <link rel="stylesheet" href=context.state.site.stylesheet.clone() />
            {hydration_scripts(context.state.leptos)}
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1b1f23" />
                <meta
                    name="description"
                    content="Sign up, manage your email and password, and see where you're signed in."
                />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                {head}
                <MetaTags />
            </head>
            <body data-no-answer=refusals::no_answer()>{body()}{forms}</body>
        </html>
    }
}

/// The scripts that start the islands. Leptos also writes the nonce of the content policy into `crossorigin` of two
/// links, where a style sheet or a script could read it. A browser hides it in `nonce` attributes only.
fn hydration_scripts(options: LeptosOptions) -> InertElement {
    let html = view! { <HydrationScripts options islands=true /> }.to_html();
    InertElement::new(match use_nonce() {
        Some(nonce) => html.replace(&format!("crossorigin=\"{nonce}\""), "crossorigin"),
        None => html,
    })
}
