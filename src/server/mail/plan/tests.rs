//! The server's address, and the security of the connection.

use super::*;

fn read(url: &str) -> (String, u16, Security) {
    let plan = Plan::read(url).unwrap();
    assert_eq!(plan.credentials, None);
    (plan.host, plan.port, plan.security)
}

#[test]
fn loopback_needs_no_tls() {
    let cases = [
        ("smtp://localhost", "localhost", 25),
        ("smtp://LOCALHOST:2525/", "LOCALHOST", 2525),
        ("smtp://127.0.0.1:2525", "127.0.0.1", 2525),
        ("smtp://[::1]:2525", "::1", 2525),
    ];
    for (url, host, port) in cases {
        assert_eq!(read(url), (host.to_owned(), port, Security::Plain), "{url}");
    }
}

#[test]
fn tls_is_required_off_loopback() {
    for host in [
        "mail.example.com",
        "192.0.2.1",
        "10.0.0.1",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "127.1",
        "2130706433",
    ] {
        let (url, host) = (format!("smtp://{host}"), host.to_owned());
        assert_eq!(read(&format!("{url}:25")), (host.clone(), 25, Security::StartTls));
        assert_eq!(read(&url), (host, 587, Security::StartTls));
    }
    let (host, _, security) = read("smtp://[2001:db8::1]");
    assert_eq!((host.as_str(), security), ("2001:db8::1", Security::StartTls));
}

#[test]
fn smtps_is_tls_everywhere() {
    for host in ["mail.example.com", "127.0.0.1"] {
        let url = format!("smtps://{host}");
        assert_eq!(read(&url), (host.to_owned(), 465, Security::Tls));
    }
}

#[test]
fn the_password_is_read_and_never_shown() {
    let plan = Plan::read("smtp://ada:p%40ss+%3A@mail.example.com").unwrap();
    let expected = Credentials::new("ada".to_owned(), "p@ss+:".to_owned());
    assert_eq!(plan.credentials, Some(expected));
    assert!(!format!("{plan:?}").contains("p@ss"));
}

#[test]
fn everything_else_is_refused() {
    for url in [
        "",
        "mail.example.com",
        "smtp://",
        "smtp:mail.example.com",
        "http://mail.example.com",
        "smtp://mail.example.com?tls=opportunistic",
        "smtp://mail.example.com/name",
        "smtp://mail.example.com#x",
        "smtp://ada@mail.example.com",
        "smtp://:pw@mail.example.com",
        "smtp://a:%ff@mail.example.com",
        "smtp://mail.example.com:99999",
    ] {
        assert_eq!(Plan::read(url).err(), Some(SettingError::Transport), "{url}");
    }
}
