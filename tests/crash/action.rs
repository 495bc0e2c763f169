//! The actions that the tests kill, and the preparation that each needs.

use std::sync::Arc;

use signet::{
    domain::{
        api_tokens::Typed,
        id::ExportId,
        mail_token::Purpose,
        providers::{Identity, ProviderId, Subject},
        time::Span,
    },
    server::{
        lifecycle::{ApiViewer, Error, Lifecycle, Viewer},
        mail::Transport,
    },
    testing::people::{PASSWORD, in_sudo, link, signed_in, source, verified},
};

use crate::world::{GRACE, World};

/// The address of the account.
pub const EMAIL: &str = "ada@example.com";

const NEW_EMAIL: &str = "new@example.com";
/// The address of a change that replaces another change.
const THIRD_EMAIL: &str = "other@example.com";
const NEW_PASSWORD: &str = "seven Otters borrow 4 kites";

/// An action that the tests kill.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    SignUp,
    VerifyEmail,
    SignIn,
    SignOut,
    UpdateProfile,
    RequestPasswordReset,
    ResetPassword,
    RequestEmailChange,
    ConfirmEmailChange,
    CancelEmailChange,
    UndoEmailChange,
    ChangePassword,
    SetPassword,
    LinkProvider,
    UnlinkProvider,
    ConfirmSudo,
    RevokeSession,
    RevokeOtherSessions,
    DisownEvent,
    RequestExport,
    BuildExport,
    DownloadExport,
    CreateApiToken,
    RevokeApiToken,
    RevokeAllApiTokens,
    RevokeSessionByToken,
    ScheduleDeletion,
    CancelDeletion,
    ExecuteDeletion,
    SendLetter,
    Sweep,
}

/// The arguments of an action.
#[derive(Clone, Default)]
pub struct Given {
    viewer: Option<Viewer>,
    pub token: String,
    pub export: Option<ExportId>,
    program: Option<ApiViewer>,
}

impl Action {
    pub const ALL: [Self; 31] = [
        Self::SignUp,
        Self::VerifyEmail,
        Self::SignIn,
        Self::SignOut,
        Self::UpdateProfile,
        Self::RequestPasswordReset,
        Self::ResetPassword,
        Self::RequestEmailChange,
        Self::ConfirmEmailChange,
        Self::CancelEmailChange,
        Self::UndoEmailChange,
        Self::ChangePassword,
        Self::SetPassword,
        Self::LinkProvider,
        Self::UnlinkProvider,
        Self::ConfirmSudo,
        Self::RevokeSession,
        Self::RevokeOtherSessions,
        Self::DisownEvent,
        Self::RequestExport,
        Self::BuildExport,
        Self::DownloadExport,
        Self::CreateApiToken,
        Self::RevokeApiToken,
        Self::RevokeAllApiTokens,
        Self::RevokeSessionByToken,
        Self::ScheduleDeletion,
        Self::CancelDeletion,
        Self::ExecuteDeletion,
        Self::SendLetter,
        Self::Sweep,
    ];

    /// Whether the action is more than one transaction by design: when it is repeated, it goes on where it stopped.
    pub const fn has_stations(self) -> bool {
        matches!(self, Self::BuildExport | Self::ExecuteDeletion | Self::SendLetter | Self::Sweep)
    }

    /// Makes a database in which the action has much to do.
    pub async fn prepare(self, world: &World, life: &Lifecycle) -> Given {
        match self {
            Self::SignUp => {
                // An unverified account has the address; the action replaces it.
                life.sign_up(&source(), EMAIL, PASSWORD.to_owned().into()).await.unwrap();
                Given::default()
            }
            Self::VerifyEmail => {
                life.sign_up(&source(), EMAIL, PASSWORD.to_owned().into()).await.unwrap();
                Given { token: link(life, EMAIL, Purpose::VerifyEmail).await, ..Given::default() }
            }
            Self::SendLetter => {
                life.sign_up(&source(), EMAIL, PASSWORD.to_owned().into()).await.unwrap();
                Given::default()
            }
            _ => self.prepare_account(world, life).await,
        }
    }

