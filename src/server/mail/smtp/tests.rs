//! Deliveries to a small test server with chosen faults.

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use super::*;

/// The fault of the server.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    /// Accepts the connection and never answers.
    Silent,
    /// Answers DATA, and then never again.
    SilentAfterData,
    /// Refuses the recipient.
    NoMailbox,
}

/// Every line that the server received, one list per connection.
type Heard = Arc<Mutex<Vec<Vec<String>>>>;

/// Starts a server whose first connection has the fault; later ones work.
async fn server(fault: Fault) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let listening = heard.clone();
    tokio::spawn(async move {
        for number in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            listening.lock().unwrap().push(Vec::new());
            let fault = if number == 0 { fault } else { Fault::None };
            tokio::spawn(talk(stream, fault, number, listening.clone()));
        }
    });
    (port, heard)
}

async fn talk(stream: TcpStream, fault: Fault, number: usize, heard: Heard) {
    if fault == Fault::Silent {
        return std::future::pending().await;
    }
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 server\r\n").await.unwrap();
    let mut in_data = false;
    let mut line = String::new();
    while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
        let said = core::mem::take(&mut line).trim_end().to_owned();
        heard.lock().unwrap()[number].push(said.clone());
        let answer = match said.split([' ', ':']).next().unwrap_or_default() {
            "." if in_data && fault == Fault::SilentAfterData => {
                return std::future::pending().await;
            }
            "." if in_data => "250 taken",
            _ if in_data => continue,
            "EHLO" => "250-server\r\n250 8BITMIME",
            "RCPT" if fault == Fault::NoMailbox => "550 no mailbox ada@example.com",
            "DATA" => "354 go on",
            _ => "250 fine",
        };
        in_data = said == "DATA";
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
    }
}

fn smtp(port: u16, security: Security, limit: Duration) -> Smtp {
    let plan = Plan { host: "127.0.0.1".to_owned(), port, security, credentials: None };
    let tls = trusting(&plan.host, &Authorities::default()).unwrap();
    Smtp::planned((plan, tls), "Signet <no-reply@localhost>", "https://signet.example", limit).unwrap()
}

fn letter(text: &str) -> Letter {
    Letter {
        to: "ada@example.com".to_owned(),
        subject: "Subject".to_owned(),
        text: text.to_owned(),
        html: format!("<p>{text}</p>"),
        links: Vec::new(),
    }
}

const QUICK: Duration = Duration::from_millis(300);
const AMPLE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn letters_follow_each_other_on_one_connection() {
    let (port, heard) = server(Fault::None).await;
    let smtp = smtp(port, Security::Plain, AMPLE);
    for text in ["first", "second"] {
        smtp.send(&letter(text), "1", Timestamp(0)).await.unwrap();
    }
    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 1);
    let lines = heard[0].join("\n");
    assert!(lines.starts_with("EHLO signet.example\nMAIL FROM:<no-reply@localhost>\nRCPT TO:<ada@example.com>\nDATA"));
    assert!(lines.contains("first") && lines.contains("second") && lines.contains("NOOP"));
}

#[tokio::test]
async fn a_silent_server_is_given_up_in_time() {
    let (port, _) = server(Fault::Silent).await;
    let began = Instant::now();
    let sent = smtp(port, Security::Plain, QUICK).send(&letter("x"), "1", Timestamp(0)).await;
    assert!(matches!(sent, Err(MailError::Timeout(_))));
    assert!(began.elapsed() < QUICK * 10);
}

#[tokio::test]
async fn a_letter_never_follows_one_that_was_cut_short() {
    let (port, heard) = server(Fault::SilentAfterData).await;
    let smtp = smtp(port, Security::Plain, QUICK * 5);
    let first = smtp.send(&letter("first"), "1", Timestamp(0)).await;
    assert!(matches!(first, Err(MailError::Timeout(_))));
    smtp.send(&letter("second"), "2", Timestamp(0)).await.unwrap();
    let heard = heard.lock().unwrap();
    assert_eq!(heard.len(), 2);
    assert!(!heard[0].join("\n").contains("second"));
    assert!(!heard[1].join("\n").contains("first"));
}

#[tokio::test]
async fn a_server_without_starttls_hears_nothing_when_tls_is_required() {
    for security in [Security::StartTls, Security::Tls] {
        let (port, heard) = server(Fault::None).await;
        let sent = smtp(port, security, Duration::from_secs(2)).send(&letter("x"), "1", Timestamp(0)).await;
        assert!(sent.is_err(), "{security:?}");
        let lines = heard.lock().unwrap().concat().join("\n");
        assert!(!lines.contains("MAIL") && !lines.contains("AUTH"), "{lines}");
    }
}

#[tokio::test]
async fn a_refusal_gives_its_code_and_not_the_servers_words() {
    let (port, _) = server(Fault::NoMailbox).await;
    let sent = smtp(port, Security::Plain, AMPLE).send(&letter("x"), "1", Timestamp(0)).await;
    let error = sent.unwrap_err();
    assert!(matches!(error, MailError::NoRecipient(550)));
    assert!(!format!("{error} {error:?}").contains("ada"));
}

#[tokio::test]
async fn nobody_there_is_an_error() {
    let (port, _) = server(Fault::None).await;
    let unused = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert_ne!(port, unused);
    let sent = smtp(unused, Security::Plain, AMPLE).send(&letter("x"), "1", Timestamp(0)).await;
    assert!(matches!(sent, Err(MailError::Unreachable { .. })));
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_named() {
    const URL: &str = "smtp://localhost";
    const FROM: &str = "Signet <a@b.example>";
    const BASE: &str = "http://127.0.0.1:3000";
    let complaint =
        |url, from, base| Smtp::new(url, from, base, &Authorities::default()).err().map(|error| error.to_string());
    assert_eq!(complaint(URL, FROM, BASE), None);
    let transport = complaint("mailto:secret", FROM, BASE).unwrap();
    assert!(transport.starts_with("mail.transport ") && !transport.contains("secret"));
    for from in ["Signet", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example"] {
        let from = complaint(URL, from, BASE).unwrap();
        assert!(from.starts_with("mail.from = \"") && !from.contains('\n'), "{from}");
    }
    assert!(complaint(URL, FROM, "nowhere").unwrap().starts_with("server.base_url = \"nowhere\""));
}
