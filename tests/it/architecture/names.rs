//! A feature has one name in every layer.

use std::collections::BTreeSet;

use super::source::{Breach, Tree};

/// The features of a person or an operator, each a folder or a file of this name wherever it has code.
pub const FEATURES: [&str; 14] = [
    "api_tokens",
    "deletion",
    "email_change",
    "export",
    "limits",
    "outbox",
    "password",
    "profile",
    "providers",
    "registration",
    "security_log",
    "sessions",
    "sign_in",
    "sudo",
];

/// The folders whose files are named after features, and the other files in each: those that several features
/// share, and those that belong to none.
pub const FOLDERS: [(&str, &[&str]); 10] = [
    ("src/api/", &["wire"]),
    (
        "src/domain/",
        &[
            "email",
            "error",
            "event_detail",
            "failure",
            "field",
            "id",
            "language",
            "mail_token",
            "notice",
            "operator",
            "paths",
            "questions",
            "return_path",
            "time",
            "user",
            "weakness",
        ],
    ),
    ("src/islands/", &["copy", "forms", "live_state", "question", "times"]),
    ("src/pages/", &["app", "dashboard", "document", "home", "mailbox", "not_found", "overview", "query", "questions"]),
    (
        "src/server/lifecycle/",
        &[
            "action_table",
            "api_viewer",
            "attribution",
            "check",
            "claims",
            "clock_guard",
            "error",
            "mail_tokens",
            "operation",
            "operators",
            "password_rules",
            "queries",
            "refusal",
            "request_origin",
            "sweep",
            "viewer",
        ],
    ),
    (
        "src/server/store/",
        &[
            "connect",
            "detached",
            "invariants",
            "live",
            "live_row",
            "mail_links",
            "outage",
            "permits",
            "reach",
            "schema",
            "transaction",
            "unprefixed",
            "users",
            "writer",
        ],
    ),
    (
        "tests/it/",
        &[
            "api",
            "architecture",
            "certificates",
            "commands",
            "enumeration",
            "forms",
            "inventory",
            "live",
            "logged",
            "mail_links",
            "metrics",
            "mishaps",
            "operators",
            "outages",
            "owners",
            "panics",
            "password_managers",
            "printed",
            "program",
            "races",
            "restrictions",
            "retention",
            "security_document",
            "settings",
            "sweeps",
            "table",
            "testing",
            "unsent_links",
            "used_links",
            "waiting",
        ],
    ),
    (
        "tests/store/",
        &[
            "addresses",
            "connect",
            "fixture",
            "hangups",
            "hosts",
            "invariants",
            "live",
            "mail_links",
            "manifest",
            "roles",
            "schema",
            "statements",
            "users",
        ],
    ),
    (
        "end2end/tests/",
        &[
            "answers",
            "dead_ends",
            "forms",
            "guard",
            "keyboard",
            "live",
            "looks",
            "mishaps",
            "outages",
            "overview",
            "postgres_smtp",
            "process",
            "refusals",
        ],
    ),
    ("docs/features/", &[]),
];

/// The folder in which every feature has a folder of its own.
const ROOMS: &str = "src/server/lifecycle/";

/// Files and folders whose name is neither a feature nor listed as shared.
pub fn unequal_names(tree: &Tree) -> Vec<Breach> {
    let mut found = Vec::new();
    for (folder, shared) in FOLDERS {
        for (path, name) in names_in(tree, folder) {
            let is_known = FEATURES.contains(&name.as_str()) || shared.contains(&name.as_str());
            if !is_known && !["main", "mod"].contains(&name.as_str()) {
                let what = format!("{name} is no feature, and not among what {folder} shares");
                found.push(Breach { path: path.to_owned(), line: 1, what });
            }
        }
    }
    found
}

/// Names that the table lists for a folder and that the folder does not contain.
pub fn missing_names(tree: &Tree, folders: &[(&str, &[&str])]) -> Vec<String> {
    let missing = folders.iter().flat_map(|(folder, shared)| {
        let names: BTreeSet<String> = names_in(tree, folder).map(|(_, name)| name).collect();
        let missing = shared.iter().filter(move |name| !names.contains(**name));
        missing.map(move |name| format!("{folder}{name}"))
    });
    missing.collect()
}

/// The files and folders directly inside a folder, each with its name up to the first dot. Hyphens are underscores
/// in code.
fn names_in<'a>(tree: &'a Tree, folder: &'a str) -> impl Iterator<Item = (&'a str, String)> {
    tree.paths.iter().filter_map(move |path| {
        let name = path.strip_prefix(folder)?.split(['/', '.']).next()?;
        Some((path.as_str(), name.replace('-', "_")))
    })
}

/// A feature's folder says what the feature promises.
pub fn silent_rooms(tree: &Tree) -> Vec<Breach> {
    let rooms = FEATURES.iter().map(|feature| format!("{ROOMS}{feature}/mod.rs"));
    let silent = rooms.filter_map(|path| {
        let source = tree.sources.iter().find(|source| source.path == path)?;
        let says = source.ast.attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).count();
        (says < 2).then(|| source.breach(1, "does not say what the feature promises".to_owned()))
    });
    silent.collect()
}

/// The features that have no folder.
pub fn homeless(tree: &Tree) -> Vec<&'static str> {
    let has_room = |feature: &&str| tree.paths.contains(&format!("{ROOMS}{feature}/mod.rs"));
    FEATURES.into_iter().filter(|feature| !has_room(feature)).collect()
}