    async fn prepare_account(self, world: &World, life: &Lifecycle) -> Given {
        let viewer = in_sudo(life, &verified(life, EMAIL).await).await;
        let with_viewer = Given { viewer: Some(viewer), ..Given::default() };
        match self {
            Self::SignIn
            | Self::SignOut
            | Self::UpdateProfile
            | Self::RequestPasswordReset
            | Self::RequestEmailChange
            | Self::CancelEmailChange
            | Self::LinkProvider
            | Self::ConfirmSudo
            | Self::RevokeOtherSessions => busy(life, with_viewer).await,
            Self::RevokeSession => {
                let given = busy(life, with_viewer).await;
                Given { token: signed_in(life, EMAIL).await.session.id.to_string(), ..given }
            }
            Self::DisownEvent => {
                let given = busy(life, with_viewer).await;
                let log = life.list_events(given.viewer.as_ref().unwrap(), None, None).await.unwrap();
                Given { token: log.entries[0].id.to_string(), ..given }
            }
            Self::ResetPassword => {
                let given = busy(life, with_viewer).await;
                life.request_password_reset(&source(), EMAIL).await.unwrap();
                Given { token: link(life, EMAIL, Purpose::ResetPassword).await, ..given }
            }
            Self::ConfirmEmailChange | Self::ChangePassword | Self::ScheduleDeletion => {
                let given = busy(life, with_viewer).await;
                Given { token: link(life, NEW_EMAIL, Purpose::ConfirmEmailChange).await, ..given }
            }
            Self::SetPassword => passwordless(world, life, with_viewer).await,
            Self::UnlinkProvider => linked(life, with_viewer).await,
            Self::RequestExport | Self::DownloadExport => exported(life, with_viewer).await,
            Self::BuildExport => exporting(life, with_viewer).await,
            Self::CreateApiToken | Self::RevokeApiToken | Self::RevokeAllApiTokens | Self::RevokeSessionByToken => {
                with_tokens(life, with_viewer).await
            }
            Self::UndoEmailChange => taken_over(life, with_viewer).await,
            Self::CancelDeletion | Self::ExecuteDeletion => closed(world, life, with_viewer).await,
            _ => neglected(world, life, with_viewer).await,
        }
    }

    /// Runs the action.
    pub async fn act(self, life: Lifecycle, given: Given) -> Result<(), Error> {
        let source = source();
        let password = || PASSWORD.to_owned().into();
        let viewer = || given.viewer.as_ref().unwrap();
        let export = || given.export.as_ref().unwrap();
        let token = given.token.as_str();
        match self {
            Self::SignUp => life.sign_up(&source, EMAIL, password()).await,
            Self::VerifyEmail => life.verify_email(&source, None, token, None).await.map(drop),
            Self::SignIn => life.sign_in(&source, None, EMAIL, password()).await.map(drop),
            Self::SignOut => life.sign_out(&source, viewer()).await,
            Self::UpdateProfile => life.update_profile(&source, viewer(), "Ada").await.map(drop),
            Self::RequestPasswordReset => life.request_password_reset(&source, EMAIL).await,
            Self::ResetPassword => life.reset_password(&source, token, NEW_PASSWORD.to_owned().into()).await,
            Self::RequestEmailChange => life.request_email_change(&source, viewer(), THIRD_EMAIL).await.map(drop),
            Self::ConfirmEmailChange => life.confirm_email_change(&source, viewer(), token).await.map(drop),
            Self::CancelEmailChange => life.cancel_email_change(&source, viewer()).await,
            Self::UndoEmailChange => life.undo_email_change(&source, token).await.map(drop),
            Self::ChangePassword => {
                let new = NEW_PASSWORD.to_owned().into();
                life.change_password(&source, viewer(), password(), new).await.map(drop)
            }
            Self::SetPassword => life.set_password(&source, viewer(), NEW_PASSWORD.to_owned().into()).await.map(drop),
            Self::LinkProvider => life.link_provider(&source, viewer(), &login()).await,
            Self::UnlinkProvider => life.unlink_provider(&source, viewer(), login().provider.as_str()).await,
            Self::ConfirmSudo => life.confirm_sudo(&source, viewer(), password()).await.map(drop),
            Self::RevokeSession => life.revoke_session(&source, viewer(), token).await,
            Self::RevokeOtherSessions => life.revoke_other_sessions(&source, viewer()).await.map(drop),
            Self::DisownEvent => life.disown_event(&source, viewer(), token).await.map(drop),
            Self::RequestExport => life.request_export(&source, viewer()).await,
            Self::BuildExport => life.build_export().await.map(drop),
            Self::DownloadExport => life.download_export(&source, viewer(), export().as_str()).await.map(drop),
            Self::CreateApiToken => life.create_api_token(&source, viewer(), TOKEN).await.map(drop),
            Self::RevokeApiToken => life.revoke_api_token(&source, viewer(), token).await,
            Self::RevokeAllApiTokens => life.revoke_all_api_tokens(&source, viewer()).await.map(drop),
            Self::RevokeSessionByToken => {
                let program = given.program.as_ref().unwrap();
                life.revoke_session_by_token(&source, program, viewer().session.id.as_str()).await
            }
            Self::ScheduleDeletion => life.schedule_deletion(&source, viewer(), EMAIL).await.map(drop),
            Self::CancelDeletion => life.cancel_deletion(&source, viewer()).await.map(drop),
            Self::ExecuteDeletion => life.execute_deletion().await.map(drop),
            Self::SendLetter => {
                let transport = Transport::Kept(Arc::default());
                life.send_letter(&transport).await.map(drop)
            }
            Self::Sweep => life.sweep().await.map(drop),
        }
    }
}

