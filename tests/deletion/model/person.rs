//! The steps of a signed-in person: the session, the name, the sign-in methods.

use signet::domain::{error::Refusal, mail_token::Purpose, outbox::Kind};

use super::{
    anybody::done,
    state::{Login, Outcome, State, TOUCH, Viewer},
    step::Person,
};

impl State {
    /// Takes a step of the person who is signed in with `browser`. Without a live session, changes nothing and
    /// records nothing.
    pub fn person(&mut self, browser: usize, deed: &Person) -> Outcome {
        let viewer = self.viewer(browser).ok_or(Refusal::SignInRequired)?;
        match *deed {
            Person::OpenPage => self.open_page(viewer),
            Person::SignOut => self.sign_out(viewer),
            Person::Resend => self.resend(viewer),
            Person::CancelChange => self.cancel_change(viewer),
            _ => {
                let outcome = self.deed(viewer, deed);
                if let Err(refusal) = outcome {
                    self.record_refused(event_of(deed), refusal.code(), Some(viewer.account));
                }
                outcome
            }
        }
    }

    /// Does one of the deeds whose refusals `person` records. A refused deed changes nothing.
    fn deed(&mut self, viewer: Viewer, deed: &Person) -> Outcome {
        match *deed {
            Person::ConfirmSudo { password } => self.confirm_sudo(viewer, password),
            Person::ConfirmSudoAt { provider, person } => self.confirm_sudo_at(viewer, provider, person),
            Person::Rename { name } => self.rename(viewer, name),
            Person::ChangePassword { current, new } => self.change_password(viewer, current, new),
            Person::SetPassword { new } => self.set_password(viewer, new),
            Person::AskForChange { address } => self.ask_for_change(viewer, address),
            Person::ConfirmChange { letter } => self.confirm_change(viewer, letter),
            Person::Link { provider, person } => self.link(viewer, provider, person),
            Person::Unlink { provider } => self.unlink(viewer, provider),
            Person::CreateToken { may_write, days } => self.create_token(viewer, may_write, days),
            Person::RevokeToken { token } => self.revoke_token(viewer, token),
            Person::RevokeAllTokens => self.revoke_all_tokens(viewer),
            Person::RevokeSession { session } => self.revoke_session(viewer, session),
            Person::RevokeOthers => self.revoke_others(viewer),
            Person::Disown { provider } => self.disown(viewer, provider),
            Person::AskForExport => self.ask_for_export(viewer),
            Person::Download { export } => self.download(viewer, export),
            Person::Close { typed } => self.close(viewer, typed),
            Person::Keep => self.keep(viewer),
            Person::OpenPage | Person::SignOut | Person::Resend | Person::CancelChange => unreachable!("handled above"),
        }
    }

    /// Refuses unless the account is active (verified and not closed) and the session is in sudo mode.
    pub fn must_have_sudo(&self, viewer: Viewer) -> Result<(), Refusal> {
        self.account(viewer.account).must_be_active()?;
        if self.has_sudo(viewer.session) { Ok(()) } else { Err(Refusal::SudoRequired) }
    }

    fn open_page(&mut self, viewer: Viewer) -> Outcome {
        let now = self.now();
        let session = self.sessions.at(viewer.session);
        if session.seen_at + TOUCH <= now {
            session.seen_at = now;
        }
        done()
    }

    fn sign_out(&mut self, viewer: Viewer) -> Outcome {
        self.sessions.remove(|id, _| id == viewer.session);
        self.record("session.sign_out", viewer.account);
        done()
    }

    fn confirm_sudo(&mut self, viewer: Viewer, password: usize) -> Outcome {
        let account = self.account(viewer.account);
        account.must_be_open()?;
        let current = account.password.ok_or(Refusal::NoPassword)?;
        if current == password { self.begin_sudo(viewer) } else { Err(Refusal::WrongPassword) }
    }

    fn confirm_sudo_at(&mut self, viewer: Viewer, provider: usize, person: usize) -> Outcome {
        let account = self.account(viewer.account);
        account.must_be_open()?;
        if account.password.is_some() {
            return Err(Refusal::HasPassword);
        }
        let is_own = account.login_at(provider).is_some_and(|login| login.person == person);
        if is_own { self.begin_sudo(viewer) } else { Err(Refusal::OtherIdentity) }
    }

