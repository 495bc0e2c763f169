//! The invariants of a database, which must hold after every action and after every crash: SQL checks them on the
//! rows alone.

use super::{Db, StoreError};
use crate::domain::time::Timestamp;

/// A breach of an invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// What is wrong.
    pub what: &'static str,
    /// The id of the row.
    pub row: String,
}

/// A description and a query: every row that the query returns is a breach. `$1` is the present.
type Never = (&'static str, &'static str);

impl Db {
    /// All breaches, at most 20 rows of each kind. Reads whole tables.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn breaches(&self, now: Timestamp) -> Result<Vec<Breach>, StoreError> {
        let mut breaches = Vec::new();
        for (what, sql) in NEVER.iter().chain(&LOOSE) {
            let rows = self.answers(sql, now).await?;
            breaches.extend(rows.into_iter().map(|row| Breach { what, row }));
        }
        Ok(breaches)
    }

    /// Runs one query. A single statement sees one consistent state. It belongs to no action, so no fail point
    /// counts it.
    async fn answers(&self, sql: &'static str, now: Timestamp) -> Result<Vec<String>, StoreError> {
        // PostgreSQL refuses a parameter that the statement does not use.
        Ok(match (self, sql.contains("$1")) {
            (Self::Sqlite(pool, ..), true) => sqlx::query_scalar(sql).bind(now.0).fetch_all(pool).await?,
            (Self::Sqlite(pool, ..), false) => sqlx::query_scalar(sql).fetch_all(pool).await?,
            (Self::Postgres(pool, ..), true) => sqlx::query_scalar(sql).bind(now.0).fetch_all(pool).await?,
            (Self::Postgres(pool, ..), false) => sqlx::query_scalar(sql).fetch_all(pool).await?,
        })
    }
}

