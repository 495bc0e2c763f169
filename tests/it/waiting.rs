//! Observes that a transaction waits for a lock that a test holds.

use std::time::Duration;

use signet::{server::store::Db, testing::TestApp};

/// How often to check, and how long at most.
const EVERY: Duration = Duration::from_millis(2);
const LOOKS: usize = 2_500;
/// On SQLite a transaction that begins counts as waiting for a moment: this many checks in a row mean that it waits.
const IN_A_ROW: usize = 25;

/// The transactions of an application that wait.
pub trait Waiting {
    /// Waits until `many` transactions wait for locks, besides the one that the test has open.
    async fn until_waiting(&self, many: usize);
}

impl Waiting for TestApp {
    async fn until_waiting(&self, many: usize) {
        let mut seen = 0;
        for _ in 0..LOOKS {
            let (waiting, enough) = waiting(self).await;
            seen = if waiting >= many { seen + 1 } else { 0 };
            if seen >= enough {
                return;
            }
            tokio::time::sleep(EVERY).await;
        }
        panic!("nobody waits");
    }
}

/// How many wait, and how many checks in a row prove it.
async fn waiting(app: &TestApp) -> (usize, usize) {
    match &app.db.db {
        Db::Sqlite(_, _, writer) => (writer.waiting(), IN_A_ROW),
        Db::Postgres(..) => {
            let waits = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            (usize::try_from(app.count(waits).await).unwrap(), 1)
        }
    }
}
