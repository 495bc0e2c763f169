//! Concurrent actions: all at once, on real threads, straight on the lifecycle. Whichever comes first, exactly one
//! of them wins, the others are refused and nothing breaks.

mod addresses;
mod api_tokens;
mod changes;
mod credentials;
mod crossings;
mod deletion;
mod links;
mod providers;
mod sessions;
mod sign_up;

use std::sync::Arc;

use signet::{
    domain::{mail_token::Purpose, time::Span},
    server::{
        crypto::session_token::SessionToken,
        lifecycle::{Error, Lifecycle, RequestOrigin, Viewer},
    },
    testing::{
        TestApp, invariants,
        people::{in_sudo, link, source, verified},
    },
};
use tokio::{sync::Barrier, task::JoinSet};

/// Runs `work(0)` … `work(n - 1)`, each in a task of its own, and starts all at the same moment.
async fn together<T, F>(n: usize, work: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(n));
    let mut tasks = JoinSet::new();
    for number in 0..n {
        let (start, work) = (Arc::clone(&start), work(number));
        tasks.spawn(async move {
            start.wait().await;
            work.await
        });
    }
    tasks.join_all().await
}

/// As [`source`], from an address of its own: of one address, only a few callers may wait for a hash.
fn source_from(number: usize) -> RequestOrigin {
    RequestOrigin { ip: Some([198, 51, 100, u8::try_from(number).unwrap()].into()), ..source() }
}

/// Starts two different actions at the same moment, the second one first every other `trial`.
async fn duel<A, B>(
    trial: usize,
    one: impl Future<Output = A> + Send + 'static,
    other: impl Future<Output = B> + Send + 'static,
) -> (A, B)
where
    A: Send + 'static,
    B: Send + 'static,
{
    let start = Arc::new(Barrier::new(2));
    let (gate, delay) = (Arc::clone(&start), trial % 4);
    let one = tokio::spawn(async move {
        gate.wait().await;
        pause(if delay < 2 { 0 } else { delay }).await;
        one.await
    });
    let other = tokio::spawn(async move {
        start.wait().await;
        pause(if delay < 2 { delay } else { 0 }).await;
        other.await
    });
    (one.await.unwrap(), other.await.unwrap())
}

/// A pause about as long as a statement, so that the two collide in different places.
async fn pause(steps: usize) {
    for _ in 0..steps * 16 {
        tokio::task::yield_now().await;
    }
}

/// The results of the actions that succeeded. The others must have been refused by a rule: any other error would
/// have been an error page.
fn winners<T>(outcomes: impl IntoIterator<Item = Result<T, Error>>) -> Vec<T> {
    let outcomes = outcomes.into_iter();
    outcomes
        .filter_map(|outcome| match outcome {
            Ok(won) => Some(won),
            Err(Error::Refused(_)) => None,
            Err(error) => panic!("{error}"),
        })
        .collect()
}

fn won<T>(outcome: Result<T, Error>) -> bool {
    !winners([outcome]).is_empty()
}

/// Whether a session token still works.
async fn is_alive(life: &Lifecycle, token: &SessionToken) -> bool {
    life.viewer(token).await.unwrap().is_some()
}

/// Requests an e-mail change; returns the viewer, and the token to confirm it.
async fn asked_for_change(life: &Lifecycle, email: &str, new: &str) -> (Viewer, String) {
    let viewer = in_sudo(life, &verified(life, email).await).await;
    life.request_email_change(&source(), &viewer, new).await.unwrap();
    (viewer, link(life, new, Purpose::ConfirmEmailChange).await)
}

/// What the races do with an application and look for in it.
pub trait RaceSteps {
    /// How often an event has been recorded, refusals aside.
    async fn happened(&self, event: &str) -> i64;

    /// How many letters of a kind wait to be sent.
    async fn letters(&self, kind: &str) -> i64;

    async fn is_consistent(&self);

    /// An application whose deletions are due a minute after the request.
    async fn hasty() -> Self;
}

impl RaceSteps for TestApp {
    async fn happened(&self, event: &str) -> i64 {
        self.count(&format!("signet_events WHERE event = '{event}' AND failure IS NULL")).await
    }

    async fn letters(&self, kind: &str) -> i64 {
        self.count(&format!("signet_letters WHERE kind = '{kind}'")).await
    }

    async fn is_consistent(&self) {
        invariants::hold(&self.db, self.now()).await;
    }

    async fn hasty() -> Self {
        Self::with(|settings| {
            settings.limits.enabled = false;
            settings.deletion.grace_period = Span::minutes(1);
            settings.deletion.reminders.clear();
        })
        .await
    }
}
