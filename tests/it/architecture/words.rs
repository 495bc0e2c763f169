//! Words that belong in one place, or nowhere.

use super::{
    Breach,
    code::{Code, line_of},
};

/// A word of the code, and the paths (or beginnings of paths) where it may stand.
type Home = (&'static str, &'static [&'static str]);

/// Crates with one home.
const CRATES: [Home; 24] = [
    ("sqlx", &["src/server/store/"]),
    // Jobs are pushed with the store's transactions, migrated with its schema, and run by the workers.
    ("apalis::", &["src/server/store/jobs.rs", "src/server/jobs/"]),
    ("apalis_sqlite::", &["src/server/store/connect.rs", "src/server/store/jobs.rs", "src/server/jobs/"]),
    ("apalis_postgres::", &["src/server/store/connect.rs", "src/server/store/jobs.rs", "src/server/jobs/"]),
    ("axum::", &["src/server/http/", "src/server/router.rs", "src/server/run.rs", "src/server/state.rs"]),
    // The key ring derives the key that the cookies are sealed with, in the cookies' own type.
    ("axum_extra::", &["src/server/http/cookie.rs", "src/server/crypto/token.rs"]),
    ("tower_http::", &["src/server/router.rs"]),
    ("leptos_axum::", &["src/pages/", "src/server/http/", "src/server/router.rs"]),
    ("leptos_router::", &["src/pages/"]),
    ("leptos_meta::", &["src/components/", "src/pages/"]),
    (
        "leptos::",
        &[
            // Starts the islands.
            "src/lib.rs",
            "src/api/",
            "src/components/",
            "src/islands/",
            "src/pages/",
            // What provides the request to pages and server functions, and starts them.
            "src/server/context/",
            "src/server/http/",
            "src/server/router.rs",
            "src/server/run.rs",
            "src/server/state.rs",
        ],
    ),
    // A sender is an address when the library that sends says so.
    ("lettre::", &["src/server/config/mail.rs", "src/server/mail/"]),
    ("argon2::", &["src/server/crypto/"]),
    ("figment::", &["src/server/config/"]),
    ("rand::", &["src/server/crypto/random.rs"]),
    ("chacha20poly1305::", &["src/server/crypto/"]),
    ("subtle::", &["src/server/crypto/"]),
    ("oauth2::", &["src/server/oauth/"]),
    ("openidconnect::", &["src/server/oauth/"]),
    ("reqwest::", &["src/server/oauth/"]),
    ("ua_parser::", &["src/server/browser/"]),
    ("crc32fast::", &["src/server/crypto/"]),
    ("utoipa::", &["src/server/http/api_v1/"]),
    ("utoipa_axum::", &["src/server/http/api_v1/"]),
];

/// Reading the world instead of being told: each has the module that tells.
const WORLD: [Home; 6] = [
    ("SystemTime::now", &["src/server/clock.rs"]),
    ("Timestamp::now", &[]),
    ("Zoned::now", &[]),
    ("env::var", &[]),
    ("env::vars", &[]),
    ("env::vars_os", &["src/server/config/sources.rs"]),
];

/// What is done nowhere, tests aside.
const NOWHERE: [Home; 12] = [
    ("cfg(feature", &["src/lib.rs"]),
    ("cfg!(feature", &[]),
    ("inner_html", &[]),
    (".unwrap()", &[]),
    // HMAC takes keys of every length.
    (".expect(", &["src/server/crypto/token.rs"]),
    ("todo!", &[]),
    ("unimplemented!", &[]),
    ("dbg!", &[]),
    ("panic!", &[]),
    ("#[allow(", &[]),
    ("unsafe", &[]),
    ("GetUrl", &[]),
];

/// Ways to SQL that is not a constant.
const BUILT_SQL: [&str; 5] = ["format!", "concat!", "AssertSqlSafe", "QueryBuilder", "raw_sql"];

pub fn crates(code: &Code) -> Vec<Breach> {
    astray(code, &CRATES)
}

pub fn world(code: &Code) -> Vec<Breach> {
    astray(code, &WORLD)
}

pub fn nowhere(code: &Code) -> Vec<Breach> {
    astray(code, &NOWHERE)
}

/// SQL is written in the store only.
pub fn sql_outside_the_store(code: &Code) -> Vec<Breach> {
    if code.path.starts_with("src/server/store/") {
        return Vec::new();
    }
    let words = ["\"SELECT ", "\"INSERT INTO ", "\"DELETE FROM ", "\"UPDATE "];
    let hits = words.iter().flat_map(|word| code.code.match_indices(word));
    hits.map(|(at, word)| Breach { line: line_of(&code.code, at), what: format!("{word}…\" outside of the store") })
        .collect()
}

/// Statements are constants: nothing is ever put into their text.
pub fn built_sql(code: &Code) -> Vec<Breach> {
    if !code.path.starts_with("src/server/store/") {
        return Vec::new();
    }
    // One file asks the same of many tables; what `concat!` makes of literals is a constant all the same.
    let is_allowed = |word: &str| word == "concat!" && code.path.ends_with("/invariants.rs");
    let words = BUILT_SQL.iter().filter(|word| !is_allowed(word));
    let hits = words.flat_map(|word| code.lines_with(word).into_iter().map(move |line| (line, word)));
    hits.map(|(line, word)| Breach { line, what: format!("{word} in the store") }).collect()
}

fn astray(code: &Code, homes: &[Home]) -> Vec<Breach> {
    homes
        .iter()
        .filter(|(_, homes)| !homes.iter().any(|home| code.path.starts_with(home)))
        .flat_map(|(word, homes)| {
            let lines = code.lines_with(word).into_iter();
            lines.map(move |line| Breach { line, what: format!("{word} belongs in {homes:?}") })
        })
        .collect()
}
