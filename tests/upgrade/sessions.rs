//! Every signed-in person stays signed in, with everything that their browsers had.

use axum::http::Method;
use signet::{server::http::cookie::Name, testing::PASSWORD};

use crate::site::{Deeds, on_each};

#[tokio::test]
async fn everybody_is_still_signed_in_and_in_sudo_mode_who_was() {
    on_each(async |site| {
        let mut signed_in = 0;
        for name in site.browsers() {
            let browser = site.browser(name);
            if browser.session().is_none() {
                continue;
            }
            assert_eq!(browser.viewer().await.user.email.as_str(), site.email_of(name), "{name}");
            assert_eq!(browser.has_sudo().await, site.was_in_sudo_mode(name), "{name}");
            let page = browser.get("/users/settings").await;
            let page = browser.follow(page).await;
            assert!(page.status == 200 && page.body.contains(site.email_of(name)), "{name}: {}", page.body);
            signed_in += 1;
        }
        assert!(signed_in > 12, "{signed_in}");
    })
    .await;
}

#[tokio::test]
async fn a_known_device_is_known_and_a_password_is_right() {
    on_each(async |site| {
        let app = site.app();
        app.deliver_beside_others().await;
        let known = site.browser("programs");
        known.does("sign_out", &[]).await;
        known.sign_in("programs@example.com", PASSWORD).await;
        assert_eq!(app.deliver_beside_others().await.words(), [""; 0]);
        app.browser().sign_in("programs@example.com", PASSWORD).await;
        assert_eq!(app.deliver_beside_others().await.words(), ["new_device to programs@example.com"]);
    })
    .await;
}

#[tokio::test]
async fn a_new_api_token_in_a_sealed_cookie_is_shown_and_a_notice_without_an_owner_is_not() {
    on_each(async |site| {
        // The old program did not say whose notices and drafts were, so the new one shows them to nobody.
        for (name, path) in [("polite", "/users/settings"), ("refused", "/users/settings/profile")] {
            let browser = site.browser(name);
            assert!(browser.notice().is_none() && browser.draft().is_none());
            assert_eq!(browser.get(path).await.status, 200, "{name}");
        }
        let tokener = site.browser("tokener");
        let page = tokener.get("/users/settings/api-tokens").await;
        assert!(page.status == 200 && page.body.contains("sgn_"), "{}", page.body);
        assert!(tokener.cookie(Name::Fresh).is_none(), "it is shown once");
    })
    .await;
}

#[tokio::test]
async fn api_tokens_may_what_they_might() {
    on_each(async |site| {
        for path in ["me", "sessions"] {
            let read = site.reads(&format!("/api/v1/{path}"), "reader").await;
            assert_eq!(&read, site.expected(&format!("api_{path}_of_programs")));
        }
        let programs = site.browser("programs");
        let path = format!("/api/v1/sessions/{}", programs.viewer().await.session.id);
        assert_eq!(site.program(Method::DELETE, &path, "reader").await.status, 403);
        assert!(programs.is_signed_in().await);
        assert_eq!(site.program(Method::DELETE, &path, "writer").await.status, 204);
        assert!(!programs.is_signed_in().await);
    })
    .await;
}

#[tokio::test]
async fn a_closed_account_can_come_back() {
    on_each(async |site| {
        let scheduled = site.browser("scheduled");
        scheduled.does("cancel_deletion", &[]).await;
        site.app().deliver_beside_others().await;
        site.app().advance_clock(signet::domain::time::Span::days(30));
        let words = site.app().deliver_beside_others().await.words();
        assert!(!words.iter().any(|word| word.contains("scheduled@")), "{words:?}");
        let user = "signet_users WHERE email = 'scheduled@example.com' AND delete_at IS NULL AND deleted_at IS NULL";
        assert_eq!(site.app().count(user).await, 1);
    })
    .await;
}
