//! Who may depend on whom.

use super::{
    Breach,
    code::{Code, line_of, words_at},
};

/// Every part of the crate, with the parts that it may name. Whoever is not named may not be.
const MAY_USE: [(&str, &[&str]); 25] = [
    ("domain", &[]),
    ("api", &["domain", "server::context"]),
    ("islands", &["domain", "api"]),
    (
        "components",
        &[
            "domain",
            "islands",
            "server::context",
            "server::lifecycle",
            "server::mail::date",
            // What a button to a provider says.
            "server::oauth::Listed",
        ],
    ),
    (
        "pages",
        &[
            "domain",
            "islands",
            "components",
            "server::browser",
            "server::context",
            "server::http::gate",
            "server::lifecycle",
            "server::mail",
        ],
    ),
    ("server::browser", &[]),
    ("server::clock", &["domain"]),
    ("server::crypto", &["domain"]),
    ("server::mail", &["domain", "server::browser"]),
    ("server::metrics", &[]),
    ("server::config", &["domain", "server::crypto", "server::mail"]),
    ("server::store", &["domain"]),
    ("server::oauth", &["domain", "server::clock", "server::config", "server::crypto"]),
    // The document that people take away, of rows as they are, and the folder where it lies.
    ("server::export", &["domain", "server::mail::date", "server::store"]),
    (
        "server::lifecycle",
        &[
            "domain",
            "server::browser",
            "server::clock",
            "server::config",
            "server::crypto",
            "server::export",
            "server::mail",
            "server::metrics",
            "server::oauth",
            "server::store",
        ],
    ),
    ("server::jobs", &["domain", "server::lifecycle", "server::mail", "server::store"]),
    ("server::context", &["domain", "server::crypto", "server::http::flash", "server::lifecycle", "server::state"]),
    (
        "server::http",
        &[
            "domain",
            "server::context",
            "server::crypto",
            "server::jobs",
            "server::lifecycle",
            "server::mail",
            "server::state",
        ],
    ),
    ("server::router", &["pages", "server::http", "server::state"]),
    (
        "server::state",
        &[
            "domain",
            "server::config",
            "server::http::cookie",
            "server::http::live",
            "server::jobs",
            "server::lifecycle",
            "server::mail",
            "server::oauth",
        ],
    ),
    ("server::arguments", &["domain", "server::config"]),
    ("server::commands", &["domain", "server"]),
    ("server::run", &["domain", "server"]),
    ("server", &["server"]),
    ("", &["domain", "api", "islands", "pages", "components", "server"]),
];

/// Names of another part that are no part of the table's line for this one.
pub fn directions(code: &Code) -> Vec<Breach> {
    let here = module_of(&code.path);
    let Some((part, allowed)) = line_for(&here) else {
        return vec![Breach { line: 1, what: format!("{here} is not in the table of parts") }];
    };
    references(code)
        .into_iter()
        .filter(|(_, there)| {
            let own = is_within(there, part) && !part.is_empty();
            !own && !allowed.iter().any(|part| is_within(there, part))
        })
        .map(|(line, there)| Breach { line, what: format!("{part} may not use {there}") })
        .collect()
}

/// The line of the table for a module: the longest part that it lies in.
fn line_for(module: &str) -> Option<(&'static str, &'static [&'static str])> {
    MAY_USE.into_iter().filter(|(part, _)| is_within(module, part)).max_by_key(|(part, _)| part.len())
}

fn is_within(module: &str, part: &str) -> bool {
    module == part || part.is_empty() && !module.contains("::") || module.starts_with(&format!("{part}::"))
}

/// `src/server/store/mod.rs` is `server::store`; the crate's root is the empty name.
fn module_of(path: &str) -> String {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    match path {
        "lib" | "main" => String::new(),
        path => path.replace('/', "::"),
    }
}

/// Every path of this crate that the code names, with its line.
fn references(code: &Code) -> Vec<(usize, String)> {
    let here = module_of(&code.path);
    let parent = here.rsplit_once("::").map_or("", |(parent, _)| parent);
    let roots = [("crate::", ""), ("$crate::", ""), ("signet::", ""), ("super::", parent)];
    let mut found = Vec::new();
    for (word, root) in roots {
        for at in words_at(&code.bare, word) {
            let line = line_of(&code.bare, at);
            let tree = &code.bare[at + word.len()..];
            found.extend(leaves(root, tree).into_iter().map(|path| (line, path)));
        }
    }
    found
}

/// The paths of a use tree: `a::{b, c::d}` below `root` is `root::a::b` and `root::a::c::d`.
fn leaves(root: &str, tree: &str) -> Vec<String> {
    let tree = tree.trim_start();
    if let Some(inner) = tree.strip_prefix('{') {
        return branches(inner).into_iter().flat_map(|branch| leaves(root, branch)).collect();
    }
    let end = tree.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(tree.len());
    let (name, rest) = tree.split_at(end);
    let path = match (root, name) {
        (root, "self" | "") => root.to_owned(),
        (root, "super") => root.rsplit_once("::").map_or("", |(parent, _)| parent).to_owned(),
        ("", name) => name.to_owned(),
        (root, name) => format!("{root}::{name}"),
    };
    match rest.strip_prefix("::") {
        Some(rest) => leaves(&path, rest),
        None => vec![path],
    }
}

/// The parts between a tree's brackets, without the brackets.
fn branches(inner: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&inner[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

#[test]
fn use_trees_are_followed() {
    let text = "use crate::{domain::{id::UserId, time::Span}, server::store::Tx};\nuse super::{http::flash, state};\n\
        fn f() { crate::pages::app(); super::super::api::x(); }";
    let found: Vec<String> =
        references(&Code::new("src/server/context.rs", text)).into_iter().map(|(_, path)| path).collect();
    assert_eq!(
        found,
        [
            "domain::id::UserId",
            "domain::time::Span",
            "server::store::Tx",
            "pages::app",
            "server::http::flash",
            "server::state",
            "api::x",
            "server::api::x",
        ]
    );
}
