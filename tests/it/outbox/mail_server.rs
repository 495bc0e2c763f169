//! A small mail server that answers every letter with the same words.

use std::{net::SocketAddr, sync::Arc};

use signet::{
    server::{
        mail::{Smtp, Transport},
        tls::Authorities,
    },
    testing::BASE_URL,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};

/// A mail server on this machine.
pub struct MailServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// The transport that reaches it.
    pub transport: Transport,
    /// One permit for each letter that it may answer.
    pub may_answer: Arc<Semaphore>,
    /// One permit for each letter that has arrived.
    pub arrived: Arc<Semaphore>,
}

impl MailServer {
    /// A server that answers `answer` to a letter, such as `550 no such mailbox`, once it may.
    pub async fn that_answers(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("smtp://{address}");
        let transport = Transport::Smtp(
            Smtp::new(&url, "Signet <signet@signet.example>", BASE_URL, &Authorities::default()).unwrap(),
        );
        let (may_answer, arrived) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let (gate, bell) = (Arc::clone(&may_answer), Arc::clone(&arrived));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, answer, Arc::clone(&gate), Arc::clone(&bell)));
            }
        });
        Self { address, transport, may_answer, arrived }
    }
}

async fn talk(stream: TcpStream, answer: &'static str, gate: Arc<Semaphore>, bell: Arc<Semaphore>) {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail\r\n").await.unwrap();
    let (mut in_data, mut line) = (false, String::new());
    while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
        let said = core::mem::take(&mut line).trim_end().to_owned();
        let words = match said.split([' ', ':']).next().unwrap_or_default() {
            "." if in_data => {
                bell.add_permits(1);
                gate.acquire().await.unwrap().forget();
                in_data = false;
                answer
            }
            _ if in_data => continue,
            "EHLO" => "250-mail\r\n250 8BITMIME",
            "DATA" => {
                in_data = true;
                "354 go on"
            }
            _ => "250 fine",
        };
        if stream.write_all(format!("{words}\r\n").as_bytes()).await.is_err() {
            return;
        }
    }
}
