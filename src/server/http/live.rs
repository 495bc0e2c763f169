//! `/users/live`: tells an open page that its page version has changed, or that its session has ended. It never
//! sends the content: the page then requests itself again, with the same checks as any request.

use std::{convert::Infallible, pin::Pin, sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header::CACHE_CONTROL, request::Parts},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream::{self, Stream};
use tokio::{
    sync::{OwnedSemaphorePermit, watch},
    time::{Sleep, sleep},
};

use super::{error_response::ErrorResponse, request_context, request_origin, state::HttpState};
use crate::{
    domain::{
        id::{SessionId, UserId},
        time::Timestamp,
        user::{AccountStatus, User},
    },
    server::{
        crypto::pool::Place,
        lifecycle::{
            Lifecycle,
            queries::{AccountSubscription, LiveState},
        },
    },
};

/// The most open streams of one account in one process: more tabs than a user keeps open.
const MOST_OF_ONE: usize = 12;
/// The same while the address is unverified: anybody can make such accounts, and they have little to show.
const MOST_WHILE_UNVERIFIED: usize = 2;
/// How long a browser waits before it reconnects.
const RETRY: Duration = Duration::from_secs(1);
/// A stream sends something at least this often. Proxies cut silent connections, usually after 60 s.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Opens a stream for the session of the request. Without a session, the stream says so and ends: the browser's
/// `EventSource` would report another status than 200 as an error without a reason.
///
/// # Errors
/// [`ErrorResponse::Unavailable`] if the database cannot be reached, or if too many streams are open;
/// [`ErrorResponse::Broken`] if the database fails otherwise.
pub async fn open(State(state): State<HttpState>, request: Parts) -> Result<Response, ErrorResponse> {
    let HttpState { app, streams, .. } = &state;
    let client = request_origin::read(&app.site, &request.headers, &request.extensions, None).ip;
    let address = streams.addresses.take(client).ok_or_else(full)?;
    let place = Arc::clone(&streams.places).try_acquire_owned().map_err(|_| full())?;
    let Some((viewer, _)) = request_context::visitor(&state, &request.headers).await? else {
        return Ok(answer(stream::iter([Ok(signed_out())])));
    };
    let watch = app.lifecycle.watch(&viewer.user.id);
    if watch.others() >= most_of(&viewer.user) {
        return Err(full());
    }
    let open = Open {
        session: viewer.session.id,
        user: viewer.user.id,
        watch,
        shown: None,
        is_over: false,
        waits: None,
        every: streams.every,
        last: Box::pin(sleep(streams.lasts)),
        ended: streams.ended.subscribe(),
        lifecycle: app.lifecycle.clone(),
        _places: (place, address),
    };
    Ok(answer(stream::unfold(open, Open::next)))
}

fn answer(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would buffer the events until it has enough of them.
    response.headers_mut().insert(X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
    response
}

const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

const fn most_of(user: &User) -> usize {
    match user.status() {
        AccountStatus::Unverified => MOST_WHILE_UNVERIFIED,
        AccountStatus::Active | AccountStatus::DeletionScheduled => MOST_OF_ONE,
    }
}

/// Too many streams are open. The page then works as it would without JavaScript.
fn full() -> ErrorResponse {
    tracing::warn!("too many open pages to keep them all up to date");
    ErrorResponse::Unavailable
}

/// An open stream.
struct Open {
    lifecycle: Lifecycle,
    session: SessionId,
    user: UserId,
    watch: AccountSubscription,
    /// The page version that was sent last.
    shown: Option<String>,
    /// Whether the session has ended, so that the stream ends.
    is_over: bool,
    /// How long the stream waits for a change before it checks anyway; `None` before the first check.
    waits: Option<Duration>,
    every: Duration,
    last: Pin<Box<Sleep>>,
    ended: watch::Receiver<bool>,
    _places: (OwnedSemaphorePermit, Place),
}

impl Open {
    /// The next event. The first carries the current page version, which the page compares with its own.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while !self.is_over && (self.waits.is_none() || self.wait().await) {
            self.waits = Some(self.every);
            match self.lifecycle.live_state(&self.session, &self.user).await {
                Ok(None) => {
                    self.is_over = true;
                    return Some((Ok(signed_out()), self));
                }
                Ok(Some(LiveState { page_version, until })) => {
                    self.waits = Some(self.pause(until));
                    if self.shown.as_ref() != Some(&page_version) {
                        self.shown = Some(page_version.clone());
                        return Some((Ok(changed(&page_version)), self));
                    }
                }
                // A failed check does not mean signed out; the next one may succeed.
                Err(error) => tracing::warn!(%error, "an open page is not kept up to date"),
            }
        }
        None
    }

    /// How long to wait at most: until the page version changes by itself, if that is soon.
    fn pause(&self, until: Timestamp) -> Duration {
        let left = self.lifecycle.clock.now().until(until);
        // Streams that open together, as after a restart, must not all check at the same moment.
        let apart = u32::from(self.lifecycle.random.bytes::<1>()[0]);
        Duration::from_secs(left.as_seconds().into()).min(self.every + self.every * apart / 1_024)
    }

    /// Waits until there is a reason to check again; `false` when the stream is to end.
    async fn wait(&mut self) -> bool {
        tokio::select! {
            biased;
            () = &mut self.last => false,
            _ = self.ended.wait_for(|ended| *ended) => false,
            () = self.watch.changed() => true,
            () = sleep(self.waits.unwrap_or(self.every)) => true,
        }
    }
}

fn changed(page_version: &str) -> Event {
    Event::default().event("changed").retry(RETRY).data(page_version)
}

/// Browsers ignore an event without data.
fn signed_out() -> Event {
    Event::default().event("signed-out").retry(RETRY).data("over")
}
