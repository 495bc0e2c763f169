//! The model's tables, one line for a row, in the form in which the test reads the database.

use signet::domain::{error::Refusal, export, time::Timestamp, user};

use super::state::{ABSOLUTE, ADDRESSES, About, Account, Export, IDLE, NAMES, PROVIDERS, Session, State};

impl State {
    /// Every row, sorted. A missing value is `-`.
    pub fn picture(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.accounts.iter().map(|(id, account)| account_line(id, account)).collect();
        lines.extend(self.accounts.iter().flat_map(|(id, account)| login_lines(id, account)));
        lines.extend(self.sessions.iter().map(|(id, row)| {
            let sudo_at = or_dash(row.sudo_at);
            format!("session|session {id}|user {}|{}|{}|{sudo_at}", row.account, row.created_at, row.seen_at)
        }));
        lines.extend(self.links.iter().map(|(id, row)| {
            let (purpose, address) = (row.purpose.word(), ADDRESSES[row.address]);
            format!("link|link {id}|user {}|{purpose}|{address}|{}", row.account, row.expires_at)
        }));
        lines.extend(self.changes.iter().map(|(id, row)| {
            let (old, new, undo_until) = (ADDRESSES[row.old], ADDRESSES[row.new], or_dash(row.undo_until));
            format!("change|change {id}|user {}|{old}|{new}|{}|{}|{undo_until}", row.account, row.state, row.expires_at)
        }));
        lines.extend(self.tokens.iter().map(|(id, row)| {
            let scope = if row.may_write { "write" } else { "read" };
            format!("token|token {id}|user {}|{scope}|{}", row.account, row.expires_at)
        }));
        lines.extend(self.exports.iter().map(|(id, row)| {
            let state = if row.until.is_some() { "ready" } else { "building" };
            format!("export|export {id}|user {}|{state}|{}|{}", row.account, row.asked_at, or_dash(row.until))
        }));
        lines.extend(self.letters.iter().map(|row| {
            let (kind, to) = (row.kind.word(), ADDRESSES[row.to]);
            let account = row.account.map_or_else(|| "-".to_owned(), |account| format!("user {account}"));
            format!("letter|{kind}|{to}|{account}|{}|{}", about(row.about), row.due_at)
        }));
        lines.sort();
        lines
    }
}

fn account_line(id: usize, account: &Account) -> String {
    let Account { verified_at, password, stamp, deletion, deleted_at, .. } = account;
    let (address, name) = (ADDRESSES[account.address], NAMES[account.name]);
    let is_left = !account.is_anonymized;
    let email = if is_left { address } else { "-" };
    let name = if is_left && !name.is_empty() { name } else { "-" };
    let verified_at = or_dash(verified_at.filter(|_| is_left));
    let has_password = u8::from(password.is_some());
    let (asked_at, delete_at) = (or_dash(deletion.map(|(at, _)| at)), or_dash(deletion.map(|(_, at)| at)));
    let deleted_at = or_dash(*deleted_at);
    format!("user|user {id}|{email}|{verified_at}|{name}|{has_password}|{stamp}|{asked_at}|{delete_at}|{deleted_at}")
}

fn login_lines(id: usize, account: &Account) -> impl Iterator<Item = String> {
    account.logins.iter().map(move |login| {
        format!("login|user {id}|{}|person-{}|{}", PROVIDERS[login.provider], login.person, login.linked_at)
    })
}

fn about(about: Option<About>) -> String {
    match about {
        None => "-".to_owned(),
        Some(About::Link(id)) => format!("link {id}"),
        Some(About::Change(id)) => format!("change {id}"),
    }
}

pub fn or_dash(value: Option<i64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}

impl State {
    /// What the pages of the settings show to the person who is signed in with a browser.
    pub fn seen_in(&self, browser: usize) -> Option<String> {
        let viewer = self.viewer(browser)?;
        let (account, now) = (self.account(viewer.account), self.now());
        let status = match account.must_be_active() {
            Ok(()) => user::AccountStatus::Active,
            Err(Refusal::Unverified) => user::AccountStatus::Unverified,
            Err(_) => user::AccountStatus::DeletionScheduled,
        };
        let is_alive = |row: &Session| row.seen_at + IDLE >= now && row.created_at + ABSOLUTE >= now;
        let own = |account: usize| account == viewer.account;
        let sessions = self.sessions.iter().filter(|(_, row)| own(row.account) && is_alive(row)).count();
        let tokens = self.tokens.iter().filter(|(_, row)| own(row.account) && row.expires_at >= now).count();
        let pending = self.open_change(viewer.account).and_then(|change| self.changes.get(change));
        let pending = pending.filter(|change| now <= change.expires_at).map_or("-", |change| ADDRESSES[change.new]);
        let export = match self.export_of(viewer.account).and_then(|export| self.exports.get(export)) {
            None => export::ExportStatus::None,
            Some(Export { until: None, asked_at, .. }) => export::ExportStatus::Building(Timestamp(*asked_at)),
            Some(Export { until: Some(until), .. }) if now <= *until => export::ExportStatus::Ready(Timestamp(*until)),
            Some(Export { until: Some(until), .. }) => export::ExportStatus::Expired(Timestamp(*until)),
        };
        Some(format!(
            "{} {status:?} '{}' password: {}, sudo: {}, {sessions} sessions, {tokens} tokens, change: {pending}, export: {export:?}",
            ADDRESSES[account.address],
            NAMES[account.name],
            account.password.is_some(),
            self.has_sudo(viewer.session),
        ))
    }
}
