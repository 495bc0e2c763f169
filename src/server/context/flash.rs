//! Cookies with which one response hands something to the next page: a notice, the draft of a refused form, or a
//! new API token.
//!
//! Each of these is a closed type in a sealed (encrypted and signed) cookie. So Signet shows it without writing to
//! the database, and an attacker cannot choose what a page says (checklist A55).

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        error::Refusal,
        id::UserId,
        paths,
        providers::{Identity, ProviderId, Subject},
        time::{Span, Timestamp},
    },
    server::{crypto::api_token::ApiToken, lifecycle::Viewer},
};

/// Every form that can be refused. The page that contains the form finds its draft by this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the server function with its name")]
pub enum Form {
    SignUp,
    SignUpWithProvider,
    VerifyEmail,
    ResendConfirmation,
    SignIn,
    SignOut,
    UpdateProfile,
    RequestPasswordReset,
    ResetPassword,
    RequestEmailChange,
    ConfirmEmailChange,
    CancelEmailChange,
    CancelEmailChangeByLink,
    UndoEmailChange,
    ChangePassword,
    SetPassword,
    ConfirmSudo,
    RequestSudoCode,
    ConfirmSudoByCode,
    ContinueWithProvider,
    UnlinkProvider,
    RevokeSession,
    RevokeOtherSessions,
    DisownEvent,
    RequestExport,
    DownloadExport,
    CreateApiToken,
    RevokeApiToken,
    RevokeAllApiTokens,
    ScheduleDeletion,
    CancelDeletion,
    KeepAccount,
}

/// The content of a form that was refused, or that waits for sudo mode, to be filled in again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormDraft {
    /// Which form.
    pub form: Form,
    /// What the user typed into the one field that is not secret.
    pub typed: String,
    /// What the user chose in the selects, in their order, or the boxes that the user ticked.
    pub chosen: Vec<String>,
    /// Why the action refused; `None` while the form waits for sudo mode.
    pub refusal: Option<Refusal>,
    /// What else is wrong, in another field.
    pub also: Option<Refusal>,
}

/// A login that a provider has proved, without an address that counts. It waits until the person has entered one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingLogin {
    provider: ProviderId,
    issuer: String,
    subject: String,
    until: Timestamp,
}

impl WaitingLogin {
    /// Lets the login wait for ten minutes from `now`.
    #[must_use]
    pub fn new(identity: &Identity, now: Timestamp) -> Self {
        let Identity { provider, issuer, subject, .. } = identity.clone();
        Self { provider, issuer, subject: subject.as_str().to_owned(), until: now.plus(SHOWN_WITHIN) }
    }

    /// The login, if it still waits at `now`.
    #[must_use]
    pub fn opened(self, now: Timestamp) -> Option<Identity> {
        let is_open = now <= self.until && self.until <= now.plus(SHOWN_WITHIN);
        let subject = Subject::parse(&self.subject).filter(|_| is_open)?;
        let Self { provider, issuer, .. } = self;
        Some(Identity { provider, issuer, subject, email: None, auth_time: None, tells_auth_time: false })
    }
}

impl Form {
    /// Returns whether the form is only a button without fields. Then the page shows the refusal, because the form
    /// has no place for the refusal.
    #[must_use]
    pub const fn is_button(self) -> bool {
        matches!(
            self,
            Self::ResendConfirmation
                | Self::SignOut
                | Self::ConfirmEmailChange
                | Self::CancelEmailChange
                | Self::CancelEmailChangeByLink
                | Self::UndoEmailChange
                | Self::RequestSudoCode
                | Self::ContinueWithProvider
                | Self::UnlinkProvider
                | Self::RevokeSession
                | Self::RevokeOtherSessions
                | Self::DisownEvent
                | Self::RequestExport
                | Self::DownloadExport
                | Self::RevokeApiToken
                | Self::RevokeAllApiTokens
                | Self::CancelDeletion
                | Self::KeepAccount
        )
    }
}

impl Form {
    /// Whether the form is on a page that only visitors can open who are not signed in.
    #[must_use]
    pub const fn is_for_visitors(self) -> bool {
        matches!(self, Self::SignUp | Self::SignUpWithProvider | Self::SignIn)
    }

