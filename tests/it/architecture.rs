//! The rules of Signet's architecture, checked against its own sources. A breach is printed with the rule's name,
//! the file and the line.
//!
//! Each rule is a function of the files, so this file also tests the rules: on files planted to break them.
//! Exceptions stand beside the rules, each with its reason.

mod circles;
mod copy;
mod layers;
mod modules;
mod names;
mod references;
mod sizes;
mod source;
mod surface;
mod texts;
mod words;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use signet::server::lifecycle::TABLE;

use self::source::{Breach, Tree};

/// A rule, and files that break it once: where, and the message.
struct Rule {
    name: &'static str,
    check: fn(&Tree) -> Vec<Breach>,
    planted: &'static [&'static [(&'static str, &'static str)]],
}

const RULES: [Rule; 14] = [
    Rule {
        name: "dependencies point one way",
        check: layers::directions,
        planted: &[
            &[("src/server/lifecycle/x.rs", "use crate::{domain::id, server::http::cookie};")],
            &[("src/server/store/x.rs", "fn f() { m! { crate::server::lifecycle::Viewer } }")],
            &[("src/domain/x.rs", "mod y { } fn f() -> super::super::api::X { y::z() }")],
            &[("src/server/nobody.rs", "use std::fs;")],
            &[("src/domain/x.rs", "use crate::domain::id::*;")],
        ],
    },
    Rule {
        name: "no module leads back to itself",
        check: circles::circles,
        planted: &[
            &[("src/domain/a.rs", "use super::b::f;"), ("src/domain/b.rs", "pub fn f() { crate::domain::a::g() }")],
            // Through a folder's re-exports, between files of two folders.
            &[
                ("src/api/a/mod.rs", "mod x; mod y; pub use self::x::X;"),
                ("src/api/a/x.rs", "pub struct X;"),
                ("src/api/a/y.rs", "use crate::api::b::Y;"),
                ("src/api/b.rs", "use super::a; pub struct Y; fn f(_: a::X) {}"),
            ],
            // Between a folder's own file and one of its modules.
            &[
                ("src/api/mod.rs", "mod a; pub use self::a::A; pub struct S(A);"),
                ("src/api/a.rs", "pub struct A; fn f(_: super::S) {}"),
            ],
            // Through a method, between three modules.
            &[
                ("src/api/mod.rs", "pub struct S;"),
                ("src/api/a.rs", "use super::S; impl S { pub fn a(&self) { self.b() } }"),
                ("src/api/b.rs", "use super::S; impl S { pub fn b(&self) { super::c::c(self) } }"),
                ("src/api/c.rs", "use super::S; pub fn c(s: &S) { s.a() }"),
            ],
        ],
    },
    Rule {
        name: "a feature has one name",
        check: names::unequal_names,
        planted: &[
            &[("src/server/lifecycle/mail_change/mod.rs", "")],
            &[("src/server/store/misc.rs", "")],
            &[("tests/it/change_password.rs", "")],
            &[("end2end/tests/e-mail.spec.ts", "")],
            &[("docs/features/two-factors.md", "")],
        ],
    },
    Rule {
        name: "a feature's folder says what it promises",
        check: names::silent_rooms,
        planted: &[&[("src/server/lifecycle/sudo/mod.rs", "//! Sudo.\n\nmod by_code;")]],
    },
    Rule {
        name: "a crate is named in its own place only",
        check: words::crates,
        planted: &[
            &[("src/server/lifecycle/x.rs", "fn f() { sqlx::query(\"\"); }")],
            &[("src/pages/x.rs", "use axum::{Router as R};")],
        ],
    },
    Rule {
        name: "nothing is switched, injected, given up or decided for the program",
        check: words::nowhere,
        planted: &[
            &[("src/pages/x.rs", "fn f() { panic!() }")],
            &[("src/islands/x.rs", "fn f() { window().local_storage() }")],
            &[("src/pages/x.rs", "#[cfg(feature = \"ssr\")] mod x;")],
            &[("src/pages/x.rs", "fn f() { view! { <p inner_html=x/> } }")],
            &[("src/server/x.rs", "fn f() { println!(\"{x}\") }")],
        ],
    },
    Rule {
        name: "addresses of the site are in one place",
        check: words::addresses,
        planted: &[
            &[("src/pages/x.rs", "fn f() { view! { <a href=\"/users/log-in\">\"Sign in\"</a> } }")],
            &[("src/server/mail/x.rs", "fn f() { format!(\"{base_url}/users/auth/{id}\"); }")],
            &[("src/api/x.rs", "#[server(prefix = \"/api\")] fn f() { g(\"/dashboard\") }")],
            &[("src/server/http/x.rs", "#[other(path = \"/api/v1\")] fn f() { g(\"/apish\", \"/\") }")],
        ],
    },
    Rule {
        name: "what people read is in src/copy",
        check: copy::sentences,
        planted: &[
            &[("src/domain/x.rs", "/// Why, in a sentence.\nfn f() -> &'static str { \"It is a date.\" }")],
            &[(
                "src/server/mail/x.rs",
                "#![doc = \"It is one.\"]\nfn f() -> String { format!(\"{name} was linked. \") }",
            )],
            &[(
                "src/islands/x.rs",
                "fn f() { view! { <p title=\"It helps you.\">\"Is it you?\"</p> }; g(\"Is it you?\") }",
            )],
        ],
    },
    Rule {
        name: "SQL is in the store",
        check: words::sql_outside_the_store,
        planted: &[&[("src/pages/x.rs", "const SQL: &str = \"SELECT 1\";")]],
    },
    Rule {
        name: "statements are constants",
        check: words::built_sql,
        planted: &[&[("src/server/store/x.rs", "fn f() { let sql = format!(\"SELECT {x}\"); }")]],
    },
    Rule {
        name: "functions are short",
        check: sizes::functions,
        planted: &[&[("src/x.rs", "fn f() { LINES }")], &[("src/x.rs", "fn f() -> impl IntoView { LINES LINES }")]],
    },
    Rule {
        name: "files are short",
        check: sizes::files,
        planted: &[&[("src/x.rs", "const A: u8 = 1; LINES LINES LINES LINES LINES LINES LINES LINES LINES fn f() {}")]],
    },
    Rule {
        name: "functions ask for little",
        check: sizes::parameters,
        planted: &[&[("src/x.rs", "impl X { fn f(&self, a: A, b: B, c: C, d: D, e: E) {} }")]],
    },
    Rule {
        name: "server functions say their address",
        check: surface::server_functions,
        planted: &[
            &[(
                "src/api/x.rs",
                "#[server(endpoint = \"sign_in\", prefix = \"/api\", input = GetUrl)]\npub async fn sign_in() {}",
            )],
            &[("src/api/x.rs", "#[server]\npub async fn sign_in() {}")],
            &[("src/x.rs", "#[server(endpoint = \"f\", prefix = \"/api\")]\npub async fn f() {}")],
        ],
    },
];

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

