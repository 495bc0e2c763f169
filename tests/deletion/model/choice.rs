//! Says which steps may come next, and how likely each step is. A step that changes something is more likely than a
//! step that the site refuses.

use signet::domain::mail_token::Purpose;

use super::{
    state::{ABSOLUTE, ADDRESSES, BROWSERS, DAY, HOUR, IDLE, MINUTE, NAMES, PASSWORDS, PROVIDERS, SUDO, State, Viewer},
    step::{Anybody, Person, Step, Time, Worker},
};

/// Steps, each with a weight that says how likely the step is.
type Offers = Vec<(u32, Step)>;

/// Returns every step that may come next. The steps are in parts, such as the steps of time or the steps of one
/// browser. Each part has a weight, which its steps share. So a part does not become likelier by having more steps.
pub fn offers(state: &State) -> Offers {
    let mut offers = Vec::new();
    share(20, time(state), &mut offers);
    share(if has_work(state) { 40 } else { 6 }, workers(state), &mut offers);
    for browser in 0..BROWSERS {
        let anybody =
            |deeds: Vec<_>| deeds.into_iter().map(move |(weight, deed)| (weight, Step::Anybody(browser, deed)));
        let viewer = state.viewer(browser);
        share(if viewer.is_some() { 3 } else { 8 }, anybody(strangers(state)).collect(), &mut offers);
        let mailed = mailed(state);
        let alive: u32 = mailed.iter().map(|(weight, _)| weight - 1).sum();
        share((2 + alive).min(12), anybody(mailed).collect(), &mut offers);
        let deeds = viewer.map_or_else(|| vec![(1, Person::Keep)], |viewer| person(state, viewer));
        let deeds = deeds.into_iter().map(|(weight, deed)| (weight, Step::Person(browser, deed)));
        share(if viewer.is_some() { 24 } else { 1 }, deeds.collect(), &mut offers);
    }
    share(3, programs(state), &mut offers);
    offers
}

/// Adds the steps of a part, and scales their weights so that the sum is proportional to `share`.
fn share(share: u32, part: Offers, offers: &mut Offers) {
    let sum: u32 = part.iter().map(|(weight, _)| weight).sum();
    offers.extend(part.into_iter().map(|(weight, step)| (share * weight * 1_000 / sum, step)));
    offers.retain(|(weight, _)| *weight > 0);
}

fn time(state: &State) -> Offers {
    let mut offers = Vec::new();
    let mut add = |weight, time| offers.push((weight, Step::Time(time)));
    for (seconds, weight) in
        [(1, 24), (MINUTE, 12), (6 * MINUTE, 6), (16 * MINUTE, 3), (2 * HOUR, 3), (DAY, 2), (4 * DAY, 1)]
    {
        add(weight, Time::Pass(seconds));
    }
    // A deadline is the last second in which something works. Let the time pass up to a deadline, or up to the
    // second after it.
    for deadline in deadlines(state).into_iter().take(3) {
        let span = deadline - state.now();
        add(2, Time::Pass(span));
        add(2, Time::Pass(span + 1));
    }
    for due in deletions(state).filter(|due| *due > state.now()) {
        add(3, Time::Pass(due - state.now()));
        add(if due - 1 > state.now() { 2 } else { 0 }, Time::Pass(due - 1 - state.now()));
    }
    for seconds in [HOUR, HOUR + 1, 15 * DAY, -90, -2 * HOUR] {
        add(1, Time::Leap(seconds));
    }
    // An operator sets a wrong clock right, or confirms it.
    let ahead = state.clock.ahead();
    if ahead != 0 {
        add(6, Time::Leap(-ahead));
        add(6, Time::Confirm);
    }
    add(1, Time::Restart);
    offers
}

/// Returns the times at which the closed accounts are due to be erased.
fn deletions(state: &State) -> impl Iterator<Item = i64> {
    let living = state.accounts.iter().filter(|(_, account)| account.deleted_at.is_none());
    living.filter_map(|(_, account)| account.deletion).map(|(_, due)| due)
}

/// Returns the times at which something ends or becomes due, the nearest first.
fn deadlines(state: &State) -> Vec<i64> {
    let mut all: Vec<i64> = state.links.iter().map(|(_, row)| row.expires_at).collect();
    all.extend(state.changes.iter().map(|(_, row)| row.undo_until.unwrap_or(row.expires_at)));
    all.extend(state.sessions.iter().filter_map(|(_, row)| row.sudo_at).map(|at| at + SUDO));
    all.extend(state.sessions.iter().flat_map(|(_, row)| [row.seen_at + IDLE, row.created_at + ABSOLUTE]));
    all.extend(state.exports.iter().filter_map(|(_, row)| row.until));
    all.extend(state.tokens.iter().map(|(_, row)| row.expires_at));
    all.extend(state.letters.iter().map(|row| row.due_at));
    all.retain(|at| *at > state.now());
    all.sort_unstable();
    all.dedup();
    all
}

