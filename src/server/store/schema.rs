//! Brings the tables of the accounts' database and of the ledger of erasures up to date.
//!
//! A host keeps its own tables in the same database: every name of ours begins with `signet_`, and a table of our
//! own records the migrations that have run.

use sqlx::{
    PgConnection, PgPool, SqliteConnection, SqlitePool,
    migrate::{Migrate, Migrator},
};

use super::{Db, StoreError, unprefixed::Unprefixed};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");
static SQLITE_LEDGER: Migrator = sqlx::migrate!("migrations/ledger/sqlite");
static POSTGRES_LEDGER: Migrator = sqlx::migrate!("migrations/ledger/postgres");

/// The tables of accounts.
pub(super) const ACCOUNTS: Schema = Schema {
    sqlite: &SQLITE,
    postgres: &POSTGRES,
    history: "signet_migrations",
    applied: "SELECT version FROM signet_migrations WHERE success",
    unprefixed: Unprefixed::ACCOUNTS,
};

/// The tables of the ledger of erasures.
pub(super) const LEDGER: Schema = Schema {
    sqlite: &SQLITE_LEDGER,
    postgres: &POSTGRES_LEDGER,
    history: "signet_ledger_migrations",
    applied: "SELECT version FROM signet_ledger_migrations WHERE success",
    unprefixed: Unprefixed::LEDGER,
};

/// Tables that change together.
pub(super) struct Schema {
    sqlite: &'static Migrator,
    postgres: &'static Migrator,
    /// The table that records which migrations have run.
    history: &'static str,
    /// The statement that reads which of them have run.
    applied: &'static str,
    unprefixed: Unprefixed,
}

impl Schema {
    /// Runs the migrations that have not run yet; renames the tables of an earlier program first.
    ///
    /// # Errors
    /// [`StoreError::Migrate`], [`StoreError::Unadoptable`].
    pub(super) async fn bring_up_to_date(&self, db: &Db) -> Result<(), StoreError> {
        match db {
            Db::Sqlite(pool, ..) => self.bring_up_to_date_on_sqlite(pool).await,
            Db::Postgres(pool, ..) if may_make_tables(pool).await? => {
                self.adopt_on_postgres(pool).await?;
                Ok(self.known_by(self.postgres).run(pool).await?)
            }
            Db::Postgres(pool, ..) => self.ensure_up_to_date_on_postgres(pool).await,
        }
    }

    /// Refuses tables that this program would have to change, for a role that may not change them.
    async fn ensure_up_to_date_on_postgres(&self, pool: &PgPool) -> Result<(), StoreError> {
        if !is_on_postgres(&mut *pool.acquire().await?, self.history).await? {
            return Err(StoreError::Unmigrated);
        }
        let applied: Vec<i64> = sqlx::query_scalar(self.applied).fetch_all(pool).await?;
        let is_whole = self.postgres.iter().all(|migration| applied.contains(&migration.version));
        if is_whole { Ok(()) } else { Err(StoreError::Unmigrated) }
    }

    /// Whether these tables are in the database.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if the database does not answer.
    pub(super) async fn is_in(&self, db: &Db) -> Result<bool, StoreError> {
        match db {
            Db::Sqlite(pool, ..) => is_on_sqlite(&mut *pool.acquire().await?, self.history).await,
            Db::Postgres(pool, ..) => is_on_postgres(&mut *pool.acquire().await?, self.history).await,
        }
    }

    /// The migrations, recorded in our own history table. That table may contain migrations of a newer program,
    /// which this one ignores.
    fn known_by(&self, migrator: &Migrator) -> Migrator {
        let mut migrator = Migrator::with_migrations(migrator.iter().cloned().collect());
        migrator.set_ignore_missing(true);
        migrator.dangerous_set_table_name(self.history);
        migrator
    }

