//! The operator's commands: everything that the program does besides serving. Each runs on its own and answers on
//! stdout.

use secrecy::ExposeSecret;
use signet::{
    copy::units,
    server::{
        clock::Clock,
        config::Settings,
        crypto::random::Random,
        lifecycle::{
            self, Lifecycle,
            deletion::{Concessions, Replay, Replayed},
        },
        serve::{StartError, ensure_ledger_current},
        store::Db,
    },
};

use super::{arguments::Terms, failure::Failure};

/// `signet check`: looks through the database for broken invariants, and names them.
///
/// # Errors
/// [`Failure::Breaches`] when there is a broken invariant; [`StartError::OlderThanLedger`] when the database may
/// contain erased accounts.
pub async fn check(settings: &Settings) -> Result<(), Failure> {
    let db = Db::existing(settings.database_url().expose_secret()).await?;
    if !db.is_ready().await.unwrap_or(false) {
        return Err(Failure::NotMigrated);
    }
    let lifecycle = Lifecycle::new(settings, db.clone(), Clock::System, Random::System);
    let found = lifecycle::check(&db, Clock::System.now()).await;
    let status = lifecycle.ledger_status().await;
    lifecycle.close().await;
    let breaches = found?;
    for breach in &breaches {
        println!("{}: {}", breach.what, breach.row);
    }
    ensure_ledger_current(status?)?;
    if !breaches.is_empty() {
        return Err(Failure::Breaches(breaches.len()));
    }
    println!("Everything holds.");
    Ok(())
}

/// `signet clock confirm`: notes that this machine's clock is right, for every process on the
/// database.
///
/// # Errors
/// Those of the database.
pub async fn confirm_clock(settings: &Settings) -> Result<(), Failure> {
    let db = existing(settings).await?;
    let confirmed = lifecycle::confirm_clock(&db, &Clock::System).await;
    db.close().await;
    let at = units::minute(confirmed?);
    println!("Confirmed that it is {at}. Deletions that waited for this go on within a minute.");
    Ok(())
}

/// `signet migrate`: brings the tables up to date, for processes whose role may not change them.
///
/// # Errors
/// Those of the database.
pub async fn migrate(settings: &Settings) -> Result<(), Failure> {
    existing(settings).await?.close().await;
    println!("The tables are up to date.");
    Ok(())
}

/// `signet replay-erasures`: erases again every account that was erased after the backup from which the database
/// was restored.
///
/// # Errors
/// [`StartError::AnotherLedger`], [`Failure::EntriesMissing`], [`Failure::KeyMissing`], and
/// those of the database and of the ledger.
pub async fn replay_erasures(settings: &Settings, terms: Terms) -> Result<(), Failure> {
    let db = existing(settings).await?;
    let lifecycle = Lifecycle::new(settings, db, Clock::System, Random::System);
    let done = replay_and_postpone(&lifecycle, terms).await;
    lifecycle.close().await;
    done
}

async fn replay_and_postpone(lifecycle: &Lifecycle, terms: Terms) -> Result<(), Failure> {
    // Postponing is irreversible, so a clock that is ahead must not decide the new date.
    if terms.postpone.is_some() && lifecycle.clock_ahead().await?.is_some() {
        return Err(Failure::ClockAhead);
    }
    let concessions = Concessions { adopt: terms.adopt, incomplete: terms.incomplete };
    match lifecycle.replay_erasures(concessions).await? {
        Replay::AnotherLedger => return Err(StartError::AnotherLedger.into()),
        Replay::EntriesMissing(entries) => return Err(Failure::EntriesMissing(entries)),
        Replay::KeyMissing(entries) => return Err(Failure::KeyMissing(entries)),
        Replay::Done(replayed) => tell(replayed),
    }
    let now = lifecycle.clock.now();
    if let Some(span) = terms.postpone {
        let moved = lifecycle.postpone_deletions(span, now).await?;
        let at = units::minute(now.plus(span));
        println!("Moved {moved} deletions: no closed account is erased before {at}.");
        return Ok(());
    }
    let due = lifecycle.count_what_is_due(now).await?.deletions;
    if due > 0 {
        println!(
            "{due} closed accounts are due, and are erased once a process starts. Whoever has come back since \
             the backup is among them: `signet replay-erasures --postpone 14d` gives them that time again."
        );
    }
    Ok(())
}

fn tell(replayed: Replayed) {
    let Replayed { entries, erased, passed_over } = replayed;
    if entries == 0 {
        println!("Nothing to do: the database has carried out everything in the ledger of erasures.");
    } else {
        println!("Read {entries} entries of the ledger that the database lacked; erased {erased} accounts again.");
    }
    if passed_over > 0 {
        println!("Passed over {passed_over}: whoever they are about is back, if the backup had them.");
    }
}

/// The database of the settings, brought up to date. It must exist: if a command created a new database, the
/// command would have other settings than the processes that it is meant for.
pub async fn existing(settings: &Settings) -> Result<Db, Failure> {
    let db = Db::existing(settings.database_url().expose_secret()).await?;
    db.migrate().await?;
    Ok(db)
}
