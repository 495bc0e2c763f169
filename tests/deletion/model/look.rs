//! Checks that the site is as the model says: every row, every event, and what each signed-in person sees.

use signet::server::lifecycle::Viewer;

use super::{picture::or_dash, site::Site, state::State};
use crate::invariants;

/// Selects one line for each row, in the form in which the model prints its rows.
const PICTURE: &str = "\
    SELECT 'user|' || id || '|' || COALESCE(email, '-') || '|' || COALESCE(CAST(email_verified_at AS TEXT), '-') \
    || '|' || COALESCE(name, '-') || '|' || CASE WHEN password_hash IS NULL THEN '0' ELSE '1' END \
    || '|' || CAST(security_stamp AS TEXT) || '|' || COALESCE(CAST(deletion_scheduled_at AS TEXT), '-') \
    || '|' || COALESCE(CAST(delete_at AS TEXT), '-') || '|' || COALESCE(CAST(deleted_at AS TEXT), '-') FROM signet_users \
    UNION ALL SELECT 'login|' || user_id || '|' || provider || '|' || subject || '|' || CAST(linked_at AS TEXT) \
    FROM signet_identities \
    UNION ALL SELECT 'session|' || id || '|' || user_id || '|' || CAST(created_at AS TEXT) \
    || '|' || CAST(last_seen_at AS TEXT) || '|' || COALESCE(CAST(sudo_at AS TEXT), '-') FROM signet_sessions \
    UNION ALL SELECT 'link|' || id || '|' || user_id || '|' || purpose || '|' || email \
    || '|' || CAST(expires_at AS TEXT) FROM signet_mail_links \
    UNION ALL SELECT 'change|' || id || '|' || user_id || '|' || old_email || '|' || new_email || '|' || state \
    || '|' || CAST(expires_at AS TEXT) || '|' || COALESCE(CAST(undo_until AS TEXT), '-') FROM signet_email_changes \
    UNION ALL SELECT 'token|' || id || '|' || user_id || '|' || scope || '|' || CAST(expires_at AS TEXT) FROM signet_api_tokens \
    UNION ALL SELECT 'export|' || id || '|' || user_id || '|' || state || '|' || CAST(requested_at AS TEXT) \
    || '|' || COALESCE(CAST(expires_at AS TEXT), '-') FROM signet_exports \
    UNION ALL SELECT 'letter|' || kind || '|' || recipient || '|' || COALESCE(user_id, '-') \
    || '|' || COALESCE(link_id, '-') || '|' || CAST(due_at AS TEXT) FROM signet_letters";

impl Site {
    /// Panics unless the site is as `state` says. Compares all rows and all new events. Compares the pages of
    /// `browser` only, and not those of the other browsers, because pages show nothing but the contents of the
    /// rows.
    pub async fn is_as(&mut self, state: &State, browser: usize) {
        assert_eq!(self.picture().await, state.picture(), "the site's rows (left) and the model's (right)");
        assert_eq!(self.new_events().await, state.events, "the site's events (left) and the model's (right)");
        let seen = match self.viewer(browser).await {
            Some(viewer) => Some(self.seen_by(&viewer).await),
            None => None,
        };
        assert_eq!(seen, state.seen_in(browser), "what browser {browser} sees (left) and should see (right)");
        self.app.nothing_is_in_hand().await;
        invariants::hold(&self.app.db, self.app.now()).await;
    }

    async fn picture(&mut self) -> Vec<String> {
        let rows = self.app.rows(PICTURE).await;
        for row in &rows {
            self.names.learn(row);
        }
        let mut lines: Vec<_> = rows.iter().map(|row| self.names.put_into(row)).collect();
        lines.sort();
        lines
    }

    async fn new_events(&mut self) -> Vec<String> {
        let sql = format!(
            "SELECT id, event, COALESCE(failure, '-'), COALESCE(user_id, '-') FROM signet_events WHERE id > {} ORDER BY id",
            self.events_seen
        );
        let mut lines = Vec::new();
        for row in self.app.rows(&sql).await {
            let (id, event) = row.split_once('|').unwrap();
            self.events_seen = id.parse().unwrap();
            lines.push(self.names.put_into(event));
        }
        lines
    }

    /// Returns what the pages of the settings show to a signed-in person.
    async fn seen_by(&self, viewer: &Viewer) -> String {
        let life = self.life();
        let page = life.overview(viewer).await.unwrap();
        let export = life.own_export(viewer).await.unwrap().status;
        let status = viewer.user.status();
        let has_sudo = viewer.is_sudo(self.app.now(), life.policy.sudo_ttl);
        let name = page.name.as_ref().map_or("", |name| name.as_str());
        let pending = page.pending.map_or_else(|| or_dash(None), |change| change.new_email.to_string());
        format!(
            "{} {status:?} '{name}' password: {}, sudo: {has_sudo}, {} sessions, {} tokens, change: {pending}, export: {export:?}",
            page.email, page.has_password, page.sessions, page.api_tokens
        )
    }
}
