//! `/users/live`: tells an open page that what it shows has changed, or that its session is
//! over. It never says what: a page that hears it asks for itself again, as anybody would.

use std::{convert::Infallible, pin::Pin, sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header::CACHE_CONTROL},
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

use super::{error_response::ErrorResponse, request_context, state::HttpState};
use crate::{
    domain::{
        id::{SessionId, UserId},
        time::Timestamp,
    },
    server::lifecycle::{
        Lifecycle,
        queries::{AccountSubscription, LiveState},
    },
};

/// Open streams of one account in one process: more tabs than anybody looks at.
const MOST_OF_ONE: usize = 12;
/// How soon a browser comes back after a stream has ended.
const RETRY: Duration = Duration::from_secs(1);
/// Something is sent at least this often: proxies cut what is silent, usually after 60 s.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Opens a stream for the session of the request. Without one it says so and ends: a status
/// other than 200 would be an error without a reason to the browser's `EventSource`.
///
/// # Errors
/// [`ErrorResponse::Unavailable`] without the database, and when no place is free.
pub async fn open(State(state): State<HttpState>, headers: HeaderMap) -> Result<Response, ErrorResponse> {
    let HttpState { app, streams, .. } = &state;
    let place = Arc::clone(&streams.places).try_acquire_owned().map_err(|_| full())?;
    let Some((viewer, _)) = request_context::visitor(&state, &headers).await? else {
        return Ok(answer(stream::iter([Ok(signed_out())])));
    };
    let watch = app.lifecycle.watch(&viewer.user.id);
    if watch.others() >= MOST_OF_ONE {
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
        _place: place,
    };
    Ok(answer(stream::unfold(open, Open::next)))
}

fn answer(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would keep what is said until it has enough of it.
    response.headers_mut().insert(X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
    response
}

const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// No place is free; the page works as it would without JavaScript.
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
    /// Whether the session has ended, and nothing follows.
    is_over: bool,
    /// How long it waits without being told anything; `None` before the first look.
    waits: Option<Duration>,
    every: Duration,
    last: Pin<Box<Sleep>>,
    ended: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
}

impl Open {
    /// The next event: at first what is shown now, for the page to compare with what it has.
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
                // Being unable to look is not being signed out; the next look may succeed.
                Err(error) => tracing::warn!(%error, "an open page is not kept up to date"),
            }
        }
        None
    }

    /// How long to wait at most: until what is shown changes by itself, if that is soon.
    fn pause(&self, until: Timestamp) -> Duration {
        let left = self.lifecycle.clock.now().until(until);
        // Streams that were opened together, as after a start, do not look together.
        let apart = u32::from(self.lifecycle.random.bytes::<1>()[0]);
        Duration::from_secs(left.as_seconds().into()).min(self.every + self.every * apart / 1_024)
    }

    /// Waits until there is a reason to look again; `false` when the stream is to end.
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

/// An event without data is none to a browser.
fn signed_out() -> Event {
    Event::default().event("signed-out").retry(RETRY).data("over")
}