    /// Migrates in one writing transaction: SQLite has no other lock against two processes that start together.
    async fn bring_up_to_date_on_sqlite(&self, pool: &SqlitePool) -> Result<(), StoreError> {
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
        let history = if is_on_sqlite(&mut tx, "_sqlx_migrations").await? {
            sqlx::query_as(Unprefixed::HISTORY).fetch_all(&mut *tx).await?
        } else {
            Vec::new()
        };
        let is_new = !is_on_sqlite(&mut tx, self.history).await?;
        if self.unprefixed.is_to_be_adopted(&history, self.unprefixed.sqlite)? && is_new {
            fail::fail_point!("adopting");
            sqlx::raw_sql(self.unprefixed.sqlite.rename).execute(&mut *tx).await?;
            self.note_as_run(&mut *tx, self.sqlite).await?;
        }
        self.known_by(self.sqlite).run_direct(None, &mut *tx, false).await?;
        fail::fail_point!("adopting");
        tx.commit().await?;
        fail::fail_point!("adopting");
        Ok(())
    }

    async fn adopt_on_postgres(&self, pool: &PgPool) -> Result<(), StoreError> {
        const ALONE: &str = "SELECT pg_advisory_xact_lock(hashtext($1))";
        let mut tx = pool.begin().await?;
        // Waits for another process that may be renaming the tables.
        sqlx::query(ALONE).bind(self.history).execute(&mut *tx).await?;
        let history = if is_on_postgres(&mut tx, "_sqlx_migrations").await? {
            sqlx::query_as(Unprefixed::HISTORY).fetch_all(&mut *tx).await?
        } else {
            Vec::new()
        };
        let is_new = !is_on_postgres(&mut tx, self.history).await?;
        if self.unprefixed.is_to_be_adopted(&history, self.unprefixed.postgres)? && is_new {
            fail::fail_point!("adopting");
            sqlx::raw_sql(self.unprefixed.postgres.rename).execute(&mut *tx).await?;
            self.note_as_run(&mut *tx, self.postgres).await?;
        }
        fail::fail_point!("adopting");
        tx.commit().await?;
        fail::fail_point!("adopting");
        Ok(())
    }

    /// Records the migrations that the renamed tables already contain.
    async fn note_as_run<C: Migrate>(&self, conn: &mut C, migrator: &Migrator) -> Result<(), StoreError> {
        fail::fail_point!("adopting");
        conn.ensure_migrations_table(self.history).await?;
        for migration in migrator.iter().filter(|migration| migration.version <= self.unprefixed.same_as) {
            fail::fail_point!("adopting");
            conn.skip(self.history, migration).await?;
        }
        Ok(())
    }
}

/// Whether the role of the connections may make tables. One that may not only serves: another role owns the tables.
async fn may_make_tables(pool: &PgPool) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT COALESCE(has_schema_privilege(current_schema(), 'CREATE'), FALSE)";
    Ok(sqlx::query_scalar(SQL).fetch_one(pool).await?)
}

async fn is_on_sqlite(conn: &mut SqliteConnection, table: &str) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1)";
    Ok(sqlx::query_scalar(SQL).bind(table).fetch_one(conn).await?)
}

/// Looks in the schema in which new tables are made. It is not always `public`, and its name may need quotes.
async fn is_on_postgres(conn: &mut PgConnection, table: &str) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT to_regclass(format('%I.%I', current_schema(), $1::text)) IS NOT NULL";
    Ok(sqlx::query_scalar(SQL).bind(table).fetch_one(conn).await?)
}

/// Whether every migration of the accounts' tables that this program knows has run.
pub(super) async fn is_up_to_date(db: &Db) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM signet_migrations WHERE success";
    let (applied, known): (i64, usize) = match db {
        Db::Sqlite(pool, ..) => (sqlx::query_scalar(SQL).fetch_one(pool).await?, SQLITE.iter().count()),
        Db::Postgres(pool, ..) => (sqlx::query_scalar(SQL).fetch_one(pool).await?, POSTGRES.iter().count()),
    };
    Ok(usize::try_from(applied).is_ok_and(|applied| applied >= known))
}
