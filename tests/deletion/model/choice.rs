//! What may happen next, and how likely: whatever leads further more often than what is refused.

use signet::domain::token::Purpose;

use super::{
    state::{ABSOLUTE, ADDRESSES, BROWSERS, DAY, HOUR, IDLE, MINUTE, NAMES, PASSWORDS, PROVIDERS, SUDO, State, Viewer},
    step::{Anybody, Person, Step, Time, Worker},
};

/// Steps with their weights.
type Offers = Vec<(u32, Step)>;

/// Every step that could be next.
pub fn offers(state: &State) -> Offers {
    let mut offers = Vec::new();
    time(state, &mut offers);
    workers(state, &mut offers);
    for browser in 0..BROWSERS {
        let mut add = |weight, deed| offers.push((weight, Step::Anybody(browser, deed)));
        strangers(state, &mut add);
        mailed(state, &mut add);
        let mut add = |weight, deed| offers.push((weight, Step::Person(browser, deed)));
        match state.viewer(browser) {
            Some(viewer) => person(state, viewer, &mut add),
            None => add(2, Person::Keep),
        }
    }
    for (token, _) in state.tokens.iter() {
        let sessions = state.sessions.iter().map(|(id, _)| id).chain([usize::MAX]);
        offers.extend(sessions.map(|session| (2, Step::Program(token, session))));
    }
    offers
}

fn time(state: &State, offers: &mut Offers) {
    let spans = [(1, 16), (MINUTE, 10), (6 * MINUTE, 8), (16 * MINUTE, 4), (2 * HOUR, 3), (DAY, 3), (4 * DAY, 2), (31 * DAY, 1)];
    offers.extend(spans.map(|(seconds, weight)| (weight, Step::Time(Time::Pass(seconds)))));
    // The last second of something, and the one after it.
    for deadline in deadlines(state).into_iter().take(6) {
        let span = deadline - state.now();
        offers.extend([span, span + 1].map(|seconds| (2, Step::Time(Time::Pass(seconds)))));
    }
    let leaps = [HOUR, HOUR + 1, 15 * DAY, -90, -2 * HOUR];
    offers.extend(leaps.map(|seconds| (1, Step::Time(Time::Leap(seconds)))));
    // What went wrong is set right again.
    let ahead = state.clock.ahead();
    if ahead != 0 {
        offers.push((6, Step::Time(Time::Leap(-ahead))));
        offers.push((4, Step::Time(Time::Confirm)));
    }
    offers.push((1, Step::Time(Time::Restart)));
}

