//! The open connections: how many one client may have, and how long one may wait for a client that does not read.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, Ipv6Addr},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use super::request_head::RequestHead;
use axum_server::accept::Accept;
use ipnet::IpNet;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

/// The most open connections of one address (checklist A56). A browser opens six.
const MOST: usize = 128;
/// How long a client may read nothing of an answer. Then its connection ends.
const STALL: Duration = Duration::from_secs(30);
/// How long the log does not repeat that a client has all of its connections.
const TOLD: Duration = Duration::from_mins(1);

/// Accepts connections, and counts them by client. Cheap to clone.
#[derive(Clone)]
pub(super) struct Door {
    open: Arc<Mutex<Open>>,
    trusted: Arc<[IpNet]>,
    most: usize,
    stall: Duration,
    head_limit: Duration,
}

/// The open connections of each client.
#[derive(Default)]
struct Open {
    counts: HashMap<IpAddr, usize>,
    /// When the log last said that a client has all of its connections.
    told: HashMap<IpAddr, Instant>,
}

impl Open {
    /// Whether the log should say that `client` has all of its connections. A client that closes one and opens another
    /// would otherwise write a line each time.
    fn is_news(&mut self, client: IpAddr, now: Instant) -> bool {
        self.told.retain(|_, at| now.duration_since(*at) < TOLD);
        !self.told.contains_key(&client) && self.told.insert(client, now).is_none()
    }
}

/// A connection whose place is free again when it is dropped.
pub(super) struct Connection<S> {
    stream: S,
    stall: Duration,
    /// Runs while the client takes nothing of what is written.
    until: Option<Pin<Box<Sleep>>>,
    head: RequestHead,
    _place: Option<Place>,
}

/// One of the places of a client.
struct Place {
    open: Arc<Mutex<Open>>,
    client: IpAddr,
}

impl Door {
    /// A door that lets any number of connections in from the networks of `trusted`: a proxy speaks for many clients. A
    /// client has `head_limit` for the head of each request.
    pub(super) fn new(trusted: &[IpNet], head_limit: Duration) -> Self {
        Self { open: Arc::default(), trusted: trusted.into(), most: MOST, stall: STALL, head_limit }
    }

    /// `None` if the client has too many connections.
    fn let_in<S>(&self, stream: S, peer: IpAddr) -> Option<Connection<S>> {
        let peer = peer.to_canonical();
        let is_trusted = self.trusted.iter().any(|network| network.contains(&peer));
        let place = if is_trusted { None } else { Some(self.place_for(client_of(peer))?) };
        Some(Connection {
            stream,
            stall: self.stall,
            until: None,
            head: RequestHead::new(self.head_limit),
            _place: place,
        })
    }

    fn place_for(&self, client: IpAddr) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.counts.entry(client).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        if *count == self.most && open.is_news(client, Instant::now()) {
            tracing::warn!(
                %client,
                most = self.most,
                "a client has as many connections as it may have; if it is your proxy, name it in server.trusted_proxies"
            );
        }
        Some(Place { open: Arc::clone(&self.open), client })
    }
}

impl<S> Accept<TcpStream, S> for Door {
    type Stream = Connection<TcpStream>;
    type Service = S;
    type Future = std::future::Ready<io::Result<(Self::Stream, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let accepted = stream.set_nodelay(true).and_then(|()| {
            let peer = stream.peer_addr()?.ip();
            let connection = self.let_in(stream, peer);
            connection.ok_or_else(|| io::Error::other("the client has too many connections"))
        });
        std::future::ready(accepted.map(|connection| (connection, service)))
    }
}

/// The client behind an address: one person usually has a whole /64 of IPv6.
fn client_of(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.counts.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                open.counts.remove(&self.client);
            }
        }
    }
}

