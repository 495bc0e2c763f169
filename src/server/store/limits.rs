//! Statements on `limits`: how often something has happened lately. A key is a keyed hash, so a row says nothing
//! about an address or a person.

use super::{StoreError, Tx, execute, with_conn};
use crate::domain::{
    id::hex,
    limits::{Counted, FAILURES_KEPT, FIRST_WAIT, FailuresInARow, LONGEST_WAIT, Millis, Rate},
    time::Span,
};

/// The key of a row: a keyed hash of what is counted, and of whom it is counted for.
pub type LimitKey = [u8; 16];

impl Tx {
    /// What the rows of `keys`, five at most, have counted, in the order of `keys`; `None` for a row that does not
    /// exist.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn counted(&mut self, keys: &[LimitKey]) -> Result<Vec<Option<Counted>>, StoreError> {
        const SQL: &str = "SELECT key, empty_at, failures FROM signet_limits WHERE key IN ($1, $2, $3, $4, $5)";
        let texts: Vec<String> = keys.iter().map(text).collect();
        let at = |index: usize| texts.get(index).or(texts.first()).map_or("", String::as_str);
        let rows: Vec<(String, i64, i64)> = with_conn!(self, |conn| sqlx::query_as(SQL)
            .bind(at(0))
            .bind(at(1))
            .bind(at(2))
            .bind(at(3))
            .bind(at(4))
            .fetch_all(conn)
            .await)?;
        let counted = |key: &String| {
            let row = rows.iter().find(|(found, ..)| found == key)?;
            Some(Counted { empty_at: Millis(row.1), failures: row.2 })
        };
        Ok(texts.iter().map(counted).collect())
    }

    /// Takes a place; `false` if none is left, and then nothing changes. Racing callers never take more than there
    /// are.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn take_place(&mut self, key: &LimitKey, rate: Rate, now: Millis) -> Result<bool, StoreError> {
        // An instant further ahead than a full bucket can be was written before the clock was set back.
        const SQL: &str = "INSERT INTO signet_limits (key, empty_at, failures, expires_at) VALUES ($1, CAST($2 AS BIGINT) + $3, 0, CAST($2 AS BIGINT) + $3) \
             ON CONFLICT (key) DO UPDATE SET \
             empty_at = CASE WHEN signet_limits.empty_at < $2 OR signet_limits.empty_at > CAST($2 AS BIGINT) + $3 + $4 THEN $2 \
             ELSE signet_limits.empty_at END + $3, \
             expires_at = CASE WHEN signet_limits.empty_at < $2 OR signet_limits.empty_at > CAST($2 AS BIGINT) + $3 + $4 THEN $2 \
             ELSE signet_limits.empty_at END + $3 \
             WHERE signet_limits.empty_at <= CAST($2 AS BIGINT) + $4 OR signet_limits.empty_at > CAST($2 AS BIGINT) + $3 + $4";
        let (interval, slack) = (rate.interval(), rate.slack());
        execute!(self, SQL, text(key), now.0, interval, slack).map(|rows| rows > 0)
    }

    /// Takes a place although none may be left, and returns when its turn is: at once if a place is left. An instant
    /// further ahead than `longest` was written before the clock was set back, and does not count.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn queue_for_place(
        &mut self,
        key: &LimitKey,
        rate: Rate,
        longest: Span,
        now: Millis,
    ) -> Result<Millis, StoreError> {
        const SQL: &str = "INSERT INTO signet_limits (key, empty_at, failures, expires_at) \
             VALUES ($1, CAST($2 AS BIGINT) + $3, 0, CAST($2 AS BIGINT) + $3) \
             ON CONFLICT (key) DO UPDATE SET \
             empty_at = CASE WHEN signet_limits.empty_at < $2 OR signet_limits.empty_at > CAST($2 AS BIGINT) + $4 THEN $2 \
             ELSE signet_limits.empty_at END + $3, \
             expires_at = CASE WHEN signet_limits.empty_at < $2 OR signet_limits.empty_at > CAST($2 AS BIGINT) + $4 THEN $2 \
             ELSE signet_limits.empty_at END + $3 \
             RETURNING empty_at";
        let most = rate.slack() + i64::from(longest.as_seconds()) * 1_000 + 2 * rate.interval();
        let empty_at: i64 = with_conn!(self, |conn| sqlx::query_scalar(SQL)
            .bind(text(key))
            .bind(now.0)
            .bind(rate.interval())
            .bind(most)
            .fetch_one(conn)
            .await)?;
        Ok(Millis(now.0.max(empty_at - rate.interval() - rate.slack())))
    }

    /// Gives a place back.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn give_place_back(&mut self, key: &LimitKey, rate: Rate) -> Result<(), StoreError> {
        const SQL: &str =
            "UPDATE signet_limits SET empty_at = empty_at - $2, expires_at = expires_at - $2 WHERE key = $1";
        execute!(self, SQL, text(key), rate.interval()).map(drop)
    }

    /// Counts one more failure in a row; `false` if the caller has to wait or is shut out, and then nothing changes.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn count_failure(
        &mut self,
        key: &LimitKey,
        rule: FailuresInARow,
        now: Millis,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "INSERT INTO signet_limits (key, empty_at, failures, expires_at) VALUES ($1, $2, 1, CAST($2 AS BIGINT) + $7) \
             ON CONFLICT (key) DO UPDATE SET failures = signet_limits.failures + 1, expires_at = CAST($2 AS BIGINT) + $7, \
             empty_at = CAST($2 AS BIGINT) + CASE WHEN signet_limits.failures + 1 < $3 THEN 0 \
             WHEN signet_limits.failures + 1 > $3 + 20 THEN $6 \
             WHEN $5 * (1 << CAST(signet_limits.failures + 1 - $3 AS INTEGER)) > $6 THEN $6 \
             ELSE $5 * (1 << CAST(signet_limits.failures + 1 - $3 AS INTEGER)) END \
             WHERE signet_limits.failures < $4 \
             AND (signet_limits.empty_at <= $2 OR signet_limits.empty_at > CAST($2 AS BIGINT) + $6)";
        let millis = |span: Span| i64::from(span.as_seconds()) * 1_000;
        let rows = execute!(
            self,
            SQL,
            text(key),
            now.0,
            i64::from(rule.wait_from),
            i64::from(rule.most),
            millis(FIRST_WAIT),
            millis(LONGEST_WAIT),
            millis(FAILURES_KEPT)
        );
        rows.map(|rows| rows > 0)
    }

    /// Takes back a failure that was counted before its outcome was known.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn uncount_failure(&mut self, key: &LimitKey) -> Result<(), StoreError> {
        const SQL: &str =
            "UPDATE signet_limits SET failures = failures - 1, empty_at = 0 WHERE key = $1 AND failures > 0";
        execute!(self, SQL, text(key)).map(drop)
    }

    /// Forgets what the row of `key` has counted.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn forget_counted(&mut self, key: &LimitKey) -> Result<(), StoreError> {
        const SQL: &str = "DELETE FROM signet_limits WHERE key = $1";
        execute!(self, SQL, text(key)).map(drop)
    }

    /// Removes at most `most` rows that count nothing any more, and returns how many.
    ///
    /// # Errors
    /// [`StoreError`], if the database fails.
    pub async fn sweep_limits(&mut self, now: Millis, most: i64) -> Result<u64, StoreError> {
        const SQLITE: &str = "DELETE FROM signet_limits WHERE key IN \
             (SELECT key FROM signet_limits WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
        // Skips rows that a caller holds, and looks again at each: it may have been taken meanwhile.
        const POSTGRES: &str = "DELETE FROM signet_limits WHERE expires_at <= $1 AND key IN \
             (SELECT key FROM signet_limits WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)";
        let sql = match self {
            Self::Sqlite(..) => SQLITE,
            Self::Postgres(..) => POSTGRES,
        };
        execute!(self, sql, now.0, most)
    }
}

/// A key as its row stores it.
fn text(key: &LimitKey) -> String {
    hex(key)
}
