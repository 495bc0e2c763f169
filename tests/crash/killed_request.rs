//! The test kills a server while it answers a form: before each statement, and before and after the commit. The
//! next server finds either all of the action done or nothing.

use std::panic;

use signet::server::lifecycle::Action;
use tokio::task::JoinSet;

use crate::{
    action::EMAIL,
    dump::same,
    server_process::{Death, Server, Start},
    site::{End, Site},
    world::Database,
};

/// The actions that people need most.
const ACTIONS: [Action; 4] =
    [Action::ScheduleDeletion, Action::CancelDeletion, Action::ConfirmEmailChange, Action::UndoEmailChange];

/// Each of these has a site of its own.
#[derive(Clone, Copy)]
enum Part {
    Undisturbed,
    Statements,
    Commit,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_at_any_statement_of_a_request_has_done_all_of_it_or_nothing() {
    let mut running = JoinSet::new();
    for database in [Database::Sqlite, Database::Postgres] {
        let places = ACTIONS.into_iter().flat_map(move |action| {
            [Part::Undisturbed, Part::Statements, Part::Commit].map(|part| (database, action, (action, part)))
        });
        let sites = Site::prepared(places).await;
        running.spawn(async move {
            let mut after = None;
            for (site, (action, part)) in sites {
                let mut trial = Trial { action, site, place: format!("{action:?} on {database:?}") };
                match (part, &after) {
                    (Part::Undisturbed, _) => after = Some(trial.undisturbed().await),
                    (Part::Statements, Some(after)) => trial.dies_at_every_statement(after).await,
                    (Part::Commit, Some(after)) => trial.dies_around_the_commit(after).await,
                    (_, None) => unreachable!("the undisturbed one comes first"),
                }
            }
        });
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap_or_else(|error| panic::resume_unwind(error.into_panic()));
    }
}

/// What an undisturbed run leaves: at once, and after the letters are sent.
struct After {
    rows: Vec<String>,
    end: End,
}

/// An action on a site.
struct Trial {
    action: Action,
    site: Site,
    place: String,
}

impl Trial {
    async fn undisturbed(&mut self) -> After {
        let before = self.rows("before").await;
        assert!(self.survives(None).await, "{}", self.place);
        let rows = self.rows("undisturbed").await;
        assert_ne!(before, rows, "{} does nothing", self.place);
        After { rows: self.site.comparable(&rows), end: self.site.settled().await }
    }

    /// Dies before the first statement, then before the second, and so on to the last.
    async fn dies_at_every_statement(&mut self, after: &After) {
        let before = self.rows("before").await;
        for at in 1.. {
            if self.survives(Some(("statement", at))).await {
                // One statement finds who is signed in, and the action checks it again.
                assert!(at > 6, "{} is {at} statements", self.place);
                break;
            }
            self.is_still(&before, &format!("died at statement {at}")).await;
        }
        self.ends_as(after).await;
    }

    async fn dies_around_the_commit(&mut self, after: &After) {
        let before = self.rows("before").await;
        assert!(!self.survives(Some(("commit", 1))).await, "{}: no commit", self.place);
        self.is_still(&before, "died before the commit").await;
        assert!(!self.survives(Some(("committed", 1))).await, "{}: no commit", self.place);
        self.ends_as(after).await;
    }

    /// After all deaths the rows are as if no server had died, and the next server goes on from there.
    async fn ends_as(&mut self, after: &After) {
        let rows = self.rows("after its deaths").await;
        same(&self.site.comparable(&rows), &after.rows, &format!("{} after its deaths", self.place));
        let end = self.site.settled().await;
        same(&end.rows, &after.end.rows, &format!("{} in the end", self.place));
        assert_eq!(end.letters, after.end.letters, "{}", self.place);
    }

    async fn is_still(&mut self, before: &[String], when: &str) {
        let place = format!("{} {when}", self.place);
        same(&self.site.rows(&place).await, before, &place);
    }

    async fn rows(&mut self, when: &str) -> Vec<String> {
        self.site.rows(&format!("{} {when}", self.place)).await
    }

    /// Whether a server lives to answer the form.
    async fn survives(&self, death: Option<(&'static str, usize)>) -> bool {
        let death = death.map(|(point, at)| Death { point, at, executing: false });
        let server = Server::start(&self.site.world, &Start { death, ..Start::default() }).await;
        let (name, fields, leads_to) = self.form();
        match server.post(name, &fields, self.site.session.as_deref()).await {
            Some(to) => {
                assert_eq!(to, leads_to, "{}: {}", self.place, server.log());
                server.stop().await;
                true
            }
            None => {
                server.dies().await;
                false
            }
        }
    }

    /// The form's action, its fields, and the page to which success redirects.
    fn form(&self) -> (&'static str, Vec<(&'static str, &str)>, &'static str) {
        let token = ("token", self.site.token.as_str());
        match self.action {
            Action::ScheduleDeletion => ("schedule_deletion", vec![("confirmation", EMAIL)], "/users/log-in"),
            Action::CancelDeletion => ("cancel_deletion", vec![], "/dashboard"),
            Action::ConfirmEmailChange => ("confirm_email_change", vec![token], "/users/log-in"),
            Action::UndoEmailChange => ("undo_email_change", vec![token], "/users/log-in"),
            other => unreachable!("{other:?} has no form here"),
        }
    }
}
