//! What must hold of the database after anything whatever: asked in SQL, of the rows alone.

use signet::domain::time::Timestamp;

use crate::db::TestDb;

/// Queries that find what must not be there. `{now}` is the time, `{jobs}` the queue's table.
const NEVER: [(&str, &str); 18] = [
    (
        "a session of a deleted account",
        "SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.deleted_at IS NOT NULL",
    ),
    (
        "a session from before its account was closed",
        // The log tells what came first, even where the clock went back in between.
        "SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.created_at < u.deletion_scheduled_at \
         AND NOT EXISTS (SELECT 1 FROM events e WHERE e.session_id = s.id AND e.event = 'session.sign_in' \
         AND e.failure IS NULL AND e.id > (SELECT MAX(d.id) FROM events d WHERE d.user_id = u.id \
         AND d.event = 'account.deletion_scheduled' AND d.failure IS NULL))",
    ),
    (
        "sudo mode in a closed account",
        "SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id \
         WHERE u.deletion_scheduled_at IS NOT NULL AND s.sudo_at IS NOT NULL",
    ),
    (
        "an API token of a closed account",
        "SELECT t.id FROM api_tokens t JOIN users u ON u.id = t.user_id WHERE u.deletion_scheduled_at IS NOT NULL",
    ),
    (
        "an open change or a live link of a closed account",
        "SELECT u.id FROM users u WHERE u.deletion_scheduled_at IS NOT NULL AND (\
         EXISTS (SELECT 1 FROM email_changes c WHERE c.user_id = u.id AND c.state = 'open') \
         OR EXISTS (SELECT 1 FROM mail_links l WHERE l.user_id = u.id))",
    ),
    (
        "a closed account that nothing will execute",
        "SELECT id FROM users WHERE deletion_scheduled_at IS NOT NULL AND deleted_at IS NULL AND delete_at > {now} \
         AND NOT EXISTS (SELECT 1 FROM {jobs} j WHERE j.id = deletion_job AND j.status = 'Pending')",
    ),
    (
        "a letter without a job",
        "SELECT l.id FROM letters l WHERE l.failed_at IS NULL \
         AND NOT EXISTS (SELECT 1 FROM {jobs} j WHERE j.id = l.job)",
    ),
    (
        "an export being prepared without a job",
        "SELECT x.id FROM exports x WHERE x.state = 'building' \
         AND NOT EXISTS (SELECT 1 FROM {jobs} j WHERE j.id = x.job)",
    ),
    (
        "more exports than were asked for",
        "SELECT x.user_id FROM exports x WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.user_id = x.user_id \
         AND e.event = 'account.export_requested' AND e.failure IS NULL AND e.at = x.requested_at)",
    ),
    (
        "a fresh letter about a link that is gone",
        "SELECT l.id FROM letters l WHERE l.link_id IS NOT NULL AND l.created_at > {now} - 3600 \
         AND l.kind <> 'sudo_code' \
         AND NOT EXISTS (SELECT 1 FROM mail_links m WHERE m.id = l.link_id) \
         AND NOT EXISTS (SELECT 1 FROM email_changes c WHERE c.id = l.link_id)",
    ),
    (
        "a deletion half done",
        "SELECT id FROM users u WHERE deleted_at IS NOT NULL AND (password_hash IS NOT NULL OR deletion_job IS NOT NULL \
         OR EXISTS (SELECT 1 FROM mail_links l WHERE l.user_id = u.id) \
         OR EXISTS (SELECT 1 FROM email_changes c WHERE c.user_id = u.id) \
         OR EXISTS (SELECT 1 FROM known_devices d WHERE d.user_id = u.id) \
         OR EXISTS (SELECT 1 FROM api_tokens t WHERE t.user_id = u.id) \
         OR EXISTS (SELECT 1 FROM identities i WHERE i.user_id = u.id) \
         OR EXISTS (SELECT 1 FROM provider_attempts a WHERE a.user_id = u.id) \
         OR EXISTS (SELECT 1 FROM sudo_codes c WHERE c.user_id = u.id) \
         OR EXISTS (SELECT 1 FROM exports x WHERE x.user_id = u.id) \
         OR EXISTS (SELECT 1 FROM letters l WHERE l.user_id = u.id AND l.kind <> 'deletion_executed'))",
    ),
    (
        "something personal of an anonymized account",
        "SELECT id FROM users u WHERE anonymized_at IS NOT NULL AND (email IS NOT NULL OR name IS NOT NULL \
         OR EXISTS (SELECT 1 FROM event_context c WHERE c.user_id = u.id \
         AND (c.ip IS NOT NULL OR c.user_agent <> '' OR c.detail IS NOT NULL)))",
    ),
    (
        "an account without the event that made it",
        "SELECT id FROM users u WHERE 1 <> (SELECT COUNT(*) FROM events e \
         WHERE e.user_id = u.id AND e.event = 'account.sign_up' AND e.failure IS NULL)",
    ),
    (
        "a verified address without its event",
        "SELECT id FROM users u WHERE email_verified_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM events e \
         WHERE e.user_id = u.id AND e.failure IS NULL AND (e.event = 'account.email_verified' \
         OR (e.event = 'account.sign_up' AND e.actor = 'person')))",
    ),
    (
        "a closed account without a schedule more than cancellations",
        "SELECT id FROM users u WHERE deletion_scheduled_at IS NOT NULL AND 1 > \
         (SELECT COALESCE(SUM(CASE e.event WHEN 'account.deletion_scheduled' THEN 1 ELSE -1 END), 0) FROM events e \
         WHERE e.user_id = u.id AND e.failure IS NULL \
         AND e.event IN ('account.deletion_scheduled', 'account.deletion_cancelled'))",
    ),
    (
        "an executed deletion without exactly one event",
        "SELECT id FROM users u WHERE deletion_scheduled_at IS NOT NULL AND deleted_at IS NOT NULL AND 1 <> \
         (SELECT COUNT(*) FROM events e WHERE e.user_id = u.id AND e.event = 'account.deletion_executed')",
    ),
    (
        "an executed deletion of a living account",
        "SELECT e.id FROM events e JOIN users u ON u.id = e.user_id \
         WHERE e.event = 'account.deletion_executed' AND u.deleted_at IS NULL",
    ),
    (
        "a confirmed change without its event",
        "SELECT c.user_id FROM email_changes c WHERE c.state IN ('confirmed', 'undone') GROUP BY c.user_id \
         HAVING COUNT(*) > (SELECT COUNT(*) FROM events e \
         WHERE e.user_id = c.user_id AND e.event = 'account.email_changed' AND e.failure IS NULL)",
    ),
];