fn has_work(state: &State) -> bool {
    let now = state.now();
    state.letters.iter().any(|letter| letter.due_at <= now)
        || state.exports.iter().any(|(_, export)| export.until.is_none())
        || deletions(state).any(|due| due <= now)
}

fn workers(state: &State) -> Offers {
    let mut offers = Vec::new();
    let mut add = |weight, worker| offers.push((weight, Step::Worker(worker)));
    add(if state.letters.iter().any(|letter| letter.due_at <= state.now()) { 40 } else { 1 }, Worker::SendLetters);
    let is_asked_for = state.exports.iter().any(|(_, export)| export.until.is_none());
    add(if is_asked_for { 8 } else { 1 }, Worker::BuildExports);
    add(4, Worker::Sweep);
    for (id, account) in state.accounts.iter().filter(|(_, account)| !account.is_anonymized) {
        let due = account.deletion.map(|(_, at)| at <= state.now());
        add(due.map_or(1, |is_due| if is_due { 24 } else { 3 }), Worker::Erase(id));
    }
    offers
}

fn programs(state: &State) -> Offers {
    let mut offers = vec![(1, Step::Program(usize::MAX, 0))];
    for (token, row) in state.tokens.iter() {
        let works = row.expires_at >= state.now() && row.may_write;
        for (session, other) in state.sessions.iter() {
            let weight = if works && other.account == row.account { 4 } else { 1 };
            offers.push((weight, Step::Program(token, session)));
        }
        offers.push((1, Step::Program(token, usize::MAX)));
    }
    offers
}

fn strangers(state: &State) -> Vec<(u32, Anybody)> {
    let mut deeds = vec![(1, Anybody::SignIn { address: 0, password: 1 })];
    for address in 0..ADDRESSES.len() {
        let holder = state.verified_holder(address).or_else(|| state.unverified_holder(address));
        let new = Anybody::SignUp { address, password: address % PASSWORDS.len() };
        deeds.push((if holder.is_none() && address < 3 { 4 } else { 1 }, new));
        if let Some(password) = holder.and_then(|holder| state.account(holder).password) {
            let has_moved = holder.is_some_and(|holder| has_moved(state, holder));
            let is_closed = holder.is_some_and(|holder| state.account(holder).deletion.is_some());
            let weight = if has_moved { 40 } else { 8 };
            deeds.push((if is_closed { 24 } else { weight }, Anybody::SignIn { address, password }));
        }
        if holder.is_some() {
            deeds.push((3, Anybody::AskForReset { address }));
        }
    }
    for provider in 0..PROVIDERS.len() {
        deeds.extend((0..2).map(|person| (1, Anybody::SignInAt { provider, person })));
    }
    deeds
}

/// Returns whether an account has changed its address, so that the old address may undo the change.
fn has_moved(state: &State, account: usize) -> bool {
    state.changes.iter().any(|(_, change)| change.account == account && change.state == "confirmed")
}

/// Steps with links from letters that have arrived, including links that no longer work.
fn mailed(state: &State) -> Vec<(u32, Anybody)> {
    let mut deeds = Vec::new();
    let weight = |is_live, most| if is_live { most } else { 1 };
    for letter in 0..3 {
        let holder = state.live_link(Purpose::VerifyEmail, letter).map(|(_, account)| account);
        let password = holder.and_then(|holder| state.account(holder).password).unwrap_or(0);
        deeds.push((weight(holder.is_some(), 30), Anybody::Verify { letter, password }));
        let wrong = (password + 1) % PASSWORDS.len();
        deeds.push((weight(holder.is_some(), 3), Anybody::Verify { letter, password: wrong }));
        let is_live = state.live_link(Purpose::ResetPassword, letter).is_some();
        for unlink in [true, false] {
            deeds.push((weight(is_live, 2), Anybody::Reset { letter, password: letter, unlink }));
        }
        let is_live = state.live_link(Purpose::KeepAccount, letter).is_some();
        deeds.push((weight(is_live, 2), Anybody::KeepByLink { letter }));
        let is_live = state.live_change(Purpose::CancelEmailChange, letter).is_some();
        deeds.push((weight(is_live, 4), Anybody::CancelChange { letter }));
        // Undo an older change rather than the newest, since such an undo also supersedes the newer ones.
        let most = if letter == 0 { 2 } else { 40 };
        deeds.push((weight(state.undoable(letter).is_some(), most), Anybody::UndoChange { letter }));
    }
    deeds
}

