//! `request_email_change`: opens a change to a new address, which has to confirm it.

use crate::{
    domain::{
        email::Email, email_change::State, event_detail::Detail, id::LinkId, outbox::Kind, time::Timestamp,
        user::Standing,
    },
    server::{
        lifecycle::{
            Action, Error, Lifecycle, Source, Sudo, Viewer,
            mail_tokens::hold_owner,
            outbox::post::Post,
            transaction::{Subject, anew},
        },
        store::{NewEmailChange, StoreError, Tx},
    },
};

impl Lifecycle {
    /// Opens an e-mail change; a newer one replaces it. The result is the new address.
    ///
    /// Free, taken and own addresses get the same answer (behaviour rule 6). An account
    /// that has not verified its address corrects it instead, without sudo mode.
    ///
    /// # Errors
    /// [`InvalidEmail`](crate::domain::error::Refusal::InvalidEmail),
    /// [`SudoRequired`](crate::domain::error::Refusal::SudoRequired).
    pub async fn request_email_change(&self, source: &Source, viewer: &Viewer, new: &str) -> Result<Email, Error> {
        // Two accounts that want each other's address each hold their own and wait for the other's.
        anew(|| self.request_email_change_once(source, viewer, new)).await
    }

    async fn request_email_change_once(&self, source: &Source, viewer: &Viewer, new: &str) -> Result<Email, Error> {
        let now = self.clock.now();
        let (mut tx, viewer) = self.begin_as(viewer, now).await?;
        let outcome = self.request_email_change_in(&mut tx, source, &viewer, new, now).await;
        self.finish(tx, Action::RequestEmailChange, source, Subject::viewer(&viewer), outcome).await
    }

    async fn request_email_change_in(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        new: &str,
        now: Timestamp,
    ) -> Result<Email, Error> {
        viewer.user.must_not_be_closed()?;
        let new = Email::parse(new)?;
        if viewer.user.standing() == Standing::Unverified {
            self.correct_email(tx, source, viewer, &new, now).await?;
        } else {
            let sudo = viewer.sudo(now, self.policy.sudo_ttl)?;
            self.open_email_change(tx, source, sudo, &new, now).await?;
        }
        Ok(new)
    }

    async fn open_email_change(
        &self,
        tx: &mut Tx,
        source: &Source,
        sudo: Sudo<'_>,
        new: &Email,
        now: Timestamp,
    ) -> Result<(), Error> {
        let viewer = sudo.viewer();
        let user = &viewer.user;
        self.close_email_change(tx, &user.id, State::Replaced).await?;
        let id = LinkId::from_random(self.random.bytes());
        let expires_at = now.plus(self.policy.email_change_ttl);
        tx.insert_email_change(&NewEmailChange {
            id: &id,
            user_id: &user.id,
            old_email: &user.email,
            new_email: new,
            stamp: user.security_stamp,
            at: now,
            expires_at,
        })
        .await?;
        self.ask_new_address(tx, viewer, new, &id).await?;
        let notice = Post {
            link: Some(&id),
            other: Some(new),
            ..Post::plain(&user.id, Kind::EmailChangeRequested, &user.email)
        };
        self.post(tx, &notice).await?;
        let detail = Detail::email_change(&user.email, new);
        self.record(tx, Action::RequestEmailChange, source, Subject::viewer(viewer), None, Some(&detail)).await
    }

    /// A free address gets the link; the owner of a taken one is told and nothing more.
    async fn ask_new_address(&self, tx: &mut Tx, viewer: &Viewer, new: &Email, id: &LinkId) -> Result<(), Error> {
        let user = &viewer.user;
        if let Some(owner) = hold_owner(tx, &new.key()).await? {
            // As it is stored: what was typed may differ in capitals, and be another mailbox.
            return self.post(tx, &Post::plain(&owner.id, Kind::EmailChangeToTaken, &owner.email)).await;
        }
        let post = Post { link: Some(id), ..Post::plain(&user.id, Kind::ConfirmEmailChange, new) };
        self.post(tx, &post).await
    }

    /// An unverified account holds no claim to its address, so a mistyped one is replaced
    /// at once, and the link to the old one dies with it.
    async fn correct_email(
        &self,
        tx: &mut Tx,
        source: &Source,
        viewer: &Viewer,
        new: &Email,
        now: Timestamp,
    ) -> Result<(), Error> {
        let user = &viewer.user;
        self.evict_unverified(tx, &new.key(), Some(&user.id), now).await?;
        let stamp = match tx.set_email(&user.id, &user.email, new, None).await {
            Err(StoreError::Conflict) => None,
            stamp => stamp?,
        };
        let Some(security_stamp) = stamp else {
            return Err(crate::domain::error::Refusal::ChangedMeanwhile.into());
        };
        let mut corrected = viewer.clone();
        corrected.user.email = new.clone();
        corrected.user.security_stamp = security_stamp;
        self.send_fresh_confirm_link(tx, source, &corrected).await?;
        let detail = Detail::email_change(&user.email, new);
        self.record(tx, Action::RequestEmailChange, source, Subject::viewer(viewer), None, Some(&detail)).await
    }
}
