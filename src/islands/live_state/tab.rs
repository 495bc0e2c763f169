//! What a tab does to keep its page up to date: a state machine without a browser. [`Tab::on`] takes what happened
//! and returns what the browser shall do.

use std::time::Duration;

/// How long the tab waits before it retries a failed refresh or connection.
const RETRY: Duration = Duration::from_secs(3);
/// How long the tab waits before it asks again whether the user is signed out: another tab may be about to receive
/// a new session cookie.
const RECHECK: Duration = Duration::from_millis(300);
/// How often the tab checks whether the page's own form has its response.
const FORM_CHECK: Duration = Duration::from_millis(250);
/// After so many checks the tab refreshes even if a form still waits for its response.
const MOST_FORM_CHECKS: u8 = 40;
/// How long a form that was just sent counts as pending.
const SENDING: Duration = Duration::from_secs(1);
/// A tab that does not know the new page version tells the other tabs this text instead.
const UNKNOWN_VERSION: &str = "?";

/// A tab with one page.
#[derive(Debug, Default)]
pub struct Tab {
    refresh: Refresh,
    /// The last refresh found the user signed out, or found another page.
    is_in_doubt: bool,
    forms: Forms,
    /// A refresh has not replaced a part, because the keyboard focus is in this part.
    is_stale: bool,
}

/// What the user has done with the page's forms.
#[derive(Debug, Default, PartialEq, Eq)]
enum Forms {
    /// The user has sent none.
    #[default]
    Untouched,
    /// The user has just sent one.
    JustSent,
    /// The user has sent one some time ago.
    SentBefore,
}

/// Whether a refresh is running.
#[derive(Debug, Default, PartialEq, Eq)]
enum Refresh {
    /// None is running.
    #[default]
    Idle,
    /// A refresh has begun: it waits until no form is pending, then requests the page, and perhaps requests it once
    /// more after a pause.
    Running {
        /// Whether something changed after its request was sent.
        again: bool,
        /// How many times it has checked for a pending form.
        form_checks: u8,
    },
    /// The page refreshes no more: the user is signed out, or the browser is loading another page.
    Over,
}

/// The page as it is when something happens.
#[derive(Clone, Copy, Debug)]
pub struct Page<'a> {
    /// The page version that it shows.
    pub version: &'a str,
    /// Whether the user can see it.
    pub is_visible: bool,
    /// Whether one of its forms waits for its response.
    pub has_pending_form: bool,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The page was hydrated, or became visible or invisible.
    VisibilityChanged,
    /// The server sends a page version.
    ServerVersion(&'a str),
    /// Another tab tells a page version.
    TabVersion(&'a str),
    /// The server says that the user is signed out.
    SignedOut,
    /// The server refused the stream. The browser reconnects by itself only after a lost connection.
    StreamRefused,
    /// The user sent a form.
    FormSent,
    /// An element lost the keyboard focus.
    FocusLeft,
    /// A refresh has not replaced a part, because the keyboard focus is in this part.
    PartSkipped,
    /// The user leaves the page.
    PageLeft,
    /// The response to [`Command::Request`]. `None` if the response is not a page of Signet, or is a server error.
    Found(Option<Found<'a>>),
    /// The time of [`Command::Wait`] is over.
    Due(Timer),
}

/// The page that a refresh found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// Its page version, which is empty if the user is not signed in.
    pub version: &'a str,
    /// Whether the server redirected to it from the page's own address.
    pub is_redirected: bool,
}

/// What a [`Command::Wait`] waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Opens the stream again.
    Listen,
    /// Begins a refresh.
    Refresh,
    /// Goes on with the refresh that is running.
    Continue,
    /// The form that was just sent counts as pending no longer.
    SendingOver,
}

/// What the browser shall do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Close the stream.
    Close,
    /// Open the stream.
    Open,
    /// Tell the other tabs this page version.
    Tell(String),
    /// Request the page once more, and give the response back as [`Input::Found`].
    Request,
    /// Replace the page's marked parts by those of the page that was found.
    ReplaceParts,
    /// Show the content for a user who is signed out, so that nothing private remains.
    ShowSignedOut,
    /// Load the page again.
    Reload,
    /// Give the timer back after this time, as [`Input::Due`].
    Wait(Timer, Duration),
}

impl Tab {
    /// Takes what happened; returns what the browser shall do, in this order.
    pub fn on(&mut self, input: Input<'_>, page: Page<'_>) -> Vec<Command> {
        if let Input::PageLeft = input {
            return self.leave();
        }
        if self.refresh == Refresh::Over {
            return Vec::new();
        }
        match input {
            Input::VisibilityChanged | Input::Due(Timer::Listen) => return listen(page),
            Input::ServerVersion(version) if version != page.version => {
                return with(Command::Tell(version.to_owned()), self.begin(page));
            }
            Input::TabVersion(version) if version != page.version => return self.begin(page),
            Input::Due(Timer::Refresh) => return self.begin(page),
            Input::Due(Timer::Continue) => return self.proceed(page),
            Input::Found(found) => return self.found(found, page),
            Input::SignedOut => return self.signed_out(page),
            Input::StreamRefused => return vec![Command::Wait(Timer::Listen, RETRY)],
            Input::FormSent => return self.sent(),
            Input::FocusLeft if core::mem::take(&mut self.is_stale) => {
                return vec![Command::Wait(Timer::Refresh, FORM_CHECK)];
            }
            Input::PartSkipped => self.is_stale = true,
            Input::Due(Timer::SendingOver) => self.forms = Forms::SentBefore,
            Input::PageLeft | Input::FocusLeft | Input::ServerVersion(_) | Input::TabVersion(_) => {}
        }
        Vec::new()
    }

