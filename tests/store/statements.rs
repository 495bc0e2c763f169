//! All statements together: each is tested, and none scans a whole table unintentionally.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use signet::testing::TestDb;

/// Sweeps may scan a whole table: they run once a minute, and most rows stay. Ledgers are a handful of rows, which
/// a start scans.
const MAY_SCAN: [&str; 3] = ["knows_another_ledger", "sweep_email_changes", "sweep_sessions"];

/// The index for each lookup that every request or every poll makes.
const HOT: [(&str, &str, &str); 25] = [
    ("session_by_token", "sqlite_autoindex_signet_sessions_2 (token_hash=?)", "signet_sessions_token_hash_key"),
    ("api_token_by_hash", "sqlite_autoindex_signet_api_tokens_2 (token_hash=?)", "signet_api_tokens_token_hash_key"),
    ("user", "sqlite_autoindex_signet_users_1 (id=?)", "signet_users_pkey"),
    ("session_by_token", "sqlite_autoindex_signet_replaced_tokens_1 (token_hash=?)", "signet_replaced_tokens_pkey"),
    ("replaced_token", "sqlite_autoindex_signet_replaced_tokens_1 (token_hash=?)", "signet_replaced_tokens_pkey"),
    ("hold_session", "sqlite_autoindex_signet_sessions_1 (id=?)", "signet_sessions_pkey"),
    ("hold_session", "sqlite_autoindex_signet_users_1 (id=?)", "signet_users_pkey"),
    ("lock_user", "sqlite_autoindex_signet_users_1 (id=?)", "signet_users_pkey"),
    ("user_by_email", "signet_users_verified_email (email_key=?)", "signet_users_verified_email"),
    ("user_by_email", "signet_users_unverified_email (email_key=?)", "signet_users_unverified_email"),
    ("has_due_letter", "signet_letters_due (awaited=? AND unsolicited=? AND due_at<?)", "signet_letters_due"),
    ("claim_letter", "signet_letters_due (awaited=? AND unsolicited=? AND due_at<?)", "signet_letters_due"),
    ("count_due_letters", "signet_letters_due (awaited=? AND unsolicited=? AND due_at<?)", "signet_letters_due"),
    ("has_due_deletion", "signet_users_delete_at (delete_at<?)", "signet_users_delete_at"),
    ("claim_deletion", "signet_users_delete_at (delete_at<?)", "signet_users_delete_at"),
    ("count_due_deletions", "signet_users_delete_at (delete_at<?)", "signet_users_delete_at"),
    ("has_due_export", "signet_exports_building (requested_at<?)", "signet_exports_building"),
    ("events", "signet_events_user (user_id=? AND id<?)", "signet_events_user"),
    ("events_of", "signet_events_user_event (user_id=? AND event=? AND id<?)", "signet_events_user_event"),
    ("counted", "sqlite_autoindex_signet_limits_1 (key=?)", "signet_limits_pkey"),
    ("give_place_back", "sqlite_autoindex_signet_limits_1 (key=?)", "signet_limits_pkey"),
    ("sweep_limits", "signet_limits_expires (expires_at<?)", "signet_limits_expires"),
    ("is_known_device", "signet_users_verified_email (email_key=?)", "signet_users_verified_email"),
    ("live_sessions", "signet_sessions_user (user_id=?)", "signet_sessions_user"),
    ("open_email_change", "signet_email_changes_open (user_id=?)", "signet_email_changes_open"),
];

/// A statement as the code contains it.
struct Statement {
    /// The function that contains it.
    function: String,
    /// The constant that holds it: `SQLITE` and `POSTGRES` mean that the other database has its own text.
    constant: String,
    sql: String,
}

fn read(folder: impl AsRef<Path>) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { read(path) } else { vec![fs::read_to_string(path).unwrap()] }).collect()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).and_then(|(_, rest)| rest.split_once(after)).map_or("", |(between, _)| between)
}