/// The last seconds of all that is running, the nearest first.
fn deadlines(state: &State) -> Vec<i64> {
    let mut all: Vec<i64> = state.links.iter().map(|(_, row)| row.expires_at).collect();
    let due = state.accounts.iter().filter(|(_, row)| row.deleted_at.is_none()).filter_map(|(_, row)| row.deletion);
    all.extend(due.flat_map(|(_, at)| [at - 1, at]));
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

fn workers(state: &State, offers: &mut Offers) {
    let mut add = |weight, worker| offers.push((weight, Step::Worker(worker)));
    add(if state.letters.iter().any(|letter| letter.due_at <= state.now()) { 60 } else { 1 }, Worker::SendLetters);
    let is_asked_for = state.exports.iter().any(|(_, export)| export.until.is_none());
    add(if is_asked_for { 16 } else { 1 }, Worker::BuildExports);
    add(5, Worker::Sweep);
    for (id, account) in state.accounts.iter() {
        let due = account.deletion.map(|(_, at)| at <= state.now());
        add(due.map_or(1, |is_due| if is_due { 16 } else { 4 }), Worker::Erase(id));
    }
}

fn strangers(state: &State, add: &mut impl FnMut(u32, Anybody)) {
    for address in 0..ADDRESSES.len() {
        add(2, Anybody::SignUp { address, password: address % PASSWORDS.len() });
        let holder = state.verified_holder(address).or_else(|| state.unverified_holder(address));
        if let Some(password) = holder.and_then(|holder| state.account(holder).password) {
            add(8, Anybody::SignIn { address, password });
            add(2, Anybody::AskForReset { address });
        }
    }
    add(1, Anybody::SignIn { address: 0, password: 1 });
    for provider in 0..PROVIDERS.len() {
        for person in 0..2 {
            add(1, Anybody::SignInAt { provider, person });
        }
    }
}

/// With links that arrived, the dead ones too.
fn mailed(state: &State, add: &mut impl FnMut(u32, Anybody)) {
    for letter in 0..2 {
        let of = |purpose| u32::from(state.received(purpose, letter).is_some()) * if letter == 0 { 3 } else { 1 };
        let holder = state.live_link(Purpose::VerifyEmail, letter).map(|(_, account)| account);
        let password = holder.and_then(|holder| state.account(holder).password);
        let weight = of(Purpose::VerifyEmail) * if password.is_some() { 4 } else { 1 };
        add(weight, Anybody::Verify { letter, password: password.unwrap_or(0) });
        add(of(Purpose::VerifyEmail), Anybody::Verify { letter, password: 2 });
        add(of(Purpose::ResetPassword), Anybody::Reset { letter, password: letter });
        add(of(Purpose::CancelEmailChange), Anybody::CancelChange { letter });
        add(of(Purpose::UndoEmailChange), Anybody::UndoChange { letter });
    }
}

fn person(state: &State, viewer: Viewer, add: &mut impl FnMut(u32, Person)) {
    let account = state.account(viewer.account);
    add(3, Person::OpenPage);
    add(1, Person::SignOut);
    add(if account.deletion.is_some() { 16 } else { 1 }, Person::Keep);
    add(if account.verified_at.is_none() { 3 } else { 1 }, Person::Resend);
    add(if state.open_change(viewer.account).is_some() { 3 } else { 1 }, Person::CancelChange);
    for name in 0..NAMES.len() {
        add(1, Person::Rename { name });
    }
    let confirm = Purpose::ConfirmEmailChange;
    let is_live = state.live_change(confirm, 0).is_some();
    add(if is_live { 16 } else { u32::from(state.received(confirm, 0).is_some()) }, Person::ConfirmChange { letter: 0 });
    passwords(state, viewer, add);
    if state.has_sudo(viewer.session) || account.must_be_active().is_err() {
        with_sudo(state, viewer, add);
        belongings(state, viewer, add);
    } else {
        add(1, Person::Close { typed: account.address });
        add(1, Person::AskForChange { address: 3 });
    }
}

fn passwords(state: &State, viewer: Viewer, add: &mut impl FnMut(u32, Person)) {
    let account = state.account(viewer.account);
    let sudo = if state.has_sudo(viewer.session) { 1 } else { 12 };
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

fn with_sudo(state: &State, viewer: Viewer, add: &mut impl FnMut(u32, Person)) {
    let account = state.account(viewer.account);
    add(if account.password.is_none() { 6 } else { 1 }, Person::SetPassword { new: 0 });
    for address in 0..ADDRESSES.len() {
        add(3, Person::AskForChange { address });
    }
    for provider in 0..PROVIDERS.len() {
        for person in 0..3 {
            add(1, Person::Link { provider, person });
        }
        add(2, Person::Unlink { provider });
        add(1, Person::Disown { provider });
    }
    add(6, Person::Close { typed: account.address });
    add(1, Person::Close { typed: (account.address + 1) % ADDRESSES.len() });
}

fn belongings(state: &State, viewer: Viewer, add: &mut impl FnMut(u32, Person)) {
    for (may_write, days) in [(true, 7), (false, 30)] {
        add(2, Person::CreateToken { may_write, days });
    }
    add(1, Person::RevokeAllTokens);
    for (token, _) in state.tokens.iter() {
        add(1, Person::RevokeToken { token });
    }
    add(2, Person::RevokeOthers);
    for (session, _) in state.sessions.iter() {
        add(1, Person::RevokeSession { session });
    }
    add(3, Person::AskForExport);
    let own = state.export_of(viewer.account).into_iter();
    for export in own.chain(state.exports.iter().map(|(id, _)| id).take(1)) {
        add(3, Person::Download { export });
    }
}
