//! The state of the model: what a site's database, mailboxes and browsers contain, as plain values. The functions
//! here only read it.

use std::{collections::BTreeSet, fmt};

use signet::domain::{deletion::Strategy, error::Refusal, mail_token::Purpose, outbox::Kind};

use super::{clock::Clock, rows::Rows};

pub const BROWSERS: usize = 3;
pub const ADDRESSES: [&str; 6] =
    ["ada@example.com", "bob@example.com", "cyd@example.com", "dan@example.com", "eve@example.com", "fay@example.com"];
pub const PASSWORDS: [&str; 3] = ["plum Tractor violet 91", "seven Otters borrow 4 kites", "quiet Marble 73 fountain"];
pub const NAMES: [&str; 3] = ["", "Grace", "Edsger W."];
pub const PROVIDERS: [&str; 2] = ["acme", "bravo"];

/// The numbers of the contract, in seconds.
pub const MINUTE: i64 = 60;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;
pub const SUDO: i64 = 15 * MINUTE;
pub const GRACE: i64 = 14 * DAY;
pub const REMINDERS: [i64; 2] = [3 * DAY, DAY];
pub const CHANGE: i64 = DAY;
pub const UNDO: i64 = 7 * DAY;
pub const VERIFY: i64 = DAY;
pub const RESET: i64 = HOUR;
pub const MOST_RESET_LINKS: usize = 5;
pub const IDLE: i64 = 7 * DAY;
pub const ABSOLUTE: i64 = 30 * DAY;
pub const EXPORT: i64 = DAY;
pub const KEPT_TOKEN: i64 = 30 * DAY;
pub const UNCONFIRMED: i64 = 7 * DAY;
/// The site records the use of a session at most once in this time.
pub const TOUCH: i64 = 5 * MINUTE;

/// The result of a step: its answer, or the reason for its refusal.
pub type Outcome = Result<String, Refusal>;

#[derive(Clone)]
pub struct State {
    pub strategy: Strategy,
    pub clock: Clock,
    pub accounts: Rows<Account>,
    pub sessions: Rows<Session>,
    pub links: Rows<Link>,
    pub changes: Rows<Change>,
    pub tokens: Rows<Token>,
    pub exports: Rows<Export>,
    /// Letters that wait to be sent.
    pub letters: Vec<Letter>,
    /// The links of the letters that have arrived.
    pub inbox: Vec<(Purpose, About)>,
    /// The session whose token each browser has. The session may have ended.
    pub browsers: [Option<usize>; BROWSERS],
    /// The result of the last step.
    pub outcome: Outcome,
    /// The events that the last step recorded.
    pub events: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Account {
    pub address: usize,
    pub created_at: i64,
    pub verified_at: Option<i64>,
    pub name: usize,
    pub password: Option<usize>,
    pub stamp: i64,
    /// When the person asked for the deletion, and when it is due.
    pub deletion: Option<(i64, i64)>,
    pub deleted_at: Option<i64>,
    pub is_anonymized: bool,
    pub logins: Vec<Login>,
    /// The providers that a signed-in person has ever linked: the account's log has an event for each.
    pub once_linked: BTreeSet<usize>,
    /// The browsers that have signed in to the account.
    pub devices: BTreeSet<usize>,
    /// When programs ended sessions of the account.
    pub revoked_by_programs: Vec<i64>,
}

#[derive(Clone, Debug)]
pub struct Login {
    pub provider: usize,
    pub person: usize,
    pub stamp: i64,
    pub linked_at: i64,
}

#[derive(Clone, Debug)]
pub struct Session {
    pub account: usize,
    pub created_at: i64,
    pub seen_at: i64,
    pub sudo_at: Option<i64>,
}

/// A link that confirms an address, resets a password or keeps an account.
#[derive(Clone, Debug)]
pub struct Link {
    pub account: usize,
    pub purpose: Purpose,
    pub address: usize,
    pub stamp: i64,
    /// The browser that signed up.
    pub browser: Option<usize>,
    pub expires_at: i64,
}

#[derive(Clone, Debug)]
pub struct Change {
    pub account: usize,
    pub old: usize,
    pub new: usize,
    pub state: &'static str,
    pub stamp: i64,
    pub asked_at: i64,
    pub expires_at: i64,
    pub undo_until: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Token {
    pub account: usize,
    pub may_write: bool,
    pub expires_at: i64,
}

#[derive(Clone, Debug)]
pub struct Export {
    pub account: usize,
    pub asked_at: i64,
    /// Until when the person can download it. `None` while a worker has not prepared it yet.
    pub until: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Letter {
    pub kind: Kind,
    pub to: usize,
    /// The account that the letter is about. `None` once that account is erased.
    pub account: Option<usize>,
    pub about: Option<About>,
    pub due_at: i64,
}

/// What the link in a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Link(usize),
    Change(usize),
}

/// A signed-in person.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    pub browser: usize,
    pub session: usize,
    pub account: usize,
}

/// Prints the state with which a life begins.
impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a new site that erases by {:?}", self.strategy)
    }
}

