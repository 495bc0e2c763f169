//! The steps of which a life consists.

use std::fmt;

use super::state::BROWSERS;

/// One step.
#[derive(Clone)]
pub enum Step {
    /// Time passes, or a clock goes wrong.
    Time(Time),
    /// The browser of this number does something that needs no signed-in person.
    Anybody(usize, Anybody),
    /// The person who is signed in with the browser of this number does something.
    Person(usize, Person),
    /// A program with the API token of the first number revokes the session of the second number.
    Program(usize, usize),
    /// A worker runs once.
    Worker(Worker),
}

#[derive(Clone, Debug)]
pub enum Time {
    /// This many seconds pass.
    Pass(i64),
    /// The wall clock alone leaps this many seconds ahead, or back.
    Leap(i64),
    /// An operator says that the clock is right.
    Confirm,
    /// The process ends, and another one begins.
    Restart,
}

/// A step names addresses, passwords, providers and people by number. It names a letter by its age: 0 is the newest
/// letter of the purpose that has arrived, 1 is the letter before it.
#[derive(Clone, Debug)]
pub enum Anybody {
    SignUp {
        address: usize,
        password: usize,
    },
    SignIn {
        address: usize,
        password: usize,
    },
    SignInAt {
        provider: usize,
        person: usize,
    },
    AskForReset {
        address: usize,
    },
    Verify {
        letter: usize,
        password: usize,
    },
    /// `unlink` says whether the person ticks every provider.
    Reset {
        letter: usize,
        password: usize,
        unlink: bool,
    },
    CancelChange {
        letter: usize,
    },
    UndoChange {
        letter: usize,
    },
    KeepByLink {
        letter: usize,
    },
}

#[derive(Clone, Debug)]
pub enum Person {
    OpenPage,
    SignOut,
    ConfirmSudo {
        password: usize,
    },
    ConfirmSudoAt {
        provider: usize,
        person: usize,
    },
    Rename {
        name: usize,
    },
    ChangePassword {
        current: usize,
        new: usize,
    },
    SetPassword {
        new: usize,
    },
    Resend,
    AskForChange {
        address: usize,
    },
    ConfirmChange {
        letter: usize,
    },
    CancelChange,
    Link {
        provider: usize,
        person: usize,
    },
    Unlink {
        provider: usize,
    },
    CreateToken {
        may_write: bool,
        days: i64,
    },
    RevokeToken {
        token: usize,
    },
    RevokeAllTokens,
    RevokeSession {
        session: usize,
    },
    RevokeOthers,
    /// The person presses **This wasn't me** beside the latest event that linked this provider.
    Disown {
        provider: usize,
    },
    AskForExport,
    Download {
        export: usize,
    },
    Close {
        typed: usize,
    },
    Keep,
}

#[derive(Clone, Debug)]
pub enum Worker {
    SendLetters,
    BuildExports,
    /// Erases the account of this number, if it is due.
    Erase(usize),
    Sweep,
}

impl Step {
    /// Returns the browser that the test looks at after the step: the browser that takes the step, or any browser
    /// if none takes it.
    pub fn browser(&self) -> usize {
        match self {
            Self::Anybody(browser, _) | Self::Person(browser, _) => *browser,
            Self::Program(token, session) => token.wrapping_add(*session) % BROWSERS,
            Self::Time(Time::Pass(seconds)) => usize::try_from(*seconds).unwrap_or(0) % BROWSERS,
            Self::Time(_) | Self::Worker(_) => 0,
        }
    }
}

/// Prints one line for each step, so that a person can read a life that failed.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time) => write!(f, "{time:?}"),
            Self::Anybody(browser, deed) => write!(f, "browser {browser}, anybody: {deed:?}"),
            Self::Person(browser, deed) => write!(f, "browser {browser}: {deed:?}"),
            Self::Program(token, session) => write!(f, "token {token} revokes session {session}"),
            Self::Worker(worker) => write!(f, "{worker:?}"),
        }
    }
}
