//! A feature has one name in every layer.

use super::source::{Breach, Tree};

/// What a person or an operator can do, each a folder or a file of this name wherever it has code.
pub const FEATURES: [&str; 13] = [
    "api_tokens",
    "deletion",
    "email_change",
    "export",
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

/// The folders whose files are named after features, and what else is in each of them: what
/// several features share.
const FOLDERS: [(&str, &[&str]); 10] = [
    ("src/api/", &[]),
    ("src/domain/", &[]),
    ("src/islands/", &[]),
    ("src/pages/", &[]),
    ("src/server/lifecycle/", &[]),
    ("src/server/store/", &[]),
    ("tests/it/", &[]),
    ("tests/store/", &[]),
    ("end2end/tests/", &[]),
    ("docs/features/", &[]),
];

/// The folder in which every feature has a folder of its own.
const ROOMS: &str = "src/server/lifecycle/";

/// Files and folders that are named neither after a feature nor for what they share.
pub fn unequal_names(tree: &Tree) -> Vec<Breach> {
    let mut found: Vec<Breach> = Vec::new();
    for path in &tree.paths {
        let Some((folder, shared)) = FOLDERS.iter().find(|(folder, _)| path.starts_with(folder)) else { continue };
        let name = path[folder.len()..].split(['/', '.']).next().unwrap_or_default().replace('-', "_");
        let is_known = FEATURES.contains(&name.as_str()) || shared.contains(&name.as_str());
        if !is_known && !["main", "mod"].contains(&name.as_str()) {
            let what = format!("{name} is no feature, and not among what {folder} shares");
            found.push(Breach { path: path.clone(), line: 1, what });
        }
    }
    found
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
