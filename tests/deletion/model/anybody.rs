//! The steps that need no signed-in person, as the model takes them.

use signet::domain::{error::Refusal, mail_token::Purpose, outbox::Kind};

use super::{
    state::{ADDRESSES, About, Account, CHANGE, Login, MOST_RESET_LINKS, Outcome, Session, State, UNDO},
    step::Anybody,
};

impl State {
    pub fn anybody(&mut self, browser: usize, deed: &Anybody) -> Outcome {
        match *deed {
            Anybody::SignUp { address, password } => self.sign_up(browser, address, password),
            Anybody::SignIn { address, password } => self.sign_in(browser, address, password),
            Anybody::SignInAt { provider, person } => self.sign_in_at(browser, provider, person),
            Anybody::AskForReset { address } => self.ask_for_reset(address),
            Anybody::Verify { letter, password } => self.verify(browser, letter, password),
            Anybody::Reset { letter, password, unlink } => self.reset(browser, letter, password, unlink),
            Anybody::CancelChange { letter } => self.cancel_by_link(letter),
            Anybody::UndoChange { letter } => self.undo(browser, letter),
            Anybody::KeepByLink { letter } => self.keep_by_link(letter),
        }
    }

    fn sign_up(&mut self, browser: usize, address: usize, password: usize) -> Outcome {
        if let Some(owner) = self.verified_holder(address) {
            self.post(Kind::AlreadyRegistered, address, owner);
            self.record_refused("account.sign_up", "email_taken", Some(owner));
            return done();
        }
        self.evict(address, None);
        let account = self.accounts.add(Account::new(address, Some(password), self.now()));
        self.send_confirm_link(account, browser);
        self.record("account.sign_up", account);
        done()
    }

    fn sign_in(&mut self, browser: usize, address: usize, password: usize) -> Outcome {
        let holder = self.verified_holder(address).or_else(|| self.unverified_holder(address));
        match holder {
            Some(account) if self.account(account).password == Some(password) => {
                Ok(self.begin_session(browser, account))
            }
            _ => self.refuse("session.sign_in", Refusal::WrongCredentials, holder),
        }
    }

    /// Signs in with a provider, or creates an account if none is linked to this login. The provider says that the
    /// person has verified the address of the same number: person 1 has address 1.
    fn sign_in_at(&mut self, browser: usize, provider: usize, person: usize) -> Outcome {
        if let Some(owner) = self.owner_of_login(provider, person) {
            return Ok(self.begin_session(browser, owner));
        }
        if self.verified_holder(person).is_some() {
            return self.refuse("session.sign_in", Refusal::LinkFirst, None);
        }
        self.evict(person, None);
        let now = self.now();
        let login = Login { provider, person, stamp: 0, linked_at: now };
        let new = Account { verified_at: Some(now), logins: vec![login], ..Account::new(person, None, now) };
        let account = self.accounts.add(new);
        self.record("account.sign_up", account);
        Ok(self.begin_session(browser, account))
    }

    pub fn owner_of_login(&self, provider: usize, person: usize) -> Option<usize> {
        self.accounts.find(|account| account.login_at(provider).is_some_and(|login| login.person == person))
    }

    /// Begins a session, mails the owner if the browser is new, and ends the session that the browser had before.
    fn begin_session(&mut self, browser: usize, account: usize) -> String {
        let row = self.account(account);
        let (address, is_known) = (row.address, row.devices.is_empty() || row.devices.contains(&browser));
        if !is_known && row.verified_at.is_some() {
            self.post(Kind::NewDevice, address, account);
        }
        let status = match self.account(account).must_be_active() {
            Ok(()) => "Active",
            Err(Refusal::Unverified) => "Unverified",
            Err(_) => "DeletionScheduled",
        };
        let previous = self.viewer(browser);
        self.add_session(browser, account);
        self.record("session.sign_in", account);
        if let Some(previous) = previous {
            self.sessions.remove(|id, _| id == previous.session);
        }
        status.to_owned()
    }

    fn add_session(&mut self, browser: usize, account: usize) {
        let now = self.now();
        self.accounts.at(account).devices.insert(browser);
        let session = Session { account, created_at: now, seen_at: now, sudo_at: None };
        self.browsers[browser] = Some(self.sessions.add(session));
    }

    fn ask_for_reset(&mut self, address: usize) -> Outcome {
        match self.verified_holder(address) {
            Some(account) if self.live_reset_links(account) >= MOST_RESET_LINKS => {
                self.record_refused("account.password_reset_requested", "limited", Some(account));
            }
            Some(account) => {
                self.send_reset_link(account);
                self.record("account.password_reset_requested", account);
            }
            None => self.record_refused("account.password_reset_requested", "no_account", None),
        }
        done()
    }

