//! The list of passwords that are known from data breaches: how an operator makes it, and what it refuses.

use std::{fs, path::Path, process::Output};

use sha1::{Digest, Sha1};
use signet::{
    domain::error::Refusal,
    server::crypto::breached::{BreachedList, build::build},
    testing::{
        OTHER_PASSWORD, PASSWORD, TestApp,
        people::{in_sudo, source},
    },
};
use tempfile::TempDir;

use crate::{
    abroad::{ACME, Abroad, refusal},
    settings::signet,
};

const ADA: &str = "ada@example.com";

/// The line of the public list for a password.
fn line(password: &str) -> String {
    let hash = Sha1::digest(password.as_bytes());
    let digits: Vec<String> = hash.iter().map(|byte| format!("{byte:02X}")).collect();
    digits.concat() + ":3\r\n"
}

/// A list of one password.
fn list_of(password: &str) -> BreachedList {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list");
    build(line(password).as_bytes(), &path).unwrap();
    // The open file stays when its folder goes.
    BreachedList::open(&path).unwrap()
}

#[tokio::test]
async fn a_breached_password_is_refused_wherever_one_is_chosen_and_costs_no_hash() {
    let app = TestApp::with(|settings| settings.breached = Some(list_of(OTHER_PASSWORD))).await;
    let browser = app.authenticated_browser(ADA).await;
    let token = browser.ask_for_reset(ADA).await;
    app.settle().await;
    let cases = [
        (
            "sign_up",
            vec![("email", "eve@example.com"), ("password", OTHER_PASSWORD)],
            "account.sign_up.failure by anyone",
        ),
        (
            "reset_password",
            vec![("token", &*token), ("new_password", OTHER_PASSWORD)],
            "account.password_reset.failure by link of ada@example.com",
        ),
    ];
    for (action, fields, event) in cases {
        let (hashes, page) = app.hashes_in(app.changes_nothing(browser.call(action, &fields))).await;
        assert_eq!((page.status.as_u16(), page.refusal()), (422, Some(Refusal::BreachedPassword)), "{action}");
        assert_eq!(hashes, 0, "{action}");
        assert_eq!(app.news().await, [format!("{event}: breached_password")]);
    }
    let change = [("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)];
    let page = app.changes_nothing(browser.call("change_password", &change)).await;
    assert_eq!(page.refusal(), Some(Refusal::BreachedPassword));
    let event = "account.password_changed.failure by person of ada@example.com: breached_password";
    assert_eq!(app.news().await, [event]);
}

/// Numbers 1, 1500 and 3000 of the most common passwords of 12 characters or more, and one that zxcvbn lets pass.
#[tokio::test]
async fn the_most_common_passwords_are_refused_wherever_one_is_chosen() {
    let app = TestApp::new().await;
    let browser = app.authenticated_browser(ADA).await;
    let token = browser.ask_for_reset(ADA).await;
    for common in ["123qweasdzxc", "Purerf545454", "fyutkbyf2005", "stairwaytoheaven"] {
        let cases = [
            ("sign_up", [("email", "eve@example.com"), ("password", common)]),
            ("reset_password", [("token", &*token), ("new_password", common)]),
            ("change_password", [("current_password", PASSWORD), ("new_password", common)]),
        ];
        for (action, fields) in cases {
            let page = app.changes_nothing(browser.call(action, &fields)).await;
            assert_eq!(page.refusal().map(Refusal::code), Some("weak_password"), "{action}: {common}");
        }
    }
}

#[tokio::test]
async fn a_first_password_is_compared_with_the_list_too() {
    let world = Abroad::with(|settings| settings.breached = Some(list_of(PASSWORD))).await;
    let ada = world.in_sudo(&world.came_through(ACME).await, ACME).await;
    let refused =
        world.app.changes_nothing(world.life().set_password(&source(), &ada, PASSWORD.to_owned().into())).await;
    assert_eq!(refusal(refused), Refusal::BreachedPassword);
}

/// People keep a password that became known after they chose it, until they change it.
#[tokio::test]
async fn signing_in_and_confirming_do_not_ask_the_list() {
    let app = TestApp::new().await;
    app.authenticated_browser(ADA).await;
    let later = app.again(|settings| settings.breached = Some(list_of(PASSWORD)));
    let viewer = later.signed_in(ADA, PASSWORD).await.viewer().await;
    in_sudo(&later.lifecycle, &viewer).await;
}

fn breached(folder: &TempDir, arguments: &[&str]) -> Output {
    let all: Vec<&str> = [&["breached"], arguments].concat();
    signet(folder, &[], &all).output().unwrap()
}

/// The error of a command that fails.
fn complaint(output: &Output) -> String {
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    String::from_utf8(output.stderr.clone()).unwrap().trim_end().to_owned()
}

/// Also without settings that can be used: the setting may name the very list that the command is to make.
#[test]
fn the_command_makes_a_list_with_which_the_program_starts() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = ["one", "two", "three"].map(line);
    lines.sort_unstable();
    fs::write(folder.path().join("hashes.txt"), lines.concat()).unwrap();
    fs::write(folder.path().join("Leptos.toml"), "password.breached_file = \"list\"").unwrap();
    let output = breached(&folder, &["build", "hashes.txt", "--out", "list"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Wrote 3 breached passwords to list.\n");
    assert_eq!(output.status.code(), Some(0));
    let output = breached(&folder, &["verify", "list"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "list is complete: 3 breached passwords.\n");
    let list = BreachedList::open(&folder.path().join("list")).unwrap();
    assert!(list.contains("two").unwrap() && !list.contains("four").unwrap());
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[test]
fn a_bad_line_is_named_and_no_list_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let text = line("one") + "not a hash\n";
    fs::write(folder.path().join("hashes.txt"), text).unwrap();
    let said = complaint(&breached(&folder, &["build", "hashes.txt", "--out", "list"]));
    let expected = "signet: hashes.txt: line 2: not a SHA-1 in 40 hexadecimal digits, a colon and a number";
    assert_eq!(said, expected);
    let said = complaint(&breached(&folder, &["build", "missing.txt", "--out", "list"]));
    assert!(said.starts_with("signet: missing.txt: "), "{said}");
    assert!(!Path::new(&folder.path().join("list")).exists());
    let said = complaint(&breached(&folder, &["verify", "hashes.txt"]));
    assert_eq!(said, "signet: hashes.txt: is no list of breached passwords");
}

#[test]
fn a_file_that_is_no_whole_list_stops_the_start_and_names_the_setting() {
    let folder = tempfile::tempdir().unwrap();
    build((line("one")).as_bytes(), &folder.path().join("list")).unwrap();
    let whole = fs::read(folder.path().join("list")).unwrap();
    fs::write(folder.path().join("short"), &whole[..whole.len() - 1]).unwrap();
    fs::write(folder.path().join("foreign"), line("one")).unwrap();
    let cases = [
        ("short", "\"short\" is cut short or damaged: it has 33 bytes and should have 34"),
        ("foreign", "\"foreign\" is no list of breached passwords"),
        ("missing", "\"missing\" cannot be read (No such file or directory (os error 2))"),
    ];
    for (file, problem) in cases {
        let env = [("SIGNET_PASSWORD__BREACHED_FILE", file)];
        let output = signet(&folder, &env, &[]).output().unwrap();
        let accepted = "accepted: a file that `signet breached build` has made";
        assert_eq!(complaint(&output), format!("signet: password.breached_file: {problem}; {accepted}"));
        assert!(!folder.path().join("data").exists(), "a start that was given up left something");
    }
}
