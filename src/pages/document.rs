//! The HTML document around every page.

use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};

use crate::server::context::RequestContext;

/// The document with `body` in it.
pub(super) fn document(body: impl FnOnce() -> AnyView) -> impl IntoView {
    provide_meta_context();
    let head = RequestContext::current().map(|context| {
        let disable_watch = context.state.site.reload_port.is_none();
        view! {
            <AutoReload disable_watch options=context.state.leptos.clone() />
            <link rel="stylesheet" href=context.state.site.stylesheet.clone() />
            <HydrationScripts options=context.state.leptos islands=true />
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                {head}
                <MetaTags />
            </head>
            <body>{body()}</body>
        </html>
    }
}
