//! Sessions, API tokens, exports, and the end of the account.

use signet::domain::{error::Refusal, mail_token::Purpose, outbox::Kind};

use super::{
    anybody::done,
    state::{About, DAY, Export, GRACE, Letter, Outcome, REMINDERS, State, Token, Viewer},
};

impl State {
    pub fn create_token(&mut self, viewer: Viewer, may_write: bool, days: i64) -> Outcome {
        self.must_have_sudo(viewer)?;
        let expires_at = self.now() + days * DAY;
        self.tokens.add(Token { account: viewer.account, may_write, expires_at });
        self.tell(Kind::ApiTokenCreated, viewer.account);
        self.record("api_token.created", viewer.account);
        done()
    }

    pub fn revoke_token(&mut self, viewer: Viewer, token: usize) -> Outcome {
        self.must_have_sudo(viewer)?;
        if self.tokens.remove(|id, row| id == token && row.account == viewer.account) == 0 {
            return Err(Refusal::NotFound);
        }
        self.record("api_token.revoked", viewer.account);
        done()
    }

    /// Records one event for each token.
    pub fn revoke_all_tokens(&mut self, viewer: Viewer) -> Outcome {
        self.must_have_sudo(viewer)?;
        let revoked = self.drop_tokens(viewer.account);
        for _ in 0..revoked {
            self.record("api_token.revoked", viewer.account);
        }
        Ok(revoked.to_string())
    }

    /// A program signs a browser out. A program without a working token is refused.
    pub fn program(&mut self, token: usize, session: usize) -> Outcome {
        let Some(row) = self.tokens.get(token) else { return Err(Refusal::SignInRequired) };
        let (account, may_write) = (row.account, row.may_write);
        if row.expires_at < self.now() || self.account(account).must_be_active().is_err() {
            return Err(Refusal::SignInRequired);
        }
        if !may_write {
            return self.refuse("session.revoked", Refusal::InsufficientScope, Some(account));
        }
        if self.sessions.remove(|id, row| id == session && row.account == account) == 0 {
            return self.refuse("session.revoked", Refusal::NotFound, Some(account));
        }
        self.record("session.revoked", account);
        self.tell_of_revocations(account);
        done()
    }

    /// The owner gets a letter about the third session that programs end within a day.
    fn tell_of_revocations(&mut self, account: usize) {
        let now = self.now();
        let revocations = &mut self.accounts.at(account).revoked_by_programs;
        revocations.push(now);
        if revocations.iter().filter(|at| **at > now - DAY).count() == 3 {
            self.tell(Kind::SessionsRevokedByToken, account);
        }
    }

    pub fn revoke_session(&mut self, viewer: Viewer, session: usize) -> Outcome {
        self.must_have_sudo(viewer)?;
        if session == viewer.session {
            return Err(Refusal::ThisSession);
        }
        if self.sessions.remove(|id, row| id == session && row.account == viewer.account) == 0 {
            return Err(Refusal::NotFound);
        }
        self.record("session.revoked", viewer.account);
        done()
    }

    pub fn revoke_others(&mut self, viewer: Viewer) -> Outcome {
        self.must_have_sudo(viewer)?;
        let ended = self.end_sessions(viewer.account, Some(viewer.session));
        if ended > 0 {
            self.record("session.revoked", viewer.account);
        }
        Ok(ended.to_string())
    }

    /// Ends all other access to the account, and unlinks the provider unless it is the only sign-in method.
    pub fn disown(&mut self, viewer: Viewer, provider: usize) -> Outcome {
        self.must_have_sudo(viewer)?;
        if !self.account(viewer.account).once_linked.contains(&provider) {
            return Err(Refusal::NotFound);
        }
        let ended = self.end_sessions(viewer.account, Some(viewer.session));
        self.revoke_links(viewer.account, Purpose::ResetPassword);
        self.close_change(viewer.account, "cancelled");
        self.drop_tokens(viewer.account);
        let account = self.accounts.at(viewer.account);
        account.devices = [viewer.browser].into();
        if !account.is_last_way_in(provider) {
            account.logins.retain(|login| login.provider != provider);
        }
        self.record("account.event_disowned", viewer.account);
        Ok(ended.to_string())
    }

    /// A new export replaces a ready one.
    pub fn ask_for_export(&mut self, viewer: Viewer) -> Outcome {
        self.must_have_sudo(viewer)?;
        let account = viewer.account;
        if self.exports.find(|export| export.account == account && export.until.is_none()).is_some() {
            return Err(Refusal::ExportRunning);
        }
        self.exports.remove(|_, export| export.account == account);
        self.withdraw(account, &[Kind::ExportReady]);
        self.exports.add(Export { account, asked_at: self.now(), until: None });
        self.record("account.export_requested", account);
        done()
    }

    pub fn download(&mut self, viewer: Viewer, export: usize) -> Outcome {
        self.must_have_sudo(viewer)?;
        let own = self.exports.get(export).filter(|export| export.account == viewer.account);
        if own.and_then(|export| export.until).is_none_or(|until| until < self.now()) {
            return Err(Refusal::ExportGone);
        }
        self.record("account.export_downloaded", viewer.account);
        done()
    }

    pub fn close(&mut self, viewer: Viewer, typed: usize) -> Outcome {
        let account = self.account(viewer.account);
        account.must_be_open()?;
        if account.address != typed {
            return Err(Refusal::WrongConfirmation);
        }
        if !self.has_sudo(viewer.session) {
            return Err(Refusal::SudoRequired);
        }
        let delete_at = self.now() + GRACE;
        self.end_sessions(viewer.account, None);
        self.revoke_links(viewer.account, Purpose::ResetPassword);
        self.revoke_links(viewer.account, Purpose::VerifyEmail);
        self.close_change(viewer.account, "cancelled");
        self.drop_tokens(viewer.account);
        let now = self.now();
        let account = self.accounts.at(viewer.account);
        (account.deletion, account.stamp) = (Some((now, delete_at)), account.stamp + 1);
        if account.verified_at.is_some() {
            self.announce_deletion(viewer.account, typed, delete_at);
        }
        self.record("account.deletion_scheduled", viewer.account);
        Ok(delete_at.to_string())
    }

    fn announce_deletion(&mut self, account: usize, to: usize, delete_at: i64) {
        self.send_keep_link(account, delete_at);
        for before in REMINDERS {
            let (account, about): (_, Option<About>) = (Some(account), None);
            let due_at = delete_at - before;
            self.letters.push(Letter { kind: Kind::DeletionReminder, to, account, about, due_at });
        }
    }

    pub fn keep(&mut self, viewer: Viewer) -> Outcome {
        if self.reopen(viewer.account) { done() } else { Err(Refusal::ChangedMeanwhile) }
    }

    /// Keeps a closed account, and tells its owner; returns whether it was closed.
    pub fn reopen(&mut self, account: usize) -> bool {
        if !self.cancel_scheduled_deletion(account) {
            return false;
        }
        if self.account(account).verified_at.is_some() {
            self.tell(Kind::DeletionCancelled, account);
        }
        self.record("account.deletion_cancelled", account);
        true
    }
}
