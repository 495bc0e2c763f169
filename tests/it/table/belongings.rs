//! What an account has that an action may revoke, and which of it is gone.

use std::collections::HashSet;

use signet::{server::lifecycle::Revoke, testing::TestApp};

/// Rows of one account, by id.
pub struct Belongings {
    own: Vec<String>,
    others: Vec<String>,
    has_sudo: Vec<String>,
    resets: Vec<String>,
    confirms: Vec<String>,
    changes: Vec<String>,
    tokens: Vec<String>,
}

impl Belongings {
    /// What the account of the session `own` has.
    pub async fn of(app: &TestApp, own: &str) -> Self {
        let of_owner = format!("user_id = (SELECT user_id FROM signet_sessions WHERE id = '{own}')");
        let ids = async |from: &str| app.rows(&format!("SELECT id FROM {from} AND {of_owner}")).await;
        Self {
            own: ids(&format!("signet_sessions WHERE id = '{own}'")).await,
            others: ids(&format!("signet_sessions WHERE id <> '{own}'")).await,
            has_sudo: ids(&format!("signet_sessions WHERE id = '{own}' AND sudo_at IS NOT NULL")).await,
            resets: ids("signet_mail_links WHERE purpose = 'reset'").await,
            confirms: ids("signet_mail_links WHERE purpose = 'verify'").await,
            tokens: ids("signet_api_tokens WHERE 1 = 1").await,
            changes: ids("signet_email_changes WHERE state = 'open'").await,
        }
    }

    /// What has been revoked of it since. A replaced or confirmed change does not count.
    pub async fn revoked(&self, app: &TestApp) -> HashSet<Revoke> {
        let own = are_gone(app, &self.own, "signet_sessions").await;
        let others = are_gone(app, &self.others, "signet_sessions").await;
        let sudo = are_gone(app, &self.has_sudo, "signet_sessions WHERE sudo_at IS NOT NULL").await;
        let open = "signet_email_changes WHERE state NOT IN ('cancelled', 'superseded')";
        let findings = [
            (Revoke::AllSessions, own && others),
            (Revoke::OtherSessions, others && !own),
            (Revoke::Sudo, sudo && !own),
            (Revoke::ResetLinks, are_gone(app, &self.resets, "signet_mail_links").await),
            (Revoke::ConfirmLinks, are_gone(app, &self.confirms, "signet_mail_links").await),
            (Revoke::ApiTokens, are_gone(app, &self.tokens, "signet_api_tokens").await),
            (Revoke::OpenEmailChange, are_gone(app, &self.changes, open).await),
        ];
        findings.into_iter().filter_map(|(revoke, found)| found.then_some(revoke)).collect()
    }
}

/// Whether there were rows and none of them remains.
async fn are_gone(app: &TestApp, ids: &[String], from: &str) -> bool {
    let left = app.rows(&format!("SELECT id FROM {from}")).await;
    !ids.is_empty() && !ids.iter().any(|id| left.contains(id))
}
