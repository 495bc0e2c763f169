//! What the tests kill, and the preparation that each needs.

use std::sync::Arc;

use signet::{
    domain::{
        api_tokens::Typed,
        id::ExportId,
        mail_token::Purpose,
        operator::OperatorReason,
        providers::{Identity, ProviderId, Subject},
        time::Span,
    },
    server::{
        crypto::api_token::ApiToken,
        lifecycle::{Action, ApiViewer, Error, Lifecycle, TABLE, Viewer},
        mail::Transport,
    },
    testing::people::{PASSWORD, in_sudo, link, password_change, signed_in, source, verified},
};

use crate::world::{GRACE, World};

use Action as A;

/// The address of the account.
pub const EMAIL: &str = "ada@example.com";

const NEW_EMAIL: &str = "new@example.com";
/// The address of a change that replaces another change.
const THIRD_EMAIL: &str = "other@example.com";
const NEW_PASSWORD: &str = "seven Otters borrow 4 kites";

/// What the tests kill: an action of the program's table, or a job of the workers that has no line there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Deed {
    Action(Action),
    SignUpWithProviderByLink,
    BuildExport,
    SendLetter,
    Sweep,
}

/// The arguments of a deed.
#[derive(Clone, Default)]
pub struct Given {
    viewer: Option<Viewer>,
    pub token: String,
    pub export: Option<ExportId>,
    program: Option<ApiViewer>,
}

impl Deed {
    pub fn all() -> impl Iterator<Item = Self> {
        let actions = TABLE.iter().map(|rule| Self::Action(rule.action));
        actions.chain([Self::SignUpWithProviderByLink, Self::BuildExport, Self::SendLetter, Self::Sweep])
    }

    /// Whether the deed is more than one transaction by design: when it is repeated, it goes on where it stopped.
    pub fn has_stations(self) -> bool {
        match self {
            Self::Action(action) => action == Action::ExecuteDeletion,
            Self::SignUpWithProviderByLink => false,
            Self::BuildExport | Self::SendLetter | Self::Sweep => true,
        }
    }

    /// Makes a database in which the deed has much to do.
    pub async fn prepare(self, world: &World, life: &Lifecycle) -> Given {
        match self {
            Self::Action(action) => prepare(action, world, life).await,
            // An unverified account has the address, and the login waits for another one; the deed replaces both.
            Self::SignUpWithProviderByLink => {
                let given = signed_up(life).await;
                life.sign_up_with_provider_by_link(&source(), &login(), NEW_EMAIL).await.unwrap();
                given
            }
            Self::SendLetter => signed_up(life).await,
            Self::BuildExport => exporting(life).await,
            Self::Sweep => neglected(world, life).await,
        }
    }

    /// Does it.
    pub async fn act(self, life: Lifecycle, given: Given) -> Result<(), Error> {
        match self {
            Self::Action(action) => act(action, life, given).await,
            Self::SignUpWithProviderByLink => life.sign_up_with_provider_by_link(&source(), &login(), EMAIL).await,
            Self::BuildExport => life.build_export().await.map(drop),
            Self::SendLetter => {
                let transport = Transport::Kept(Arc::default());
                life.send_letter(&transport).await.map(drop)
            }
            Self::Sweep => life.sweep().await.map(drop),
        }
    }
}

async fn prepare(action: Action, world: &World, life: &Lifecycle) -> Given {
    match action {
        // An unverified account has the address; the action replaces it.
        A::SignUp => signed_up(life).await,
        A::VerifyEmail => {
            signed_up(life).await;
            Given { token: link(life, EMAIL, Purpose::VerifyEmail).await, ..Given::default() }
        }
        A::SignIn
        | A::SignOut
        | A::UpdateProfile
        | A::RequestPasswordReset
        | A::RequestEmailChange
        | A::CancelEmailChange
        | A::LinkProvider
        | A::ConfirmSudo
        | A::RevokeOtherSessions
        | A::SignOutByOperator
        | A::ForgetDevicesByOperator
        | A::ScheduleDeletionByOperator => busy(life).await,
        A::RevokeSession => {
            let given = busy(life).await;
            Given { token: signed_in(life, EMAIL).await.session.id.to_string(), ..given }
        }
        A::DisownEvent => {
            let given = busy(life).await;
            let log = life.list_events(given.viewer.as_ref().unwrap(), None, None).await.unwrap();
            Given { token: log.entries[0].id.to_string(), ..given }
        }
        A::ResetPassword => {
            let given = busy(life).await;
            life.request_password_reset(&source(), EMAIL).await.unwrap();
            Given { token: link(life, EMAIL, Purpose::ResetPassword).await, ..given }
        }
        A::ConfirmEmailChange | A::ChangePassword | A::ScheduleDeletion => {
            let given = busy(life).await;
            Given { token: link(life, NEW_EMAIL, Purpose::ConfirmEmailChange).await, ..given }
        }
        A::SetPassword => passwordless(world, life).await,
        A::UnlinkProvider => linked(life).await,
        A::RequestExport | A::DownloadExport => exported(life).await,
        A::CreateApiToken | A::RevokeApiToken | A::RevokeAllApiTokens | A::RevokeSessionByToken => {
            with_tokens(life).await
        }
        A::RefuseApiToken => with_expired_token(world, life).await,
        A::UndoEmailChange => taken_over(life).await,
        A::CancelDeletion | A::ExecuteDeletion | A::CancelDeletionByOperator => closed(world, life).await,
    }
}

