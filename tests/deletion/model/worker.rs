//! What the model does in a step without a request: time passes, or a worker runs.

use signet::domain::{deletion::Strategy, mail_token::Purpose, outbox::Kind};

use super::{
    anybody::done,
    state::{ABSOLUTE, ADDRESSES, About, EXPORT, IDLE, KEPT_TOKEN, Letter, Outcome, State, UNCONFIRMED},
    step::{Time, Worker},
};

impl State {
    pub fn time(&mut self, time: &Time) -> Outcome {
        match *time {
            Time::Pass(seconds) => self.clock.pass(seconds),
            Time::Leap(seconds) => self.clock.leap(seconds),
            Time::Confirm => self.clock.confirm(),
            Time::Restart => self.clock.restart(),
        }
        done()
    }

    /// Runs a worker. This returns no refusal, because no person asked for anything.
    pub fn worker(&mut self, worker: &Worker) -> String {
        match *worker {
            Worker::SendLetters => self.send_letters(),
            Worker::BuildExports => self.build_exports(),
            Worker::Erase(account) => self.execute(account),
            Worker::Sweep => self.sweep(),
        }
    }

    /// Sends due letters. It drops a letter whose link no longer works. Reminders wait while the process distrusts its
    /// clock.
    fn send_letters(&mut self) -> String {
        let (now, is_doubted) = (self.now(), self.clock.is_doubted());
        let is_held = |letter: &Letter| is_doubted && letter.kind == Kind::DeletionReminder;
        let (mut due, later): (Vec<Letter>, Vec<Letter>) =
            self.letters.drain(..).partition(|letter| letter.due_at <= now && !is_held(letter));
        self.letters = later;
        due.retain(|letter| self.says_something(letter));
        let mut sent = Vec::new();
        for letter in due {
            sent.push(format!("{} to {}", letter.kind.word(), ADDRESSES[letter.to]));
            self.inbox.extend(letter.kind.link().zip(letter.about));
        }
        sent.sort();
        sent.join(", ")
    }

    fn says_something(&self, letter: &Letter) -> bool {
        match letter.about {
            None => true,
            Some(About::Link(id)) => self.links.get(id).is_some_and(|link| self.now() <= link.expires_at),
            Some(About::Change(id)) => self.changes.get(id).is_some_and(|change| {
                if letter.kind == Kind::EmailChangedOld {
                    return change.state == "confirmed";
                }
                change.state == "open" && self.now() <= change.expires_at
            }),
        }
    }

    /// Prepares the requested exports. If the person has closed their account meanwhile, this drops the request. A
    /// person who comes back has to request an export again.
    fn build_exports(&mut self) -> String {
        let now = self.now();
        let due: Vec<(usize, usize)> = self
            .exports
            .iter()
            .filter(|(_, export)| export.until.is_none() && export.asked_at <= now)
            .map(|(id, export)| (id, export.account))
            .collect();
        let (mut ready, mut dropped) = (0, 0);
        for (id, account) in due {
            if self.account(account).must_be_active().is_ok() {
                self.exports.at(id).until = Some(now + EXPORT);
                self.tell(Kind::ExportReady, account);
                ready += 1;
            } else {
                dropped += self.exports.remove(|export, _| export == id);
            }
        }
        format!("{ready} ready, {dropped} dropped")
    }

    /// Erases the account, but never before it is due, never by a distrusted clock, and never twice.
    fn execute(&mut self, account: usize) -> String {
        if self.clock.is_doubted() {
            return "Paused".to_owned();
        }
        let row = self.accounts.get(account).filter(|row| row.deleted_at.is_none());
        let Some(row) = row.filter(|row| row.deletion.is_some_and(|(_, due)| due <= self.now())) else {
            return "NotDue".to_owned();
        };
        let (to, is_verified, due_at) = (row.address, row.verified_at.is_some(), self.now());
        self.erase(account, self.strategy);
        if is_verified {
            self.letters.push(Letter { kind: Kind::DeletionExecuted, to, account: None, about: None, due_at });
        }
        match self.strategy {
            Strategy::HardDelete => self.events.push("account.deletion_executed|-|-".to_owned()),
            _ => self.record("account.deletion_executed", account),
        }
        "Executed".to_owned()
    }

    /// Removes expired rows.
    fn sweep(&mut self) -> String {
        let is_doubted = self.clock.is_doubted();
        if !is_doubted {
            let now = self.now();
            self.sessions.remove(|_, row| row.seen_at < now - IDLE || row.created_at < now - ABSOLUTE);
            self.links.remove(|_, row| row.expires_at < now);
            self.changes.remove(|_, row| row.undo_until.unwrap_or(row.expires_at) < now);
            self.exports.remove(|_, row| row.until.is_some_and(|until| until < now));
            self.tokens.remove(|_, row| row.expires_at < now - KEPT_TOKEN);
            self.remove_unconfirmed();
        }
        format!("doubt: {is_doubted}")
    }

    /// Removes the open accounts that were never confirmed, unless a confirm link still works. The rows of links
    /// that have expired are gone by now.
    fn remove_unconfirmed(&mut self) {
        let due: Vec<usize> = self
            .accounts
            .iter()
            .filter(|(id, row)| {
                let has_link = self.links.find(|link| link.account == *id && link.purpose == Purpose::VerifyEmail);
                let is_waiting = row.verified_at.is_none() && row.deletion.is_none() && row.deleted_at.is_none();
                is_waiting && row.created_at < self.now() - UNCONFIRMED && has_link.is_none()
            })
            .map(|(id, _)| id)
            .collect();
        for account in due {
            self.erase(account, Strategy::HardDelete);
        }
    }
}
