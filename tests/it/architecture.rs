//! The rules of how Signet is put together, read from its own sources. A breach is
//! printed with the rule's name, the file and the line.
//!
//! Each rule is a function of one file, so it is tested here too: on a line planted to
//! break it. Exceptions stand beside the rules, each with its reason.

mod code;
mod layers;
mod sizes;
mod surface;
mod words;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use signet::server::lifecycle::TABLE;

use self::code::Code;

/// A line that breaks a rule.
pub struct Breach {
    line: usize,
    what: String,
}

/// A rule on one source file, with a breach of it: where, and the line.
struct Rule {
    name: &'static str,
    check: fn(&Code) -> Vec<Breach>,
    planted: (&'static str, &'static str),
}

const RULES: [Rule; 9] = [
    Rule {
        name: "dependencies point one way",
        check: layers::directions,
        planted: ("src/server/lifecycle/x.rs", "use crate::{domain::id, server::http::cookie};"),
    },
    Rule {
        name: "a crate is named in its own place only",
        check: words::crates,
        planted: ("src/server/lifecycle/x.rs", "fn f() { sqlx::query(\"\"); }"),
    },
    Rule {
        name: "time, randomness and settings are arguments",
        check: words::world,
        planted: ("src/server/lifecycle/x.rs", "let now = std::time::SystemTime::now();"),
    },
    Rule {
        name: "nothing is left undone or forced",
        check: words::nowhere,
        planted: ("src/pages/x.rs", "fn f() { g().unwrap() }"),
    },
    Rule {
        name: "SQL is in the store",
        check: words::sql_outside_the_store,
        planted: ("src/pages/x.rs", "let sql = \"SELECT 1\";"),
    },
    Rule {
        name: "statements are constants",
        check: words::built_sql,
        planted: ("src/server/store/x.rs", "let sql = format!(\"SELECT {x}\");"),
    },
    Rule { name: "functions are short", check: sizes::functions, planted: ("src/x.rs", LONG_FUNCTION) },
    Rule { name: "files are short", check: sizes::files, planted: ("src/x.rs", LONG_FILE) },
    Rule {
        name: "server functions say their address",
        check: surface::server_functions,
        planted: (
            "src/api/x.rs",
            "#[server(endpoint = \"sign_in\", prefix = \"/api\", input = GetUrl)]\npub async fn sign_in() {}",
        ),
    },
];

const LONG_FUNCTION: &str = concat!(
    "fn f() {",
    "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
    "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
    "}"
);
const LONG_FILE: &str = LONG_FUNCTION;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder`, relative to the repository.
fn files_below(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = PathBuf::from(folder).join(entry.file_name());
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => found.extend(files_below(path.to_str().unwrap())),
            _ => found.push(path),
        }
    }
    found
}

fn sources() -> Vec<Code> {
    let files = files_below("src").into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs"));
    files.map(|path| Code::new(path.to_str().unwrap(), &fs::read_to_string(root().join(&path)).unwrap())).collect()
}

#[test]
fn the_sources_keep_every_rule() {
    let sources = sources();
    assert!(sources.len() > 80, "found only {} files", sources.len());
    let mut broken = Vec::new();
    for rule in RULES {
        for code in &sources {
            let breaches = (rule.check)(code).into_iter();
            broken.extend(breaches.map(|Breach { line, what }| format!("{}: {}:{line}: {what}", rule.name, code.path)));
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_rule_sees_a_planted_breach() {
    for rule in RULES {
        let (path, text) = rule.planted;
        let text = if rule.name == "files are short" { text.replace('\n', "\n\n\n\n\n\n") } else { text.to_owned() };
        assert_eq!((rule.check)(&Code::new(path, &text)).len(), 1, "{}", rule.name);
    }
    assert_eq!(surface::machine_paths("x", &["/ro", "ot/x"].concat()).len(), 1);
}

#[test]
fn every_action_of_the_table_has_a_file_of_its_name() {
    for rule in &TABLE {
        let name = snake_case(&format!("{:?}", rule.action));
        let file = root().join(format!("src/server/lifecycle/{name}.rs"));
        let text = fs::read_to_string(&file).unwrap_or_else(|_| panic!("no file for {name}"));
        assert!(text.contains(&format!("pub async fn {name}(")), "{name} is not in its file");
    }
}

fn snake_case(name: &str) -> String {
    let parts = name.char_indices().map(|(at, c)| match c.is_uppercase() {
        true if at > 0 => format!("_{}", c.to_lowercase()),
        _ => c.to_lowercase().to_string(),
    });
    parts.collect()
}

#[test]
fn server_functions_are_named_once_and_are_post_below_api() {
    let mut names = BTreeSet::new();
    for code in sources() {
        for line in code.code.lines().filter(|line| line.contains("#[server(endpoint")) {
            let name = line.split('"').nth(1).unwrap().to_owned();
            assert!(names.insert(name.clone()), "{name} twice");
        }
    }
    let declared: BTreeSet<String> = names.into_iter().map(|name| format!("POST /api/{name}")).collect();
    let registered = leptos::server_fn::axum::server_fn_paths().map(|(path, method)| format!("{method} {path}"));
    assert_eq!(declared, registered.collect());
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| -> BTreeSet<String> {
        let files = files_below(&format!("migrations/{database}")).into_iter();
        files.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect()
    };
    assert!(names("sqlite").len() >= 6);
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn the_repository_names_no_machine() {
    let folders = [".ci", "docs", "end2end", "migrations", "public", "scripts", "src", "style", "tests"];
    let ours = |path: &PathBuf| {
        !path.components().any(|part| ["node_modules", "test-results"].iter().any(|out| part.as_os_str() == *out))
    };
    let mut files: Vec<PathBuf> = folders.into_iter().flat_map(files_below).filter(ours).collect();
    files.extend(
        ["Cargo.toml", "Leptos.toml", "clippy.toml", "build.rs", "README.md", "CONTRIBUTING.md"].map(PathBuf::from),
    );
    for path in files {
        // Pictures are no text, and not every file is there in every copy.
        let Ok(text) = fs::read_to_string(root().join(&path)) else { continue };
        let breaches = surface::machine_paths(path.to_str().unwrap(), &text);
        let places: Vec<String> =
            breaches.iter().map(|breach| format!("{}:{} {}", path.display(), breach.line, breach.what)).collect();
        assert!(places.is_empty(), "{places:?}");
    }
}
