//! How long a client may take to send the head of a request: the line and the headers. hyper counts that time from the
//! end of the answer before, so one limit would also end an idle connection that a proxy keeps for its next request.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Sleep, sleep};

/// Watches the heads of the requests of one connection.
pub(super) struct RequestHead {
    limit: Duration,
    state: State,
}

enum State {
    /// No byte of the next request has come.
    Idle,
    /// A head has begun. `on_empty_line` is whether nothing but its line end is missing to an empty line.
    Arriving { until: Pin<Box<Sleep>>, on_empty_line: bool },
    /// The head is complete. What comes now is the body, which has a limit of its own.
    Complete,
}

impl RequestHead {
    /// `limit` is the time from the first byte of a head to its last.
    pub(super) const fn new(limit: Duration) -> Self {
        Self { limit, state: State::Idle }
    }

    /// The client has sent `bytes`.
    pub(super) fn received(&mut self, bytes: &[u8]) {
        // hyper skips empty lines before a request.
        let bytes = if matches!(self.state, State::Idle) { without_empty_lines(bytes) } else { bytes };
        if matches!(self.state, State::Idle) && !bytes.is_empty() {
            self.state = State::Arriving { until: Box::pin(sleep(self.limit)), on_empty_line: false };
        }
        let State::Arriving { on_empty_line, .. } = &mut self.state else { return };
        for byte in bytes {
            match byte {
                b'\n' if *on_empty_line => {
                    self.state = State::Complete;
                    return;
                }
                b'\n' => *on_empty_line = true,
                b'\r' => {}
                _ => *on_empty_line = false,
            }
        }
    }

    /// The server has sent `bytes`. With an answer a request is over; `100 Continue` only asks for its body.
    pub(super) fn answered(&mut self, bytes: &[u8]) {
        if !bytes.starts_with(b"HTTP/1.1 100 ") {
            self.state = State::Idle;
        }
    }

    /// Ready when a head takes too long.
    pub(super) fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.state {
            State::Arriving { until, .. } => until.as_mut().poll(cx),
            State::Idle | State::Complete => Poll::Pending,
        }
    }
}

fn without_empty_lines(bytes: &[u8]) -> &[u8] {
    let begins = bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n'));
    begins.map_or(&[], |at| &bytes[at..])
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);
    const HEAD: &[u8] = b"POST / HTTP/1.1\r\nhost: h\r\n\r\n";

    /// When the head that arrives is late; `None` if none arrives.
    fn deadline(head: &RequestHead) -> Option<Instant> {
        match &head.state {
            State::Arriving { until, .. } => Some(until.deadline()),
            State::Idle | State::Complete => None,
        }
    }

    /// Whether a head with no time at all, or with [`LIMIT`], is late now.
    async fn is_late(head: &mut RequestHead) -> bool {
        sleep(Duration::from_millis(5)).await;
        std::future::poll_fn(|cx| Poll::Ready(head.poll_late(cx).is_ready())).await
    }

    #[tokio::test]
    async fn time_runs_from_the_first_byte_of_a_head_to_its_empty_line() {
        let cases: [(&[&[u8]], bool); 11] = [
            (&[], false),
            (&[b"\r\n\r\n"], false),
            (&[b"\r\n\r\nG"], true),
            (&[b""], false),
            (&[b"G"], true),
            (&[b"GET / HTTP/1.1\r\nhost: h\r\n"], true),
            (&[b"GET / HTTP/1.1\r\nhost: h\r\n", b"x"], true),
            (&[HEAD], false),
            (&[b"GET / HTTP/1.1\r\nhost: h\r", b"\n\r", b"\n"], false),
            (&[b"GET / HTTP/1.1\nhost: h\n\n"], false),
            (&[HEAD, b"body"], false),
        ];
        for (pieces, runs) in cases {
            // Time that is up at once.
            let mut head = RequestHead::new(Duration::ZERO);
            for piece in pieces {
                head.received(piece);
            }
            assert_eq!(is_late(&mut head).await, runs, "{pieces:?}");
            let mut head = RequestHead::new(LIMIT);
            for piece in pieces {
                head.received(piece);
            }
            assert_eq!(deadline(&head).is_some(), runs, "{pieces:?}");
            assert!(!is_late(&mut head).await, "{pieces:?}");
        }
    }

    #[tokio::test]
    async fn further_bytes_give_no_further_time() {
        let mut head = RequestHead::new(LIMIT);
        head.received(b"G");
        let first = deadline(&head);
        head.received(b"ET / HTTP/1.1\r\n");
        assert_eq!(deadline(&head), first);
    }

    #[tokio::test]
    async fn an_answer_ends_a_request_and_an_interim_one_does_not() {
        let mut head = RequestHead::new(LIMIT);
        head.received(HEAD);
        head.answered(b"HTTP/1.1 100 Continue\r\n\r\n");
        head.received(b"body");
        assert_eq!(deadline(&head), None);
        head.answered(b"HTTP/1.1 200 OK\r\n\r\n");
        assert_eq!(deadline(&head), None, "an idle connection");
        head.received(b"GET");
        assert!(deadline(&head).is_some());
    }
}
