//! One session closes the account while another confirms its new address.

use signet::domain::{error::Refusal, mail_token::Purpose};

use super::{HeadStart, Winner, hold, letters, refusal, status};
use crate::{
    app::TestApp,
    people::{in_sudo, link, signed_in, source, verified},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_closed_or_its_address_changes() {
    hold(async |app: &TestApp, trial, head_start: HeadStart| {
        let life = &app.lifecycle;
        let (old, new) = (format!("old{trial}@example.com"), format!("new{trial}@example.com"));
        let here = in_sudo(life, &verified(life, &old).await).await;
        life.request_email_change(&source(), &here, &new).await.unwrap();
        let token = link(life, &new, Purpose::ConfirmEmailChange).await;
        let (there, user) = (signed_in(life, &old).await, here.user.id.clone());
        app.news().await;
        let (life, other, typed) = (app.lifecycle.clone(), app.lifecycle.clone(), old.clone());
        let (closed, moved) = head_start
            .duel(async move { life.schedule_deletion(&source(), &here, &typed).await }, async move {
                other.confirm_email_change(&source(), &there, &token).await
            })
            .await;
        let (news, post) = (app.news().await, letters(app, &old, &new).await);
        if closed.is_ok() {
            assert_eq!(refusal(&moved), Some(Refusal::SignInRequired), "trial {trial}");
            assert_eq!(status(app, &user).await, format!("{old}|closed|0"));
            let kinds = ["deletion_reminder", "deletion_reminder", "deletion_scheduled"];
            assert_eq!(post, kinds.map(|kind| format!("{kind} to {old}")));
            assert_eq!(news, [format!("account.deletion_scheduled by person of {old}")]);
            return Winner::One;
        }
        assert_eq!(refusal(&closed), Some(Refusal::SignInRequired), "trial {trial}");
        assert_eq!(moved.unwrap().as_str(), new, "trial {trial}");
        assert_eq!(status(app, &user).await, format!("{new}|open|0"));
        assert_eq!(post, [format!("email_changed_new to {new}"), format!("email_changed_old to {old}")]);
        assert_eq!(news, [format!("account.email_changed by person of {new}")]);
        Winner::Other
    })
    .await;
}