    /// The page of a form that may have disappeared from it since the form was opened: the account has got a password, or
    /// the code was used.
    #[must_use]
    pub const fn fleeting_on(self) -> Option<&'static str> {
        match self {
            Self::ConfirmSudo | Self::ConfirmSudoByCode => Some(paths::SUDO),
            Self::ChangePassword | Self::SetPassword => Some(paths::PASSWORD),
            _ => None,
        }
    }
}

impl FormDraft {
    /// Makes the draft of an empty form that was not refused.
    #[must_use]
    pub const fn new(form: Form) -> Self {
        Self { form, typed: String::new(), chosen: Vec::new(), refusal: None, also: None }
    }
}

/// For how long the next page may show a notice, a draft or a new API token.
const SHOWN_WITHIN: Span = Span::minutes(10);

/// The owner of a cookie for the next page. Another person may sign in with the same browser before that page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Owner {
    /// A browser that is not signed in.
    Nobody,
    /// An account.
    Account(UserId),
    /// The session that begins with the same response, by the hash of its token.
    Session([u8; 32]),
}

/// A notice or drafts on their way to the next page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver<T> {
    content: T,
    owner: Owner,
    until: Timestamp,
}

impl Owner {
    /// Returns the owner of what a request of `viewer` hands over.
    #[must_use]
    pub fn of(viewer: Option<&Viewer>) -> Self {
        viewer.map_or(Self::Nobody, |viewer| Self::Account(viewer.user.id.clone()))
    }

    fn is(&self, viewer: Option<&Viewer>) -> bool {
        match (self, viewer) {
            (Self::Nobody, None) => true,
            (Self::Account(owner), Some(viewer)) => *owner == viewer.user.id,
            (Self::Session(token_hash), Some(viewer)) => viewer.has_token(token_hash),
            _ => false,
        }
    }
}

impl<T> HandedOver<T> {
    /// Hands `content` to the next page that `owner` opens within ten minutes from `now`.
    #[must_use]
    pub fn new(content: T, owner: Owner, now: Timestamp) -> Self {
        Self { content, owner, until: now.plus(SHOWN_WITHIN) }
    }

    /// Returns the content, if `viewer` is its owner and `now` is not too late.
    #[must_use]
    pub fn opened(self, viewer: Option<&Viewer>, now: Timestamp) -> Option<T> {
        let is_for = self.owner.is(viewer) && now <= self.until;
        is_for.then_some(self.content)
    }

    /// Returns the content without comparing the owner.
    #[must_use]
    pub fn into_content(self) -> T {
        self.content
    }
}

/// A new API token on its way to the next page, which shows the token once. Only the sealed cookie contains the
/// token itself; the database contains a hash.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FreshToken {
    text: String,
    owner: UserId,
    until: Timestamp,
}

impl FreshToken {
    /// Lets a page show `token` to `owner` within ten minutes from `now`.
    #[must_use]
    pub fn new(token: &ApiToken, owner: UserId, now: Timestamp) -> Self {
        Self { text: token.expose().to_owned(), owner, until: now.plus(SHOWN_WITHIN) }
    }

    /// Returns whether a page may show the token to `viewer` at `now`: only its owner may see it, and only within
    /// ten minutes. Another user may have signed in with this browser since the owner made the token.
    #[must_use]
    pub fn is_for(&self, viewer: &UserId, now: Timestamp) -> bool {
        self.owner == *viewer && now <= self.until
    }

    /// Returns the token.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl core::fmt::Debug for FreshToken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("FreshToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_token_is_for_its_owner_for_ten_minutes_and_prints_nothing() {
        let (owner, other) = (UserId::from_random([1; 16]), UserId::from_random([2; 16]));
        let fresh = FreshToken::new(&ApiToken::from_random([3; 32]), owner.clone(), Timestamp(0));
        for (viewer, now, shown) in [(&owner, 0, true), (&owner, 600, true), (&owner, 601, false), (&other, 0, false)] {
            assert_eq!(fresh.is_for(viewer, Timestamp(now)), shown, "{now}");
        }
        assert_eq!(format!("{fresh:?}"), "FreshToken(…)");
    }
}