/// Every statement on the tables. (`connect.rs` also has statements about migrations.)
fn statements() -> Vec<Statement> {
    let mut statements = Vec::new();
    for source in read("src/server/store").iter().filter(|source| source.contains("impl Tx")) {
        for function in source.split("pub async fn ").skip(1) {
            let name = function.split('(').next().unwrap_or_default();
            for constant in function.split("const ").skip(1).filter(|rest| rest.contains(": &str")) {
                let literal = between(constant, "\"", "\"");
                let sql = literal.split("\\\n").map(str::trim_start).collect::<String>();
                statements.push(Statement {
                    function: name.split('<').next().unwrap_or_default().to_owned(),
                    constant: constant.split(':').next().unwrap_or_default().to_owned(),
                    sql,
                });
            }
        }
    }
    assert!(statements.len() > 50, "found only {}", statements.len());
    statements
}

#[test]
fn every_statement_is_called_by_a_test() {
    let tests = read(Path::new(file!()).parent().unwrap().to_str().unwrap()).concat();
    let tested = |name: &str| tests.contains(&format!("{name}(")) || tests.contains(&format!("{name}::<"));
    let missing: BTreeSet<String> =
        statements().into_iter().map(|statement| statement.function).filter(|function| !tested(function)).collect();
    assert_eq!(missing, BTreeSet::new());
}

/// The text of every source in a folder and in those below it.
fn sources(folder: &Path) -> String {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let source = |path: PathBuf| if path.is_dir() { sources(&path) } else { fs::read_to_string(path).unwrap() };
    entries.filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "rs")).map(source).collect()
}

#[test]
fn a_single_read_only_reads() {
    let sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server"));
    let called = sources.split("single_read()").skip(1).filter_map(|rest| rest.strip_prefix(".await?"));
    let names: BTreeSet<&str> = called.filter_map(|rest| rest.trim_start().strip_prefix('.')).map(word).collect();
    assert!(names.len() > 10, "{names:?}");
    let statements = statements();
    for name in names {
        let made: Vec<&Statement> = statements.iter().filter(|statement| statement.function == name).collect();
        assert!(!made.is_empty(), "{name} is no statement");
        for Statement { constant, sql, .. } in made {
            assert!(
                sql.starts_with("SELECT ") && ["SQL", "SQLITE", "POSTGRES"].contains(&constant.as_str()),
                "{name}: {sql}"
            );
        }
    }
}

/// The word before the bracket.
fn word(call: &str) -> &str {
    call.split('(').next().unwrap_or_default()
}

#[tokio::test]
async fn on_sqlite_every_lookup_goes_by_an_index() {
    let db = TestDb::sqlite().await;
    for Statement { function, sql, .. } in statements().iter().filter(|s| s.constant != "POSTGRES") {
        let plan = db.rows(&format!("EXPLAIN QUERY PLAN {sql}")).await.join("\n");
        let scans = plan.lines().any(|line| line.contains("|SCAN ") && !line.contains("CONSTANT ROW"));
        assert!(!scans || MAY_SCAN.contains(&function.as_str()), "{function}: {sql}\n{plan}");
        for (_, index, _) in HOT.iter().filter(|(hot, ..)| hot == function) {
            assert!(plan.contains(index), "{function}: {sql}\n{plan}");
        }
    }
}

#[tokio::test]
async fn on_postgresql_every_lookup_goes_by_an_index() {
    let Some(db) = TestDb::postgres().await else { return };
    for Statement { function, sql, .. } in statements().iter().filter(|s| s.constant != "SQLITE") {
        let parameters = (1..20).take_while(|n| sql.contains(&format!("${n}"))).map(|_| "NULL");
        let parameters = parameters.collect::<Vec<_>>().join(", ");
        // With a handful of rows a scan is cheapest; the setting makes it expensive.
        let plan = format!(
            "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; PREPARE statement AS {sql}; \
             EXPLAIN EXECUTE statement({parameters}); DEALLOCATE statement"
        );
        let plan = db.rows(&plan).await.join("\n");
        let scans = plan.contains("Seq Scan");
        assert!(!scans || MAY_SCAN.contains(&function.as_str()), "{function}: {sql}\n{plan}");
        for (_, _, index) in HOT.iter().filter(|(hot, ..)| hot == function) {
            assert!(plan.contains(index) && plan.contains("Index Cond"), "{function}: {sql}\n{plan}");
        }
    }
}
