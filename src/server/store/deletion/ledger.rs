//! The ledger of erasures: a separate database that contains only keyed hashes.
//!
//! The process opens it when it first needs it, and waits for it only briefly, because an erasure under way locks
//! rows of the main database meanwhile.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use secrecy::{ExposeSecret, SecretString};
use tokio::{sync::OnceCell, time::timeout};

use crate::{
    domain::{
        deletion::{
            Strategy,
            erasure::ledger::{Entry, KeyMark, LedgerStatus, Subject},
        },
        id::LedgerId,
        time::Timestamp,
    },
    server::store::{Db, Outage, StoreError, Tx, connect, execute, one_row, with_conn},
};

/// How long the ledger may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long writing an entry may take: an erasure holds SQLite's only write lock meanwhile.
const ENTRY_PATIENCE: Duration = Duration::from_secs(1);

/// The ledger. Cheap to clone.
#[derive(Clone)]
pub struct Ledger(Arc<Inner>);

struct Inner {
    url: SecretString,
    name: LedgerId,
    opened: OnceCell<(Db, LedgerId)>,
    is_doubtful: AtomicBool,
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    number: i64,
    subject: Vec<u8>,
    key_mark: Vec<u8>,
    strategy: String,
    erased_at: i64,
}

impl EntryRow {
    fn into_entry(self) -> Result<Entry, StoreError> {
        Ok(Entry {
            number: self.number,
            subject: Subject(self.subject.try_into().map_err(|_| StoreError::Corrupt("erasures.subject"))?),
            key_mark: KeyMark(self.key_mark.try_into().map_err(|_| StoreError::Corrupt("erasures.key_mark"))?),
            strategy: Strategy::from_word(&self.strategy).ok_or(StoreError::Corrupt("erasures.strategy"))?,
            erased_at: Timestamp(self.erased_at),
        })
    }
}

impl Ledger {
    /// The ledger at `url`. If it does not exist yet, it is created with the id `name`.
    #[must_use]
    pub fn at(url: SecretString, name: LedgerId) -> Self {
        Self(Arc::new(Inner { url, name, opened: OnceCell::new(), is_doubtful: AtomicBool::new(false) }))
    }

    /// Remembers the last [`LedgerStatus`], so that a request can ask [`Self::is_doubtful`] without a query.
    pub fn note(&self, status: LedgerStatus) {
        self.0.is_doubtful.store(status.is_doubtful(), Ordering::Relaxed);
    }

