use std::{collections::HashSet, fmt::Write, path::PathBuf, time::Instant};

use tempfile::TempDir;

use super::{build::BuildError, *};
use crate::server::crypto::random::Random;

/// The hashes of "password" and of "correct horse battery staple", as the public list has them.
const LINES: &str = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:9659365\r\n\
                     ABF7AAD6438836DBE526AA231ABDE2D0EEF74D42:384\r\n";

fn built(lines: &str) -> (TempDir, PathBuf, Result<u64, BuildError>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("breached.list");
    let count = build::build(lines.as_bytes(), &path);
    (folder, path, count)
}

fn line(hash: u64) -> String {
    format!("{hash:012X}{:028X}:1\n", 0)
}

#[test]
fn the_passwords_of_the_public_list_are_found_and_no_others() {
    let (_folder, path, count) = built(LINES);
    assert_eq!(count.unwrap(), 2);
    let list = BreachedList::open(&path).unwrap();
    for (password, is_in_it) in
        [("password", true), ("correct horse battery staple", true), ("Password", false), ("", false)]
    {
        assert_eq!(list.contains(password).unwrap(), is_in_it, "{password}");
    }
    assert_eq!(BreachedList::verify(&path).unwrap(), 2);
}

#[test]
fn a_bad_line_is_named_and_leaves_the_list_as_it_was() {
    let good = LINES.lines().next().unwrap();
    let cases = [
        ("", "there is no hash in it"),
        ("\n", "line 1: not a SHA-1"),
        ("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8\n", "line 1: not a SHA-1"),
        ("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:\n", "line 1: not a SHA-1"),
        ("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:x\n", "line 1: not a SHA-1"),
        (&format!("{good}\n5BAA61E4C9B93F3F0682250B6CF8331B7EE68FDG:1\n"), "line 2: not a SHA-1"),
        (&format!("{good}\n{}:1\n", "F".repeat(41)), "line 2: not a SHA-1"),
        (&format!("{good}\nFFé{}:1\n", "F".repeat(36)), "line 2: not a SHA-1"),
        (&"F".repeat(1 << 16), "line 1: not a SHA-1"),
        (&format!("{good}\n{}:1\n", "0".repeat(40)), "line 2: comes before the line above it"),
    ];
    for (lines, complaint) in cases {
        let (folder, path, _) = built(LINES);
        let said = build::build(lines.as_bytes(), &path).unwrap_err().to_string();
        assert!(said.starts_with(complaint), "{lines}: {said}");
        assert_eq!(BreachedList::verify(&path).unwrap(), 2, "{lines}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "{lines}");
    }
}

#[test]
fn hashes_that_begin_alike_are_one_entry() {
    let twice = format!("{LINES}{LINES}");
    let mut lines: Vec<&str> = twice.lines().collect();
    lines.sort_unstable();
    let (_folder, path, count) = built(&lines.join("\n"));
    assert_eq!(count.unwrap(), 2);
    assert_eq!(BreachedList::verify(&path).unwrap(), 2);
}

#[test]
fn a_file_that_is_no_list_is_refused_with_the_reason() {
    let (_folder, path, _) = built(LINES);
    let whole = std::fs::read(&path).unwrap();
    let said = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        BreachedList::open(&path).unwrap_err().to_string()
    };
    let mut other_version = whole.clone();
    other_version[8] = 2;
    let checksum = crc32fast::hash(&other_version[..24]);
    other_version[24..28].copy_from_slice(&checksum.to_le_bytes());
    assert_eq!(said(b""), "is no list of breached passwords");
    assert_eq!(said(LINES.as_bytes()), "is no list of breached passwords");
    assert_eq!(said(&whole[..HEADER - 1]), "is no list of breached passwords");
    assert_eq!(said(&other_version), "has the format 2, which this version of Signet does not read");
    let short = "is cut short or damaged: it has 39 bytes and should have 40";
    assert_eq!(said(&whole[..whole.len() - 1]), short);
    let long = [&whole[..], b"x"].concat();
    assert_eq!(said(&long), "is cut short or damaged: it has 41 bytes and should have 40");
    let mut changed_count = whole.clone();
    changed_count[12] = 1;
    assert_eq!(said(&changed_count), "is no list of breached passwords");
    let missing = BreachedList::open(&path.join("missing")).unwrap_err().to_string();
    assert!(missing.starts_with("cannot be read ("), "{missing}");
}

