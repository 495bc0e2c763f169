//! The test kills a server while its worker erases an account: before each statement, and before and after the
//! commit. The next worker takes over what the dead one had claimed, and dies in its turn.

use std::{panic, time::Duration};

use signet::server::lifecycle::Action;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

use crate::{
    dump::same,
    server_process::{Death, Server, Start},
    site::{End, Site, erasures, letters},
    world::Database,
};

/// The tests divide the deaths among this many accounts, whose servers start at the same time: the first dies at
/// the statements 1, 6, 11 …
const SHARES: usize = 5;
/// How long a worker may take to begin and end.
const PATIENCE: Duration = Duration::from_mins(1);

/// Each of these has a site of its own.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Undisturbed,
    Statements { first: usize },
    Commit,
}

/// Every strategy.
const STRATEGIES: [&str; 3] = ["anonymize", "soft_delete", "hard_delete"];

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_at_any_statement_of_an_execution_leaves_an_account_or_none() {
    let mut running = JoinSet::new();
    for database in [Database::Sqlite, Database::Postgres] {
        for strategy in STRATEGIES {
            let parts = (1..=SHARES).map(|first| Part::Statements { first }).chain([Part::Commit, Part::Undisturbed]);
            let places = parts.map(|part| (database, Action::ExecuteDeletion, part));
            for (site, part) in Site::prepared(places).await {
                let place = format!("{strategy} on {database:?}");
                let trial = Trial { site, strategy, place: place.clone() };
                running.spawn(async move { (place, part, trial.run(part).await) });
            }
        }
    }
    let mut ends = Vec::new();
    while let Some(ended) = running.join_next().await {
        ends.push(ended.unwrap_or_else(|error| panic::resume_unwind(error.into_panic())));
    }
    for (place, _, (deaths, end)) in &ends {
        let is_undisturbed = |(of, part, _): &&(String, Part, _)| of == place && *part == Part::Undisturbed;
        let (_, _, (_, undisturbed)) = ends.iter().find(is_undisturbed).unwrap();
        let place = format!("{place} after deaths at {deaths:?}");
        same(&end.rows, &undisturbed.rows, &place);
        assert_eq!(end.letters, ["ada@example.com: Your account has been deleted"], "{place}");
        assert_eq!(end.erasures.len(), 1, "{place}");
        assert_eq!(end.erasures, undisturbed.erasures, "{place}");
    }
}

/// An account that is due.
struct Trial {
    site: Site,
    strategy: &'static str,
    place: String,
}

impl Trial {
    /// Runs one part of the deaths; returns where the servers died and what became of the account.
    async fn run(mut self, part: Part) -> (Vec<usize>, End) {
        let before = self.account("before").await;
        let mut deaths = Vec::new();
        match part {
            Part::Undisturbed => assert!(self.survives(None).await),
            Part::Statements { first } => {
                for at in (first..).step_by(SHARES) {
                    if self.survives(Some(("statement", at))).await {
                        break;
                    }
                    deaths.push(at);
                    let left = self.account(&format!("died at statement {at}")).await;
                    if left != before {
                        // After the commit only the ledger remains to be told.
                        assert!(self.survives(None).await, "{}: {at} was not the last", self.place);
                        break;
                    }
                }
                assert!(!deaths.is_empty(), "{}: nothing dies", self.place);
            }
            Part::Commit => {
                // The commit of the ledger comes first, then that of the account.
                for (point, at) in [("commit", 1), ("committed", 1), ("commit", 2)] {
                    assert!(!self.survives(Some((point, at))).await, "{}: no commit", self.place);
                    self.is_still(&before, &format!("died at {point} {at}")).await;
                }
                assert!(!self.survives(Some(("committed", 2))).await, "{}: no commit", self.place);
                assert_ne!(self.account("died behind the commit").await, before, "{}", self.place);
                assert!(self.survives(None).await, "{}", self.place);
            }
        }
        (deaths, self.site.end().await)
    }

    async fn is_still(&mut self, before: &[String], when: &str) {
        same(&self.account(when).await, before, &format!("{} {when}", self.place));
    }

    /// Every row.
    async fn account(&mut self, when: &str) -> Vec<String> {
        self.site.rows(&format!("{} {when}", self.place)).await
    }

    /// Whether the goodbye letter is sent and the ledger's entry is certain: either may come first.
    async fn is_done(&self) -> bool {
        let is_certain = erasures(&self.site.world).await.iter().all(|entry| entry.ends_with("|1"));
        is_certain && !letters(&self.site.world).await.is_empty()
    }

    /// Whether a server lives until the account is erased and the goodbye letter sent.
    async fn survives(&self, death: Option<(&'static str, usize)>) -> bool {
        let death = death.map(|(point, at)| Death { point, at, executing: true });
        let others = vec![("SIGNET_DELETION__STRATEGY", self.strategy.to_owned())];
        let start = Start { worker: true, death, others };
        let mut server = Server::start(&self.site.world, &start).await;
        let begun = Instant::now();
        while !self.is_done().await {
            if server.is_dead() {
                return false;
            }
            assert!(begun.elapsed() < PATIENCE, "{}: neither dead nor done: {}", self.place, server.log());
            sleep(Duration::from_millis(50)).await;
        }
        server.stop().await;
        true
    }
}
