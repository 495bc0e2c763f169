//! Clients that are slow on purpose, on raw sockets against a real server (checklist A56, V15.2.2).

use std::{
    io::ErrorKind,
    time::{Duration, Instant},
};

use signet::testing::START;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};

use crate::{
    server_process::{Server, Start},
    world::{Database, World},
};

/// How long a client may take for the headers and for the body of a request, and how long it may read nothing, with
/// time for a busy machine.
const REQUEST: Duration = Duration::from_secs(10);
const STALL: Duration = Duration::from_secs(30);
const LATE: Duration = Duration::from_secs(8);
/// The most connections of one client.
const MOST: usize = 128;

async fn served(others: Vec<(&'static str, String)>) -> (World, Server) {
    let world = World::new(Database::Sqlite, START).await.unwrap();
    let server = Server::start(&world, &Start { others, ..Start::default() }).await;
    (world, server)
}

/// Sends `piece` every second after `first`; returns the answer, and how long the server took to end the connection.
async fn dribble(server: &Server, first: &str, piece: &[u8]) -> (String, Duration) {
    let begun = Instant::now();
    let (mut reader, mut writer) = TcpStream::connect(server.host()).await.unwrap().into_split();
    writer.write_all(first.as_bytes()).await.unwrap();
    let piece = piece.to_vec();
    let dribbling = tokio::spawn(async move {
        while writer.write_all(&piece).await.is_ok() {
            sleep(Duration::from_secs(1)).await;
        }
    });
    let mut answer = Vec::new();
    let read = timeout(STALL, reader.read_to_end(&mut answer)).await.expect("the server cuts the connection");
    assert!(read.is_ok_and(|_| true) || !answer.is_empty() || begun.elapsed() >= REQUEST);
    dribbling.abort();
    (String::from_utf8_lossy(&answer).into_owned(), begun.elapsed())
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_and_bodies_that_come_byte_by_byte_are_cut() {
    let (_world, server) = served(Vec::new()).await;
    let host = server.host();
    let headers = format!("GET / HTTP/1.1\r\nhost: {host}\r\nx: ");
    let form = format!(
        "POST /api/sign_in HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: 4000\r\n\r\n"
    );
    let chunked = form.replace("content-length: 4000", "transfer-encoding: chunked");
    // The answer does not wait for this body, which must not be read for ever after it.
    let unread = format!("GET /healthz HTTP/1.1\r\nhost: {host}\r\ncontent-length: 4000\r\n\r\n");
    let cases = tokio::join!(
        dribble(&server, &headers, b"y"),
        dribble(&server, &form, b"y"),
        dribble(&server, &chunked, b"1\r\ny\r\n"),
        dribble(&server, &unread, b"y"),
    );
    let cases = [("headers", cases.0), ("form", cases.1), ("chunked", cases.2), ("unread", cases.3)];
    for (name, (answer, lasted)) in cases {
        assert!(lasted < REQUEST + LATE, "{name}: {lasted:?}: {answer}");
    }
    assert_eq!(server.get("/healthz").await.status(), 200);
}

/// The client asks for many pages and reads none of the answers.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_stops_reading_is_cut() {
    const ASKED: usize = 2_000;
    let (_world, server) = served(Vec::new()).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut client = socket.connect(server.host().parse().unwrap()).await.unwrap();
    let request = format!("GET /users/log-in HTTP/1.1\r\nhost: {}\r\n\r\n", server.host());
    let asking = timeout(Duration::from_secs(5), client.write_all(request.repeat(ASKED).as_bytes())).await;
    assert!(asking.is_err() || asking.unwrap().is_ok());
    sleep(STALL + LATE).await;
    let mut answers = Vec::new();
    let mut piece = vec![0; 65_536];
    loop {
        match timeout(Duration::from_secs(5), client.read(&mut piece)).await.expect("the connection has ended") {
            Ok(0) => break,
            Ok(count) => answers.extend_from_slice(&piece[..count]),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::ConnectionReset);
                break;
            }
        }
    }
    let answered = String::from_utf8_lossy(&answers).matches("HTTP/1.1 200 OK").count();
    assert!(answered < ASKED, "every answer came: the server has waited");
    assert_eq!(server.get("/healthz").await.status(), 200);
}

/// How many of so many connections the server answers.
async fn answered(server: &Server, connections: usize) -> usize {
    let request = format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n", server.host());
    let mut open = Vec::new();
    let mut answered = 0;
    for _ in 0..connections {
        let mut client = TcpStream::connect(server.host()).await.unwrap();
        let mut first = [0; 12];
        // The server may close the connection before it reads the request.
        let _ = client.write_all(request.as_bytes()).await;
        let read = timeout(REQUEST, client.read_exact(&mut first)).await.expect("an answer, or the end");
        answered += usize::from(read.is_ok() && first.ends_with(b"200"));
        open.push(client);
    }
    answered
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_has_128_connections_and_a_proxy_any_number() {
    let (_world, server) = served(Vec::new()).await;
    assert_eq!(answered(&server, MOST + 20).await, MOST);
    // Its connections have ended, so there is room again.
    sleep(Duration::from_secs(1)).await;
    assert_eq!(answered(&server, 5).await, 5);
    let (_world, behind) = served(vec![("SIGNET_SERVER__TRUSTED_PROXIES", "[\"127.0.0.1\"]".to_owned())]).await;
    assert_eq!(answered(&behind, MOST + 20).await, MOST + 20);
}
