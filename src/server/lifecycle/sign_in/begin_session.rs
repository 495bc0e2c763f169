//! Begins a session, or continues one with a new token, once the user is authenticated.

use crate::{
    domain::{
        id::{SessionId, UserId},
        outbox::Kind,
        security_log::Actor,
        sessions::MOST_SESSIONS,
        sudo::SudoMode,
        user::{AccountStatus, User},
    },
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{
            Error, Lifecycle, Viewer,
            operation::{Operation, Subject},
        },
        store::{NewLetter, NewSession, Tx},
    },
};

/// The result of signing in.
pub struct SignedIn {
    /// The token for the session's cookie.
    pub token: SessionToken,
    /// The account.
    pub user_id: UserId,
    /// The account's status: a closed account gets only the reactivation page.
    pub status: AccountStatus,
    /// Whether the same step has confirmed the account's address.
    pub has_confirmed: bool,
}

impl Lifecycle {
    /// Begins a session for a user who has proved who they are, and records the action's event. Mails the account's
    /// owner if the browser is new to the account. The caller has locked the account's row.
    pub(in crate::server::lifecycle) async fn sign_in_as(
        &self,
        operation: &mut Operation<'_>,
        user: &User,
    ) -> Result<SignedIn, Error> {
        notice_device(operation, user).await?;
        let (session, token) = self.begin_session(operation, &user.id).await?;
        operation.is_about(Subject { user_id: Some(user.id.clone()), session_id: Some(session), actor: Actor::Person });
        operation.record(None).await?;
        Ok(SignedIn { token, user_id: user.id.clone(), status: user.status(), has_confirmed: false })
    }

    /// Continues the session `own` with a new token, or begins a session.
    pub(in crate::server::lifecycle) async fn sign_in_again(
        &self,
        operation: &mut Operation<'_>,
        user_id: &UserId,
        own: Option<&SessionId>,
    ) -> Result<SessionToken, Error> {
        if let Some(device) = operation.source().device_hash() {
            operation.tx.remember_device(user_id, &device, operation.now).await?;
        }
        match own {
            Some(own) => operation.renew_token(own, SudoMode::Kept).await,
            None => Ok(self.begin_session(operation, user_id).await?.1),
        }
    }

    /// Begins a session of an account whose row is locked. If the account has the maximum number of sessions, ends
    /// the one that was unused for longest.
    async fn begin_session(
        &self,
        operation: &mut Operation<'_>,
        user_id: &UserId,
    ) -> Result<(SessionId, SessionToken), Error> {
        let id = SessionId::from_random(self.random.bytes());
        let token = SessionToken::from_random(self.random.bytes());
        let source = operation.source();
        let ip = source.ip_text();
        operation.tx.end_oldest_sessions(user_id, MOST_SESSIONS - 1).await?;
        let new = NewSession {
            id: &id,
            user_id,
            token_hash: &token.hash(),
            ip: ip.as_deref(),
            user_agent: &source.user_agent,
            at: operation.now,
        };
        operation.tx.insert_session(&new).await?;
        Ok((id, token))
    }
}

/// Ends the earlier session of a browser that has just begun another one (behaviour rule 4). Otherwise the earlier
/// session would live on, and no browser would have the token to sign it out.
pub(in crate::server::lifecycle) async fn end_previous(tx: &mut Tx, previous: Option<&Viewer>) -> Result<(), Error> {
    if let Some(viewer) = previous {
        tx.end_session(&viewer.session.id, &viewer.user.id).await?;
        tx.announce(&viewer.user.id).await?;
    }
    Ok(())
}

/// Forgets every browser of an account but the one that sent the request, which has used a mailed link to get the
/// account back. Without any known browser, the next one would count as the first, and no letter would announce it.
pub(in crate::server::lifecycle) async fn know_this_browser_only(
    operation: &mut Operation<'_>,
    user: &UserId,
) -> Result<(), Error> {
    operation.tx.forget_devices(user).await?;
    if let Some(device) = operation.source().device_hash() {
        operation.tx.remember_device(user, &device, operation.now).await?;
    }
    Ok(())
}

/// Remembers the browser, and mails the owner if the browser is new to the account. Sends no letter about the
/// account's first browser, and none to an address that the account has not verified.
async fn notice_device(operation: &mut Operation<'_>, user: &User) -> Result<(), Error> {
    let source = operation.source();
    let Some(device) = source.device_hash() else {
        return Ok(());
    };
    let (known, this) = operation.tx.known_devices(&user.id, &device).await?;
    operation.tx.remember_device(&user.id, &device, operation.now).await?;
    if this || known == 0 || user.email_verified_at.is_none() {
        return Ok(());
    }
    let post = NewLetter {
        at: Some(operation.now),
        device: Some(&source.user_agent),
        ..NewLetter::plain(&user.id, Kind::NewDevice, &user.email)
    };
    operation.mail(&post).await
}
