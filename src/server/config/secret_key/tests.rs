use std::{collections::HashSet, os::unix::fs::PermissionsExt, sync::Barrier, thread};

use super::*;

fn given(list: Option<&str>) -> Sources {
    let env = list.map(|list| (SECRET_KEY.to_owned(), list.to_owned()));
    Sources { env: env.into_iter().collect(), ..Sources::default() }
}

fn mail_key(ring: &KeyRing) -> Vec<u8> {
    ring.cookie_key().master().to_vec()
}

#[test]
fn given_keys_are_measured_and_never_repeated() {
    let (long, short) = ("12345678".repeat(4), "k".repeat(31));
    let cases = [
        ("k".repeat(32), Some("key 1 has too few different characters (1)")),
        (format!("{long},{}", "k".repeat(32)), None),
        (long.clone(), None),
        (format!("{long}, {long}"), None),
        (short.clone(), Some("key 1 has 31 bytes")),
        (format!("{long},{short}"), Some("key 2 has 31 bytes")),
        (format!("{long},"), Some("key 2 has 0 bytes")),
        (String::new(), Some("key 1 has 0 bytes")),
    ];
    for environment in [Environment::Development, Environment::Production] {
        for (list, problem) in &cases {
            let error = keys(&given(Some(list)), environment, Path::new("/nowhere")).err();
            let expected = problem.map(|p| format!("SIGNET_SECRET_KEY: {p}; accepted: {ACCEPTED}"));
            assert_eq!(error.map(|e| e.to_string()), expected);
        }
    }
}

#[test]
fn production_makes_no_key() {
    let dir = tempfile::tempdir().unwrap();
    let error = keys(&given(None), Environment::Production, dir.path()).unwrap_err().to_string();
    assert!(error.starts_with("SIGNET_SECRET_KEY: not set"), "{error}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn development_makes_one_key_that_only_its_owner_can_read() {
    let parent = tempfile::tempdir().unwrap();
    let data_dir = parent.path().join("new/data");
    let read = || keys(&given(None), Environment::Development, &data_dir).unwrap();
    assert_eq!(mail_key(&read()), mail_key(&read()));
    let names: Vec<_> = fs::read_dir(&data_dir).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, [FILE]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&data_dir.join(FILE)), mode(&data_dir)), (0o600, 0o700));
}

/// The folder is wrong then, and not the key.
#[test]
fn a_folder_in_which_no_file_can_be_made_is_named_by_its_setting() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    let error = keys(&given(None), Environment::Development, &dir.path().join("file/data")).unwrap_err().to_string();
    assert!(error.starts_with("server.data_dir: ") && error.contains("file/data/secret.key"), "{error}");
    assert!(error.contains("accepted: a folder in which Signet can make, read and write files"), "{error}");
}

#[test]
fn a_short_key_in_the_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(FILE), "short\n").unwrap();
    let error = keys(&given(None), Environment::Development, dir.path()).unwrap_err().to_string();
    assert!(error.contains("secret.key: key 1 has 5 bytes"), "{error}");
}

#[test]
fn processes_that_start_together_agree_on_the_key() {
    for _ in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        let start = Barrier::new(8);
        let read = || {
            start.wait();
            mail_key(&keys(&given(None), Environment::Development, dir.path()).unwrap())
        };
        let found: HashSet<Vec<u8>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(read)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(found.len(), 1);
    }
}

#[test]
fn a_key_that_others_could_read_is_taken_away_from_them() {
    for mode in [0o666, 0o644, 0o640, 0o600, 0o400] {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(FILE);
        fs::write(&file, "12345678".repeat(4)).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        keys(&given(None), Environment::Development, dir.path()).unwrap();
        let after = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        assert_eq!(after, if mode % 0o100 == 0 { mode } else { 0o600 }, "{mode:o}");
    }
}