    /// Whether, at the last check, the database might contain erased accounts.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.0.is_doubtful.load(Ordering::Relaxed)
    }

    /// The id of the ledger.
    ///
    /// # Errors
    /// [`StoreError::Ledger`].
    pub async fn id(&self) -> Result<LedgerId, StoreError> {
        Ok(self.opened().await?.1.clone())
    }

    /// How many confirmed entries the ledger holds: the number of the newest one. The erasure of a confirmed entry
    /// was committed.
    ///
    /// # Errors
    /// [`StoreError::Ledger`].
    pub async fn held(&self) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT COALESCE(MAX(number), 0) FROM signet_erasures WHERE is_certain = 1";
        self.number(SQL).await
    }

    /// How many entries are missing among the confirmed ones. Entries are missing if Signet went on with an old
    /// copy of the ledger.
    ///
    /// # Errors
    /// [`StoreError::Ledger`].
    pub async fn missing(&self) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT COALESCE(MAX(number), 0) - COUNT(*) FROM signet_erasures WHERE is_certain = 1";
        self.number(SQL).await
    }

    /// Writes the entry of an erasure that is about to be committed. It replaces an unconfirmed entry of the same
    /// number, whose erasure was never committed.
    ///
    /// # Errors
    /// [`StoreError::LedgerAhead`] if the ledger has a confirmed entry of this number: then the database is an
    /// older copy. [`StoreError::Ledger`] if the ledger fails.
    pub async fn enter(&self, entry: &Entry) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO signet_erasures (number, subject, key_mark, strategy, erased_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (number) DO UPDATE SET subject = excluded.subject, \
             key_mark = excluded.key_mark, strategy = excluded.strategy, erased_at = excluded.erased_at \
             WHERE signet_erasures.is_certain = 0";
        let db = &self.opened().await?.0;
        let entered = within(db, ENTRY_PATIENCE, async {
            let mut tx = db.begin().await?;
            let (subject, key_mark) = (&entry.subject.0[..], &entry.key_mark.0[..]);
            let (strategy, at) = (entry.strategy.word(), entry.erased_at.0);
            let entered = execute!(&mut tx, SQL, entry.number, subject, key_mark, strategy, at)?;
            tx.commit().await?;
            one_row("erasures.number")(entered)
        });
        if entered.await? { Ok(()) } else { Err(StoreError::LedgerAhead) }
    }

    /// Confirms every entry up to `number`.
    ///
    /// # Errors
    /// [`StoreError::Ledger`].
    pub async fn settle(&self, number: i64) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE signet_erasures SET is_certain = 1 WHERE number <= $1 AND is_certain = 0";
        let db = &self.opened().await?.0;
        within(db, PATIENCE, async {
            let mut tx = db.begin().await?;
            execute!(&mut tx, SQL, number)?;
            tx.commit().await
        })
        .await
    }

    /// The confirmed entries after `number`, in their order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Ledger`].
    pub async fn entries_after(&self, number: i64, limit: i64) -> Result<Vec<Entry>, StoreError> {
        const SQL: &str = "SELECT number, subject, key_mark, strategy, erased_at FROM signet_erasures \
             WHERE number > $1 AND is_certain = 1 ORDER BY number LIMIT $2";
        let db = &self.opened().await?.0;
        within(db, PATIENCE, async {
            let mut single = db.single_read().await?;
            let rows: Vec<EntryRow> =
                with_conn!(&mut *single, |conn| sqlx::query_as(SQL).bind(number).bind(limit).fetch_all(conn).await)?;
            rows.into_iter().map(EntryRow::into_entry).collect()
        })
        .await
    }

    async fn number(&self, sql: &'static str) -> Result<i64, StoreError> {
        let db = &self.opened().await?.0;
        within(db, PATIENCE, async {
            let mut single = db.single_read().await?;
            Ok(with_conn!(&mut *single, |conn| sqlx::query_scalar(sql).fetch_one(conn).await)?)
        })
        .await
    }

    /// Closes the ledger if it is open, at the end of the process.
    pub async fn close(&self) {
        if let Some((db, _)) = self.0.opened.get() {
            db.close().await;
        }
    }

    /// Opening has the usual time limits of [`Db::connect`] instead of the short ones here; the first start also
    /// migrates.
    async fn opened(&self) -> Result<&(Db, LedgerId), StoreError> {
        // Boxed: this future is needed only once, and is as large as all the rest together.
        let opened = self.0.opened.get_or_try_init(|| Box::pin(self.open())).await;
        opened.map_err(|error| StoreError::Ledger(Box::new(error)))
    }

    async fn open(&self) -> Result<(Db, LedgerId), StoreError> {
        const NAME: &str = "INSERT INTO signet_ledger (position, id) VALUES (1, $1) ON CONFLICT (position) DO NOTHING";
        const SQL: &str = "SELECT id FROM signet_ledger WHERE position = 1";
        let db = connect::open_ledger(self.0.url.expose_secret()).await?;
        let named = async {
            let mut tx: Tx = db.begin().await?;
            execute!(&mut tx, NAME, self.0.name.as_str())?;
            let id: String = with_conn!(&mut tx, |conn| sqlx::query_scalar(SQL).fetch_one(conn).await)?;
            tx.commit().await?;
            Ok(LedgerId::from_row(id))
        };
        let id = named.await.map_err(|error: StoreError| error.at(&db))?;
        Ok((db, id))
    }
}

/// Ends the work on the ledger `db` after `limit`, and names the ledger in its errors.
async fn within<T>(
    db: &Db,
    limit: Duration,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let late = |_| Err(StoreError::Unavailable(Outage::late()));
    // Boxed, to keep the future of an erasure small.
    let done = timeout(limit, Box::pin(work)).await.unwrap_or_else(late);
    done.map_err(|error| StoreError::Ledger(Box::new(error.at(db))))
}
