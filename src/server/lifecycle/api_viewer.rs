//! Which program is calling.

use super::{
    Action, Error, Lifecycle, RequestOrigin,
    operation::{Attribution, Operation},
};
use crate::domain::{api_tokens::IssuedToken, error::Refusal, security_log::Actor, time::Timestamp, user::User};

/// A program that came with a token: whose account it is, and what the token may do. It has
/// no session, so it is never in sudo mode.
#[derive(Clone)]
pub struct ApiViewer {
    /// The account.
    pub user: User,
    /// The token.
    pub token: IssuedToken,
}

impl ApiViewer {
    /// Whether the token works at `now` for an account in this standing.
    #[must_use]
    pub fn is_admitted(&self, now: Timestamp) -> bool {
        self.token.alive(now) && self.user.must_be_active().is_ok()
    }
}

impl Lifecycle {
    /// Begins an action of a program: holds the account's row, and looks at account and token
    /// again.
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
