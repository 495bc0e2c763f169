//! Statements on the job queue's own tables.

use signet::{
    domain::time::Timestamp,
    server::store::{DELETION_QUEUE, DeletionJob, LETTER_QUEUE, LetterJob, Priority},
};

use crate::{
    db::TestDb,
    fixture::{NOW, after, end_connections, is_conflict, is_unavailable, on_each, user_id, verified},
};

/// Job ids are ULIDs.
const JOB: &str = "01KDVDNAP9GJ5CS0E6TFC1S5R6";
const OTHER: &str = "01KDVDNAP9GJ5CS0E6TFC1S5R7";

/// Every status that the queue gives a job, and whether it will still run.
const STATUSES: [(&str, bool); 6] =
    [("Pending", true), ("Queued", true), ("Running", true), ("Failed", true), ("Done", false), ("Killed", false)];

fn table(db: &TestDb) -> &'static str {
    if db.is_postgres() { "apalis.jobs" } else { "Jobs" }
}

async fn push(db: &TestDb, id: &str) {
    let job = LetterJob { letter: "l".to_owned() };
    tx!(db, push_job(LETTER_QUEUE, id, &job, NOW, Priority::Ordinary)).unwrap();
}

/// Brings every job to a status, as the queue would.
async fn set(db: &TestDb, status: &str, attempts: &str, done_at: Option<Timestamp>) {
    let done_at = match done_at {
        Some(at) if db.is_postgres() => format!("to_timestamp({})", at.0),
        Some(at) => at.0.to_string(),
        None => "NULL".to_owned(),
    };
    let table = table(db);
    let sql = format!("UPDATE {table} SET status = '{status}', attempts = {attempts}, done_at = {done_at}");
    db.run(&sql).await.unwrap();
}

async fn left(db: &TestDb) -> Vec<String> {
    db.rows(&format!("SELECT id FROM {} ORDER BY id", table(db))).await
}

#[tokio::test]
async fn a_pushed_job_waits_in_its_queue_for_its_second() {
    on_each(async |db| {
        let run_at = if db.is_postgres() { "EXTRACT(EPOCH FROM run_at)::BIGINT" } else { "run_at" };
        let text = if db.is_postgres() { "convert_from(job, 'UTF8')" } else { "CAST(job AS TEXT)" };
        let letter = LetterJob { letter: "l".to_owned() };
        let deletion = DeletionJob { user: "u".to_owned() };
        tx!(db, push_job(LETTER_QUEUE, JOB, &letter, NOW, Priority::Ordinary)).unwrap();
        tx!(db, push_job(DELETION_QUEUE, OTHER, &deletion, after(60), Priority::Ordinary)).unwrap();
        let sql = format!("SELECT id, job_type, {text}, {run_at}, status, attempts FROM {} ORDER BY id", table(db));
        let expected = [
            format!("{JOB}|send_letter|{{\"letter\":\"l\"}}|{}|Pending|0", NOW.0),
            format!("{OTHER}|execute_deletion|{{\"user\":\"u\"}}|{}|Pending|0", NOW.0 + 60),
        ];
        assert_eq!(db.rows(&sql).await, expected);
    })
    .await;
}

#[tokio::test]
async fn a_rollback_takes_the_pushed_job_along() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let job = DeletionJob { user: ada.to_string() };
        for by_drop in [true, false] {
            let mut tx = db.db.begin().await.unwrap();
            assert!(tx.mark_verified(&ada, after(9)).await.is_ok());
            tx.push_job(DELETION_QUEUE, JOB, &job, NOW, Priority::Ordinary).await.unwrap();
            assert!(tx.job_is_live(JOB).await.unwrap(), "seen inside the transaction");
            if by_drop {
                drop(tx);
            } else {
                tx.rollback().await.unwrap();
            }
            assert_eq!(left(db).await, [""; 0]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_job_that_cannot_be_pushed_takes_the_action_with_it() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        push(db, JOB).await;
        let mut tx = db.db.begin().await.unwrap();
        assert!(tx.set_password(&ada, "new", 0).await.unwrap());
        let job = DeletionJob { user: ada.to_string() };
        let pushed = tx.push_job(DELETION_QUEUE, JOB, &job, NOW, Priority::Ordinary).await;
        assert!(is_conflict(&pushed), "its id is taken");
        drop(tx);
        assert_eq!(db.rows("SELECT password_hash FROM signet_users").await, ["hash"]);
    })
    .await;
}

