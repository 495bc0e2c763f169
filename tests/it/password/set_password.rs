//! `set_password`: a first password, for an account that came through a provider.

use signet::{
    domain::{error::Refusal, providers::AskFor},
    testing::people::{PASSWORD, in_sudo, source, verified},
};

use crate::abroad::{ACME, ADA, Abroad, refusal};

#[tokio::test]
async fn the_password_is_a_way_in_and_everybody_else_is_signed_out() {
    let world = Abroad::new().await;
    let other = world.came_through(ACME).await;
    let ada = world.in_sudo(&world.came_through(ACME).await, ACME).await;
    let done = world.life().set_password(&source(), &ada, PASSWORD.to_owned().into()).await.unwrap();
    assert_eq!(done.others_ended, 1);
    let sessions = world.app.db.table("SELECT sudo_at, id FROM signet_sessions").await;
    snapshot!(sessions, { ada.session.id.as_str() => "[ada's]", other.session.id.as_str() => "[other]" }, @"
    sudo_at  id
    NULL     [ada's]
    ");
    let now = world.sees(&done.token).await;
    assert_eq!(now.session.id, ada.session.id, "it is the same session under a new token");
    assert!(now.user.has_password);
    snapshot!(world.app.db.table("SELECT password_stamp, security_stamp FROM signet_users").await, @"
    password_stamp  security_stamp
    1               1
    ");
    assert_eq!(world.app.news().await, ["account.password_set by person of ada@example.com"]);
    assert_eq!(world.app.deliver().await.words(), ["password_set to ada@example.com"]);
    world.life().sign_in(&source(), None, ADA, PASSWORD.to_owned().into()).await.unwrap();
    assert!(world.sign_in(ACME).await.is_ok(), "the provider stays a way in");
}

#[tokio::test]
async fn without_sudo_there_is_no_password_and_nothing_is_hashed() {
    let world = Abroad::new().await;
    let ada = world.came_through(ACME).await;
    let source = source();
    let attempt = world.life().set_password(&source, &ada, PASSWORD.to_owned().into());
    let (hashes, refused) = Box::pin(world.app.hashes_in(world.app.changes_nothing(attempt))).await;
    assert_eq!((refusal(refused), hashes), (Refusal::SudoRequired, 0));
    assert_eq!(world.app.news().await, ["account.password_set.failure by person of ada@example.com: sudo_required"]);
}

#[tokio::test]
async fn a_bad_password_is_refused_and_sudo_goes_on() {
    let world = Abroad::new().await;
    let ada = world.in_sudo(&world.came_through(ACME).await, ACME).await;
    for (password, code) in [("short", "password_too_short"), ("password1234", "weak_password")] {
        let refused =
            world.app.changes_nothing(world.life().set_password(&source(), &ada, password.to_owned().into())).await;
        assert_eq!(refusal(refused).code(), code);
    }
    assert!(world.has_sudo(&ada).await);
}

#[tokio::test]
async fn an_account_with_a_password_keeps_it() {
    let world = Abroad::new().await;
    let ada = in_sudo(world.life(), &verified(world.life(), ADA).await).await;
    world.app.settle().await;
    let other = "seven Otters borrow 4 kites".to_owned();
    let refused = world.app.changes_nothing(world.life().set_password(&source(), &ada, other.into())).await;
    assert_eq!(refusal(refused), Refusal::HasPassword);
}

#[tokio::test]
async fn from_then_on_the_password_is_the_way_to_confirm() {
    let world = Abroad::new().await;
    let ada = world.in_sudo(&world.came_through(ACME).await, ACME).await;
    // The attempt begins before, and the person comes back afterwards.
    let secret = world.set_out(Some(&ada), ACME, AskFor::Sudo).await.unwrap();
    let callback = world.approved(&secret, ACME).await;
    let done = world.life().set_password(&source(), &ada, PASSWORD.to_owned().into()).await.unwrap();
    let ada = world.sees(&done.token).await;
    let ended = world.come_back(Some(&ada), &secret, ACME, &callback).await;
    assert_eq!(refusal(ended.outcome), Refusal::HasPassword);
    assert_eq!(refusal(world.set_out(Some(&ada), ACME, AskFor::Sudo).await), Refusal::HasPassword);
    assert_eq!(refusal(world.life().request_sudo_code(&source(), &ada).await), Refusal::HasPassword);
    let ways = world.life().sudo_ways(&ada).await.unwrap();
    assert!(ways.password && ways.providers.is_empty());
    in_sudo(world.life(), &ada).await;
}
