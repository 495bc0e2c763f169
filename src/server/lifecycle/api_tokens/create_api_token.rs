//! `create_api_token`: a program gets a key to the account.

use crate::{
    domain::{
        api_tokens::{Described, IssuedToken, MAX_TOKENS, Typed, Wanted},
        error::Refusal,
        event_detail::Detail,
        id::ApiTokenId,
        outbox::Kind,
        time::Timestamp,
    },
    server::{
        crypto::api_token::ApiToken,
        lifecycle::{Action, Error, Lifecycle, Source, Sudo, Viewer, outbox::post::Post, transaction::Subject},
        store::{NewApiToken, Tx},
    },
};

impl Lifecycle {
    /// Creates a token for the viewer's account and tells the owner by letter. The secret
    /// leaves the program here and never again: the database has its hash.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`], [`Refusal::InvalidTokenName`], [`Refusal::InvalidChoice`],
    /// [`Refusal::TooManyTokens`].
    pub async fn create_api_token(
        &self,
        source: &Source,
        viewer: &Viewer,
        typed: Typed<'_>,
    ) -> Result<ApiToken, Error> {
        let now = self.clock.now();
        let (mut tx, viewer) = self.begin_as(viewer, now).await?;
        let outcome = self.create_api_token_in(&mut tx, source, &viewer, typed, now).await;
        self.finish(tx, Action::CreateApiToken, source, Subject::viewer(&viewer), outcome).await
    }

    async fn create_api_token_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        typed: Typed<'_>,
        now: Timestamp,
    ) -> Result<ApiToken, Error> {
        viewer.user.must_be_active()?;
        let sudo = viewer.sudo(now, self.policy.sudo_ttl)?;
        let wanted = Wanted::parse(typed)?;
        self.issue(tx, source, sudo, wanted, now).await
    }

    async fn issue(
        &self,
        tx: &mut Tx,
        source: &Source,
        sudo: Sudo<'_>,
        wanted: Wanted,
        now: Timestamp,
    ) -> Result<ApiToken, Error> {
        let user = &sudo.viewer().user;
        let secret = ApiToken::from_random(self.random.bytes());
        let issued = IssuedToken {
            id: ApiTokenId::from_random(self.random.bytes()),
            name: wanted.name,
            scope: wanted.scope,
            hint: secret.hint(),
            created_at: now,
            expires_at: now.plus(wanted.expiry.span()),
            last_used_at: None,
        };
        let new = NewApiToken { user_id: &user.id, token: &issued, token_hash: &secret.hash() };
        if !tx.insert_api_token(&new, MAX_TOKENS).await? {
            return Err(Refusal::TooManyTokens.into());
        }
        let described = Described { scope: issued.scope, hint: issued.hint.clone(), expires_at: issued.expires_at };
        let post = Post {
            at: Some(now),
            api_token: Some(&described),
            ..Post::plain(&user.id, Kind::ApiTokenCreated, &user.email)
        };
        self.post(tx, &post).await?;
        let (action, subject) = (Action::CreateApiToken, Subject::viewer(sudo.viewer()));
        self.record(tx, action, source, subject, None, Some(&Detail::from(&issued))).await?;
        Ok(secret)
    }
}
