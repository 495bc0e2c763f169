//! What the program does besides serving: an operator's commands, each on its own and with an
//! answer on stdout.

use secrecy::ExposeSecret;

use super::{
    clock::Clock,
    config::Settings,
    crypto::random::Random,
    lifecycle::{self, Lifecycle, Replay, Replayed},
    mail::date,
    run::StartError,
    store::Db,
};
use crate::domain::erasure::ledger::Standing;

/// `signet check`: looks through the database for what must not be, and names it.
///
/// # Errors
/// [`StartError::Breaches`] when there is any; [`StartError::OlderThanLedger`] when people who were
/// erased may be in it.
pub async fn check(settings: &Settings) -> Result<(), StartError> {
    let db = Db::existing(settings.database.url.expose_secret()).await?;
    if !db.is_ready().await.unwrap_or(false) {
        return Err(StartError::NotMigrated);
    }
    let lifecycle = Lifecycle::new(settings, db.clone(), Clock::System, Random::System);
    let found = lifecycle::check(&db, Clock::System.now()).await;
    let standing = lifecycle.ledger_standing().await;
    db.close().await;
    let breaches = found?;
    for breach in &breaches {
        println!("{}: {}", breach.what, breach.row);
    }
    if let Standing::Behind { carried_out, held } = standing? {
        return Err(StartError::OlderThanLedger { carried_out, held });
    }
    if !breaches.is_empty() {
        return Err(StartError::Breaches(breaches.len()));
    }
    println!("Everything holds.");
    Ok(())
}

/// `signet clock confirm`: notes that this machine's clock is right, for every process on the
/// database.
///
/// # Errors
/// Those of the database.
pub async fn confirm_clock(settings: &Settings) -> Result<(), StartError> {
    let db = Db::open(settings.database.url.expose_secret()).await?;
    let confirmed = lifecycle::confirm_clock(&db, &Clock::System).await;
    db.close().await;
    let at = date::minute(confirmed?);
    println!("Confirmed that it is {at}. Deletions that waited for this go on within a minute.");
    Ok(())
}

/// `signet replay-erasures`: erases again whoever was erased after the backup that the database
/// was restored from.
///
/// # Errors
/// [`StartError::KeyMissing`], and those of the database and of the ledger.
pub async fn replay_erasures(settings: &Settings) -> Result<(), StartError> {
    let db = Db::open(settings.database.url.expose_secret()).await?;
    let lifecycle = Lifecycle::new(settings, db.clone(), Clock::System, Random::System);
    let replay = lifecycle.replay_erasures().await;
    db.close().await;
    match replay? {
        Replay::KeyMissing(entries) => Err(StartError::KeyMissing(entries)),
        Replay::Done(Replayed { entries: 0, .. }) => {
            println!("Nothing to do: the database has carried out everything in the ledger of erasures.");
            Ok(())
        }
        Replay::Done(Replayed { entries, erased }) => {
            println!("Read {entries} entries of the ledger that the database lacked; erased {erased} accounts again.");
            Ok(())
        }
    }
}
