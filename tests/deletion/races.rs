//! Two actions start at the same moment, again and again on each database: on real threads, straight on the
//! lifecycle. Exactly one of them wins, its rule refuses the other, and nothing is left half done.

mod closed_or_moved;
mod erased_once;
mod kept_or_erased;
mod signed_in_or_erased;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use signet::{
    domain::{deletion::Strategy, error::Refusal, id::UserId, time::Span},
    server::lifecycle::{Error, Lifecycle, Viewer, deletion::Execution},
    testing::{
        TestApp, TestDb, invariants,
        people::{in_sudo, source},
    },
};
use tokio::sync::Barrier;

use crate::amount::trials;

/// At most so many trials share one database: so each check reads only a few rows.
const ON_ONE_DATABASE: usize = 50;
/// An action that wins less often than once in so many trials has not really raced.
const RARELY: usize = 20;
/// How far the head start moves after a trial, in microseconds.
const STEP: i64 = 20;
/// How far it moves at most, when the same action wins again and again.
const LONGEST_STEP: i64 = 2_560;
/// The grace period of the settings, from closing an account to erasing it.
const GRACE: Span = Span::days(14);

/// Which of the two won.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Winner {
    One,
    Other,
}

/// How many microseconds the first begins before the other; negative if it begins later. The winner of a trial
/// begins a little later in the next, so that the two reach the point where either may win.
#[derive(Clone, Copy)]
struct HeadStart {
    micros: i64,
    step: i64,
    last: Option<Winner>,
}

/// Runs a race on both databases, with each strategy in turn, and checks the whole database after each trial.
async fn hold(trial: impl AsyncFn(&TestApp, usize, HeadStart) -> Winner) {
    let trials = trials();
    // Each strategy gets its turn, however few the trials are.
    let on_one_database = trials.div_ceil(Strategy::ALL.len()).min(ON_ONE_DATABASE);
    for is_postgres in [false, true] {
        let Some(mut app) = fresh(is_postgres, Strategy::Anonymize).await else { continue };
        let (mut head_start, mut won_by_one) = (HeadStart::of(0), 0);
        for number in 0..trials {
            if number % on_one_database == 0 {
                let strategy = Strategy::ALL[number / on_one_database % Strategy::ALL.len()];
                app = fresh(is_postgres, strategy).await.unwrap();
            }
            let winner = trial(&app, number, head_start).await;
            invariants::hold(&app.db, app.now()).await;
            app.nothing_is_in_hand().await;
            head_start = head_start.after(winner);
            won_by_one += usize::from(winner == Winner::One);
        }
        let rarely = trials / RARELY;
        let both = rarely..=trials - rarely;
        assert!(both.contains(&won_by_one), "{won_by_one} of {trials} (PostgreSQL: {is_postgres}): they did not meet");
    }
}

/// A new application; `None` where there is no such database.
async fn fresh(is_postgres: bool, strategy: Strategy) -> Option<TestApp> {
    let db = if is_postgres { TestDb::postgres().await? } else { TestDb::sqlite().await };
    Some(TestApp::on(db, |settings| {
        settings.deletion.strategy = strategy;
        // The trials repeat what one person does only now and then.
        settings.limits.enabled = false;
    }))
}

impl HeadStart {
    const fn of(micros: i64) -> Self {
        Self { micros, step: STEP, last: None }
    }

    /// The head start of the next trial. While the same action wins, the steps become longer: a few trials are
    /// enough to reach the point, and the others are held there.
    fn after(self, winner: Winner) -> Self {
        let step = if self.last == Some(winner) { (self.step * 2).min(LONGEST_STEP) } else { STEP };
        let micros = if winner == Winner::One { self.micros - step } else { self.micros + step };
        Self { micros, step, last: Some(winner) }
    }

