//! The stream as an open page receives it.

use std::{pin::Pin, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Method, StatusCode},
};
use futures_util::{Stream, StreamExt};
use signet::server::router::router;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::app::{Browser, Page};

/// The stream, as a browser without the script receives it.
pub struct Listening {
    pub status: StatusCode,
    pub headers: HeaderMap,
    chunks: Pin<Box<dyn Stream<Item = Result<Bytes, axum::Error>> + Send>>,
    unread: String,
}

impl Listening {
    /// Opens the stream with a browser's cookies.
    pub async fn of(browser: &Browser<'_>) -> Self {
        let request = browser
            .request(Method::GET, "/users/live", "text/event-stream")
            .header("accept-encoding", "gzip, br")
            .body(Body::empty())
            .unwrap();
        let response = router(browser.app.http.clone()).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let chunks = Box::pin(body.into_data_stream());
        Self { status: parts.status, headers: parts.headers, chunks, unread: String::new() }
    }

    /// The same after the first event, which contains the present page version.
    pub async fn begun(browser: &Browser<'_>) -> Self {
        let mut listening = Self::of(browser).await;
        listening.changed().await;
        listening
    }

    /// The next event, as `name data`; `None` when the stream has ended.
    pub async fn event(&mut self) -> Option<String> {
        timeout(Duration::from_secs(5), self.read()).await.expect("an event or the end")
    }

    /// The page version in the next event, which must not be the event for signed-out pages.
    pub async fn changed(&mut self) -> String {
        let event = self.event().await.expect("an event");
        event.strip_prefix("changed ").unwrap_or_else(|| panic!("{event}")).to_owned()
    }

    /// Panics unless the stream says that the session is over, and then nothing more.
    pub async fn is_over(&mut self) {
        assert_eq!(self.event().await.as_deref(), Some("signed-out over"));
        assert_eq!(self.event().await, None);
    }

    /// Panics if the stream says anything for a while.
    pub async fn is_quiet(&mut self) {
        let said = timeout(Duration::from_millis(200), self.read()).await;
        assert!(said.is_err(), "{said:?}");
    }

    async fn read(&mut self) -> Option<String> {
        loop {
            while let Some((block, rest)) = self.unread.split_once("\n\n") {
                let event = event_of(block);
                self.unread = rest.to_owned();
                if event.is_some() {
                    return event;
                }
            }
            let chunk = self.chunks.next().await?.unwrap();
            self.unread.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

/// `None` for a comment.
fn event_of(block: &str) -> Option<String> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let (event, data) = (field("event:")?, field("data:")?);
    assert_eq!(field("retry:"), Some("1000"));
    Some(format!("{event} {data}"))
}

/// The version of a page; empty if no person is signed in.
pub fn page_version(page: &Page) -> String {
    let (_, rest) = page.body.split_once("data-digest=\"").unwrap_or_else(|| panic!("{}", page.body));
    rest.split('"').next().unwrap().to_owned()
}