/// Adds a second session, a reset link, an open change and letters about all of it.
async fn busy(life: &Lifecycle, given: Given) -> Given {
    let viewer = given.viewer.as_ref().unwrap();
    signed_in(life, EMAIL).await;
    life.request_password_reset(&source(), EMAIL).await.unwrap();
    life.request_email_change(&source(), viewer, NEW_EMAIL).await.unwrap();
    given
}

/// Adds a provider as the only sign-in method, and another browser.
async fn passwordless(world: &World, life: &Lifecycle, given: Given) -> Given {
    signed_in(life, EMAIL).await;
    assert_eq!(world.db.run("UPDATE signet_users SET password_hash = NULL").await.unwrap(), 1);
    let mut viewer = given.viewer.unwrap();
    viewer.user.has_password = false;
    Given { viewer: Some(viewer), ..given }
}

/// Links a login, and puts the session into sudo mode again.
async fn linked(life: &Lifecycle, given: Given) -> Given {
    let viewer = given.viewer.as_ref().unwrap();
    life.link_provider(&source(), viewer, &login()).await.unwrap();
    Given { viewer: Some(in_sudo(life, viewer).await), ..given }
}

/// Adds two tokens, a program that has used one of them, and the letters about them.
async fn with_tokens(life: &Lifecycle, given: Given) -> Given {
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
    let program = life.api_viewer(&secret).await.unwrap();
    Given { token: id.to_string(), program, ..given }
}

/// The form that creates a token.
const TOKEN: Typed<'static> = Typed { name: "backup", scope: "write", expires: "7" };

/// The identity that a provider has proved.
fn login() -> Identity {
    let (provider, subject) = (ProviderId::parse("acme").unwrap(), Subject::parse("ada-1").unwrap());
    Identity { provider, subject, email: None, auth_time: None, tells_auth_time: false }
}

/// Changes the address, and then the password, as an intruder does.
async fn taken_over(life: &Lifecycle, given: Given) -> Given {
    let viewer = given.viewer.as_ref().unwrap();
    life.request_email_change(&source(), viewer, NEW_EMAIL).await.unwrap();
    let confirm = link(life, NEW_EMAIL, Purpose::ConfirmEmailChange).await;
    life.confirm_email_change(&source(), viewer, &confirm).await.unwrap();
    let token = link(life, EMAIL, Purpose::UndoEmailChange).await;
    let thief = signed_in(life, NEW_EMAIL).await;
    let (old, new) = (PASSWORD.to_owned().into(), NEW_PASSWORD.to_owned().into());
    life.change_password(&source(), &thief, old, new).await.unwrap();
    Given { token, ..given }
}

/// Requests an export.
async fn exporting(life: &Lifecycle, given: Given) -> Given {
    let given = busy(life, given).await;
    life.request_export(&source(), given.viewer.as_ref().unwrap()).await.unwrap();
    let mut tx = life.db.read().await.unwrap();
    let export = tx.export_of(&given.viewer.as_ref().unwrap().user.id).await.unwrap().unwrap();
    tx.end().await.unwrap();
    Given { export: Some(export.id), ..given }
}

/// Has the export built.
async fn exported(life: &Lifecycle, given: Given) -> Given {
    let given = exporting(life, given).await;
    life.build_export().await.unwrap();
    given
}

/// Closes the account; it is due, and its owner comes back in the last second.
async fn closed(world: &World, life: &Lifecycle, given: Given) -> Given {
    life.update_profile(&source(), given.viewer.as_ref().unwrap(), "Ada").await.unwrap();
    life.schedule_deletion(&source(), given.viewer.as_ref().unwrap(), EMAIL).await.unwrap();
    world.clock.advance(GRACE);
    Given { viewer: Some(signed_in(life, EMAIL).await), ..given }
}

/// Closes the account long ago: it is overdue, letters too, and sessions and links have expired.
async fn neglected(world: &World, life: &Lifecycle, given: Given) -> Given {
    life.sign_up(&source(), "eve@example.com", PASSWORD.to_owned().into()).await.unwrap();
    let given = closed(world, life, given).await;
    world.clock.advance(Span::days(8));
    given
}