const NEVER: [Never; 20] = [
    (
        "a session of a deleted account",
        "SELECT s.id FROM signet_sessions s JOIN signet_users u ON u.id = s.user_id WHERE u.deleted_at IS NOT NULL LIMIT 20",
    ),
    (
        "a session from before its account was closed",
        // The log shows the order of events even if the clock went back in between.
        "SELECT s.id FROM signet_sessions s JOIN signet_users u ON u.id = s.user_id WHERE s.created_at <= u.deletion_scheduled_at \
         AND NOT EXISTS (SELECT 1 FROM signet_events e WHERE e.session_id = s.id AND e.event = 'session.sign_in' \
         AND e.failure IS NULL AND e.id > (SELECT MAX(d.id) FROM signet_events d WHERE d.user_id = u.id \
         AND d.event = 'account.deletion_scheduled' AND d.failure IS NULL)) LIMIT 20",
    ),
    (
        "sudo mode in a closed account",
        "SELECT s.id FROM signet_sessions s JOIN signet_users u ON u.id = s.user_id \
         WHERE u.deletion_scheduled_at IS NOT NULL AND s.sudo_at IS NOT NULL LIMIT 20",
    ),
    (
        "an API token of a closed account",
        "SELECT t.id FROM signet_api_tokens t JOIN signet_users u ON u.id = t.user_id \
         WHERE u.deletion_scheduled_at IS NOT NULL LIMIT 20",
    ),
    (
        "an open change or a confirm link of a closed account",
        "SELECT u.id FROM signet_users u WHERE u.deletion_scheduled_at IS NOT NULL AND (\
         EXISTS (SELECT 1 FROM signet_email_changes c WHERE c.user_id = u.id AND c.state = 'open') \
         OR EXISTS (SELECT 1 FROM signet_mail_links l WHERE l.user_id = u.id AND l.purpose NOT IN ('keep', 'reset'))) LIMIT 20",
    ),
    (
        "a keep link of an account that is not closed",
        "SELECT l.id FROM signet_mail_links l JOIN signet_users u ON u.id = l.user_id \
         WHERE l.purpose = 'keep' AND u.deletion_scheduled_at IS NULL LIMIT 20",
    ),
    (
        "an export that nobody asked for",
        "SELECT x.id FROM signet_exports x WHERE NOT EXISTS (SELECT 1 FROM signet_events e WHERE e.user_id = x.user_id \
         AND e.event = 'account.export_requested' AND e.failure IS NULL \
         AND e.at BETWEEN x.requested_at - 60 AND x.requested_at + 60) LIMIT 20",
    ),
    (
        "a fresh letter about a link that is gone",
        "SELECT l.id FROM signet_letters l WHERE l.link_id IS NOT NULL AND l.created_at + 3600 > $1 \
         AND l.kind NOT IN ('sudo_code', 'email_changed_old') \
         AND NOT EXISTS (SELECT 1 FROM signet_mail_links m WHERE m.id = l.link_id) \
         AND NOT EXISTS (SELECT 1 FROM signet_email_changes c WHERE c.id = l.link_id) LIMIT 20",
    ),
    (
        "a letter of nobody's that is no goodbye",
        "SELECT l.id FROM signet_letters l WHERE l.user_id IS NULL AND l.kind <> 'deletion_executed' LIMIT 20",
    ),
    ("a deletion half done", HALF_DELETED),
    ("an account half anonymized", HALF_ANONYMIZED),
    (
        "an account without the event that made it",
        "SELECT id FROM signet_users u WHERE 1 <> (SELECT COUNT(*) FROM signet_events e \
         WHERE e.user_id = u.id AND e.event = 'account.sign_up' AND e.failure IS NULL) LIMIT 20",
    ),
    (
        "a verified address without its event",
        "SELECT id FROM signet_users u WHERE email_verified_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM signet_events e \
         WHERE e.user_id = u.id AND e.failure IS NULL AND (e.event = 'account.email_verified' \
         OR (e.event = 'account.sign_up' AND e.actor = 'person'))) LIMIT 20",
    ),
    (
        "a closed account without a schedule more than cancellations",
        "SELECT id FROM signet_users u WHERE deletion_scheduled_at IS NOT NULL AND 1 > \
         (SELECT COALESCE(SUM(CASE e.event WHEN 'account.deletion_scheduled' THEN 1 ELSE -1 END), 0) FROM signet_events e \
         WHERE e.user_id = u.id AND e.failure IS NULL \
         AND e.event IN ('account.deletion_scheduled', 'account.deletion_cancelled')) LIMIT 20",
    ),
    (
        "an executed deletion without exactly one event",
        "SELECT id FROM signet_users u WHERE deletion_scheduled_at IS NOT NULL AND deleted_at IS NOT NULL AND 1 <> \
         (SELECT COUNT(*) FROM signet_events e WHERE e.user_id = u.id AND e.event = 'account.deletion_executed') LIMIT 20",
    ),
    (
        "an executed deletion of a living account",
        "SELECT u.id FROM signet_events e JOIN signet_users u ON u.id = e.user_id \
         WHERE e.event = 'account.deletion_executed' AND u.deleted_at IS NULL LIMIT 20",
    ),
    (
        "a confirmed change without its event",
        "SELECT c.user_id FROM signet_email_changes c WHERE c.state IN ('confirmed', 'undone') GROUP BY c.user_id \
         HAVING COUNT(*) > (SELECT COUNT(*) FROM signet_events e \
         WHERE e.user_id = c.user_id AND e.event = 'account.email_changed' AND e.failure IS NULL) LIMIT 20",
    ),
    (
        "an account due for minutes whose erasure fails",
        "SELECT id FROM signet_users WHERE delete_at + 300 <= $1 AND deletion_retry_at IS NOT NULL AND deleted_at IS NULL \
         LIMIT 20",
    ),
    // A worker claims a row for at most two minutes. A longer claim means that its clock was ahead.
    (
        "a letter that is claimed for more than two minutes",
        "SELECT id FROM signet_letters WHERE claimed_until > $1 + 120 LIMIT 20",
    ),
    (
        "an export that is claimed for more than two minutes",
        "SELECT id FROM signet_exports WHERE claimed_until > $1 + 120 LIMIT 20",
    ),
];

/// Data that every strategy removes.
const HALF_DELETED: &str = "SELECT id FROM signet_users u WHERE deleted_at IS NOT NULL AND (password_hash IS NOT NULL \
     OR deletion_retry_at IS NOT NULL OR hard_deleted_at IS NOT NULL \
     OR EXISTS (SELECT 1 FROM signet_sessions s WHERE s.user_id = u.id) \
     OR EXISTS (SELECT 1 FROM signet_known_devices d WHERE d.user_id = u.id) \
     OR EXISTS (SELECT 1 FROM signet_mail_links l WHERE l.user_id = u.id) \
     OR EXISTS (SELECT 1 FROM signet_email_changes c WHERE c.user_id = u.id) \
     OR EXISTS (SELECT 1 FROM signet_letters l WHERE l.user_id = u.id) \
     OR EXISTS (SELECT 1 FROM signet_identities i WHERE i.user_id = u.id) \
     OR EXISTS (SELECT 1 FROM signet_provider_attempts a WHERE a.user_id = u.id) \
     OR EXISTS (SELECT 1 FROM signet_sudo_codes c WHERE c.user_id = u.id) \
     OR EXISTS (SELECT 1 FROM signet_replaced_tokens r WHERE r.user_id = u.id) \
     OR EXISTS (SELECT 1 FROM signet_api_tokens t WHERE t.user_id = u.id) \
     OR EXISTS (SELECT 1 FROM signet_exports x WHERE x.user_id = u.id)) LIMIT 20";

