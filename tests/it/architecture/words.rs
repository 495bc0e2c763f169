//! Words that belong in one place, or nowhere.

use super::{
    modules::Modules,
    source::{Breach, Token, Tree},
};

/// A crate or a word, and the paths (or beginnings of paths) where it may stand.
type Home = (&'static str, &'static [&'static str]);

/// Crates with one home.
const CRATES: [Home; 23] = [
    ("sqlx", &["src/server/store/"]),
    ("axum", &["src/server/http/", "src/server/router.rs", "src/server/serve/", "src/server/state.rs"]),
    // The key ring derives the key that the cookies are sealed with, in the cookies' own type.
    ("axum_extra", &["src/server/http/cookie.rs", "src/server/crypto/token.rs"]),
    ("tower_http", &["src/server/router.rs"]),
    ("leptos_axum", &["src/pages/", "src/server/http/", "src/server/router.rs"]),
    ("leptos_router", &["src/pages/"]),
    ("leptos_meta", &["src/components/", "src/pages/"]),
    (
        "leptos",
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
            "src/server/serve/",
            "src/server/state.rs",
            // Reads the table that is Leptos' own.
            "src/bin/",
        ],
    ),
    // A sender is an address when the library that sends says so.
    ("lettre", &["src/server/config/mail.rs", "src/server/mail/"]),
    ("argon2", &["src/server/crypto/"]),
    ("figment", &["src/server/config/"]),
    ("rand", &["src/server/crypto/random.rs"]),
    ("chacha20poly1305", &["src/server/crypto/"]),
    ("subtle", &["src/server/crypto/"]),
    ("oauth2", &["src/server/oauth/"]),
    ("openidconnect", &["src/server/oauth/"]),
    ("reqwest", &["src/server/oauth/"]),
    ("ua_parser", &["src/server/user_agent/"]),
    ("crc32fast", &["src/server/crypto/"]),
    ("utoipa", &["src/server/http/api_v1/"]),
    ("utoipa_axum", &["src/server/http/api_v1/"]),
    // How it is called and where the log goes is the program's to decide.
    ("clap", &["src/bin/"]),
    ("tracing_subscriber", &["src/bin/"]),
];

/// What is done nowhere, tests aside, or in one place; as tokens with spaces between them. Clippy refuses the
/// rest: `unwrap` and `expect`, `todo!`, `dbg!`, `#[allow]`, `unsafe`, and to read the clock, the
/// environment or a generator of random numbers.
const NOWHERE: [Home; 10] = [
    ("cfg ( feature", &["src/lib.rs"]),
    ("cfg ! ( feature", &[]),
    ("inner_html", &[]),
    ("unimplemented !", &[]),
    ("panic !", &[]),
    ("GetUrl", &[]),
    // What a library leaves to the program.
    ("println !", &["src/bin/"]),
    ("eprintln !", &["src/bin/"]),
    ("signal :: unix", &["src/bin/"]),
    ("process :: exit", &[]),
];

/// Ways to SQL that is not a constant.
const BUILT_SQL: [&str; 5] = ["format !", "concat !", "AssertSqlSafe", "QueryBuilder", "raw_sql"];

/// Where they make or run constants all the same.
const CONSTANT_SQL: [(&str, &str); 2] = [
    // One file asks the same of many tables, in literals.
    ("concat !", "src/server/store/invariants.rs"),
    // Many statements in one file, as a migration.
    ("raw_sql", "src/server/store/schema.rs"),
];

/// Crates that are named away from their home.
pub fn crates(tree: &Tree) -> Vec<Breach> {
    let modules = Modules::new(tree);
    let mut found = Vec::new();
    for (source, _, line, path) in modules.named() {
        let Some(path) = path.strip_prefix("::") else { continue };
        let name = path.split("::").next().unwrap_or_default();
        let Some((_, homes)) = CRATES.iter().find(|(home, _)| *home == name) else { continue };
        if !homes.iter().any(|home| source.path.starts_with(home)) {
            found.push(source.breach(line, format!("{name} belongs in {homes:?}")));
        }
    }
    found
}

/// What nobody does.
pub fn nowhere(tree: &Tree) -> Vec<Breach> {
    let mut found = Vec::new();
    for source in &tree.sources {
        for (word, homes) in NOWHERE {
            if !homes.iter().any(|home| source.path.starts_with(home)) {
                let lines = source.lines_with(word).into_iter();
                found.extend(lines.map(|line| source.breach(line, format!("{word} belongs in {homes:?}"))));
            }
        }
    }
    found
}

/// Where addresses of the site are written out.
const ADDRESSES: [&str; 2] = [
    "src/domain/paths.rs",
    // Its macro reads literals only; a test holds them against the access table.
    "src/pages/app.rs",
];

/// The attributes whose macros read literals only. Other tests hold what they say against the
/// names of the server functions, and against a running server.
const ADDRESSED: [&str; 2] = ["server", "utoipa"];

/// Addresses of the site are written out in one place.
pub fn addresses(tree: &Tree) -> Vec<Breach> {
    let beginnings = ["/users", "/dashboard", "/dev", "/api", "/healthz", "/readyz", "/metrics", "/.well-known"];
    let mut found = Vec::new();
    for source in tree.sources.iter().filter(|source| !ADDRESSES.contains(&source.path.as_str())) {
        for token in without_attributes(&source.tokens, &ADDRESSED) {
            let Some(literal) = token.text.strip_prefix('"') else { continue };
            // Or after the base URL. Other sites have an `/api` as well.
            let is_after_base = literal.split('}').skip(1).any(|part| is_below(part, "/users"));
            if is_after_base || beginnings.iter().any(|beginning| is_below(literal, beginning)) {
                found.push(source.breach(token.line, format!("{} belongs in domain::paths", token.text)));
            }
        }
    }
    found
}

/// Whether `text` begins with the address `beginning`, and not with a longer word.
fn is_below(text: &str, beginning: &str) -> bool {
    let rest = text.strip_prefix(beginning).map(|rest| rest.chars().next());
    rest.is_some_and(|next| !next.is_some_and(char::is_alphanumeric))
}

/// The tokens of a file that do not stand in attributes of these names.
fn without_attributes<'a>(tokens: &'a [Token], names: &[&str]) -> Vec<&'a Token> {
    let mut kept = Vec::new();
    let (mut within, mut depth) = (false, 0);
    for (at, token) in tokens.iter().enumerate() {
        let next = |ahead: usize| tokens.get(at + ahead).map(|token| token.text.as_str());
        within |= token.text == "#" && next(1) == Some("[") && next(2).is_some_and(|name| names.contains(&name));
        if !within {
            kept.push(token);
            continue;
        }
        depth += match token.text.as_str() {
            "[" => 1,
            "]" => -1,
            _ => 0,
        };
        within = depth > 0 || token.text == "#";
    }
    kept
}

/// SQL is written in the store only.
pub fn sql_outside_the_store(tree: &Tree) -> Vec<Breach> {
    let words = ["\"SELECT ", "\"INSERT INTO ", "\"DELETE FROM ", "\"UPDATE "];
    let mut found = Vec::new();
    for source in tree.sources.iter().filter(|source| !source.path.starts_with("src/server/store/")) {
        for token in source.tokens.iter().filter(|token| words.iter().any(|word| token.text.starts_with(word))) {
            found.push(source.breach(token.line, format!("{:.20}… outside of the store", token.text)));
        }
    }
    found
}

/// Statements are constants: nothing is ever put into their text.
pub fn built_sql(tree: &Tree) -> Vec<Breach> {
    let mut found = Vec::new();
    for source in tree.sources.iter().filter(|source| source.path.starts_with("src/server/store/")) {
        let is_allowed = |word: &str| CONSTANT_SQL.contains(&(word, source.path.as_str()));
        for word in BUILT_SQL.into_iter().filter(|word| !is_allowed(word)) {
            let lines = source.lines_with(word).into_iter();
            found.extend(lines.map(|line| source.breach(line, format!("{word} in the store"))));
        }
    }
    found
}
