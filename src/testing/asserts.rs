//! Assertions about what a test has done: each reads the effect, and a failed one says what is there instead.

use std::sync::atomic::Ordering;

use super::{
    app::TestApp,
    browser::Browser,
    invariants,
    post::{Mail, Post},
};
use crate::domain::{outbox::Kind, security_log::Event, time::Timestamp, user::User};

impl TestApp {
    /// Panics unless the deletion of the account is scheduled: the account is closed and not yet erased, and every
    /// earlier session, API token and link is gone. Returns the time from which a worker erases the account.
    pub async fn assert_deletion_scheduled(&self, user: &User) -> Timestamp {
        let expected = format!("expected the deletion of {} to be scheduled", user.email);
        let sql =
            format!("SELECT deletion_scheduled_at, delete_at, deleted_at FROM signet_users WHERE id = '{}'", user.id);
        let rows = self.rows(&sql).await;
        let [row] = &rows[..] else { panic!("{expected}, but the account is gone") };
        let delete_at = match row.split('|').collect::<Vec<_>>()[..] {
            ["NULL", _, _] => panic!("{expected}, but it is not"),
            [_, delete_at, "NULL"] => Timestamp(delete_at.parse().unwrap()),
            _ => panic!("{expected}, but the account is erased: scheduled, due and erased at {row}"),
        };
        let broken = invariants::broken(&self.db, self.now()).await;
        assert!(broken.is_empty(), "{expected} cleanly, but there is\n{}", broken.join("\n"));
        delete_at
    }

    /// Panics unless every session of the account has ended, except that of the browser `except`, which must be signed
    /// in to the account.
    pub async fn assert_sessions_revoked(&self, user: &User, except: Option<&Browser<'_>>) {
        let mut kept = None;
        if let Some(browser) = except {
            let viewer = browser.seen_as().await.filter(|viewer| viewer.user.id == user.id);
            let viewer = viewer.unwrap_or_else(|| panic!("expected a browser to stay signed in as {}", user.email));
            kept = Some(viewer.session.id.to_string());
        }
        let sql = format!("SELECT id, user_agent FROM signet_sessions WHERE user_id = '{}' ORDER BY 1", user.id);
        let mut left = self.rows(&sql).await;
        left.retain(|row| row.split('|').next() != kept.as_deref());
        assert!(
            left.is_empty(),
            "expected the sessions of {} to be revoked, but there is\n{}",
            user.email,
            left.join("\n")
        );
    }

    /// Panics unless the security log of the account has this event since the last fixture. The event of a refused
    /// attempt does not count.
    pub async fn assert_event(&self, user: &User, event: Event) {
        let settled = self.settled.load(Ordering::SeqCst);
        let sql = format!(
            "SELECT event, CASE WHEN failure IS NULL THEN '' ELSE ' refused: ' || failure END FROM signet_events \
             WHERE user_id = '{}' AND id > {settled} ORDER BY id",
            user.id
        );
        let events: Vec<_> = self.rows(&sql).await.iter().map(|row| row.replace('|', "")).collect();
        let is_there = events.iter().any(|found| found == event.word());
        assert!(is_there, "expected {} of {}, but the log has {events:?}", event.word(), user.email);
    }

    /// Panics unless a letter of this kind has arrived at the address `to` since the last fixture. Returns the last
    /// such letter. A letter arrives when [`TestApp::run_jobs`] sends it.
    pub async fn assert_mailed(&self, to: &str, kind: Kind) -> Mail {
        let arrived = self.arrived.lock().unwrap().clone();
        let is_it = |mail: &&Mail| mail.kind == kind && mail.letter.to == to;
        if let Some(mail) = arrived.iter().rfind(is_it) {
            return mail.clone();
        }
        let arrived: Vec<_> = arrived.iter().map(Mail::words).collect();
        let waiting = self.rows("SELECT kind || ' to ' || recipient FROM signet_letters ORDER BY 1").await;
        panic!("expected {} to {to}, but there arrived {arrived:?}; not sent yet: {waiting:?}", kind.word());
    }

    /// Lets the rest of the grace period of a scheduled deletion pass, and runs the workers' jobs whenever one is due:
    /// the reminders arrive on their days, and at the end the account is erased. Panics unless it is erased. Returns
    /// the letters that arrived.
    pub async fn simulate_grace_period_expiry(&self, user: &User) -> Post {
        let delete_at = self.assert_deletion_scheduled(user).await;
        let sql = format!(
            "SELECT due_at FROM signet_letters WHERE user_id = '{}' AND due_at BETWEEN {} AND {} ORDER BY due_at",
            user.id,
            self.now().0,
            delete_at.0
        );
        let reminders = self.rows(&sql).await.into_iter().map(|at| Timestamp(at.parse().unwrap()));
        let mut post = Post::default();
        for at in reminders.chain([delete_at.max(self.now())]) {
            self.clock.set(at);
            post.0.extend(self.run_jobs().await.0);
        }
        let sql = format!("SELECT delete_at FROM signet_users WHERE id = '{}' AND deleted_at IS NULL", user.id);
        let left = self.rows(&sql).await;
        assert!(
            left.is_empty(),
            "expected {} to be erased at {}, but it is not; due at {left:?}",
            user.email,
            self.now().0
        );
        post
    }
}