/// A flipped bit costs one password of the list, so it stops no start; `signet breached verify` finds it.
#[test]
fn damage_within_the_entries_is_found_by_the_checksum() {
    let (_folder, path, _) = built(LINES);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[HEADER + 3] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    assert!(BreachedList::open(&path).is_ok());
    assert!(matches!(BreachedList::verify(&path), Err(ListError::Damaged)));
}

#[test]
fn the_list_within_the_program_is_whole() {
    let header = Header::read(COMMON.first_chunk().unwrap()).unwrap();
    let list = BreachedList::common();
    assert_eq!((header.count, header.checksum), (list.count, crc32fast::hash(&COMMON[HEADER..])));
    assert_eq!((list.count, COMMON.len()), (10_000, HEADER + 10_000 * ENTRY));
    for (password, is_in_it) in [("qwerty123456", true), ("ellicullucille", true), ("kx7qm2v9tz4w", false)] {
        assert_eq!(list.contains(password).unwrap(), is_in_it, "{password}");
    }
}

/// Also hashes that no SHA-1 spreads like this: all close together, at both ends, or equal to the bounds.
#[test]
fn every_entry_of_an_uneven_list_is_found_and_its_neighbours_are_not() {
    let last = (1 << 48) - 1;
    let crowded: Vec<u64> = (0..5_000).map(|n| n * 2).collect();
    let at_both_ends: Vec<u64> = (0..3_000).map(|n| n * 2).chain((0..3_000).rev().map(|n| last - n * 2)).collect();
    let growing: Vec<u64> = (1..47).flat_map(|bits| (0..40).map(move |n| (1 << bits) + n * 2 % (1 << bits))).collect();
    for entries in [vec![0], vec![last], crowded, at_both_ends, growing] {
        let all: std::collections::BTreeSet<u64> = entries.into_iter().collect();
        let lines: String = all.iter().map(|entry| line(*entry)).collect();
        let (_folder, path, count) = built(&lines);
        assert_eq!(count.unwrap(), all.len() as u64);
        let list = BreachedList::open(&path).unwrap();
        for entry in &all {
            assert!(list.contains_hash(*entry).unwrap(), "{entry}");
            for near in [entry.wrapping_sub(1) & last, (entry + 1) & last] {
                assert_eq!(list.contains_hash(near).unwrap(), all.contains(&near), "{near}");
            }
        }
    }
}

/// What the list costs, and how often it is wrong. `./scripts/test long` runs it with 10^7 hashes.
#[test]
fn a_list_of_many_hashes_is_small_and_finds_each_of_them() {
    let count = many();
    let random = Random::seeded(7);
    let mut hashes: Vec<u64> = (0..count).map(|_| number(&random.bytes::<ENTRY>())).collect();
    hashes.sort_unstable();
    hashes.dedup();
    let lines = hashes.iter().fold(String::new(), |mut lines, hash| {
        let _ = write!(lines, "{}", line(*hash));
        lines
    });
    let (_folder, path, built) = built(&lines);
    assert_eq!(built.unwrap(), hashes.len() as u64);
    let size = std::fs::metadata(&path).unwrap().len();
    assert_eq!(size, (HEADER + hashes.len() * ENTRY) as u64);
    let list = BreachedList::open(&path).unwrap();
    for hash in hashes.iter().step_by(count / 50_000) {
        assert!(list.contains_hash(*hash).unwrap(), "{hash}");
    }
    let known: HashSet<u64> = hashes.into_iter().collect();
    let strangers: Vec<[u8; ENTRY]> = (0..count).map(|_| random.bytes()).collect();
    let start = Instant::now();
    let found = strangers.iter().filter(|hash| list.contains_hash(number(*hash)).unwrap()).count();
    let each = start.elapsed() / u32::try_from(count).unwrap();
    let expected = strangers.iter().filter(|hash| known.contains(&number(*hash))).count();
    assert_eq!(found, expected);
    println!("{count} hashes: {size} bytes, {found} of {count} others taken for one of them, {each:?} for each check");
}

/// How many hashes the test makes.
#[expect(clippy::disallowed_methods, reason = "how long a test runs is no setting of the program")]
fn many() -> usize {
    std::env::var("SIGNET_TEST_HASHES").map_or(100_000, |count| count.parse().unwrap())
}
