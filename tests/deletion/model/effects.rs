//! What several steps have in common: letters, events and revocations.

use signet::domain::{deletion::Strategy, error::Refusal, mail_token::Purpose, outbox::Kind};

use super::state::{About, Letter, Link, Outcome, RESET, State, VERIFY};

impl State {
    /// Posts a letter about an account.
    pub fn post(&mut self, kind: Kind, to: usize, account: usize) {
        self.post_about(kind, to, account, None);
    }

    pub fn post_about(&mut self, kind: Kind, to: usize, account: usize, about: Option<About>) {
        let due_at = self.now();
        self.letters.push(Letter { kind, to, account: Some(account), about, due_at });
    }

    /// Posts a letter to an account's own address.
    pub fn tell(&mut self, kind: Kind, account: usize) {
        self.post(kind, self.account(account).address, account);
    }

    /// Deletes unsent letters about an account.
    pub fn withdraw(&mut self, account: usize, kinds: &[Kind]) {
        self.letters.retain(|letter| letter.account != Some(account) || !kinds.contains(&letter.kind));
    }

    /// Records the event of an action on an account.
    pub fn record(&mut self, event: &str, account: usize) {
        self.events.push(format!("{event}|-|user {account}"));
    }

    pub fn record_refused(&mut self, event: &str, code: &str, account: Option<usize>) {
        let account = account.map_or_else(|| "-".to_owned(), |account| format!("user {account}"));
        self.events.push(format!("{event}|{code}|{account}"));
    }

    /// Refuses, and records the refusal.
    pub fn refuse(&mut self, event: &str, refusal: Refusal, account: Option<usize>) -> Outcome {
        self.record_refused(event, refusal.code(), account);
        Err(refusal)
    }

    pub fn send_confirm_link(&mut self, account: usize, browser: usize) {
        let expires_at = self.now() + VERIFY;
        self.send_link(account, Purpose::VerifyEmail, Kind::ConfirmAddress, Some(browser), expires_at);
    }

    /// How many reset links of an account work now.
    pub fn live_reset_links(&self, account: usize) -> usize {
        let (stamp, now) = (self.account(account).stamp, self.now());
        let is_live = |link: &Link| link.stamp == stamp && now <= link.expires_at;
        let own = self.links.iter().filter(|(_, link)| link.account == account);
        own.filter(|(_, link)| link.purpose == Purpose::ResetPassword && is_live(link)).count()
    }

    pub fn send_keep_link(&mut self, account: usize, expires_at: i64) {
        self.send_link(account, Purpose::KeepAccount, Kind::DeletionScheduled, None, expires_at);
    }

    pub fn send_reset_link(&mut self, account: usize) {
        let expires_at = self.now() + RESET;
        self.send_link(account, Purpose::ResetPassword, Kind::ResetPassword, None, expires_at);
    }

    fn send_link(&mut self, account: usize, purpose: Purpose, kind: Kind, browser: Option<usize>, expires_at: i64) {
        let row = self.account(account);
        let (address, stamp) = (row.address, row.stamp);
        let link = self.links.add(Link { account, purpose, address, stamp, browser, expires_at });
        self.post_about(kind, address, account, Some(About::Link(link)));
    }

    /// Revokes an account's links for one purpose, and deletes the unsent letters that hold them.
    pub fn revoke_links(&mut self, account: usize, purpose: Purpose) {
        self.links.remove(|_, link| link.account == account && link.purpose == purpose);
        let kind = if purpose == Purpose::VerifyEmail { Kind::ConfirmAddress } else { Kind::ResetPassword };
        self.withdraw(account, &[kind]);
    }

    /// Ends the open change of an account.
    pub fn close_change(&mut self, account: usize, state: &'static str) {
        if let Some(open) = self.open_change(account) {
            self.changes.at(open).state = state;
            self.withdraw(account, &[Kind::ConfirmEmailChange, Kind::EmailChangeRequested]);
        }
    }

    /// Cancels a change, and writes to the new address unless an account has it.
    pub fn cancel(&mut self, change: usize) {
        let (account, new) = self.changes.get(change).map(|change| (change.account, change.new)).unwrap();
        self.close_change(account, "cancelled");
        if self.verified_holder(new).is_none() {
            self.post(Kind::EmailChangeCancelled, new, account);
        }
        self.record("account.email_change_cancelled", account);
    }

    /// Ends every session of an account except `but`; returns how many.
    pub fn end_sessions(&mut self, account: usize, but: Option<usize>) -> usize {
        self.sessions.remove(|id, session| session.account == account && Some(id) != but)
    }

    pub fn end_sudo(&mut self, account: usize) {
        for (_, session) in self.sessions.iter_mut() {
            if session.account == account {
                session.sudo_at = None;
            }
        }
    }

    pub fn drop_tokens(&mut self, account: usize) -> usize {
        self.tokens.remove(|_, token| token.account == account)
    }

    pub fn put_password(&mut self, account: usize, password: usize) {
        let row = self.accounts.at(account);
        row.stamp += 1;
        row.password = Some(password);
    }

    /// Takes a scheduled deletion back; returns whether there was one.
    pub fn cancel_scheduled_deletion(&mut self, account: usize) -> bool {
        let was_closed = self.accounts.at(account).deletion.take().is_some();
        if was_closed {
            self.withdraw(account, &[Kind::DeletionScheduled, Kind::DeletionReminder]);
            self.links.remove(|_, link| link.account == account && link.purpose == Purpose::KeepAccount);
        }
        was_closed
    }

    /// Erases the unverified account with this address, even if it is closed. Spares the account `but`.
    pub fn evict(&mut self, address: usize, but: Option<usize>) {
        if let Some(holder) = self.unverified_holder(address).filter(|holder| Some(*holder) != but) {
            self.cancel_scheduled_deletion(holder);
            self.erase(holder, Strategy::Anonymize);
        }
    }

    /// Erases an account. Every strategy removes its sessions, links, email changes, exports, tokens and letters. The
    /// strategy decides what stays of the account's own row.
    pub fn erase(&mut self, account: usize, strategy: Strategy) {
        self.end_sessions(account, None);
        self.links.remove(|_, link| link.account == account);
        self.changes.remove(|_, change| change.account == account);
        self.exports.remove(|_, export| export.account == account);
        self.drop_tokens(account);
        self.letters.retain(|letter| letter.account != Some(account));
        if strategy == Strategy::HardDelete {
            self.accounts.remove(|id, _| id == account);
            return;
        }
        let now = self.now();
        let row = self.accounts.at(account);
        (row.password, row.deleted_at, row.stamp) = (None, Some(now), row.stamp + 1);
        row.logins.clear();
        row.devices.clear();
        row.is_anonymized = strategy == Strategy::Anonymize;
    }
}
