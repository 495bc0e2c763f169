//! The whole database as text, so that tests can compare it.

use signet::{domain::time::Timestamp, testing::TestDb};

/// Tables that the dump prints in another way, or that hold no person's data.
const APART: [&str; 4] = ["signet_events", "signet_event_context", "signet_migrations", "sqlite_sequence"];

/// Every row of every table, sorted. It omits the numbers of events, because PostgreSQL skips the numbers of
/// rolled-back events.
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

/// Pads a random number to the length of the longest one, which distinguishes it from an instant.
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

/// A dump in which every random identifier and secret is `#`, because they differ between two runs.
pub fn masked(dump: &[String]) -> Vec<String> {
    let is_drawn = |word: &str| word.len() >= 32 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let mut masked: Vec<String> = dump
        .iter()
        .map(|line| {
            let words = line.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
            let words = words.map(|piece| {
                let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
                // Bytes begin with an `x`.
                let bare = word.strip_prefix('x').unwrap_or(word);
                if is_drawn(bare) { piece.replace(word, "#") } else { piece.to_owned() }
            });
            words.collect::<String>()
        })
        .collect();
    masked.sort();
    masked
}

/// A masked dump with times as hours since `begin`. Real processes go by the system's clock, so each run is a
/// little later than the other. The random numbers of requests become `#` too.
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

/// Panics with the lines that only one of the two dumps has.
pub fn same(left: &[String], right: &[String], what: &str) {
    let only = |a: &[String], b: &[String]| a.iter().filter(|line| !b.contains(line)).cloned().collect::<Vec<_>>();
    assert!(
        left == right,
        "{what}\nonly here:\n{}\nmissing here:\n{}",
        only(left, right).join("\n"),
        only(right, left).join("\n")
    );
}
