//! `docs/SECURITY.md` proves the checklist: every row of ASVS levels 1 and 2, and every attack, names tests that exist
//! or says why there is none. `./scripts/test security` runs these tests.

use std::{collections::BTreeSet, fs, path::Path};

/// The fewest characters of a reason that says something.
const REASON: usize = 40;

/// The part of the document that holds the tables.
const TABLES: (&str, &str) = ("<!-- proofs -->", "<!-- /proofs -->");

/// The suites whose tests a proof may name, and their folders. Unit tests stand beside the code.
const SUITES: [(&str, &str); 6] = [
    ("unit", "src"),
    ("store", "tests/store"),
    ("it", "tests/it"),
    ("upgrade", "tests/upgrade"),
    ("crash", "tests/crash"),
    ("deletion", "tests/deletion"),
];

#[test]
fn every_row_of_the_checklist_is_proved_or_has_its_reason() {
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let (checklist, document) = (read("docs/SECURITY-CHECKLIST.md"), read("docs/SECURITY.md"));
    assert_eq!((demanded(&checklist).len(), rows(&document).len() >= 96 + 66), (96 + 66, true));
    let faults = faults(&checklist, &document, exists);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Everything that is wrong with the document.
fn faults(checklist: &str, document: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let (known, mut missing) = (listed(checklist), demanded(checklist));
    let mut found = Vec::new();
    for (id, proof) in rows(document) {
        missing.remove(id);
        if !known.iter().any(|(listed, _)| *listed == id) {
            found.push(format!("{id}: the checklist has no such row"));
        }
        let (tests, rest) = read_proof(proof);
        let is_reason = rest.strip_prefix("reason: ").is_some_and(|reason| reason.chars().count() >= REASON);
        let is_proved = is_reason || rest.is_empty() && !tests.is_empty();
        if !is_proved {
            found.push(format!("{id}: neither tests nor a reason: {rest:?}"));
        }
        let absent = tests.into_iter().filter(|test| !exists(test));
        found.extend(absent.map(|test| format!("{id}: there is no test {test}")));
    }
    found.extend(missing.into_iter().map(|id| format!("{id}: stands nowhere in docs/SECURITY.md")));
    found
}

/// The tests that a proof names, in backticks, and the text behind them.
fn read_proof(proof: &str) -> (Vec<&str>, &str) {
    let (mut tests, mut rest) = (Vec::new(), proof);
    while let Some((test, after)) = rest.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
        tests.push(test);
        rest = after.trim_start_matches([',', ';', ' ']);
    }
    (tests, rest)
}

/// The rows of the document: id and proof.
fn rows(document: &str) -> Vec<(&str, &str)> {
    let (_, tables) = document.split_once(TABLES.0).expect("the mark above the tables");
    let (tables, _) = tables.split_once(TABLES.1).expect("the mark below them");
    let cells = cells(tables).filter(|cells| cells.len() == 3 && cells[0] != "id");
    cells.map(|cells| (cells[0], cells[2])).collect()
}

/// The ids that the checklist lists, each with its level; an attack has none.
fn listed(checklist: &str) -> Vec<(&str, &str)> {
    let (_, rest) = checklist.split_once("\n## 1. ").expect("the requirements");
    let (lists, _) = rest.split_once("\n## 3. ").expect("the published numbers");
    let rows = cells(lists).filter_map(|cells| match cells.len() {
        5 if cells[0] != "Id" => Some((cells[0], cells[1])),
        4 if cells[0] != "#" => Some((cells[0], "")),
        _ => None,
    });
    rows.collect()
}

/// The ids that need a proof: levels 1 and 2, and attacks.
fn demanded(checklist: &str) -> BTreeSet<&str> {
    let is_demanded = |level: &str| level.is_empty() || level.contains(['1', '2']);
    listed(checklist).into_iter().filter(|(_, level)| is_demanded(level)).map(|(id, _)| id).collect()
}

/// The cells of every row of the tables in a text.
fn cells(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.map(|row| row.split(" | ").map(str::trim).collect())
}

