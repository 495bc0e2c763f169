//! The steps of a person that concern their address.

use signet::domain::{error::Refusal, mail_token::Purpose, outbox::Kind};

use super::{
    anybody::done,
    state::{ADDRESSES, About, CHANGE, Change, Outcome, State, UNDO, Viewer},
};

impl State {
    /// Sends the link again. It records neither success nor refusal.
    pub fn resend(&mut self, viewer: Viewer) -> Outcome {
        let account = self.account(viewer.account);
        if let Err(refusal) = account.must_be_open() {
            return self.refuse("account.sign_up", refusal, Some(viewer.account));
        }
        if account.verified_at.is_none() {
            self.send_fresh_confirm_link(viewer);
        }
        done()
    }

    /// Sends a new confirmation link. If an account has verified the address, its owner gets a letter instead.
    fn send_fresh_confirm_link(&mut self, viewer: Viewer) {
        self.revoke_links(viewer.account, Purpose::VerifyEmail);
        let address = self.account(viewer.account).address;
        match self.verified_holder(address) {
            Some(owner) => self.post(Kind::AlreadyRegistered, address, owner),
            None => self.send_confirm_link(viewer.account, viewer.browser),
        }
    }

    pub fn ask_for_change(&mut self, viewer: Viewer, address: usize) -> Outcome {
        let account = self.account(viewer.account);
        account.must_be_open()?;
        if account.verified_at.is_none() {
            self.correct(viewer, address);
        } else if account.address == address {
            return Err(Refusal::SameEmail);
        } else {
            self.must_have_sudo(viewer)?;
            self.open_new_change(viewer.account, address);
        }
        self.record("account.email_change_requested", viewer.account);
        Ok(ADDRESSES[address].to_owned())
    }

    /// An address that was never verified can be replaced at once.
    fn correct(&mut self, viewer: Viewer, address: usize) {
        self.evict(address, Some(viewer.account));
        let account = self.accounts.at(viewer.account);
        (account.address, account.stamp) = (address, account.stamp + 1);
        self.send_fresh_confirm_link(viewer);
    }

    fn open_new_change(&mut self, account: usize, new: usize) {
        self.close_change(account, "replaced");
        let (asked_at, row) = (self.now(), self.account(account));
        let (old, stamp) = (row.address, row.stamp);
        let change = Change {
            account,
            old,
            new,
            state: "open",
            stamp,
            asked_at,
            expires_at: asked_at + CHANGE,
            undo_until: None,
        };
        let about = Some(About::Change(self.changes.add(change)));
        match self.verified_holder(new) {
            Some(owner) => self.post(Kind::EmailChangeToTaken, new, owner),
            None => self.post_about(Kind::ConfirmEmailChange, new, account, about),
        }
        self.post_about(Kind::EmailChangeRequested, old, account, about);
    }

    pub fn confirm_change(&mut self, viewer: Viewer, letter: usize) -> Outcome {
        let id = self.live_change(Purpose::ConfirmEmailChange, letter).ok_or(Refusal::DeadLink)?;
        let change = self.changes.get(id).unwrap().clone();
        if change.account != viewer.account {
            return Err(Refusal::OtherUser);
        }
        let account = self.account(viewer.account);
        let is_current = account.stamp == change.stamp && account.address == change.old;
        if !is_current || self.verified_holder(change.new).is_some_and(|holder| holder != viewer.account) {
            return Err(Refusal::DeadLink);
        }
        let now = self.now();
        self.evict(change.new, Some(viewer.account));
        let account = self.accounts.at(viewer.account);
        (account.address, account.verified_at, account.stamp) = (change.new, Some(now), account.stamp + 1);
        let stamp = account.stamp;
        let row = self.changes.at(id);
        (row.state, row.stamp, row.undo_until) = ("confirmed", stamp, Some(now + UNDO));
        self.end_sessions(viewer.account, None);
        self.revoke_links(viewer.account, Purpose::ResetPassword);
        self.withdraw(viewer.account, &[Kind::ConfirmEmailChange, Kind::EmailChangeRequested]);
        self.post(Kind::EmailChangedNew, change.new, viewer.account);
        self.post_about(Kind::EmailChangedOld, change.old, viewer.account, Some(About::Change(id)));
        self.record("account.email_changed", viewer.account);
        Ok(ADDRESSES[change.new].to_owned())
    }

    /// With no open change there is nothing to do, and nothing to record.
    pub fn cancel_change(&mut self, viewer: Viewer) -> Outcome {
        if let Err(refusal) = self.account(viewer.account).must_be_open() {
            return self.refuse("account.email_change_cancelled", refusal, Some(viewer.account));
        }
        if let Some(open) = self.open_change(viewer.account) {
            self.cancel(open);
        }
        done()
    }
}
