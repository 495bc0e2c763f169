//! A program with an API token, and how it begins an action.

use super::{
    Action, Error, Lifecycle, RequestOrigin,
    operation::{Attribution, Operation},
};
use crate::domain::{api_tokens::IssuedToken, error::Refusal, security_log::Actor, time::Timestamp, user::User};

/// A program with a valid token. It has no session, so it is never in sudo mode.
#[derive(Clone)]
pub struct ApiViewer {
    /// The account.
    pub user: User,
    /// The token.
    pub token: IssuedToken,
}

impl ApiViewer {
    /// Whether the token is valid at `now` and the account is active.
    #[must_use]
    pub fn is_admitted(&self, now: Timestamp) -> bool {
        self.token.alive(now) && self.user.must_be_active().is_ok()
    }
}

impl Lifecycle {
    /// Begins an action of a program: locks the account's row, then reads account and token again, because either
    /// may have changed since the request arrived.
    pub(super) async fn begin_with_token<'a>(
        &'a self,
        action: Action,
        source: &'a RequestOrigin,
        viewer: &ApiViewer,
    ) -> Result<(Operation<'a>, ApiViewer), Error> {
        let mut tx = self.db.begin().await?;
        let user = tx.lock_user(&viewer.user.id).await?;
        let now = self.clock.now();
        let token = tx.api_token(&viewer.token.id, &viewer.user.id).await?;
        let fresh = user.zip(token).map(|(user, token)| ApiViewer { user, token });
        let Some(fresh) = fresh.filter(|fresh| fresh.is_admitted(now)) else {
            return Err(Refusal::SignInRequired.into());
        };
        let by = Attribution::of(action, source, Actor::ApiToken, Some(&fresh.user.id));
        Ok((self.operation(tx, now, by), fresh))
    }
}
