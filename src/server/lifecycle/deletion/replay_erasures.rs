//! Replays the ledger after an operator has restored a backup: erases again the accounts that were erased after the
//! backup.

use std::collections::{BTreeSet, HashMap};

use crate::{
    domain::{
        deletion::{
            Strategy,
            erasure::ledger::{self, Entry, KeyMark, LedgerStatus},
        },
        id::UserId,
        security_log::Actor,
    },
    server::lifecycle::{
        Action, Error, Lifecycle, RequestOrigin,
        deletion::{cancel_deletion::cancel_scheduled_deletion, erase::erase},
        operation::{Attribution, Operation},
    },
};

/// How many rows one query reads.
const PAGE: i64 = 1_000;

/// What an operator accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Concessions {
    /// Going on with this ledger, although the database has used another one.
    pub adopt: bool,
    /// Skipping entries that are missing, or that were made with a missing key.
    pub incomplete: bool,
}

/// The result of a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// The database is current.
    Done(Replayed),
    /// Nothing was done: the database has used another ledger.
    AnotherLedger,
    /// Nothing was done: of the entries that the database has not carried out, so many are missing from the ledger.
    EntriesMissing(usize),
    /// Nothing was done: so many entries were made with a key that is no longer in `SIGNET_SECRET_KEY`, so they
    /// cannot be matched to accounts.
    KeyMissing(usize),
}

/// The numbers of a finished replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// Entries that the database had not carried out.
    pub entries: usize,
    /// Accounts that were in the backup and are now erased again. The accounts of the other entries were made after
    /// the backup.
    pub erased: usize,
    /// Entries that the replay skipped.
    pub passed_over: usize,
}

/// The entries that the database has not carried out.
#[derive(Default)]
struct Missed {
    by_subject: HashMap<ledger::Subject, Entry>,
    /// How many the ledger holds.
    count: usize,
    /// How many numbers between them have no entry.
    gaps: usize,
    /// The number of the last one.
    newest: i64,
}

impl Lifecycle {
    /// Carries out the entries that the database has not carried out. An operator may repeat it, also after it was
    /// interrupted.
    ///
    /// # Errors
    /// Those of the database and of the ledger.
    pub async fn replay_erasures(&self, concessions: Concessions) -> Result<Replay, Error> {
        if Box::pin(self.join_ledger()).await? == LedgerStatus::Stranger && !concessions.adopt {
            return Ok(Replay::AnotherLedger);
        }
        let id = self.ledger.id().await?;
        let carried_out = self.db.single_read().await?.carried_out(&id).await?.unwrap_or(0);
        let missed = self.missed_after(carried_out).await?;

        let keys: BTreeSet<KeyMark> = self.keys.erased_marks().collect();
        let unknown = missed.by_subject.values().filter(|entry| !keys.contains(&entry.key_mark)).count();
        match (missed.gaps, unknown) {
            _ if concessions.incomplete => {}
            (0, 0) => {}
            (0, unknown) => return Ok(Replay::KeyMissing(unknown)),
            (gaps, _) => return Ok(Replay::EntriesMissing(gaps)),
        }
        let erased = Box::pin(self.erase_again(&missed.by_subject)).await?;
        let mut tx = self.db.begin().await?;
        tx.catch_up(&id, missed.newest).await?;
        tx.commit().await?;
        Ok(Replay::Done(Replayed { entries: missed.count, erased, passed_over: missed.gaps + unknown }))
    }

    async fn missed_after(&self, carried_out: i64) -> Result<Missed, Error> {
        let mut missed = Missed { newest: carried_out, ..Missed::default() };
        loop {
            let page = self.ledger.entries_after(missed.newest, PAGE).await?;
            let Some(last) = page.last() else { break };
            missed.newest = last.number;
            missed.count += page.len();
            missed.by_subject.extend(page.into_iter().map(|entry| (entry.subject, entry)));
        }
        let span = usize::try_from(missed.newest - carried_out).unwrap_or(0);
        missed.gaps = span.saturating_sub(missed.count);
        Ok(missed)
    }

    /// Goes through all accounts and erases those that have an entry. Returns how many it erased.
    async fn erase_again(&self, entries: &HashMap<ledger::Subject, Entry>) -> Result<usize, Error> {
        let (mut erased, mut after) = (0, String::new());
        while !entries.is_empty() {
            let page = self.db.single_read().await?.living_after(&after, PAGE).await?;
            let Some(last) = page.last() else { break };
            last.as_str().clone_into(&mut after);
            for user in &page {
                let entry = self.keys.erased(user).find_map(|subject| entries.get(&subject));
                if let Some(entry) = entry {
                    erased += usize::from(self.erase_by(entry, user).await?);
                }
            }
        }
        Ok(erased)
    }

    /// Erases one account by the strategy in its entry. It sends no letter, because the first erasure sent one.
    async fn erase_by(&self, entry: &Entry, user: &UserId) -> Result<bool, Error> {
        // After a hard deletion the account's row is gone, so the event cannot refer to it.
        let is_left = entry.strategy != Strategy::HardDelete;
        let worker = RequestOrigin::worker();
        let by = Attribution::of(Action::ExecuteDeletion, &worker, Actor::Worker, is_left.then_some(user));
        let mut operation = self.begin(by).await?;
        if operation.tx.lock_user(user).await?.is_none() {
            operation.tx.rollback().await?;
            return Ok(false);
        }
        let export = operation.tx.export_of(user).await?;
        let outcome = erase_by_in(&mut operation, entry, user).await;
        operation.finish(outcome).await?;
        if let Some(export) = export {
            self.remove_export_file(&export.id).await;
        }
        tracing::info!(%user, entry = entry.number, "deletion executed again");
        Ok(true)
    }
}

async fn erase_by_in(operation: &mut Operation<'_>, entry: &Entry, user: &UserId) -> Result<(), Error> {
    // The account may already be closed in the backup. Then the backup also contains the letters about its
    // deletion.
    cancel_scheduled_deletion(&mut operation.tx, user).await?;
    operation.revoke(user, None).await?;
    erase(&mut operation.tx, entry.strategy, user, entry.erased_at).await?;
    operation.record(None).await
}
