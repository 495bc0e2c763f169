//! Putting a letter into the post: its row, in the action's transaction.

use crate::{
    domain::{
        api_tokens::Described,
        email::Email,
        id::{LetterId, LinkId, UserId},
        outbox::Kind,
        providers::ProviderId,
        time::Timestamp,
    },
    server::{
        lifecycle::{Error, Lifecycle},
        store::{NewLetter, Tx},
    },
};

/// A letter to be posted.
pub(in crate::server::lifecycle) struct Post<'a> {
    pub user_id: &'a UserId,
    pub kind: Kind,
    pub to: &'a Email,
    pub link: Option<&'a LinkId>,
    pub other: Option<&'a Email>,
    pub at: Option<Timestamp>,
    pub device: Option<&'a str>,
    pub provider: Option<&'a ProviderId>,
    pub api_token: Option<&'a Described>,
    /// When to send it; `None` is at once.
    pub due_at: Option<Timestamp>,
}

impl<'a> Post<'a> {
    /// A letter that says only what its kind says.
    pub const fn plain(user_id: &'a UserId, kind: Kind, to: &'a Email) -> Self {
        Self {
            user_id,
            kind,
            to,
            link: None,
            other: None,
            at: None,
            device: None,
            provider: None,
            api_token: None,
            due_at: None,
        }
    }
}

impl Lifecycle {
    /// Posts a letter.
    pub(in crate::server::lifecycle) async fn post(
        &self,
        tx: &mut Tx,
        post: &Post<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let due_at = post.due_at.unwrap_or(now);
        let id = LetterId::from_random(self.random.bytes());
        let recipient = post.to.ascii_form();
        Ok(tx
            .insert_letter(&NewLetter {
                id: &id,
                // The goodbye outlives what it is about.
                user_id: (post.kind != Kind::DeletionExecuted).then_some(post.user_id),
                kind: post.kind,
                recipient: &recipient,
                link_id: post.link,
                other: post.other.map(Email::as_str),
                at: post.at,
                device: post.device,
                provider: post.provider,
                api_token: post.api_token,
                created_at: now,
                due_at,
            })
            .await?)
    }
}
