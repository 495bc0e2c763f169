//! What a test checks afterwards: rows, events, the whole database, and whether a secret is in a place where it
//! should not be.

use std::sync::atomic::Ordering;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{app::TestApp, page::Page};
use crate::{
    domain::id::{UserId, hex},
    server::http::cookie::Name,
};

impl TestApp {
    /// The result of a query, one line a row, values with `|` between them.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        self.db.rows(sql).await
    }

    /// How many rows of a table meet a condition.
    pub async fn count(&self, table_and_condition: &str) -> i64 {
        self.rows(&format!("SELECT COUNT(*) FROM {table_and_condition}")).await[0].parse().unwrap()
    }

    /// The account that has verified this address; if there is none, the account that has still to verify it.
    pub async fn user(&self, email: &str) -> UserId {
        let sql = format!(
            "SELECT id FROM signet_users WHERE email_key = '{}' ORDER BY (email_verified_at IS NULL) LIMIT 1",
            // An address may hold an apostrophe, which ends a string of SQL.
            email.to_ascii_lowercase().replace('\'', "''")
        );
        UserId::parse(&self.rows(&sql).await[0]).unwrap()
    }

    /// How many sessions the account of an address has.
    pub async fn sessions(&self, email: &str) -> i64 {
        let user = self.user(email).await;
        self.count(&format!("signet_sessions WHERE user_id = '{user}'")).await
    }

    /// Every event since the last call, in order:
    /// `event[.failure] by actor[ of address][: code]`.
    pub async fn news(&self) -> Vec<String> {
        let seen = self.events_seen.load(Ordering::SeqCst);
        let sql = format!(
            "SELECT e.id, e.event, COALESCE(e.failure, ''), e.actor, \
             CASE WHEN e.user_id IS NULL THEN '' ELSE COALESCE(u.email, 'an erased account') END \
             FROM signet_events e LEFT JOIN signet_users u ON u.id = e.user_id WHERE e.id > {seen} ORDER BY e.id"
        );
        let rows = self.rows(&sql).await;
        if let Some(last) = rows.last() {
            let id = last.split('|').next().unwrap().parse().unwrap();
            self.events_seen.store(id, Ordering::SeqCst);
        }
        rows.iter().map(|row| event_in_words(row)).collect()
    }

    /// Every row of every table.
    pub async fn dump(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for table in self.tables().await {
            let mut rows = self.rows(&format!("SELECT * FROM {table}")).await;
            rows.sort();
            lines.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
        }
        lines
    }

    /// Every row of every table except the audit log and the counts of limits: a refused action must not change it.
    pub async fn dump_without_log(&self) -> Vec<String> {
        let mut lines = self.dump().await;
        lines.retain(|line| {
            !["events:", "event_context:", "sqlite_sequence:", "signet_limits:"].iter().any(|log| line.contains(log))
        });
        lines
    }

    /// Panics unless `work` leaves everything except the audit log and the counts of limits unchanged.
    pub async fn changes_nothing<T>(&self, work: impl Future<Output = T>) -> T {
        let before = self.dump_without_log().await;
        let done = work.await;
        let after = self.dump_without_log().await;
        let gone: Vec<_> = before.iter().filter(|line| !after.contains(line)).collect();
        let new: Vec<_> = after.iter().filter(|line| !before.contains(line)).collect();
        assert!(before == after, "gone: {gone:#?}, new: {new:#?}");
        done
    }

    async fn tables(&self) -> Vec<String> {
        let sql = if self.db.is_postgres() {
            "SELECT table_schema || '.' || table_name FROM information_schema.tables \
             WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
        } else {
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"
        };
        self.rows(sql).await
    }

    /// Remembers a password or a token, which must not appear anywhere.
    pub fn keep_secret(&self, secret: &str) {
        let mut secrets = self.secrets.lock().unwrap();
        // A short one could occur by chance.
        if secret.len() >= 8 && !secrets.iter().any(|known| known == secret) {
            secrets.push(secret.to_owned());
        }
    }

    /// Panics when an answer contains a secret in clear, in its body or in a header. Two cases are allowed: the header
    /// that sets the session cookie, and the token of a mailed link, because the browser has sent it in the URL.
    pub(super) fn says_no_secret(&self, page: &Page) {
        let session = format!("{}=", self.http.cookies.name(Name::Session));
        let headers = page.headers.iter().filter(|(name, value)| {
            *name != "set-cookie" || !String::from_utf8_lossy(value.as_bytes()).starts_with(&session)
        });
        let headers: Vec<_> = headers.map(|(_, value)| String::from_utf8_lossy(value.as_bytes())).collect();
        for secret in self.secrets.lock().unwrap().iter().filter(|secret| !is_mail_token(secret)) {
            assert!(!page.body.contains(secret.as_str()), "the page says {secret}");
            assert!(!headers.iter().any(|value| value.contains(secret.as_str())), "a header says {secret}");
        }
        assert!(!page.body.contains(HASH), "the page says a password hash");
    }

    /// Panics when the database contains a secret, as text or as bytes.
    pub async fn holds_no_secret(&self) {
        let secrets = self.secrets.lock().unwrap().clone();
        let lines = self.dump().await;
        let astray = lines.iter().find(|line| line.contains(HASH) && !line.contains("users: "));
        assert_eq!(astray, None, "a password hash outside of its column");
        let whole = lines.join("\n");
        for secret in secrets {
            for form in forms(&secret) {
                assert!(!whole.contains(&form), "the database holds {secret} as {form}");
            }
        }
    }

    /// Panics when a row is claimed, or postponed after an error: a worker must have finished each row that it
    /// claimed, or given it back.
    pub async fn nothing_is_in_hand(&self) {
        let rows = "SELECT 'letter ' || kind FROM signet_letters WHERE claimed_until IS NOT NULL \
                    UNION ALL SELECT 'export ' || id FROM signet_exports WHERE claimed_until IS NOT NULL \
                    UNION ALL SELECT 'account ' || id FROM signet_users WHERE deletion_retry_at IS NOT NULL";
        assert_eq!(self.rows(rows).await, [""; 0], "claimed, or postponed");
    }
}

/// The beginning of every password hash.
const HASH: &str = "$argon2";

fn is_mail_token(secret: &str) -> bool {
    secret.starts_with("v1.")
}

/// The forms in which a secret could be stored.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), hex(secret.as_bytes())];
    // The secret part of an API token is between its prefix and its checksum.
    if let Some(digits) = secret.strip_prefix("sgn_") {
        forms.extend(digits.get(..64).map(str::to_owned));
    }
    // Look also for the bytes that a token encodes: 32 bytes of a session token, the MAC at the end of a mail token.
    let coded = secret.rsplit('.').next().unwrap_or(secret);
    if let Ok(bytes) = URL_SAFE_NO_PAD.decode(coded) {
        forms.extend([coded.to_owned(), hex(&bytes)]);
    }
    forms
}

fn event_in_words(row: &str) -> String {
    let parts: Vec<_> = row.split('|').collect();
    let &[_, event, failure, actor, owner] = parts.as_slice() else { panic!("{row}") };
    let dot = if failure.is_empty() { "" } else { ".failure" };
    let of = if owner.is_empty() { String::new() } else { format!(" of {owner}") };
    let why = if failure.is_empty() { String::new() } else { format!(": {failure}") };
    format!("{event}{dot} by {actor}{of}{why}")
}