#[tokio::test]
async fn a_job_is_killed_unless_it_has_begun_or_is_over() {
    on_each(async |db| {
        for (status, _) in STATUSES {
            push(db, JOB).await;
            set(db, status, "0", None).await;
            let killable = matches!(status, "Pending" | "Queued" | "Failed");
            assert_eq!(tx!(db, kill_job(JOB)).unwrap(), killable, "{status}");
            assert_eq!(left(db).await.len(), usize::from(!killable), "{status}");
            db.run(&format!("DELETE FROM {}", table(db))).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn killing_one_job_leaves_the_others() {
    on_each(async |db| {
        push(db, JOB).await;
        push(db, OTHER).await;
        assert!(tx!(db, kill_job(JOB)).unwrap());
        assert!(!tx!(db, kill_job(JOB)).unwrap());
        assert!(!tx!(db, kill_job("")).unwrap());
        assert_eq!(left(db).await, [OTHER]);
    })
    .await;
}

#[tokio::test]
async fn a_kill_that_is_taken_back_leaves_the_job() {
    on_each(async |db| {
        push(db, JOB).await;
        let mut tx = db.db.begin().await.unwrap();
        assert!(tx.kill_job(JOB).await.unwrap());
        assert!(!tx.job_is_live(JOB).await.unwrap());
        tx.rollback().await.unwrap();
        assert!(tx!(db, job_is_live(JOB)).unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_job_is_live_while_it_will_still_run() {
    on_each(async |db| {
        assert!(!tx!(db, job_is_live(JOB)).unwrap(), "there is none");
        push(db, JOB).await;
        push(db, OTHER).await;
        for (status, live) in STATUSES {
            set(db, status, "max_attempts - 1", None).await;
            assert_eq!(tx!(db, job_is_live(JOB)).unwrap(), live, "{status}");
        }
        set(db, "Failed", "max_attempts", Some(NOW)).await;
        assert!(!tx!(db, job_is_live(JOB)).unwrap(), "exhausted");
    })
    .await;
}

#[tokio::test]
async fn a_sweep_takes_jobs_that_are_over_after_their_second() {
    on_each(async |db| {
        let cases = [
            ("Done", "0", -1, true),
            ("Done", "0", 0, false),
            ("Done", "0", 1, false),
            ("Killed", "0", -1, true),
            ("Failed", "max_attempts", -1, true),
            ("Failed", "max_attempts - 1", -1, false),
            ("Running", "0", -1, false),
            ("Queued", "0", -1, false),
            ("Pending", "0", -1, false),
        ];
        for (status, attempts, offset, goes) in cases {
            push(db, JOB).await;
            set(db, status, attempts, Some(after(offset))).await;
            assert_eq!(tx!(db, sweep_jobs(NOW)).unwrap(), u64::from(goes), "{status} {attempts} {offset}");
            db.run(&format!("DELETE FROM {}", table(db))).await.unwrap();
        }
        push(db, JOB).await;
        assert_eq!(tx!(db, sweep_jobs(after(1_000_000))).unwrap(), 0, "not begun");
    })
    .await;
}

#[tokio::test]
async fn a_job_says_an_id_and_nothing_else() {
    on_each(async |db| {
        let id = user_id(1);
        tx!(db, push_job(DELETION_QUEUE, JOB, &DeletionJob { user: id.to_string() }, NOW, Priority::Ordinary)).unwrap();
        let bytes = db.rows(&format!("SELECT job FROM {}", table(db))).await.remove(0);
        let expected = signet::domain::id::hex(format!("{{\"user\":\"{id}\"}}").as_bytes());
        assert_eq!(bytes, format!("\\x{expected}"));
    })
    .await;
}

#[tokio::test]
async fn a_server_that_goes_away_before_the_push_is_unavailable() {
    let Some(db) = TestDb::postgres().await else { return };
    let mut tx = db.db.begin().await.unwrap();
    assert!(!tx.job_is_live(JOB).await.unwrap());
    end_connections(&db).await;
    let job = LetterJob { letter: "l".to_owned() };
    assert!(is_unavailable(&tx.push_job(LETTER_QUEUE, JOB, &job, NOW, Priority::Ordinary).await));
}
