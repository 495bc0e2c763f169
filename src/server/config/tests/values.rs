use super::{read, url};

const SPAN: &str = r#"a span of time: a number above 0 with s, m, h or d, such as "15m""#;
const SPANS: &str = "different spans of time: numbers above 0 with s, m, h or d, \
    such as [\"3d\", \"1d\"]";
const STRATEGY: &str = r#""anonymize", "soft_delete" or "hard_delete""#;
const MIN_LENGTH: &str = "a whole number from 8 to 64";
const MAX_LENGTH: &str = "a whole number from 64 to 1024";
const SENDER: &str = r#"a sender, such as "Signet <no-reply@example.com>""#;
const FOLDER: &str = r#"the path of a folder, such as "data""#;
const ADDRESSES: &str = "IP addresses and networks, \
    such as [\"127.0.0.1\", \"10.0.0.0/8\"]";

#[test]
fn a_wrong_value_is_one_line_with_key_value_and_what_is_accepted() {
    for (key, value, rest) in [
        ("sudo.ttl", r#""15 apples""#, SPAN),
        ("sudo.ttl", "15", SPAN),
        ("sudo.ttl", r#""15""#, SPAN),
        ("sudo.ttl", r#""0s""#, SPAN),
        ("sudo.ttl", r#""500ms""#, SPAN),
        ("sudo.ttl", r#""1500ms""#, SPAN),
        ("sudo.ttl", r#""1.5s""#, SPAN),
        ("sudo.ttl", r#""-5m""#, SPAN),
        ("sudo.ttl", r#""15M""#, SPAN),
        ("sudo.ttl", r#""49711d""#, SPAN),
        ("sudo.ttl", r#""""#, SPAN),
        ("sudo.ttl", r#""5\nm""#, SPAN),
        ("deletion.grace_period", r#""0d""#, SPAN),
        ("deletion.reminders", r#"["3d","72h"]"#, SPANS),
        ("deletion.reminders", r#"["3d",1]"#, SPANS),
        ("deletion.reminders", r#""3d""#, SPANS),
        ("deletion.strategy", r#""harddelete""#, STRATEGY),
        ("password.min_length", "7", MIN_LENGTH),
        ("password.min_length", "65", MIN_LENGTH),
        ("password.min_length", "12.5", MIN_LENGTH),
        ("password.min_length", r#""twelve""#, MIN_LENGTH),
        ("password.max_length", "63", MAX_LENGTH),
        ("password.max_length", "1025", MAX_LENGTH),
        ("password.max_length", "-1", MAX_LENGTH),
        ("mail.from", r#""Signet""#, SENDER),
        ("server.data_dir", r#"" ""#, FOLDER),
        ("server.trusted_proxies", r#"["10.0.0.0/33"]"#, ADDRESSES),
    ] {
        let error = read(&[&format!("{key} = {value}")], &[]).unwrap_err();
        assert_eq!(error, format!("{key}: {value} cannot be used; accepted: {rest}"));
    }
}

#[test]
fn the_edges_of_the_ranges_are_inside() {
    for (key, value) in [
        ("password.min_length", "8"),
        ("password.min_length", "64"),
        ("password.max_length", "64"),
        ("password.max_length", "1024"),
        ("password.argon2.m", "128"),
        ("deletion.grace_period", r#""1s""#),
        ("deletion.reminders", "[]"),
        ("deletion.strategy", r#""soft_delete""#),
        ("deletion.strategy", r#""hard_delete""#),
        ("sudo.ttl", r#""1h 30m""#),
        ("sudo.ttl", r#""49710d""#),
    ] {
        let read = read(&[&format!("{key} = {value}")], &[]);
        assert!(read.is_ok(), "{key} {value}: {:?}", read.err());
    }
}

#[test]
fn a_file_that_is_not_toml_is_one_line_without_its_text() {
    let error = read(&["[mail]\ntransport = \"smtp://user:hunter2@host"], &[]).unwrap_err();
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.starts_with("test.toml: ") && error.ends_with("; accepted: a TOML file"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn the_database_follows_the_data_folder_until_it_is_set() {
    let data_dir = ("SIGNET_SERVER__DATA_DIR", "/tmp/a?b");
    let (ours, hosts) = (("SIGNET_DATABASE__URL", "sqlite://own.db"), ("DATABASE_URL", "postgres://h/d"));
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[data_dir], "sqlite:///tmp/a%3Fb/signet.db"),
        (&[data_dir, hosts], "postgres://h/d"),
        (&[ours, hosts], "sqlite://own.db"),
        (&[hosts, ours], "sqlite://own.db"),
    ];
    for (env, expected) in cases {
        assert_eq!(url(&read(&["[server]\ndata_dir = \"elsewhere\""], env).unwrap()), expected);
    }
    let error = read(&[], &[("DATABASE_URL", "mysql://root:hunter2@h/d")]).unwrap_err();
    assert_eq!(
        error,
        r#"database.url: "mysql://…@h/d" cannot be used; accepted: sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME"#
    );
}

#[test]
fn an_escape_in_a_list_is_refused() {
    let given = [("SIGNET_SERVER__TRUSTED_PROXIES", "\"\u{800}\u{800}\u{800}0\u{a1}\u{a1}A#\\A\"")];
    let error = read(&[], &given).unwrap_err();
    assert!(error.starts_with("server.trusted_proxies: "), "{error}");
}

proptest::proptest! {
    #[test]
    fn no_value_of_a_setting_panics_and_an_error_is_one_line(value in ".*") {
        for key in ["SIGNET_SUDO__TTL", "SIGNET_LIMITS__FAILED_PROOFS", "SIGNET_SERVER__TRUSTED_PROXIES", "SIGNET_SERVER__BASE_URL"] {
            if let Err(error) = read(&[], &[(key, &value)]) {
                proptest::prop_assert!(!error.contains('\n'), "{}", error);
            }
        }
    }
}