    /// Confirms the address. A person needs the password only in a browser that neither signed up nor is signed in
    /// to the account.
    fn verify(&mut self, browser: usize, letter: usize, password: usize) -> Outcome {
        let Some((link, account)) = self.live_link(Purpose::VerifyEmail, letter) else {
            return self.refuse("account.email_verified", Refusal::DeadLink, None);
        };
        let viewer = self.viewer(browser);
        let own = viewer.filter(|viewer| viewer.account == account);
        let is_own_browser = own.is_some() || self.links.get(link).unwrap().browser == Some(browser);
        if !is_own_browser && self.account(account).password != Some(password) {
            return self.refuse("account.email_verified", Refusal::WrongPassword, Some(account));
        }
        let now = self.now();
        self.accounts.at(account).verified_at = Some(now);
        if let (Some(viewer), None) = (viewer, own) {
            self.sessions.remove(|id, _| id == viewer.session);
        }
        self.end_sessions(account, own.map(|own| own.session));
        self.revoke_links(account, Purpose::VerifyEmail);
        self.accounts.at(account).devices.insert(browser);
        if own.is_none() {
            self.add_session(browser, account);
        }
        self.record("account.email_verified", account);
        done()
    }

    /// Sets a password, keeps a closed account, and unlinks every provider if the person ticked them.
    fn reset(&mut self, browser: usize, letter: usize, password: usize, unlink: bool) -> Outcome {
        let Some((_, account)) = self.live_link(Purpose::ResetPassword, letter) else {
            return self.refuse("account.password_reset", Refusal::DeadLink, None);
        };
        let was_closed = self.reopen(account);
        self.put_password(account, password);
        self.end_sessions(account, None);
        self.revoke_links(account, Purpose::ResetPassword);
        self.close_change(account, "cancelled");
        self.drop_tokens(account);
        self.accounts.at(account).devices = [browser].into();
        if unlink {
            let gone = std::mem::take(&mut self.accounts.at(account).logins);
            for _ in gone {
                self.record("account.provider_unlinked", account);
            }
        }
        self.tell(Kind::PasswordReset, account);
        self.record("account.password_reset", account);
        Ok(was_closed.to_string())
    }

    fn keep_by_link(&mut self, letter: usize) -> Outcome {
        let Some((_, account)) = self.live_link(Purpose::KeepAccount, letter) else {
            return self.refuse("account.deletion_cancelled", Refusal::DeadLink, None);
        };
        assert!(self.reopen(account), "the link of a closed account");
        done()
    }

    fn cancel_by_link(&mut self, letter: usize) -> Outcome {
        let Some(change) = self.live_change(Purpose::CancelEmailChange, letter) else {
            return self.refuse("account.email_change_cancelled", Refusal::DeadLink, None);
        };
        self.cancel(change);
        done()
    }

    /// Takes the account back for the owner of the old address. Also removes the password, the providers that were
    /// linked shortly before the request or since, and a scheduled deletion, and mails a reset link.
    fn undo(&mut self, browser: usize, letter: usize) -> Outcome {
        let Some(id) = self.undoable(letter) else {
            return self.refuse("account.email_change_undone", Refusal::DeadLink, None);
        };
        let change = self.changes.get(id).unwrap().clone();
        let (account, old, now) = (change.account, change.old, self.now());
        let last = self.account(account).address;
        self.evict(old, Some(account));
        self.changes.at(id).state = "undone";
        self.supersede_since(id, account);
        let row = self.accounts.at(account);
        row.password = None;
        let since = change.asked_at - UNDO - CHANGE;
        row.logins.retain(|login| login.stamp < change.stamp && login.linked_at < since);
        row.devices = [browser].into();
        (row.address, row.verified_at, row.stamp) = (old, Some(now), row.stamp + 1);
        self.cancel_scheduled_deletion(account);
        self.end_sessions(account, None);
        self.revoke_links(account, Purpose::ResetPassword);
        self.drop_tokens(account);
        self.withdraw(account, &[Kind::ConfirmEmailChange, Kind::EmailChangeRequested, Kind::EmailChangedNew]);
        self.post(Kind::EmailChangeUndone, old, account);
        self.post(Kind::EmailChangeUndone, last, account);
        self.send_reset_link(account);
        self.record("account.email_change_undone", account);
        Ok(ADDRESSES[old].to_owned())
    }

    /// Returns the change that the link in a letter can undo, if the change is confirmed, its undo window has not
    /// ended, and no other account has verified the old address.
    pub fn undoable(&self, letter: usize) -> Option<usize> {
        let About::Change(id) = self.received(Purpose::UndoEmailChange, letter)? else { return None };
        let change = self.changes.get(id).filter(|change| change.state == "confirmed")?;
        let is_free = self.verified_holder(change.old).is_none_or(|holder| holder == change.account);
        (change.undo_until.is_some_and(|until| self.now() <= until) && is_free).then_some(id)
    }

    fn supersede_since(&mut self, undone: usize, account: usize) {
        for (id, change) in self.changes.iter_mut() {
            if id > undone && change.account == account && ["open", "confirmed"].contains(&change.state) {
                change.state = "superseded";
            }
        }
    }
}

/// Returns the outcome of a step that succeeds and has no answer.
#[expect(clippy::unnecessary_wraps, reason = "every step returns an outcome")]
pub fn done() -> Outcome {
    Ok(String::new())
}
