//! Signing in and up with a provider: by the provider's word for the person, never by their address.

use serde_json::{Value, json};
use signet::{
    domain::{error::Refusal, mail_token::Purpose, providers::AskFor, time::Span, user::AccountStatus},
    server::{crypto::session_token::DeviceToken, lifecycle::deletion::Execution},
    testing::{
        START, invariants,
        people::{self, PASSWORD, source, viewer},
    },
};

use crate::abroad::{ACME, ADA, Abroad, BRAVO, GITHUB, refusal, with_code};

#[tokio::test]
async fn a_first_sign_in_makes_an_account_that_is_verified_and_has_no_password() {
    for provider in [ACME, GITHUB] {
        let world = Abroad::new().await;
        let signed_in = world.sign_in(provider).await.unwrap();
        assert_eq!(signed_in.status, AccountStatus::Active);
        let user = "SELECT email, email_verified_at, password_hash, security_stamp FROM signet_users";
        snapshot!(world.app.db.table(user).await, @"
        email            email_verified_at  password_hash  security_stamp
        ada@example.com  1800000000         NULL           0
        ");
        let login =
            "SELECT provider, subject, email, stamp, no_auth_time, linked_at, last_used_at FROM signet_identities";
        let login = world.app.db.table(login).await;
        if provider == ACME {
            snapshot!(login, @"
            provider  subject  email            stamp  no_auth_time  linked_at   last_used_at
            acme      ada-1    ada@example.com  0      0             1800000000  1800000000
            ");
        } else {
            snapshot!(login, @"
            provider  subject  email            stamp  no_auth_time  linked_at   last_used_at
            github    1815     ada@example.com  0      0             1800000000  1800000000
            ");
        }
        let news = ["account.sign_up by person of ada@example.com", "session.sign_in by person of ada@example.com"];
        assert_eq!(world.app.news().await, news);
        assert!(world.app.deliver().await.words().is_empty());
        assert_eq!(world.app.count("signet_provider_attempts").await, 0);
        assert!(!world.has_sudo(&world.sees(&signed_in.token).await).await);
        invariants::hold(&world.app.db, world.app.now()).await;
    }
}

#[tokio::test]
async fn the_next_sign_in_leads_into_the_same_account_and_ends_the_browser_s_session() {
    let world = Abroad::new().await;
    let first = world.came_through(ACME).await;
    world.app.advance_clock(Span::minutes(1));
    let second = world.travel(Some(&first), ACME, AskFor::SignIn).await;
    assert!(second.is_ok());
    assert_eq!(world.app.count("signet_users").await, 1);
    assert_eq!(world.app.sessions(ADA).await, 1, "the browser's own session before ended");
    let used = (START.plus(Span::minutes(1))).0.to_string();
    assert_eq!(world.app.rows("SELECT last_used_at FROM signet_identities").await, [used]);
    assert_eq!(world.app.news().await, ["session.sign_in by person of ada@example.com"]);
}

/// Checklist A08.
#[tokio::test]
async fn an_address_that_changes_at_the_provider_changes_nothing_here() {
    let world = Abroad::new().await;
    let ada = world.came_through(ACME).await;
    people::verified(world.life(), "boss@example.com").await;
    for (email, verified) in [("new@example.com", json!(true)), ("boss@example.com", json!(true)), ("x", json!(false))]
    {
        world.acme.claim("email", json!(email));
        world.acme.claim("email_verified", verified);
        let signed_in = world.sign_in(ACME).await.unwrap();
        assert_eq!(world.sees(&signed_in.token).await.user.id, ada.user.id, "{email}");
    }
    assert_eq!(world.app.rows("SELECT email FROM signet_identities").await, [ADA]);
    assert_eq!(world.app.user(ADA).await, ada.user.id);
}

#[tokio::test]
async fn the_same_subject_at_another_provider_is_somebody_else() {
    let world = Abroad::new().await;
    let ada = world.came_through(ACME).await;
    world.bravo.claim("email", json!("bob@example.com"));
    let bob = world.came_through(BRAVO).await;
    assert_ne!(ada.user.id, bob.user.id);
    assert_eq!(world.logins().await, ["acme ada-1", "bravo ada-1"]);
    assert_eq!(world.app.count("signet_users").await, 2);
}

/// An operator moves to another provider and keeps the id: its subjects are other people.
#[tokio::test]
async fn the_same_subject_of_another_issuer_under_the_id_is_given_no_account() {
    let mut world = Abroad::new().await;
    let ada = world.came_through(ACME).await;
    let own = world.acme.settings(ACME);
    let other = world.bravo.settings(ACME);
    world.app = world.app.again(|settings| settings.providers = vec![other]);
    world.app.news().await;
    let secret = world.set_out(None, ACME, AskFor::SignIn).await.unwrap();
    let url = world.life().provider_redirect(&secret, ACME).await.unwrap().url.unwrap();
    let callback = world.bravo.approve(&url);
    let ended = world.come_back(None, &secret, ACME, &callback).await;
    assert_eq!(refusal(ended.outcome), Refusal::ProviderUntrusted);
    assert_eq!(world.app.news().await, ["session.sign_in.failure by anyone: provider_untrusted:other_issuer"]);
    assert_eq!(world.app.sessions(ADA).await, 1, "only the one before");
    // The provider comes back, and its people with it.
    world.app = world.app.again(|settings| settings.providers = vec![own]);
    assert_eq!(world.sees(&world.sign_in(ACME).await.unwrap().token).await.user.id, ada.user.id);
}

/// Its owner signs in by another way, unlinks it, and links the new one.
#[tokio::test]
async fn a_login_of_another_issuer_under_the_id_is_no_way_in_and_can_be_unlinked() {
    let mut world = Abroad::new().await;
    let ada = world.in_sudo(&world.came_through(ACME).await, ACME).await;
    world.link(&ada, BRAVO).await.unwrap();
    let (moved, bravo) = (world.github.settings(ACME), world.bravo.settings(BRAVO));
    world.app = world.app.again(|settings| settings.providers = vec![moved, bravo]);
    let ada = world.sees(&world.sign_in(BRAVO).await.unwrap().token).await;
    let ways = world.life().sudo_ways(&ada).await.unwrap();
    let names: Vec<_> = ways.providers.iter().map(|listed| listed.id.as_str()).collect();
    assert_eq!((names, ways.code), (vec![BRAVO], signet::server::lifecycle::sudo::CodeWay::No));
    assert_eq!(refusal(world.set_out(Some(&ada), ACME, AskFor::Sudo).await), Refusal::OtherIdentity);
    let ada = world.in_sudo(&ada, BRAVO).await;
    assert_eq!(refusal(world.life().unlink_provider(&source(), &ada, BRAVO).await), Refusal::LastWayIn);
    assert_eq!(refusal(world.set_out(Some(&ada), ACME, AskFor::Link).await), Refusal::AlreadyLinked);
    world.life().unlink_provider(&source(), &ada, ACME).await.unwrap();
    assert_eq!(world.logins().await, ["bravo ada-1"]);
}

/// A login from before issuers were stored gets that of the settings, at the start of a process or when it is used.
#[tokio::test]
async fn a_login_without_an_issuer_goes_to_the_first_that_the_settings_name() {
    for at_start in [true, false] {
        let mut world = Abroad::new().await;
        let ada = world.came_through(ACME).await;
        world.app.db.run("UPDATE signet_identities SET issuer = NULL").await.unwrap();
        if at_start {
            world.life().note_issuers().await.unwrap();
        } else {
            assert_eq!(world.sees(&world.sign_in(ACME).await.unwrap().token).await.user.id, ada.user.id);
        }
        assert_eq!(world.app.rows("SELECT issuer FROM signet_identities").await, [world.acme.issuer()]);
        let other = world.github.settings(ACME);
        world.app = world.app.again(|settings| settings.providers = vec![other]);
        world.life().note_issuers().await.unwrap();
        assert_eq!(world.app.rows("SELECT issuer FROM signet_identities").await, [world.acme.issuer()]);
    }
}

#[tokio::test]
async fn another_case_of_the_subject_is_somebody_else() {
    let world = Abroad::new().await;
    let ada = world.came_through(ACME).await;
    world.acme.claim("sub", json!("ADA-1"));
    world.acme.claim("email", json!("bob@example.com"));
    assert_ne!(world.came_through(ACME).await.user.id, ada.user.id);
}

/// Checklist A01, A05: neither a stranger's provider nor the owner's own opens the account.
#[tokio::test]
async fn an_account_that_has_verified_the_address_is_never_merged() {
    let world = Abroad::new().await;
    people::verified(world.life(), ADA).await;
    world.app.settle().await;
    for provider in [ACME, BRAVO, GITHUB] {
        let refused = world.app.changes_nothing(world.sign_in(provider)).await;
        assert_eq!(refusal(refused), Refusal::LinkFirst, "{provider}");
        assert_eq!(world.app.news().await, ["session.sign_in.failure by anyone: link_first"]);
    }
    world.acme.claim("email", json!("ADA@EXAMPLE.com"));
    assert_eq!(refusal(world.sign_in(ACME).await), Refusal::LinkFirst);
    assert!(world.app.deliver().await.words().is_empty());
}

/// Checklist A01: a stranger who signed up with another person's address gets nothing of theirs.
#[tokio::test]
async fn whoever_holds_the_address_unverified_is_evicted() {
    let world = Abroad::new().await;
    world.life().sign_up(&source(), ADA, PASSWORD.to_owned().into()).await.unwrap();
    let confirm = people::link(world.life(), ADA, Purpose::VerifyEmail).await;
    let thief = world.life().sign_in(&source(), None, ADA, PASSWORD.to_owned().into()).await.unwrap();
    let thief_id = world.sees(&thief.token).await.user.id;
    world.app.settle().await;
    let ada = world.sees(&world.sign_in(ACME).await.unwrap().token).await;
    assert_ne!(ada.user.id, thief_id);
    assert!(world.life().viewer(&thief.token).await.unwrap().is_none());
    let by_password = world.life().sign_in(&source(), None, ADA, PASSWORD.to_owned().into()).await;
    assert_eq!(refusal(by_password), Refusal::WrongCredentials);
    let by_link = world.life().verify_email(&source(), None, &confirm, None).await;
    assert_eq!(refusal(by_link), Refusal::DeadLink);
    assert_eq!(world.app.rows("SELECT id FROM signet_users WHERE email IS NOT NULL").await, [ada.user.id.as_str()]);
    assert_eq!(world.app.sessions(ADA).await, 1);
    invariants::hold(&world.app.db, world.app.now()).await;
}

#[tokio::test]
async fn an_address_that_the_provider_has_not_verified_is_none() {
    let world = Abroad::new().await;
    for verified in [json!(false), Value::Null] {
        world.acme.claim("email_verified", verified);
        let refused = world.app.changes_nothing(world.sign_in(ACME)).await;
        assert_eq!(refusal(refused), Refusal::EmailNotVerified);
    }
    world.github.set(|script| script.emails = json!([{"email": ADA, "primary": true, "verified": false}]));
    assert_eq!(refusal(world.app.changes_nothing(world.sign_in(GITHUB)).await), Refusal::EmailNotVerified);
    assert_eq!(world.app.news().await, ["session.sign_in.failure by anyone: email_not_verified"; 3]);
}

/// Checklist A06: the reverse order.
#[tokio::test]
async fn signing_up_with_the_address_of_somebody_who_came_through_a_provider_gives_nothing() {
    let world = Abroad::new().await;
    let ada = world.came_through(ACME).await;
    world.life().sign_up(&source(), ADA, PASSWORD.to_owned().into()).await.unwrap();
    assert_eq!(world.app.deliver().await.words(), ["already_registered to ada@example.com"]);
    let accounts = world.app.db.table("SELECT password_hash, id FROM signet_users").await;
    snapshot!(accounts, { ada.user.id.as_str() => "[ada]" }, @"
    password_hash  id
    NULL           [ada]
    ");
    let by_password = world.life().sign_in(&source(), None, ADA, PASSWORD.to_owned().into()).await;
    assert_eq!(refusal(by_password), Refusal::WrongCredentials);
}

/// Checklist A07, and the life of an account that never had a password.
#[tokio::test]
async fn it_can_be_closed_and_reopened_and_erased_and_the_next_one_inherits_nothing() {
    let world = Abroad::new().await;
    let ada = world.in_sudo(&world.came_through(ACME).await, ACME).await;
    world.life().schedule_deletion(&source(), &ada, ADA).await.unwrap();
    let back = world.sign_in(ACME).await.unwrap();
    assert_eq!(back.status, AccountStatus::DeletionScheduled);
    let closed = world.sees(&back.token).await;
    assert_eq!(refusal(world.confirm(&closed, ACME).await), Refusal::DeletionScheduled);
    let token = world.life().cancel_deletion(&source(), &closed).await.unwrap();
    let ada = world.in_sudo(&world.sees(&token).await, ACME).await;
    world.life().schedule_deletion(&source(), &ada, ADA).await.unwrap();
    world.app.advance_clock(Span::days(14));
    assert_eq!(world.life().execute_deletion().await.unwrap(), Execution::Executed);
    assert_eq!(world.logins().await, Vec::<String>::new());
    invariants::hold(&world.app.db, world.app.now()).await;
    let other = world.sees(&world.sign_in(ACME).await.unwrap().token).await;
    assert_ne!(other.user.id, ada.user.id);
    assert_eq!(other.user.created_at, world.app.now());
}

#[tokio::test]
async fn a_device_not_seen_before_is_told_to_the_owner() {
    let world = Abroad::new().await;
    world.came_through(ACME).await;
    let secret = world.set_out(None, ACME, AskFor::SignIn).await.unwrap();
    let callback = world.approved(&secret, ACME).await;
    let elsewhere =
        signet::server::lifecycle::RequestOrigin { device: Some(DeviceToken::from_random([2; 32])), ..source() };
    let ended = world.life().finish_provider(&elsewhere, None, Some(&secret), with_code(ACME, &callback)).await;
    assert_eq!((ended.ask, ended.return_to.as_str()), (Some(AskFor::SignIn), "/dashboard"));
    assert!(ended.outcome.is_ok());
    assert_eq!(world.app.deliver().await.words(), ["new_device to ada@example.com"]);
}

#[tokio::test]
async fn a_reset_link_gives_a_first_password_to_whoever_reads_the_mail() {
    let world = Abroad::new().await;
    world.came_through(ACME).await;
    world.life().request_password_reset(&source(), ADA).await.unwrap();
    let token = people::link(world.life(), ADA, Purpose::ResetPassword).await;
    world.life().reset_password(&source(), &token, PASSWORD.to_owned().into(), &[]).await.unwrap();
    let letter = world.app.deliver().await;
    let text = &letter.the(signet::domain::outbox::Kind::PasswordReset).letter.text;
    assert!(text.contains("sign in to your account with: Acme."), "checklist A03: {text}");
    let signed_in = world.life().sign_in(&source(), None, ADA, PASSWORD.to_owned().into()).await.unwrap();
    assert!(viewer(world.life(), &signed_in.token).await.user.has_password);
}

/// Checklist A02 and A04: an intruder has a session in sudo mode, an open change of the address and a link on its
/// way.
#[tokio::test]
async fn whatever_an_intruder_has_begun_dies_with_a_reset() {
    let world = Abroad::new().await;
    let life = world.life();
    let intruder = world.in_sudo(&world.came_through(ACME).await, ACME).await;
    life.request_email_change(&source(), &intruder, "evil@example.com").await.unwrap();
    let confirm = people::link(life, "evil@example.com", Purpose::ConfirmEmailChange).await;
    let secret = world.set_out(Some(&intruder), BRAVO, AskFor::Link).await.unwrap();
    let callback = world.approved(&secret, BRAVO).await;
    let logins = world.logins().await;

    life.request_password_reset(&source(), ADA).await.unwrap();
    let token = people::link(life, ADA, Purpose::ResetPassword).await;
    life.reset_password(&source(), &token, PASSWORD.to_owned().into(), &[]).await.unwrap();
    assert_eq!(world.app.count("signet_sessions").await, 0);
    let linked = world.come_back(Some(&intruder), &secret, BRAVO, &callback).await;
    assert_eq!(refusal(linked.outcome), Refusal::AttemptOver);
    assert_eq!(refusal(life.confirm_email_change(&source(), &intruder, &confirm).await), Refusal::SignInRequired);
    let owner = life.sign_in(&source(), None, ADA, PASSWORD.to_owned().into()).await.unwrap();
    let owner = viewer(life, &owner.token).await;
    assert_eq!(refusal(life.confirm_email_change(&source(), &owner, &confirm).await), Refusal::DeadLink);
    assert_eq!((owner.user.email.as_str(), world.logins().await), (ADA, logins));
}