    /// Starts both, each in a task of its own.
    async fn duel<A, B>(
        self,
        one: impl Future<Output = A> + Send + 'static,
        other: impl Future<Output = B> + Send + 'static,
    ) -> (A, B)
    where
        A: Send + 'static,
        B: Send + 'static,
    {
        let start = Arc::new(Barrier::new(2));
        let gate = Arc::clone(&start);
        let one = tokio::spawn(async move {
            gate.wait().await;
            wait(-self.micros).await;
            one.await
        });
        let other = tokio::spawn(async move {
            start.wait().await;
            wait(self.micros).await;
            other.await
        });
        (one.await.unwrap(), other.await.unwrap())
    }
}

/// The runtime's own timer counts in milliseconds, and an action takes less than one.
async fn wait(micros: i64) {
    let (begun, span) = (Instant::now(), Duration::from_micros(u64::try_from(micros).unwrap_or(0)));
    while begun.elapsed() < span {
        tokio::task::yield_now().await;
    }
}

/// Closes the viewer's account and moves the clock to `early` before the second in which it may be erased.
async fn closed(app: &TestApp, viewer: &Viewer, early: Span) -> UserId {
    let sudo = in_sudo(&app.lifecycle, viewer).await;
    let scheduled = app.lifecycle.schedule_deletion(&source(), &sudo, sudo.user.email.as_str()).await.unwrap();
    assert_eq!(scheduled.delete_at, app.now().plus(GRACE));
    app.clock.set(scheduled.delete_at.minus(early));
    viewer.user.id.clone()
}

/// As [`closed`], in exactly that second.
async fn due(app: &TestApp, viewer: &Viewer) -> UserId {
    let user = closed(app, viewer, Span::NONE).await;
    let due = "SELECT id FROM signet_users WHERE deleted_at IS NULL AND delete_at <= ";
    assert_eq!(app.rows(&format!("{due}{}", app.now().0)).await, [user.as_str()]);
    user
}

/// The result of a worker that tries again, as workers do, while another transaction holds the account.
async fn executed(life: &Lifecycle) -> Execution {
    for _ in 0..2_000 {
        let execution = life.execute_deletion().await.unwrap();
        if execution != Execution::NotDue {
            return execution;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Execution::NotDue
}

/// The refusal; `None` if the action succeeded. Any other error would have been an error page.
fn refusal<T>(outcome: &Result<T, Error>) -> Option<Refusal> {
    match outcome {
        Ok(_) => None,
        Err(Error::Refused(refusal)) => Some(*refusal),
        Err(error) => panic!("{error}"),
    }
}

/// What is left of an erased account, by the application's strategy.
struct Erased {
    /// As [`status`] returns it.
    status: String,
    /// How the log names it.
    named: String,
}

fn erased(app: &TestApp, email: &str) -> Erased {
    let (status, named) = match app.lifecycle.policy.deletion_strategy {
        Strategy::Anonymize => ("erased|closed|0".to_owned(), " of an erased account".to_owned()),
        Strategy::SoftDelete => (format!("{email}|closed|0"), format!(" of {email}")),
        Strategy::HardDelete => (String::new(), String::new()),
    };
    Erased { status, named }
}

/// The account as it is now: its address, whether it is closed, and how many sessions it has; empty if nothing is
/// left of it.
async fn status(app: &TestApp, user: &UserId) -> String {
    let sql = format!(
        "SELECT COALESCE(email, 'erased'), CASE WHEN deletion_scheduled_at IS NULL THEN 'open' ELSE 'closed' END, \
         (SELECT COUNT(*) FROM signet_sessions WHERE user_id = u.id) FROM signet_users u WHERE id = '{user}'"
    );
    app.rows(&sql).await.concat()
}

/// The unsent letters to one of two addresses, `kind to address`, sorted.
async fn letters(app: &TestApp, one: &str, other: &str) -> Vec<String> {
    let sql = format!("SELECT kind || ' to ' || recipient FROM signet_letters WHERE recipient IN ('{one}', '{other}')");
    let mut letters = app.rows(&sql).await;
    letters.sort();
    letters
}
