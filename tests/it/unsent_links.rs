//! The tokens of links whose letters a test does not read, made as the worker makes them.

use signet::{
    domain::{
        id::LinkId,
        mail_token::{Claims, Purpose},
    },
    testing::TestApp,
};

/// The links of an application.
pub trait UnsentLinks {
    /// The token of a reset link whose letter has not been sent, made as the worker makes it.
    async fn reset_token(&self, link: &str) -> String;

    /// The token of the only confirm link, whose letter has not been sent.
    async fn confirm_token(&self) -> String;

    /// The token of the only keep link, whose letter may have been sent.
    async fn keep_token(&self) -> String;

    /// The token of the open e-mail change for `purpose`, whose letter has not been sent.
    async fn change_token(&self, purpose: Purpose) -> String;
}

impl UnsentLinks for TestApp {
    async fn reset_token(&self, link: &str) -> String {
        link_token(self, link, Purpose::ResetPassword).await
    }

    async fn confirm_token(&self) -> String {
        let link = self.rows("SELECT id FROM signet_mail_links WHERE purpose = 'verify'").await.remove(0);
        link_token(self, &link, Purpose::VerifyEmail).await
    }

    async fn keep_token(&self) -> String {
        let link = self.rows("SELECT id FROM signet_mail_links WHERE purpose = 'keep'").await.remove(0);
        link_token(self, &link, Purpose::KeepAccount).await
    }

    async fn change_token(&self, purpose: Purpose) -> String {
        let id = self.rows("SELECT id FROM signet_email_changes WHERE state = 'open'").await.remove(0);
        let mut tx = self.lifecycle.db.read().await.unwrap();
        let change = tx.email_change(&LinkId::parse(&id).unwrap()).await.unwrap().unwrap();
        tx.end().await.unwrap();
        let address = if purpose == Purpose::ConfirmEmailChange { &change.new_email } else { &change.old_email };
        self.lifecycle.keys.sign(&Claims {
            purpose,
            row: change.id.clone(),
            user: change.user_id.clone(),
            address: address.key(),
            stamp: change.stamp,
            expires_at: change.expires_at,
        })
    }
}

async fn link_token(app: &TestApp, link: &str, purpose: Purpose) -> String {
    let mut tx = app.lifecycle.db.read().await.unwrap();
    let link = LinkId::parse(link).unwrap();
    let link = tx.mail_link(&link, purpose, app.now()).await.unwrap().unwrap();
    tx.end().await.unwrap();
    app.lifecycle.keys.sign(&link.claims)
}