/// Data that anonymizing clears in addition.
const HALF_ANONYMIZED: &str = "SELECT id FROM signet_users u WHERE anonymized_at IS NOT NULL AND (deleted_at IS NULL \
     OR email IS NOT NULL OR email_key IS NOT NULL OR email_verified_at IS NOT NULL OR name IS NOT NULL \
     OR language IS NOT NULL \
     OR EXISTS (SELECT 1 FROM signet_event_context c WHERE c.user_id = u.id \
     AND (c.ip IS NOT NULL OR c.user_agent <> '' OR c.detail IS NOT NULL))) LIMIT 20";

/// Finds rows that refer to a missing row, whether or not the database has a foreign key for the reference.
macro_rules! loose {
    ($child:literal, $column:literal, $parent:literal) => {
        (
            concat!($child, ".", $column, " names nothing"),
            concat!(
                "SELECT CAST(c.",
                $column,
                " AS TEXT) FROM ",
                $child,
                " c LEFT JOIN ",
                $parent,
                " p ON p.id = c.",
                $column,
                " WHERE c.",
                $column,
                " IS NOT NULL AND p.id IS NULL LIMIT 20"
            ),
        )
    };
}

const LOOSE: [Never; 17] = [
    loose!("signet_sessions", "user_id", "signet_users"),
    loose!("signet_known_devices", "user_id", "signet_users"),
    loose!("signet_mail_links", "user_id", "signet_users"),
    loose!("signet_email_changes", "user_id", "signet_users"),
    loose!("signet_events", "user_id", "signet_users"),
    loose!("signet_event_context", "user_id", "signet_users"),
    loose!("signet_event_context", "event_id", "signet_events"),
    loose!("signet_letters", "user_id", "signet_users"),
    loose!("signet_identities", "user_id", "signet_users"),
    loose!("signet_provider_attempts", "user_id", "signet_users"),
    loose!("signet_provider_attempts", "session_id", "signet_sessions"),
    loose!("signet_sudo_codes", "user_id", "signet_users"),
    loose!("signet_sudo_codes", "session_id", "signet_sessions"),
    loose!("signet_replaced_tokens", "user_id", "signet_users"),
    loose!("signet_replaced_tokens", "session_id", "signet_sessions"),
    loose!("signet_api_tokens", "user_id", "signet_users"),
    loose!("signet_exports", "user_id", "signet_users"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::deletion::{
        Strategy,
        erasure::{Fate, TABLES, columns},
    };

    #[test]
    fn whatever_the_manifest_says_goes_is_looked_for() {
        let mut looked_for = 0;
        for table in &TABLES {
            let exists = format!(" FROM {} ", table.name);
            for column in table.columns {
                let (soft, hard) = (column.fate(Strategy::SoftDelete), column.fate(Strategy::Anonymize));
                let is_there = |sql: &str, fate| match fate {
                    Fate::Cleared => sql.contains(&format!("{} IS NOT NULL", column.name)),
                    Fate::RowRemoved => sql.contains(&exists),
                    _ => true,
                };
                assert!(is_there(HALF_DELETED, soft), "{}.{}", table.name, column.name);
                assert!(
                    is_there(HALF_DELETED, hard) || is_there(HALF_ANONYMIZED, hard),
                    "{}.{}",
                    table.name,
                    column.name
                );
                looked_for += usize::from(matches!(hard, Fate::Cleared | Fate::RowRemoved));
            }
        }
        assert!(looked_for > 80, "{looked_for}");
    }

    #[test]
    fn every_column_that_names_a_row_of_ours_is_followed() {
        let names_a_row = |name: &str| matches!(name, "user_id" | "event_id" | "session_id");
        // The session of an event may be gone; the event keeps only its id.
        let is_kept = |table: &str, column: &str| table == "signet_events" && column == "session_id";
        let expected: Vec<String> = columns()
            .filter(|(table, column)| names_a_row(column.name) && !is_kept(table, column.name))
            .map(|(table, column)| format!("{table}.{} names nothing", column.name))
            .collect();
        let mut followed: Vec<&str> = LOOSE.iter().map(|(what, _)| *what).collect();
        followed.sort_unstable();
        let mut expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        expected.sort_unstable();
        assert_eq!(followed, expected);
    }
}