    fn begin_sudo(&mut self, viewer: Viewer) -> Outcome {
        self.sessions.at(viewer.session).sudo_at = Some(self.now());
        self.record("session.sudo_confirmed", viewer.account);
        done()
    }

    fn rename(&mut self, viewer: Viewer, name: usize) -> Outcome {
        self.account(viewer.account).must_be_active()?;
        self.accounts.at(viewer.account).name = name;
        self.record("account.profile_updated", viewer.account);
        done()
    }

    fn change_password(&mut self, viewer: Viewer, current: usize, new: usize) -> Outcome {
        let account = self.account(viewer.account);
        account.must_be_active()?;
        let stored = account.password.ok_or(Refusal::NoPassword)?;
        if stored != current {
            return Err(Refusal::WrongPassword);
        }
        if stored == new {
            return Err(Refusal::SamePassword);
        }
        self.put_password(viewer.account, new);
        let ended = self.end_sessions(viewer.account, Some(viewer.session));
        self.end_sudo(viewer.account);
        self.revoke_links(viewer.account, Purpose::ResetPassword);
        self.close_change(viewer.account, "cancelled");
        self.tell(Kind::PasswordChanged, viewer.account);
        self.record("account.password_changed", viewer.account);
        Ok(ended.to_string())
    }

    fn set_password(&mut self, viewer: Viewer, new: usize) -> Outcome {
        self.must_have_sudo(viewer)?;
        if self.account(viewer.account).password.is_some() {
            return Err(Refusal::HasPassword);
        }
        self.put_password(viewer.account, new);
        let ended = self.end_sessions(viewer.account, Some(viewer.session));
        self.end_sudo(viewer.account);
        self.tell(Kind::PasswordSet, viewer.account);
        self.record("account.password_set", viewer.account);
        Ok(ended.to_string())
    }

    fn link(&mut self, viewer: Viewer, provider: usize, person: usize) -> Outcome {
        self.must_have_sudo(viewer)?;
        let has_one = self.account(viewer.account).login_at(provider).is_some();
        if has_one || self.owner_of_login(provider, person).is_some() {
            return Err(Refusal::AlreadyLinked);
        }
        let linked_at = self.now();
        let account = self.accounts.at(viewer.account);
        account.logins.push(Login { provider, person, stamp: account.stamp, linked_at });
        account.once_linked.insert(provider);
        self.end_sudo(viewer.account);
        self.tell(Kind::ProviderLinked, viewer.account);
        self.record("account.provider_linked", viewer.account);
        done()
    }

    fn unlink(&mut self, viewer: Viewer, provider: usize) -> Outcome {
        self.must_have_sudo(viewer)?;
        let account = self.account(viewer.account);
        if account.login_at(provider).is_none() {
            return Err(Refusal::ChangedMeanwhile);
        }
        if account.is_last_way_in(provider) {
            return Err(Refusal::LastWayIn);
        }
        self.accounts.at(viewer.account).logins.retain(|login| login.provider != provider);
        self.end_sudo(viewer.account);
        self.tell(Kind::ProviderUnlinked, viewer.account);
        self.record("account.provider_unlinked", viewer.account);
        done()
    }
}

/// Returns the event of a deed.
const fn event_of(deed: &Person) -> &'static str {
    match deed {
        Person::ConfirmSudo { .. } | Person::ConfirmSudoAt { .. } => "session.sudo_confirmed",
        Person::Rename { .. } => "account.profile_updated",
        Person::ChangePassword { .. } => "account.password_changed",
        Person::SetPassword { .. } => "account.password_set",
        Person::AskForChange { .. } => "account.email_change_requested",
        Person::ConfirmChange { .. } => "account.email_changed",
        Person::Link { .. } => "account.provider_linked",
        Person::Unlink { .. } => "account.provider_unlinked",
        Person::CreateToken { .. } => "api_token.created",
        Person::RevokeToken { .. } | Person::RevokeAllTokens => "api_token.revoked",
        Person::RevokeSession { .. } | Person::RevokeOthers => "session.revoked",
        Person::Disown { .. } => "account.event_disowned",
        Person::AskForExport => "account.export_requested",
        Person::Download { .. } => "account.export_downloaded",
        Person::Close { .. } => "account.deletion_scheduled",
        Person::Keep => "account.deletion_cancelled",
        Person::CancelChange => "account.email_change_cancelled",
        Person::OpenPage | Person::SignOut | Person::Resend => "",
    }
}
