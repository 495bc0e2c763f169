//! What an action ends: sessions and their tokens, links, API tokens and the open email change.

use super::Operation;
use crate::{
    domain::{
        email_change::State,
        error::Refusal,
        id::{SessionId, UserId},
        mail_token::Purpose,
        outbox::Kind,
        sudo::{REPLACED_TOKEN_TTL, SudoMode},
    },
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{Error, action_table::Revoke},
    },
};

impl Operation<'_> {
    /// Revokes what the action's line names, but for the session `own`. Returns how many sessions ended.
    pub async fn revoke(&mut self, user: &UserId, own: Option<&SessionId>) -> Result<u64, Error> {
        self.revoke_but(None, user, own).await
    }

    /// Revokes as [`Operation::revoke`] does, but keeps the viewer's session: gives it a new token, and ends its
    /// sudo mode. Returns how many other sessions ended, and the token.
    pub async fn revoke_and_renew(&mut self) -> Result<(u64, SessionToken), Error> {
        let viewer = self.viewer()?;
        let own = &viewer.session.id;
        let ends_others = self.by.action.rule().revokes.contains(&Revoke::OtherSessions);
        // If the line ends the other sessions, only this session can still be in sudo mode, and `renew_token` ends
        // that mode.
        let ended = self.revoke_but(ends_others.then_some(Revoke::Sudo), &viewer.user.id, Some(own)).await?;
        let token = self.renew_token(own, SudoMode::Ended).await?;
        Ok((ended, token))
    }

    async fn revoke_but(
        &mut self,
        left_out: Option<Revoke>,
        user: &UserId,
        own: Option<&SessionId>,
    ) -> Result<u64, Error> {
        self.has_revoked = true;
        let mut ended = 0;
        for revoke in self.by.action.rule().revokes.iter().filter(|revoke| Some(**revoke) != left_out) {
            match revoke {
                Revoke::AllSessions => ended += self.tx.end_sessions(user, None).await?,
                Revoke::OtherSessions => ended += self.tx.end_sessions(user, own).await?,
                Revoke::Sudo => self.tx.end_sudo(user).await?,
                Revoke::ResetLinks => self.revoke_links(user, Purpose::ResetPassword, Kind::ResetPassword).await?,
                Revoke::ConfirmLinks => self.revoke_links(user, Purpose::VerifyEmail, Kind::ConfirmAddress).await?,
                Revoke::ApiTokens => {
                    self.tx.drop_api_tokens(user).await?;
                }
                Revoke::OpenEmailChange => {
                    self.close_email_change(user, State::Cancelled).await?;
                }
            }
        }
        Ok(ended)
    }

    /// Gives a session a new token. The old one stops working at once; only if sudo mode begins, its browser may use it
    /// for [`REPLACED_TOKEN_TTL`] to read and to confirm again.
    ///
    /// # Errors
    /// [`Refusal::SignInRequired`] if the session has ended.
    pub async fn renew_token(&mut self, session: &SessionId, sudo: SudoMode) -> Result<SessionToken, Error> {
        match (sudo, self.source().device_hash()) {
            (SudoMode::Begun(at), Some(device)) => {
                self.tx.keep_replaced_token(session, &device, at.plus(REPLACED_TOKEN_TTL)).await?;
            }
            (SudoMode::Begun(_), None) => {}
            (SudoMode::Kept | SudoMode::Ended, _) => self.tx.drop_replaced_tokens(session).await?,
        }
        let token = SessionToken::from_random(self.lifecycle.random.bytes());
        let is_renewed = self.tx.renew_session(session, &token.hash(), sudo).await?;
        if is_renewed { Ok(token) } else { Err(Refusal::SignInRequired.into()) }
    }

    /// Closes the open email change of an account, and deletes its unsent letters. `false` if none was open.
    pub async fn close_email_change(&mut self, user: &UserId, state: State) -> Result<bool, Error> {
        let closed = self.tx.close_email_change(user, state).await?;
        if closed {
            self.tx.withdraw_letters(user, Kind::ConfirmEmailChange).await?;
            self.tx.withdraw_letters(user, Kind::EmailChangeRequested).await?;
        }
        Ok(closed)
    }

    /// Revokes an account's links of one purpose. If there were any, also deletes the unsent letters with such a link:
    /// otherwise the link of a queued letter has expired or was used, and the worker drops the letter.
    pub async fn revoke_links(&mut self, user: &UserId, purpose: Purpose, letter: Kind) -> Result<(), Error> {
        if self.tx.revoke_mail_links(user, purpose).await? > 0 {
            self.tx.withdraw_letters(user, letter).await?;
        }
        Ok(())
    }
}
