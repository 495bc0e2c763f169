//! `create_api_token`: gives a program access to the account.

use crate::{
    domain::{
        api_tokens::{IssuedToken, MAX_TOKENS, Typed, Wanted},
        error::Refusal,
        event_detail::Detail,
        id::ApiTokenId,
        limits::Limit,
        outbox::Kind,
    },
    server::{
        crypto::api_token::ApiToken,
        lifecycle::{Action, Error, Lifecycle, RequestOrigin, Viewer, operation::Operation},
        store::{NewApiToken, NewLetter},
    },
};

impl Lifecycle {
    /// Creates a token for the viewer's account and tells the owner by letter. The program returns the token only
    /// here; the database stores its hash.
    ///
    /// # Errors
    /// [`Refusal::SudoRequired`], [`Refusal::InvalidTokenName`], [`Refusal::InvalidChoice`],
    /// [`Refusal::TooManyTokens`], [`Refusal::Limited`].
    pub async fn create_api_token(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        typed: Typed<'_>,
    ) -> Result<ApiToken, Error> {
        self.create_api_token_once(source, viewer, "", typed).await
    }

    /// As [`Lifecycle::create_api_token`], by a form with the random text `once`, which creates one token however often it
    /// is sent: the answer may be lost, or the button pressed twice. With an empty text every call creates one.
    ///
    /// # Errors
    /// [`Refusal::TokenCreated`] while the account has the token of this form; else as there.
    pub async fn create_api_token_once(
        &self,
        source: &RequestOrigin,
        viewer: &Viewer,
        once: &str,
        typed: Typed<'_>,
    ) -> Result<ApiToken, Error> {
        let wanted = Wanted::parse(typed);
        let is_wanted = wanted.as_ref().map(drop).map_err(|refusal| *refusal);
        self.refuse_before_sudo(Action::CreateApiToken, source, viewer, is_wanted).await?;
        let mut operation = self.begin_as(Action::CreateApiToken, source, viewer).await?;
        let outcome = self.create_api_token_in(&mut operation, once, wanted).await;
        operation.finish(outcome).await
    }

    async fn create_api_token_in(
        &self,
        operation: &mut Operation<'_>,
        once: &str,
        wanted: Result<Wanted, Refusal>,
    ) -> Result<ApiToken, Error> {
        let wanted = wanted?;
        let user = &operation.viewer()?.user.id;
        let id = match once {
            "" => ApiTokenId::from_random(self.random.bytes()),
            once => ApiTokenId::from_random(self.keys.row_of_form(user, once)),
        };
        if operation.tx.api_token(&id, user).await?.is_some() {
            return Err(Refusal::TokenCreated.into());
        }
        operation.limit_viewer(Limit::ApiTokensPerUser).await?;
        let secret = ApiToken::from_random(self.random.bytes());
        let issued = IssuedToken {
            id,
            name: wanted.name,
            scope: wanted.scope,
            hint: secret.hint(),
            created_at: operation.now,
            expires_at: operation.now.plus(wanted.expiry.span()),
            last_used_at: None,
        };
        issue(operation, &issued, &secret).await?;
        Ok(secret)
    }
}

async fn issue(operation: &mut Operation<'_>, issued: &IssuedToken, secret: &ApiToken) -> Result<(), Error> {
    let viewer = operation.viewer()?;
    let user = &viewer.user;
    let new = NewApiToken { user_id: &user.id, token: issued, token_hash: &secret.hash() };
    if !operation.tx.insert_api_token(&new, MAX_TOKENS).await? {
        return Err(Refusal::TooManyTokens.into());
    }
    let post = NewLetter {
        at: Some(operation.now),
        api_token: Some(&issued.described()),
        ..NewLetter::plain(&user.id, Kind::ApiTokenCreated, &user.email)
    };
    operation.mail(&post).await?;
    operation.record(Detail::from(issued)).await
}