async fn act(action: Action, life: Lifecycle, given: Given) -> Result<(), Error> {
    let source = source();
    let password = || PASSWORD.to_owned().into();
    let viewer = || given.viewer.as_ref().unwrap();
    let export = || given.export.as_ref().unwrap();
    let token = given.token.as_str();
    match action {
        A::SignUp => life.sign_up(&source, EMAIL, password()).await,
        A::VerifyEmail => life.verify_email(&source, None, token, None).await.map(drop),
        A::SignIn => life.sign_in(&source, None, EMAIL, password()).await.map(drop),
        A::SignOut => life.sign_out(&source, viewer()).await,
        A::UpdateProfile => life.update_profile(&source, viewer(), "Ada").await.map(drop),
        A::RequestPasswordReset => life.request_password_reset(&source, EMAIL).await,
        A::ResetPassword => life.reset_password(&source, token, NEW_PASSWORD.to_owned().into(), &[]).await.map(drop),
        A::RequestEmailChange => life.request_email_change(&source, viewer(), THIRD_EMAIL).await.map(drop),
        A::ConfirmEmailChange => life.confirm_email_change(&source, viewer(), token).await.map(drop),
        A::CancelEmailChange => life.cancel_email_change(&source, viewer()).await,
        A::UndoEmailChange => life.undo_email_change(&source, token).await.map(drop),
        A::ChangePassword => {
            life.change_password(&source, viewer(), password_change(PASSWORD, NEW_PASSWORD)).await.map(drop)
        }
        A::SetPassword => life.set_password(&source, viewer(), NEW_PASSWORD.to_owned().into()).await.map(drop),
        A::LinkProvider => life.link_provider(&source, viewer(), &login()).await,
        A::UnlinkProvider => life.unlink_provider(&source, viewer(), login().provider.as_str()).await,
        A::ConfirmSudo => life.confirm_sudo(&source, viewer(), password()).await.map(drop),
        A::RevokeSession => life.revoke_session(&source, viewer(), token).await,
        A::RevokeOtherSessions => life.revoke_other_sessions(&source, viewer()).await.map(drop),
        A::DisownEvent => life.disown_event(&source, viewer(), token).await.map(drop),
        A::RequestExport => life.request_export(&source, viewer()).await,
        A::DownloadExport => life.download_export(&source, viewer(), export().as_str()).await.map(drop),
        A::CreateApiToken => life.create_api_token(&source, viewer(), TOKEN).await.map(drop),
        A::RevokeApiToken => life.revoke_api_token(&source, viewer(), token).await,
        A::RevokeAllApiTokens => life.revoke_all_api_tokens(&source, viewer()).await.map(drop),
        A::RevokeSessionByToken => {
            let program = given.program.as_ref().unwrap();
            life.revoke_session_by_token(&source, program, viewer().session.id.as_str()).await
        }
        A::RefuseApiToken => life.refuse_api_token(&source, &ApiToken::parse(token).unwrap()).await,
        A::ScheduleDeletion => life.schedule_deletion(&source, viewer(), EMAIL).await.map(drop),
        A::CancelDeletion => life.cancel_deletion(&source, viewer()).await.map(drop),
        A::ExecuteDeletion => life.execute_deletion().await.map(drop),
        A::SignOutByOperator => life.sign_out_by_operator(EMAIL, &why()).await.map(drop),
        A::ForgetDevicesByOperator => life.forget_devices_by_operator(EMAIL, &why()).await,
        A::ScheduleDeletionByOperator => life.schedule_deletion_by_operator(EMAIL, &why()).await.map(drop),
        A::CancelDeletionByOperator => life.cancel_deletion_by_operator(EMAIL, &why()).await,
    }
}

/// The reason of an operator.
fn why() -> OperatorReason {
    OperatorReason::parse("You asked for it by phone.").unwrap()
}

/// Signs up, and leaves the address unverified.
async fn signed_up(life: &Lifecycle) -> Given {
    life.sign_up(&source(), EMAIL, PASSWORD.to_owned().into()).await.unwrap();
    Given::default()
}

/// The owner of a verified account, in sudo mode.
async fn owner(life: &Lifecycle) -> Given {
    let viewer = in_sudo(life, &verified(life, EMAIL).await).await;
    Given { viewer: Some(viewer), ..Given::default() }
}

/// Prepares an account with a second session, a reset link, an open change and letters about all of it.
async fn busy(life: &Lifecycle) -> Given {
    let given = owner(life).await;
    let viewer = given.viewer.as_ref().unwrap();
    signed_in(life, EMAIL).await;
    life.request_password_reset(&source(), EMAIL).await.unwrap();
    life.request_email_change(&source(), viewer, NEW_EMAIL).await.unwrap();
    given
}

