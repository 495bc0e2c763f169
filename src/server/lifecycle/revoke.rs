//! Carrying out what the table says an action revokes.

use super::{Error, Lifecycle, Revoke, Rule};
use crate::{
    domain::{
        email_change::State,
        id::{SessionId, UserId},
        mail_token::Purpose,
        outbox::Kind,
    },
    server::store::Tx,
};

impl Lifecycle {
    /// Revokes everything that `rule` names, sparing the session `own` from
    /// [`Revoke::OtherSessions`]; how many sessions ended.
    pub(super) async fn revoke(
        &self,
        tx: &mut Tx,
        rule: &Rule,
        user: &UserId,
        own: Option<&SessionId>,
    ) -> Result<u64, Error> {
        let mut ended = 0;
        for revoke in rule.revokes {
            match revoke {
                Revoke::AllSessions => ended += tx.end_sessions(user, None).await?,
                Revoke::OtherSessions => ended += tx.end_sessions(user, own).await?,
                Revoke::Sudo => tx.end_sudo(user).await?,
                Revoke::ResetLinks => self.revoke_links(tx, user, Purpose::ResetPassword, Kind::ResetPassword).await?,
                Revoke::ConfirmLinks => self.revoke_links(tx, user, Purpose::VerifyEmail, Kind::ConfirmAddress).await?,
                Revoke::ApiTokens => {
                    tx.drop_api_tokens(user).await?;
                }
                Revoke::OpenEmailChange => {
                    self.close_email_change(tx, user, State::Cancelled).await?;
                }
            }
        }
        Ok(ended)
    }

    /// Ends the open e-mail change of an account, and takes its unsent letters back;
    /// `false` if none was open.
    pub(super) async fn close_email_change(&self, tx: &mut Tx, user: &UserId, state: State) -> Result<bool, Error> {
        let closed = tx.close_email_change(user, state).await?;
        if closed {
            self.withdraw(tx, user, Kind::ConfirmEmailChange).await?;
            self.withdraw(tx, user, Kind::EmailChangeRequested).await?;
        }
        Ok(closed)
    }

    /// Revokes an account's links of one purpose, and takes the unsent letters with them back.
    pub(super) async fn revoke_links(
        &self,
        tx: &mut Tx,
        user: &UserId,
        purpose: Purpose,
        letter: Kind,
    ) -> Result<(), Error> {
        tx.revoke_mail_links(user, purpose).await?;
        self.withdraw(tx, user, letter).await
    }

    /// Takes an account's unsent letters of one kind back.
    pub(super) async fn withdraw(&self, tx: &mut Tx, user: &UserId, kind: Kind) -> Result<(), Error> {
        tx.withdraw_letters(user, kind).await?;
        Ok(())
    }
}