/// Whether the sources contain the test.
fn exists(test: &str) -> bool {
    if let Some(journey) = test.strip_prefix("e2e: ") {
        let Some((file, title)) = journey.split_once(' ') else { return false };
        let spec = fs::read_to_string(root().join("end2end/tests").join(file)).unwrap_or_default();
        return spec.contains(&format!("test('{}'", title.trim_matches('"')));
    }
    let path: Vec<&str> = test.split("::").collect();
    let [suite, modules @ .., name] = &path[..] else { return false };
    let Some((_, folder)) = SUITES.iter().find(|(known, _)| known == suite) else { return false };
    if *suite == "unit" && !modules.contains(&"tests") {
        return false;
    }
    // The innermost modules may stand in the file of an outer one.
    (0..=modules.len()).rev().any(|depth| {
        let (files, inline) = modules.split_at(depth);
        let stem = [&[*folder][..], files].concat().join("/");
        let candidates = [format!("{stem}.rs"), format!("{stem}/mod.rs"), format!("{stem}/main.rs")];
        let text = candidates.iter().find_map(|file| fs::read_to_string(root().join(file)).ok());
        text.is_some_and(|text| {
            inline.iter().all(|module| text.contains(&format!("mod {module} {{"))) && has_test(&text, name)
        })
    })
}

/// Whether a source declares this function as a test.
fn has_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let is_declared = |line: &str| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        line.strip_prefix("fn ").is_some_and(|line| line.starts_with(&format!("{name}(")))
    };
    let Some(at) = lines.iter().position(|line| is_declared(line)) else { return false };
    let attributes = lines[..at].iter().rev().take_while(|line| line.starts_with('#'));
    attributes.into_iter().any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
}

#[test]
fn a_fault_of_every_kind_is_seen() {
    const CHECKLIST: &str = "\n## 1. x\n| Id | L | Demand | Maps | Test |\n|---|---|---|---|---|\n| V1 | 1 | a | b | c |\n\
        | V2 | 3/2 | a | b | c |\n| V3 | 3 | a | b | c |\n\n| # | Attack | Defence | Test |\n| A1 | a | b | c |\n\n## 3. x\n";
    let seen = |rows: &[(&str, &str)]| {
        let lines: Vec<String> = rows.iter().map(|(id, proof)| format!("| {id} | words | {proof} |")).collect();
        let head = "| id | asks for | proof |\n|---|---|---|";
        let document = format!("{}\n{head}\n{}\n{}", TABLES.0, lines.join("\n"), TABLES.1);
        faults(CHECKLIST, &document, |test| test == "it::there")
    };
    let reason = "reason: the proxy in front of the program does this, see the README";
    let whole = [("V1", "`it::there`"), ("V2", reason), ("A1", "`it::there`"), ("V3", "`it::there`, `it::there`; ")];
    assert_eq!(seen(&whole), [""; 0]);
    let both = format!("`it::there`; {reason}");
    assert_eq!(seen(&[("V1", &both), ("V2", reason), ("A1", reason)]), [""; 0]);
    for (rows, fault) in [
        (&whole[1..], "V1: stands nowhere in docs/SECURITY.md"),
        (&[whole[0], whole[1], ("A1", "TODO")], "A1: neither tests nor a reason: \"TODO\""),
        (&[whole[0], whole[1], ("A1", "`it::gone`")], "A1: there is no test it::gone"),
        (&[whole[0], whole[1], ("A1", "")], "A1: neither tests nor a reason: \"\""),
        (&[whole[0], whole[1], ("A1", "reason: no")], "A1: neither tests nor a reason: \"reason: no\""),
        (&[whole[0], whole[1], whole[2], ("V9", reason)], "V9: the checklist has no such row"),
    ] {
        assert_eq!(seen(rows), [fault]);
    }
}

#[test]
fn a_test_is_found_where_it_stands_and_nowhere_else() {
    for there in [
        "it::security_document::a_test_is_found_where_it_stands_and_nowhere_else",
        "it::sweeps::cross_site::our_own_pages_can",
        "store::deletion::clock::a_doubt_leaves_the_word_alone",
        "unit::domain::email::tests::no_input_panics",
        "unit::server::config::tests::rules::no_secret_is_printed",
        "e2e: live.spec.ts \"signing out in one tab empties the others\"",
    ] {
        assert!(exists(there), "{there}");
    }
    for nowhere in [
        "it::security_document::has_test",
        "it::sweeps::our_own_pages_can",
        "unit::domain::email::tests::no_input_panics_at_all",
        "unit::domain::email::no_input_panics",
        "unit::domain::email::other::tests::no_input_panics",
        "unknown::x",
        "it",
        "",
        "e2e: live.spec.ts \"no such title\"",
        "e2e: nothing.spec.ts \"signing out in one tab empties the others\"",
    ] {
        assert!(!exists(nowhere), "{nowhere}");
    }
}
