//! `/dev/mailbox`: the letters that were mailed, in development only.

use leptos::prelude::*;

use super::query::{loaded, on_visit};
use crate::{
    components::layout::Layout,
    server::{lifecycle::Error, mail::Mailed},
};

/// Every letter, newest first.
#[component]
pub fn MailboxPage() -> impl IntoView {
    on_visit(|context| {
        let mailbox = context.state.site.mailbox.clone();
        let query = async move {
            let Some(mailbox) = mailbox else { return Ok(Vec::new()) };
            mailbox.read().await.map_err(|error| Error::Internal(Box::new(error)))
        };
        loaded(context, query, |_, letters| {
            let empty = letters.is_empty().then(|| view! { <p>"No emails yet."</p> });
            let letters = letters.into_iter().map(|letter| view! { <LetterCard letter /> }).collect_view();
            view! {
                <Layout title="Development mailbox">
                    <p>"Emails land here instead of being sent."</p>
                    {empty}
                    {letters}
                </Layout>
            }
            .into_any()
        })
    })
}

#[component]
fn LetterCard(letter: Mailed) -> impl IntoView {
    let links = letter
        .links
        .into_iter()
        .map(|link| view! { <li><a class="address" href=link.clone()>{link.clone()}</a></li> })
        .collect_view();
    view! {
        <article class="card">
            <h2 class="card-title">{letter.subject}</h2>
            <p>"To "<span class="address">{letter.to}</span>", "<time datetime=letter.sent_at.clone()>{letter.sent_at.clone()}</time></p>
            <pre class="letter-text">{letter.text}</pre>
            <ul class="letter-links">{links}</ul>
        </article>
    }
}