/// Every reference from a row to another, whether the database knows of it or not.
const REFERENCES: [(&str, &str, &str); 16] = [
    ("identities", "user_id", "users"),
    ("exports", "user_id", "users"),
    ("api_tokens", "user_id", "users"),
    ("provider_attempts", "user_id", "users"),
    ("provider_attempts", "session_id", "sessions"),
    ("sudo_codes", "user_id", "users"),
    ("sudo_codes", "session_id", "sessions"),
    ("sessions", "user_id", "users"),
    ("known_devices", "user_id", "users"),
    ("mail_links", "user_id", "users"),
    ("email_changes", "user_id", "users"),
    ("letters", "user_id", "users"),
    ("events", "user_id", "users"),
    ("event_context", "user_id", "users"),
    ("event_context", "event_id", "events"),
    (
        "events",
        "actor",
        "(SELECT 'person' AS id UNION SELECT 'anyone' UNION SELECT 'link' UNION SELECT 'worker' UNION SELECT 'api_token')",
    ),
];

/// Panics with everything that does not hold at `now`.
pub async fn hold(db: &TestDb, now: Timestamp) {
    let broken = broken(db, now).await;
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

/// Everything that does not hold at `now`.
pub async fn broken(db: &TestDb, now: Timestamp) -> Vec<String> {
    let jobs = if db.is_postgres() { "apalis.jobs" } else { "Jobs" };
    let mut broken = Vec::new();
    for (what, sql) in NEVER {
        let sql = sql.replace("{now}", &now.0.to_string()).replace("{jobs}", jobs);
        broken.extend(db.rows(&sql).await.into_iter().map(|row| format!("{what}: {row}")));
    }
    for (child, column, parent) in REFERENCES {
        let sql = format!(
            "SELECT c.{column} FROM {child} c LEFT JOIN {parent} p ON p.id = c.{column} \
             WHERE c.{column} IS NOT NULL AND p.id IS NULL"
        );
        broken.extend(db.rows(&sql).await.into_iter().map(|row| format!("{child}.{column} names nothing: {row}")));
    }
    broken
}