impl<S> Connection<S> {
    /// Ends a write that has waited for too long. Each write that gets on begins a new wait.
    fn unless_stalled<T>(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.until = None;
            return polled;
        }
        let stall = self.stall;
        let until = self.until.get_or_insert_with(|| Box::pin(sleep(stall)));
        ready!(until.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.head.received(&buf.filled()[before..]);
        if polled.is_pending() {
            ready!(self.head.poll_late(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.head.answered(buf);
        self.unless_stalled(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.head.answered(bufs.first().map_or(&[], |first| first));
        self.unless_stalled(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(cx);
        self.unless_stalled(cx, polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.unless_stalled(cx, polled)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const HEAD: &[u8] = b"GET / HTTP/1.1\r\nhost: h\r\n\r\n";

    fn door(most: usize) -> Door {
        Door { most, ..Door::new(&["10.0.0.0/8".parse().unwrap()], Duration::from_secs(10)) }
    }

    #[test]
    fn a_client_has_its_places_and_no_more_and_a_proxy_any_number() {
        let door = door(2);
        let from = |address: &str| door.let_in((), address.parse().unwrap());
        let (one, two) = (from("192.0.2.1"), from("192.0.2.1"));
        assert!(one.is_some() && two.is_some() && from("192.0.2.1").is_none());
        assert!(from("192.0.2.2").is_some(), "another client");
        assert!(from("::ffff:192.0.2.1").is_none(), "the same client");
        drop(one);
        assert!(from("192.0.2.1").is_some());
        let six = [from("2001:db8::1"), from("2001:db8:0:0:ffff::2")];
        assert!(six.iter().all(Option::is_some) && from("2001:db8::3").is_none(), "one network");
        assert!(from("2001:db8:0:1::1").is_some());
        let proxied: Vec<_> = (0..9).map(|_| from("10.1.2.3")).collect();
        assert!(proxied.iter().all(Option::is_some));
        drop((two, six, proxied));
        assert!(door.open.lock().unwrap().counts.is_empty(), "no entry is left of those that have gone");
    }

    #[test]
    fn the_log_says_once_a_minute_that_a_client_has_all_of_its_connections() {
        let (mut open, begin) = (Open::default(), Instant::now());
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let mut at = |seconds, client| open.is_news(client, begin + Duration::from_secs(seconds));
        assert_eq!([at(0, one), at(1, one), at(1, other), at(59, one)], [true, false, true, false]);
        assert_eq!([at(60, one), at(60, other), at(61, one)], [true, false, false]);
        at(200, other);
        assert_eq!(open.told.len(), 1, "older ones are forgotten");
    }

    #[tokio::test]
    async fn a_client_that_reads_nothing_is_cut_and_one_that_reads_slowly_is_not() {
        let stall = Duration::from_millis(300);
        let (mut client, served) = duplex(16);
        let door = Door { stall, ..door(1) };
        let mut connection = door.let_in(served, [192, 0, 2, 1].into()).unwrap();
        let writing = tokio::spawn(async move { connection.write_all(&[0; 64]).await });
        let mut piece = [0; 16];
        for _ in 0..2 {
            sleep(stall / 2).await;
            client.read_exact(&mut piece).await.unwrap();
        }
        sleep(stall / 2).await;
        assert!(!writing.is_finished(), "half of the time is not enough");
        assert_eq!(writing.await.unwrap().unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_head_that_does_not_end_is_cut_and_an_idle_connection_is_not() {
        let limit = Duration::from_millis(300);
        let (mut client, served) = duplex(64);
        let door = Door { head_limit: limit, ..door(1) };
        let mut connection = door.let_in(served, [192, 0, 2, 1].into()).unwrap();
        let serving = tokio::spawn(async move {
            let mut piece = [0; 64];
            let mut read = 0;
            while read < HEAD.len() {
                read += connection.read(&mut piece).await.unwrap();
            }
            connection.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
            loop {
                match connection.read(&mut piece).await {
                    Ok(_) => {}
                    Err(error) => return error.kind(),
                }
            }
        });
        client.write_all(HEAD).await.unwrap();
        sleep(limit * 2).await;
        assert!(!serving.is_finished(), "nothing of the next request has come");
        for byte in [b"G", b"E"] {
            client.write_all(byte).await.unwrap();
            sleep(limit / 3).await;
        }
        assert_eq!(serving.await.unwrap(), io::ErrorKind::TimedOut);
    }
}