impl Account {
    pub fn new(address: usize, password: Option<usize>, created_at: i64) -> Self {
        Self {
            address,
            created_at,
            verified_at: None,
            name: 0,
            password,
            stamp: 0,
            deletion: None,
            deleted_at: None,
            is_anonymized: false,
            logins: Vec::new(),
            once_linked: BTreeSet::new(),
            devices: BTreeSet::new(),
            revoked_by_programs: Vec::new(),
        }
    }

    pub const fn must_be_active(&self) -> Result<(), Refusal> {
        match (self.deletion, self.verified_at) {
            (Some(_), _) => Err(Refusal::DeletionScheduled),
            (None, None) => Err(Refusal::Unverified),
            (None, Some(_)) => Ok(()),
        }
    }

    pub const fn must_be_open(&self) -> Result<(), Refusal> {
        if self.deletion.is_some() { Err(Refusal::DeletionScheduled) } else { Ok(()) }
    }

    pub fn login_at(&self, provider: usize) -> Option<&Login> {
        self.logins.iter().find(|login| login.provider == provider)
    }

    /// Whether this provider is the only sign-in method.
    pub fn is_last_way_in(&self, provider: usize) -> bool {
        self.password.is_none() && self.logins.iter().all(|login| login.provider == provider)
    }
}

impl State {
    pub fn new(strategy: Strategy) -> Self {
        Self {
            strategy,
            clock: Clock::new(),
            accounts: Rows::default(),
            sessions: Rows::default(),
            links: Rows::default(),
            changes: Rows::default(),
            tokens: Rows::default(),
            exports: Rows::default(),
            letters: Vec::new(),
            inbox: Vec::new(),
            browsers: [None; BROWSERS],
            outcome: Ok(String::new()),
            events: Vec::new(),
        }
    }

    pub const fn now(&self) -> i64 {
        self.clock.now
    }

    pub fn account(&self, id: usize) -> &Account {
        self.accounts.get(id).unwrap()
    }

    /// The person who is signed in with a browser.
    pub fn viewer(&self, browser: usize) -> Option<Viewer> {
        let session = self.browsers[browser]?;
        let row = self.sessions.get(session)?;
        let is_alive = self.now() <= row.seen_at + IDLE && self.now() <= row.created_at + ABSOLUTE;
        is_alive.then_some(Viewer { browser, session, account: row.account })
    }

    pub fn has_sudo(&self, session: usize) -> bool {
        let sudo_at = self.sessions.get(session).and_then(|row| row.sudo_at);
        sudo_at.is_some_and(|at| (at..=at + SUDO).contains(&self.now()))
    }

    pub fn verified_holder(&self, address: usize) -> Option<usize> {
        self.accounts
            .find(|account| account.address == address && account.verified_at.is_some() && account.deleted_at.is_none())
    }

    pub fn unverified_holder(&self, address: usize) -> Option<usize> {
        self.accounts
            .find(|account| account.address == address && account.verified_at.is_none() && account.deleted_at.is_none())
    }

    pub fn open_change(&self, account: usize) -> Option<usize> {
        self.changes.find(|change| change.account == account && change.state == "open")
    }

    pub fn export_of(&self, account: usize) -> Option<usize> {
        self.exports.find(|export| export.account == account)
    }

    /// What the link in an arrived letter is about. Letter 0 is the newest of its purpose.
    pub fn received(&self, purpose: Purpose, letter: usize) -> Option<About> {
        let mut about = self.inbox.iter().rev().filter(|(of, _)| *of == purpose);
        about.nth(letter).map(|(_, about)| *about)
    }

    /// The link in an arrived letter and its account, if the link still works.
    pub fn live_link(&self, purpose: Purpose, letter: usize) -> Option<(usize, usize)> {
        let About::Link(id) = self.received(purpose, letter)? else { return None };
        let link = self.links.get(id).filter(|link| self.now() <= link.expires_at)?;
        let account = self.accounts.get(link.account)?;
        let is_meant = match purpose {
            Purpose::ResetPassword => true,
            Purpose::KeepAccount => account.deletion.is_some(),
            _ => account.deletion.is_none(),
        };
        let is_current = account.stamp == link.stamp && account.address == link.address;
        (is_meant && is_current).then_some((id, link.account))
    }

    /// The open change that a link in an arrived letter is about.
    pub fn live_change(&self, purpose: Purpose, letter: usize) -> Option<usize> {
        let About::Change(id) = self.received(purpose, letter)? else { return None };
        self.changes.get(id).filter(|change| change.state == "open" && self.now() <= change.expires_at)?;
        Some(id)
    }
}
