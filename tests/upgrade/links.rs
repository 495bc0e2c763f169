//! Every mailed link, every code, and those in letters that had not left yet.

use signet::{
    domain::outbox::Kind,
    testing::{OTHER_PASSWORD, PASSWORD},
};

use crate::site::{Deeds, Site, on_each};

async fn email_of(site: &Site, user: &str) -> Vec<String> {
    site.app().rows(&format!("SELECT email FROM signet_users WHERE email LIKE '{user}@%'")).await
}

#[tokio::test]
async fn links_that_were_mailed_work_once() {
    on_each(async |site| {
        let stranger = site.app().browser();
        let confirms = site.browser("confirms");
        let confirm = site.known("links", "confirm_of_confirms");
        confirms.does("confirm_email_change", &[("token", &confirm)]).await;
        assert_eq!(email_of(site, "confirms").await, ["confirms@example.org"]);
        let late = site.known("links", "cancel_of_confirms");
        stranger.is_refused("cancel_email_change_by_link", &[("token", &late)], "dead_link").await;

        let cancel = site.known("links", "cancel_of_cancels");
        stranger.does("cancel_email_change_by_link", &[("token", &cancel)]).await;
        let late = site.known("links", "confirm_of_cancels");
        site.browser("cancels").is_refused("confirm_email_change", &[("token", &late)], "dead_link").await;
        assert_eq!(email_of(site, "cancels").await, ["cancels@example.com"]);

        let undo = site.known("links", "undo");
        stranger.does("undo_email_change", &[("token", &undo)]).await;
        stranger.is_refused("undo_email_change", &[("token", &undo)], "dead_link").await;
        assert_eq!(email_of(site, "changed").await, ["changed@example.com"]);
        assert!(!site.browser("changed").is_signed_in().await);
    })
    .await;
}

#[tokio::test]
async fn a_reset_link_and_the_link_of_a_new_account_work_once() {
    on_each(async |site| {
        let stranger = site.app().browser();
        let reset = site.known("links", "reset");
        stranger.does("reset_password", &[("token", &reset), ("new_password", OTHER_PASSWORD)]).await;
        stranger.is_refused("reset_password", &[("token", &reset), ("new_password", PASSWORD)], "dead_link").await;
        stranger.sign_in("resets@example.com", OTHER_PASSWORD).await;

        // In its known device the link alone is enough, and in no other.
        let verify = site.known("links", "verify");
        site.app().browser().is_refused("verify_email", &[("token", &verify)], "wrong_password").await;
        let newcomer = site.browser("newcomer");
        newcomer.does("verify_email", &[("token", &verify)]).await;
        assert!(newcomer.is_signed_in().await);
        newcomer.is_refused("verify_email", &[("token", &verify)], "dead_link").await;
    })
    .await;
}

#[tokio::test]
async fn links_of_letters_that_had_not_left_yet_work() {
    on_each(async |site| {
        let post = site.app().deliver_beside_others().await;
        let stranger = site.app().browser();
        let verify = post.token(Kind::ConfirmAddress);
        stranger.does("verify_email", &[("token", &verify), ("password", PASSWORD)]).await;
        assert_eq!(stranger.viewer().await.user.email.as_str(), "late-newcomer@example.com");
        let confirm = post.token(Kind::ConfirmEmailChange);
        site.browser("asker").does("confirm_email_change", &[("token", &confirm)]).await;
        let undo = post.token(Kind::EmailChangedOld);
        stranger.does("undo_email_change", &[("token", &undo)]).await;
        assert_eq!(email_of(site, "mover").await, ["mover@example.com"]);
        for reset in post.0.iter().filter(|mail| mail.kind == Kind::ResetPassword) {
            let token = signet::testing::token_in(reset.url().unwrap());
            stranger.does("reset_password", &[("token", token), ("new_password", OTHER_PASSWORD)]).await;
            site.app().browser().sign_in(&reset.letter.to, OTHER_PASSWORD).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_mailed_code_works_once_where_it_was_asked_for() {
    on_each(async |site| {
        let code = site.known("codes", "coder");
        let coder = site.browser("coder");
        coder.is_refused("confirm_sudo_by_code", &[("code", "00000000")], "wrong_code").await;
        coder.does("confirm_sudo_by_code", &[("code", &code)]).await;
        assert!(coder.has_sudo().await);
        coder.is_refused("confirm_sudo_by_code", &[("code", &code)], "wrong_code").await;
    })
    .await;
}
