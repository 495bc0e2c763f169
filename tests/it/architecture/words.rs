//! Words that may stand in one place only, or in no place.

use super::{
    modules::Modules,
    source::{Breach, Token, Tree},
};

/// A crate or a word, and the paths (or beginnings of paths) where it may stand.
type Home = (&'static str, &'static [&'static str]);

/// Crates that one place only may name.
const CRATES: [Home; 26] = [
    ("sqlx", &["src/server/store/", "src/testing/db/"]),
    ("axum", &["src/server/http/", "src/server/router.rs", "src/server/serve/", "src/server/state.rs", "src/testing/"]),
    // The key ring derives the key that seals cookies, in the type of the cookies.
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
            // Provides the request to pages and server functions, and starts them.
            "src/server/context/",
            "src/server/http/",
            "src/server/router.rs",
            "src/server/serve/",
            "src/server/state.rs",
            // Reads the table that belongs to Leptos.
            "src/bin/",
            // Starts an application with settings of Leptos' own.
            "src/testing/app.rs",
        ],
    ),
    // A sender is an address only if the library that sends accepts it.
    ("lettre", &["src/server/config/mail.rs", "src/server/mail/"]),
    ("argon2", &["src/server/crypto/"]),
    ("figment", &["src/server/config/"]),
    ("rand", &["src/server/crypto/random.rs"]),
    ("chacha20poly1305", &["src/server/crypto/"]),
    ("subtle", &["src/server/crypto/"]),
    ("oauth2", &["src/server/oauth/"]),
    ("openidconnect", &["src/server/oauth/"]),
    ("reqwest", &["src/server/oauth/"]),
    ("rustls", &["src/server/tls/"]),
    ("rustls_native_certs", &["src/server/tls/"]),
    ("ua_parser", &["src/server/user_agent/"]),
    ("sha1", &["src/server/crypto/breached"]),
    ("crc32fast", &["src/server/crypto/"]),
    ("utoipa", &["src/server/http/api_v1/"]),
    ("utoipa_axum", &["src/server/http/api_v1/"]),
    // The program decides about its arguments and its log.
    ("clap", &["src/bin/"]),
    ("tracing_subscriber", &["src/bin/"]),
];

/// Words that no code may use, tests aside, or one place only; as tokens with spaces between them. Clippy refuses
/// the rest: `unwrap` and `expect`, `todo!`, `dbg!`, `#[allow]`, `unsafe`, and reading the clock, the environment
/// or a generator of random numbers.
const NOWHERE: [Home; 16] = [
    ("cfg ( feature", &["src/lib.rs"]),
    ("cfg ! ( feature", &[]),
    // The elements that say for which account a form was made.
    ("method = \"post\"", &["src/components/post_form.rs", "src/components/field_form.rs"]),
    ("inner_html", &[]),
    // Closing a file of SQLite's would release the locks that this process holds on it.
    (
        "OpenOptions",
        &[
            "src/server/config/secret_key.rs",
            "src/server/crypto/breached",
            "src/server/export/files.rs",
            "src/server/mail/mailbox.rs",
        ],
    ),
    ("unimplemented !", &[]),
    // A fixture that cannot go on fails its test.
    ("panic !", &["src/testing/"]),
    ("GetUrl", &[]),
    // A library leaves this to the program.
    ("println !", &["src/bin/"]),
    ("eprintln !", &["src/bin/", "src/testing/db/"]),
    ("signal :: unix", &["src/bin/"]),
    ("process :: exit", &[]),
    // A page keeps nothing in the browser (ASVS V14.3.3).
    ("local_storage", &[]),
    ("session_storage", &[]),
    ("indexed_db", &[]),
    // The type that reads and writes cookies.
    ("HtmlDocument", &[]),
];

/// Ways to write SQL that is not a constant.
const BUILT_SQL: [&str; 5] = ["format !", "concat !", "AssertSqlSafe", "QueryBuilder", "raw_sql"];

/// Files that use them and still make or run constants only.
const CONSTANT_SQL: [(&str, &str); 3] = [
    // One file asks the same question about many tables, in literals.
    ("concat !", "src/server/store/invariants.rs"),
    // Has no statements: it puts words for the log together.
    ("format !", "src/server/store/outage.rs"),
    // Many statements in one file, as in a migration.
    ("raw_sql", "src/server/store/schema.rs"),
];

/// Places that name a crate outside its home.
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

/// Places that use a word that no code may use.
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

/// The files, or the beginnings of their paths, that contain addresses of the site as literals.
const ADDRESSES: [&str; 4] = [
    "src/domain/paths.rs",
    // Its macro accepts literals only; a test compares them with the access table.
    "src/pages/app.rs",
    // A folder of the machine.
    "src/testing/folder.rs",
    // The addresses of providers, which are other sites.
    "src/testing/provider/",
];

/// The attributes whose macros accept literals only. Other tests compare their text with the names of the server
/// functions, and with a running server.
const ADDRESSED: [&str; 2] = ["server", "utoipa"];

/// Only one place contains the addresses of the site as literals.
pub fn addresses(tree: &Tree) -> Vec<Breach> {
    let beginnings = ["/users", "/dashboard", "/dev", "/api", "/healthz", "/readyz", "/metrics", "/.well-known"];
    let mut found = Vec::new();
    let is_exempt = |path: &str| ADDRESSES.iter().any(|home| path.starts_with(home));
    for source in tree.sources.iter().filter(|source| !is_exempt(&source.path)) {
        for token in without_attributes(&source.tokens, &ADDRESSED) {
            let Some(literal) = token.text.strip_prefix('"') else { continue };
            // Or after the base URL. Other sites have an `/api` too.
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

/// The tokens of a file outside attributes of these names.
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

/// The places that contain SQL: the store, and the assertions, which look at rows as no action does.
const SQL: [&str; 2] = ["src/server/store/", "src/testing/"];

/// Only the store contains SQL, apart from assertions.
pub fn sql_outside_the_store(tree: &Tree) -> Vec<Breach> {
    let words = ["\"SELECT ", "\"INSERT INTO ", "\"DELETE FROM ", "\"UPDATE "];
    let mut found = Vec::new();
    let is_home = |path: &str| SQL.iter().any(|home| path.starts_with(home));
    for source in tree.sources.iter().filter(|source| !is_home(&source.path)) {
        for token in source.tokens.iter().filter(|token| words.iter().any(|word| token.text.starts_with(word))) {
            found.push(source.breach(token.line, format!("{:.20}… outside of the store", token.text)));
        }
    }
    found
}

/// Statements are constants: no code adds anything to their text.
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
