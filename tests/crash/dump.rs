//! The whole database as text, for comparing.

use signet::domain::time::Timestamp;

use crate::db::TestDb;

/// What is written down in a way of its own, or nobody's data.
const APART: [&str; 4] = ["signet_events", "signet_event_context", "signet_migrations", "sqlite_sequence"];

/// Every row of every table, sorted. The numbers of events are left out, since PostgreSQL
/// skips those of what was taken back.
pub async fn dump(db: &TestDb) -> Vec<String> {
    let mut lines = Vec::new();
    for table in tables(db).await.into_iter().filter(|table| !APART.contains(&table.as_str())) {
        let rows = db.rows(&format!("SELECT * FROM {table}")).await;
        lines.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    let events = format!(
        "SELECT e.at, e.user_id, e.actor, e.event, e.failure, e.session_id, {}, \
         c.user_id, c.ip, c.user_agent, c.detail FROM signet_events e LEFT JOIN signet_event_context c ON c.event_id = e.id",
        padded("e.request", db)
    );
    lines.extend(db.rows(&events).await.into_iter().map(|row| format!("signet_events: {row}")));
    lines.sort();
    lines
}

/// A number that was drawn at the length of the longest, by which it is told from an instant.
fn padded(column: &str, db: &TestDb) -> String {
    if db.is_postgres() {
        format!("lpad({column}::text, 19, '0')")
    } else {
        format!("substr('0000000000000000000' || {column}, -19)")
    }
}

async fn tables(db: &TestDb) -> Vec<String> {
    let sql = if db.is_postgres() {
        "SELECT table_name FROM information_schema.tables \
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    } else {
        "SELECT name FROM sqlite_master WHERE type = 'table'"
    };
    db.rows(sql).await
}

/// A dump without the identifiers and secrets that were drawn, which tell one attempt from the
/// next: they become `#`.
pub fn masked(dump: &[String]) -> Vec<String> {
    let is_drawn = |word: &str| word.len() >= 32 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let mut masked: Vec<String> = dump
        .iter()
        .map(|line| {
            let words = line.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
            let words = words.map(|piece| {
                let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
                // Bytes begin with an x of their own.
                let bare = word.strip_prefix('x').unwrap_or(word);
                if is_drawn(bare) { piece.replace(word, "#") } else { piece.to_owned() }
            });
            words.collect::<String>()
        })
        .collect();
    masked.sort();
    masked
}

/// A masked dump by the hours since `begin`: what processes leave that go by the system's clock,
/// each a little later than the other. Numbers of requests, which are drawn too, become `#`.
pub fn timeless(dump: &[String], begin: Timestamp) -> Vec<String> {
    let mut lines: Vec<String> = masked(dump).iter().map(|line| with_hours(line, begin)).collect();
    lines.sort();
    lines
}

fn with_hours(line: &str, begin: Timestamp) -> String {
    let words = line.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let words = words.map(|piece| {
        let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        match (word.len(), word.parse::<i64>()) {
            (10, Ok(at)) => piece.replace(word, &format!("{}h", (at - begin.0 + 1_800).div_euclid(3_600))),
            (15.., Ok(_)) => piece.replace(word, "#"),
            _ => piece.to_owned(),
        }
    });
    words.collect()
}

/// Panics with the lines that only one of two dumps has.
pub fn same(left: &[String], right: &[String], what: &str) {
    let only = |a: &[String], b: &[String]| a.iter().filter(|line| !b.contains(line)).cloned().collect::<Vec<_>>();
    assert!(
        left == right,
        "{what}\nonly here:\n{}\nmissing here:\n{}",
        only(left, right).join("\n"),
        only(right, left).join("\n")
    );
}