/// The repository as the rules read it.
fn repository() -> Tree {
    let folders = ["src", "tests", "end2end/tests", "docs"].into_iter();
    let files: BTreeSet<PathBuf> = folders.flat_map(files_below).collect();
    let files = files.into_iter().map(|path| {
        // Pictures are not text.
        let text = fs::read_to_string(root().join(&path)).unwrap_or_default();
        (path.to_str().unwrap().to_owned(), text)
    });
    Tree::new(files)
}

/// Files with these texts; `LINES` stands for more lines than a function may have.
fn planted(files: &[(&str, &str)]) -> Tree {
    let lines = "\n".repeat(40);
    Tree::new(files.iter().map(|(path, text)| ((*path).to_owned(), text.replace("LINES", &lines))))
}

#[test]
fn the_sources_keep_every_rule() {
    let tree = repository();
    assert!(tree.sources.len() > 80, "found only {} files", tree.sources.len());
    let mut broken = Vec::new();
    for rule in RULES {
        let breaches = (rule.check)(&tree).into_iter();
        broken.extend(breaches.map(|Breach { path, line, what }| format!("{}: {path}:{line}: {what}", rule.name)));
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_rule_sees_a_planted_breach() {
    for rule in RULES {
        for files in rule.planted {
            let found = (rule.check)(&planted(files));
            let found: Vec<String> =
                found.into_iter().map(|breach| format!("{}:{}", breach.line, breach.what)).collect();
            assert_eq!(found.len(), 1, "{}: {files:?}: {found:?}", rule.name);
        }
    }
    assert_eq!(surface::machine_paths("x", &["/ro", "ot/x"].concat()).len(), 1);
}

#[test]
fn every_feature_has_a_folder() {
    assert_eq!(names::homeless(&repository()), [""; 0]);
    assert_eq!(names::homeless(&planted(&[])), names::FEATURES);
}

#[test]
fn what_the_rules_allow_is_there() {
    let tree = repository();
    assert_eq!(names::missing_names(&tree, &names::FOLDERS), [""; 0]);
    assert_eq!(names::missing_names(&planted(&[("src/x/a.rs", "")]), &[("src/x/", &["a", "b"])]), ["src/x/b"]);
    assert_eq!(layers::unused(&tree, &layers::MAY_USE), [""; 0]);
    let planted = planted(&[("src/api/x.rs", "use crate::domain::id;")]);
    assert_eq!(layers::unused(&planted, &[("api", &["domain", "islands"])]), ["api: islands"]);
}

#[test]
fn every_action_of_the_table_has_a_file_of_its_name() {
    let tree = repository();
    for rule in &TABLE {
        let name = snake_case(&format!("{:?}", rule.action));
        let file = format!("/{name}.rs");
        let mut files = tree.sources.iter().filter(|source| source.path.starts_with("src/server/lifecycle/"));
        let source = files.find(|source| source.path.ends_with(&file)).unwrap_or_else(|| panic!("no file for {name}"));
        assert!(!source.lines_with(&format!("pub async fn {name}")).is_empty(), "{name} is not in its file");
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
    let names = surface::names_of_server_functions(&repository());
    let declared: BTreeSet<String> = names.iter().map(|name| format!("POST /api/{name}")).collect();
    assert_eq!(declared.len(), names.len(), "a name twice: {names:?}");
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

/// cargo-leptos builds the program from these features. No other feature may turn `testing` on.
#[test]
fn no_program_is_built_with_fixtures() {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let names = |list: &toml::Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let leptos = &manifest["package"]["metadata"]["leptos"];
    assert_eq!(names(&leptos["bin-features"]), ["ssr"]);
    assert_eq!(names(&leptos["lib-features"]), ["hydrate", "app"]);
    let features = manifest["features"].as_table().unwrap();
    assert!(features.contains_key("testing"));
    for (name, parts) in features {
        assert!(!names(parts).iter().any(|part| part == "testing"), "{name} turns testing on");
    }
    let scripts = ["scripts/serve", "scripts/dev", "scripts/lib/common.sh"];
    for script in scripts {
        assert!(!fs::read_to_string(root().join(script)).unwrap().contains("testing"), "{script}");
    }
}

/// ASVS V11.4.1. `scripts/lint` has cargo-deny enforce it.
#[test]
fn broken_hashes_are_banned() {
    let table = |file: &str| -> toml::Table { fs::read_to_string(root().join(file)).unwrap().parse().unwrap() };
    let bans = table("deny.toml");
    let bans = bans["bans"]["deny"].as_array().unwrap();
    for name in ["md5", "md-5", "sha1", "sha1_smol"] {
        assert!(bans.iter().any(|ban| ban["crate"].as_str() == Some(name)), "{name} may be depended on");
        // Public lists of known passwords hold SHA-1, so the lookup in such a list computes it.
        let is_ours = table("Cargo.toml")["dependencies"].as_table().unwrap().contains_key(name);
        assert_eq!(is_ours, name == "sha1", "{name}");
    }
    assert!(fs::read_to_string(root().join("scripts/lint")).unwrap().contains("cargo deny"));
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
        // Pictures are not text, and some files are missing in some copies.
        let Ok(text) = fs::read_to_string(root().join(&path)) else { continue };
        let breaches = surface::machine_paths(path.to_str().unwrap(), &text);
        let places: Vec<String> =
            breaches.iter().map(|breach| format!("{}:{} {}", path.display(), breach.line, breach.what)).collect();
        assert!(places.is_empty(), "{places:?}");
    }
}
