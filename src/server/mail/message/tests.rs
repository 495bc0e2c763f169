//! The raw bytes of messages, with hostile text in every field.

use super::*;

fn sender() -> Sender {
    Sender { person: "Signet <no-reply@localhost>".parse().unwrap(), host: "example.com".to_owned() }
}

fn letter(to: &str, subject: &str) -> Letter {
    Letter {
        to: to.to_owned(),
        subject: subject.to_owned(),
        text: "Grüße\r\n.\r\nBcc: eve@evil.example\n".to_owned(),
        html: "<p>Grüße</p>\r\n.\r\nBcc: eve@evil.example".to_owned(),
        links: Vec::new(),
    }
}

/// The lines before the first empty one, with folded lines joined.
fn headers(message: &Message) -> Vec<String> {
    let raw = String::from_utf8(message.formatted()).unwrap();
    let head = raw.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']));
    head.split("\r\n").map(str::to_owned).collect()
}

fn named<'a>(headers: &'a [String], name: &str) -> Vec<&'a str> {
    let values = headers.iter().filter_map(|line| line.split_once(": "));
    values.filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value).collect()
}

#[test]
fn an_ordinary_message_has_its_headers_once() {
    let message = build(&letter("ada@example.com", "Hello"), "01JZ", Timestamp(1_796_652_309), &sender());
    let headers = headers(&message.unwrap());
    let expected = [
        ("From", "Signet <no-reply@localhost>"),
        ("To", "ada@example.com"),
        ("Subject", "Hello"),
        ("Date", "Mon, 07 Dec 2026 14:05:09 +0000"),
        ("Message-ID", "<01JZ@example.com>"),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
    ];
    for (name, value) in expected {
        assert_eq!(named(&headers, name), [value], "{headers:?}");
    }
    assert!(named(&headers, "Content-Type")[0].starts_with("multipart/alternative"));
    assert_eq!(headers.len(), expected.len() + 1);
}

#[test]
fn both_parts_are_there_and_ascii_on_the_wire() {
    let message = build(&letter("ada@example.com", "s"), "1", Timestamp(0), &sender()).unwrap();
    let raw = String::from_utf8(message.formatted()).unwrap();
    assert!(raw.is_ascii());
    assert!(raw.contains("Content-Type: text/plain; charset=utf-8"));
    assert!(raw.contains("Content-Type: text/html; charset=utf-8"));
}

#[test]
fn no_subject_or_id_can_add_a_header() {
    for hostile in [
        "x\r\nBcc: eve@evil.example",
        "x\nBcc: eve@evil.example",
        "x\rBcc: eve@evil.example",
        "x\0\r\n\r\nBcc: eve@evil.example",
        "x\r\n To: eve@evil.example",
        "Grüße\r\nBcc: e@evil.example",
        &format!("{}\r\nBcc: eve@evil.example", "long ".repeat(300)),
    ] {
        let message = build(&letter("ada@example.com", hostile), hostile, Timestamp(0), &sender());
        let headers = headers(&message.unwrap());
        for (name, count) in [("To", 1), ("Subject", 1), ("Message-ID", 1), ("Bcc", 0), ("Cc", 0)] {
            assert_eq!(named(&headers, name).len(), count, "{name} in {headers:?}");
        }
        assert_eq!(headers.len(), 8, "{headers:?}");
    }
}

#[test]
fn only_one_plain_address_is_a_recipient() {
    for hostile in [
        "",
        "ada",
        "ada@example.com\r\nBcc: eve@evil.example",
        "ada@example.com,eve@evil.example",
        "ada@example.com;eve@evil.example",
        "ada@example.com eve@evil.example",
        "a\0@example.com",
        "Ada <ada@example.com>",
        "ada@example.com>",
        "ada@example.com\n",
    ] {
        let built = build(&letter(hostile, "s"), "1", Timestamp(0), &sender());
        assert!(matches!(built, Err(MailError::Address)), "{hostile:?}");
    }
}

#[test]
fn the_envelope_has_the_one_recipient() {
    let message = build(&letter("ada@example.com", "s"), "1", Timestamp(0), &sender()).unwrap();
    let to: Vec<String> = message.envelope().to().iter().map(ToString::to_string).collect();
    assert_eq!(to, ["ada@example.com"]);
}

#[test]
fn letters_beyond_ascii_are_encoded_in_the_subject() {
    let message = build(&letter("ada@example.com", "Grüße"), "1", Timestamp(0), &sender()).unwrap();
    assert_eq!(named(&headers(&message), "Subject"), ["=?utf-8?b?R3LDvMOfZQ==?="]);
}