    /// Tells the other tabs to refresh if the user has sent a form from this page. The other tabs are invisible, and an
    /// invisible tab does not listen to the server.
    fn leave(&self) -> Vec<Command> {
        let told = (self.forms != Forms::Untouched).then(|| Command::Tell(UNKNOWN_VERSION.to_owned()));
        told.into_iter().collect()
    }

    /// Begins a refresh. If one is running, notes that another must follow, because the running one may have requested
    /// the page before the change.
    fn begin(&mut self, page: Page<'_>) -> Vec<Command> {
        if let Refresh::Running { again, .. } = &mut self.refresh {
            *again = true;
            return Vec::new();
        }
        self.refresh = Refresh::Running { again: false, form_checks: 0 };
        self.proceed(page)
    }

    /// Requests the page as soon as none of its forms is pending, or after [`MOST_FORM_CHECKS`]. The response to a
    /// pending form changes the page anyway: it loads the next page, or shows the result in the form.
    fn proceed(&mut self, page: Page<'_>) -> Vec<Command> {
        let Refresh::Running { again, form_checks } = &mut self.refresh else { return Vec::new() };
        if *form_checks < MOST_FORM_CHECKS && (self.forms == Forms::JustSent || page.has_pending_form) {
            *form_checks += 1;
            return vec![Command::Wait(Timer::Continue, FORM_CHECK)];
        }
        *again = false;
        vec![Command::Request]
    }

    /// The user may have signed in again in another tab, so the tab requests the page before it removes anything.
    fn signed_out(&mut self, page: Page<'_>) -> Vec<Command> {
        let mut commands = vec![Command::Close, Command::Tell(String::new())];
        commands.extend(self.begin(page));
        // The user may be signed in after all: the server may have rotated the token while the stream was being opened.
        // So listen again later.
        commands.push(Command::Wait(Timer::Listen, RETRY));
        commands
    }

    fn sent(&mut self) -> Vec<Command> {
        self.forms = Forms::JustSent;
        vec![Command::Wait(Timer::SendingOver, SENDING)]
    }

    fn found(&mut self, found: Option<Found<'_>>, page: Page<'_>) -> Vec<Command> {
        let Some(found) = found else {
            self.is_in_doubt = false;
            self.refresh = Refresh::Idle;
            return vec![Command::Wait(Timer::Refresh, RETRY)];
        };
        let is_signed_out = found.version.is_empty();
        // The account may not open this page any more, or the page belongs to another account.
        let is_other = found.is_redirected || account(found.version) != account(page.version);
        let was_in_doubt = core::mem::replace(&mut self.is_in_doubt, is_signed_out || is_other);
        match (is_signed_out, is_other) {
            (false, false) => with(Command::ReplaceParts, self.end(page)),
            // The request may have carried a token that was just rotated; the next request has the new token. The
            // refresh keeps running, so that an event during the pause does not begin another one at once.
            _ if !was_in_doubt => self.look_again(),
            (true, _) => self.over(vec![Command::Close, Command::ShowSignedOut]),
            (false, true) => self.over(vec![Command::Reload]),
        }
    }

    fn look_again(&mut self) -> Vec<Command> {
        if let Refresh::Running { form_checks, .. } = &mut self.refresh {
            *form_checks = 0;
        }
        vec![Command::Wait(Timer::Continue, RECHECK)]
    }

    /// Ends a refresh; begins the next one if something changed meanwhile.
    fn end(&mut self, page: Page<'_>) -> Vec<Command> {
        match core::mem::take(&mut self.refresh) {
            Refresh::Running { again: true, .. } => self.begin(page),
            _ => Vec::new(),
        }
    }

    /// Ends all refreshes. The commands replace or reload the whole page, and a later refresh would do so again.
    fn over(&mut self, commands: Vec<Command>) -> Vec<Command> {
        self.refresh = Refresh::Over;
        commands
    }
}

/// Listens while the page is visible. A browser opens only six connections to a host, and a stream occupies one.
fn listen(page: Page<'_>) -> Vec<Command> {
    let mut commands = vec![Command::Close];
    commands.extend(page.is_visible.then_some(Command::Open));
    commands
}

/// The part of a page version that identifies the account.
fn account(version: &str) -> &str {
    version.split('.').next().unwrap_or_default()
}

fn with(first: Command, mut rest: Vec<Command>) -> Vec<Command> {
    rest.insert(0, first);
    rest
}

#[cfg(test)]
mod tests;