/// An account whose only sign-in method is a provider, and another browser.
async fn passwordless(world: &World, life: &Lifecycle) -> Given {
    let given = owner(life).await;
    signed_in(life, EMAIL).await;
    assert_eq!(world.db.run("UPDATE signet_users SET password_hash = NULL").await.unwrap(), 1);
    let mut viewer = given.viewer.unwrap();
    viewer.user.has_password = false;
    Given { viewer: Some(viewer), ..given }
}

/// Links a login to an account, and puts the session into sudo mode again.
async fn linked(life: &Lifecycle) -> Given {
    let given = owner(life).await;
    let viewer = given.viewer.as_ref().unwrap();
    life.link_provider(&source(), viewer, &login()).await.unwrap();
    Given { viewer: Some(in_sudo(life, viewer).await), ..given }
}

/// An account with two tokens, a program that has used one of them, and the letters about them.
async fn with_tokens(life: &Lifecycle) -> Given {
    let given = owner(life).await;
    let viewer = given.viewer.as_ref().unwrap();
    signed_in(life, EMAIL).await;
    life.create_api_token(&source(), viewer, TOKEN).await.unwrap();
    let secret = life.create_api_token(&source(), viewer, TOKEN).await.unwrap();
    // The token's use is noted beside the request; nothing may be written while an action is watched.
    let id = life.api_tokens_page(viewer).await.unwrap().tokens.remove(0).id;
    let mut tx = life.db.begin().await.unwrap();
    let tokens = tx.api_tokens(&viewer.user.id).await.unwrap();
    for token in &tokens {
        tx.touch_api_token(&token.id, life.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let program = life.api_viewer(&source(), &secret).await.unwrap();
    Given { token: id.to_string(), program, ..given }
}

/// An account with a token that has just expired.
async fn with_expired_token(world: &World, life: &Lifecycle) -> Given {
    let given = owner(life).await;
    let secret = life.create_api_token(&source(), given.viewer.as_ref().unwrap(), TOKEN).await.unwrap();
    world.clock.advance(Span::days(8));
    Given { token: secret.expose().to_owned(), ..given }
}

/// The form that creates a token.
const TOKEN: Typed<'static> = Typed { name: "backup", scope: "write", expires: "7" };

/// The identity that a provider has proved.
fn login() -> Identity {
    let (provider, subject) = (ProviderId::parse("acme").unwrap(), Subject::parse("ada-1").unwrap());
    let issuer = "https://acme.example".to_owned();
    Identity { provider, issuer, subject, email: None, auth_time: None, tells_auth_time: false }
}

/// Changes the address of an account, and then its password, as an intruder does.
async fn taken_over(life: &Lifecycle) -> Given {
    let given = owner(life).await;
    let viewer = given.viewer.as_ref().unwrap();
    life.request_email_change(&source(), viewer, NEW_EMAIL).await.unwrap();
    let confirm = link(life, NEW_EMAIL, Purpose::ConfirmEmailChange).await;
    life.confirm_email_change(&source(), viewer, &confirm).await.unwrap();
    let token = link(life, EMAIL, Purpose::UndoEmailChange).await;
    let thief = signed_in(life, NEW_EMAIL).await;
    life.change_password(&source(), &thief, password_change(PASSWORD, NEW_PASSWORD)).await.unwrap();
    Given { token, ..given }
}

/// Requests an export.
async fn exporting(life: &Lifecycle) -> Given {
    let given = busy(life).await;
    life.request_export(&source(), given.viewer.as_ref().unwrap()).await.unwrap();
    let mut tx = life.db.read().await.unwrap();
    let export = tx.export_of(&given.viewer.as_ref().unwrap().user.id).await.unwrap().unwrap();
    tx.end().await.unwrap();
    Given { export: Some(export.id), ..given }
}

/// Has the export built.
async fn exported(life: &Lifecycle) -> Given {
    let given = exporting(life).await;
    life.build_export().await.unwrap();
    given
}

/// Closes an account; it is due, and its owner comes back in the last second.
async fn closed(world: &World, life: &Lifecycle) -> Given {
    let given = owner(life).await;
    life.update_profile(&source(), given.viewer.as_ref().unwrap(), "Ada").await.unwrap();
    life.schedule_deletion(&source(), given.viewer.as_ref().unwrap(), EMAIL).await.unwrap();
    world.clock.advance(GRACE);
    Given { viewer: Some(signed_in(life, EMAIL).await), ..given }
}

/// Closes an account long ago: it is overdue, letters too, and sessions and links have expired.
async fn neglected(world: &World, life: &Lifecycle) -> Given {
    life.sign_up(&source(), "eve@example.com", PASSWORD.to_owned().into()).await.unwrap();
    let given = closed(world, life).await;
    world.clock.advance(Span::days(8));
    given
}