fn person(state: &State, viewer: Viewer) -> Vec<(u32, Person)> {
    let account = state.account(viewer.account);
    let mut deeds = vec![
        (3, Person::OpenPage),
        (1, Person::SignOut),
        (if account.deletion.is_some() { 5 } else { 1 }, Person::Keep),
        (if account.verified_at.is_none() { 3 } else { 1 }, Person::Resend),
        (if state.open_change(viewer.account).is_some() { 3 } else { 1 }, Person::CancelChange),
    ];
    for letter in 0..3 {
        let change = state.live_change(Purpose::ConfirmEmailChange, letter).and_then(|id| state.changes.get(id));
        let is_own = change.is_some_and(|change| change.account == viewer.account);
        deeds.push((if is_own { 40 } else { 1 }, Person::ConfirmChange { letter }));
    }
    deeds.extend((0..NAMES.len()).map(|name| (1, Person::Rename { name })));
    passwords(state, viewer, &mut deeds);
    if state.has_sudo(viewer.session) || account.must_be_active().is_err() {
        with_sudo(state, viewer, &mut deeds);
        belongings(state, viewer, &mut deeds);
    } else {
        let forbidden = [
            Person::Close { typed: account.address },
            Person::AskForChange { address: 3 },
            Person::AskForExport,
            Person::SetPassword { new: 0 },
            Person::RevokeOthers,
        ];
        deeds.extend(forbidden.map(|deed| (1, deed)));
    }
    deeds
}

fn passwords(state: &State, viewer: Viewer, deeds: &mut Vec<(u32, Person)>) {
    let account = state.account(viewer.account);
    let mut add = |weight, deed| deeds.push((weight, deed));
    let needs_sudo = !state.has_sudo(viewer.session) && account.deletion.is_none();
    let sudo = if needs_sudo { 30 } else { 1 };
    if let Some(current) = account.password {
        add(sudo, Person::ConfirmSudo { password: current });
        add(2, Person::ChangePassword { current, new: (current + 1) % PASSWORDS.len() });
        add(1, Person::ChangePassword { current, new: current });
    }
    add(1, Person::ConfirmSudo { password: 2 });
    add(1, Person::ChangePassword { current: 2, new: 0 });
    for login in &account.logins {
        let (provider, person) = (login.provider, login.person);
        add(if account.password.is_none() { sudo } else { 1 }, Person::ConfirmSudoAt { provider, person });
    }
    add(1, Person::ConfirmSudoAt { provider: 0, person: 2 });
}

fn with_sudo(state: &State, viewer: Viewer, deeds: &mut Vec<(u32, Person)>) {
    let mut add = |weight, deed| deeds.push((weight, deed));
    let account = state.account(viewer.account);
    add(if account.password.is_none() { 6 } else { 1 }, Person::SetPassword { new: 0 });
    for address in 0..ADDRESSES.len() {
        let is_taken = state.verified_holder(address).is_some();
        let free = if has_moved(state, viewer.account) { 60 } else { 7 };
        add(if is_taken { 2 } else { free }, Person::AskForChange { address });
    }
    for provider in 0..PROVIDERS.len() {
        for person in 0..3 {
            add(1, Person::Link { provider, person });
        }
        add(if account.login_at(provider).is_some() { 16 } else { 1 }, Person::Unlink { provider });
        add(if account.once_linked.contains(&provider) { 6 } else { 1 }, Person::Disown { provider });
    }
    add(6, Person::Close { typed: account.address });
    add(1, Person::Close { typed: (account.address + 1) % ADDRESSES.len() });
}

fn belongings(state: &State, viewer: Viewer, deeds: &mut Vec<(u32, Person)>) {
    let mut add = |weight, deed| deeds.push((weight, deed));
    let is_own = |account| if account == viewer.account { 4 } else { 1 };
    for (may_write, days) in [(true, 7), (false, 30)] {
        add(3, Person::CreateToken { may_write, days });
    }
    add(1, Person::RevokeAllTokens);
    for (token, row) in state.tokens.iter() {
        add(is_own(row.account), Person::RevokeToken { token });
    }
    add(2, Person::RevokeOthers);
    for (session, row) in state.sessions.iter() {
        add(is_own(row.account), Person::RevokeSession { session });
    }
    let is_asked_for =
        state.export_of(viewer.account).and_then(|id| state.exports.get(id)).is_some_and(|row| row.until.is_none());
    add(if is_asked_for { 16 } else { 4 }, Person::AskForExport);
    for (export, row) in state.exports.iter() {
        add(3 * is_own(row.account), Person::Download { export });
    }
}
