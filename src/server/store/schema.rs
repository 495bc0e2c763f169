//! Bringing a database's tables up to date, and those of the ledger of erasures.
//!
//! A host keeps its own tables in the same database: every name of ours begins with `signet_`, and which migrations have
//! run stands in a table of our own.

use sqlx::{
    PgPool, SqlitePool,
    migrate::{Migrate, Migrator},
};

use super::{Db, StoreError};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");
static SQLITE_LEDGER: Migrator = sqlx::migrate!("migrations/ledger/sqlite");
static POSTGRES_LEDGER: Migrator = sqlx::migrate!("migrations/ledger/postgres");

/// The tables of accounts.
pub(super) const ACCOUNTS: Schema = Schema {
    sqlite: &SQLITE,
    postgres: &POSTGRES,
    history: "signet_migrations",
    unprefixed: Unprefixed {
        table: "erasure_ledgers",
        sqlite: include_str!("../../../migrations/adopt/sqlite.sql"),
        postgres: include_str!("../../../migrations/adopt/postgres.sql"),
        same_as: 13,
    },
};

/// The tables of the ledger of erasures.
pub(super) const LEDGER: Schema = Schema {
    sqlite: &SQLITE_LEDGER,
    postgres: &POSTGRES_LEDGER,
    history: "signet_ledger_migrations",
    unprefixed: Unprefixed {
        table: "erasures",
        sqlite: include_str!("../../../migrations/adopt/ledger_sqlite.sql"),
        postgres: include_str!("../../../migrations/adopt/ledger_postgres.sql"),
        same_as: 1,
    },
};

/// Tables that change together.
pub(super) struct Schema {
    sqlite: &'static Migrator,
    postgres: &'static Migrator,
    /// The table that says which migrations have run.
    history: &'static str,
    unprefixed: Unprefixed,
}

/// The same tables as they were before their names had a prefix.
struct Unprefixed {
    /// The table that came last: where it is, all of them are.
    table: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
    /// The migration after which the renamed tables are the same as fresh ones.
    same_as: i64,
}

impl Schema {
    /// Runs the migrations that have not run yet; renames the tables of an earlier program first.
    pub(super) async fn bring_up_to_date(&self, db: &Db) -> Result<(), StoreError> {
        match db {
            Db::Sqlite(pool, _) => self.bring_up_to_date_on_sqlite(pool).await?,
            Db::Postgres(pool, _) => {
                self.adopt_on_postgres(pool).await?;
                self.known_by(self.postgres).run(pool).await?;
            }
        }
        Ok(())
    }

    /// The migrations with their own history, in which a newer program may have entries that this one does not know.
    fn known_by(&self, migrator: &Migrator) -> Migrator {
        let mut migrator = Migrator::with_migrations(migrator.iter().cloned().collect());
        migrator.set_ignore_missing(true);
        migrator.dangerous_set_table_name(self.history);
        migrator
    }

    /// In one transaction that writes: SQLite has no other lock for two processes that start together.
    async fn bring_up_to_date_on_sqlite(&self, pool: &SqlitePool) -> Result<(), StoreError> {
        const FOUND: &str = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name IN ('_sqlx_migrations', $1) \
             AND NOT EXISTS (SELECT 1 FROM sqlite_master WHERE name = $2)";
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
        let found: i64 =
            sqlx::query_scalar(FOUND).bind(self.unprefixed.table).bind(self.history).fetch_one(&mut *tx).await?;
        if found == 2 {
            sqlx::raw_sql(self.unprefixed.sqlite).execute(&mut *tx).await?;
            self.note_as_run(&mut *tx, self.sqlite).await?;
        }
        self.known_by(self.sqlite).run_direct(None, &mut *tx, false).await?;
        Ok(tx.commit().await?)
    }

    async fn adopt_on_postgres(&self, pool: &PgPool) -> Result<(), StoreError> {
        const ALONE: &str = "SELECT pg_advisory_xact_lock(hashtext($1))";
        const FOUND: &str = "SELECT COUNT(*) FROM pg_class WHERE relkind = 'r' \
             AND relnamespace = current_schema()::regnamespace AND relname IN ('_sqlx_migrations', $1) \
             AND to_regclass($2) IS NULL";
        let asked = || sqlx::query_scalar::<_, i64>(FOUND).bind(self.unprefixed.table).bind(self.history);
        if asked().fetch_one(pool).await? < 2 {
            return Ok(());
        }
        let mut tx = pool.begin().await?;
        sqlx::query(ALONE).bind(self.history).execute(&mut *tx).await?;
        if asked().fetch_one(&mut *tx).await? == 2 {
            sqlx::raw_sql(self.unprefixed.postgres).execute(&mut *tx).await?;
            self.note_as_run(&mut *tx, self.postgres).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Writes into the history what the renamed tables have already.
    async fn note_as_run<C: Migrate>(&self, conn: &mut C, migrator: &Migrator) -> Result<(), StoreError> {
        conn.ensure_migrations_table(self.history).await?;
        for migration in migrator.iter().filter(|migration| migration.version <= self.unprefixed.same_as) {
            conn.skip(self.history, migration).await?;
        }
        Ok(())
    }
}

/// Whether every migration of the accounts' tables that this program knows has run.
pub(super) async fn is_up_to_date(db: &Db) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM signet_migrations WHERE success";
    let (applied, known): (i64, usize) = match db {
        Db::Sqlite(pool, _) => (sqlx::query_scalar(SQL).fetch_one(pool).await?, SQLITE.iter().count()),
        Db::Postgres(pool, _) => (sqlx::query_scalar(SQL).fetch_one(pool).await?, POSTGRES.iter().count()),
    };
    Ok(usize::try_from(applied).is_ok_and(|applied| applied >= known))
}
