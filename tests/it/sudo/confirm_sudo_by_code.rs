//! `confirm_sudo_by_code`: sudo mode by a mailed code.

use signet::{
    domain::{
        error::Refusal,
        outbox::Kind,
        time::{Span, Timestamp},
    },
    server::lifecycle::{Viewer, sudo::CodeWay},
    testing::{
        START,
        people::{source, verified},
    },
};

use crate::abroad::{ACME, ADA, Abroad, GITHUB, refusal};

/// Requests a code; returns the code in the letter.
pub async fn mailed_code(world: &Abroad, viewer: &Viewer) -> String {
    world.life().request_sudo_code(&source(), viewer).await.unwrap();
    let post = world.app.deliver().await;
    let text = &post.the(Kind::SudoCode).letter.text;
    let code = text.lines().find_map(|line| line.strip_prefix("Code: ")).unwrap().to_owned();
    assert_eq!(post.words(), ["sudo_code to ada@example.com"]);
    world.app.keep_secret(&code);
    code
}

async fn tries(world: &Abroad, viewer: &Viewer, code: &str) -> Refusal {
    refusal(world.life().confirm_sudo_by_code(&source(), viewer, code).await)
}

#[tokio::test]
async fn the_code_confirms_once_under_a_new_token_and_is_nowhere_in_the_database() {
    let world = Abroad::new().await;
    let ada = world.came_through(GITHUB).await;
    let code = mailed_code(&world, &ada).await;
    assert_eq!(code.len(), 8);
    world.app.holds_no_secret().await;
    let until = START.plus(Span::minutes(10));
    assert_eq!(world.life().sudo_ways(&ada).await.unwrap().code, CodeWay::Sent { until });
    let token = world.life().confirm_sudo_by_code(&source(), &ada, &code.to_lowercase()).await.unwrap();
    let confirmed = world.sees(&token).await;
    assert_eq!((confirmed.session.id, confirmed.session.sudo_at), (ada.session.id.clone(), Some(START)));
    assert_eq!(world.app.news().await, ["session.sudo_confirmed by person of ada@example.com"]);
    assert_eq!(world.app.count("signet_sudo_codes").await, 0);
    let ada = world.sees(&token).await;
    assert_eq!(tries(&world, &ada, &code).await, Refusal::WrongCode);
}

#[tokio::test]
async fn it_works_for_ten_minutes_to_the_second() {
    for (late, works) in [(599, true), (600, true), (601, false)] {
        let world = Abroad::new().await;
        let ada = world.came_through(GITHUB).await;
        let code = mailed_code(&world, &ada).await;
        world.app.clock.set(Timestamp(START.0 + late));
        assert_eq!(world.life().confirm_sudo_by_code(&source(), &ada, &code).await.is_ok(), works, "{late}");
    }
}

#[tokio::test]
async fn five_tries_are_all_there_are_and_a_new_code_gives_no_new_ones() {
    let world = Abroad::new().await;
    let ada = world.came_through(GITHUB).await;
    mailed_code(&world, &ada).await;
    for _ in 0..3 {
        assert_eq!(tries(&world, &ada, "00000000").await, Refusal::WrongCode);
    }
    world.app.advance_clock(Span::minutes(1));
    let second = mailed_code(&world, &ada).await;
    for _ in 0..2 {
        assert_eq!(tries(&world, &ada, "").await, Refusal::WrongCode);
    }
    assert_eq!(tries(&world, &ada, &second).await, Refusal::WrongCode, "the sixth, though it is right");
    let event = "session.sudo_confirmed.failure by person of ada@example.com: wrong_code";
    assert_eq!(world.app.news().await, [event; 6]);
    assert_eq!(world.app.rows("SELECT tries FROM signet_sudo_codes").await, ["5"]);
    assert_eq!(world.life().sudo_ways(&ada).await.unwrap().code, CodeWay::Offered);
    let asked = world.app.changes_nothing(world.life().request_sudo_code(&source(), &ada)).await;
    assert_eq!(refusal(asked), Refusal::Limited { retry_after: 541 });
    world.app.clock.set(START.plus(Span::seconds(601)));
    let third = mailed_code(&world, &ada).await;
    assert!(world.life().confirm_sudo_by_code(&source(), &ada, &third).await.is_ok());
}

#[tokio::test]
async fn it_works_in_the_session_that_asked_and_a_newer_code_takes_its_place() {
    let world = Abroad::new().await;
    let (ada, other) = (world.came_through(GITHUB).await, world.came_through(GITHUB).await);
    let code = mailed_code(&world, &ada).await;
    assert_eq!(tries(&world, &other, &code).await, Refusal::WrongCode);
    assert_eq!(world.life().sudo_ways(&other).await.unwrap().code, CodeWay::Offered);
    let newer = mailed_code(&world, &ada).await;
    assert_eq!(tries(&world, &ada, &code).await, Refusal::WrongCode);
    assert!(world.life().confirm_sudo_by_code(&source(), &ada, &newer).await.is_ok());
}

#[tokio::test]
async fn of_two_asked_for_at_once_one_letter_goes_out() {
    let world = Abroad::new().await;
    let ada = world.came_through(GITHUB).await;
    world.life().request_sudo_code(&source(), &ada).await.unwrap();
    mailed_code(&world, &ada).await;
}

#[tokio::test]
async fn it_is_for_those_only_whom_nothing_better_will_do_for() {
    let world = Abroad::new().await;
    let with_password = verified(world.life(), "bob@example.com").await;
    world.app.settle().await;
    let asked = world.app.changes_nothing(world.life().request_sudo_code(&source(), &with_password)).await;
    assert_eq!(refusal(asked), Refusal::HasPassword);
    let ada = world.came_through(ACME).await;
    let asked = world.app.changes_nothing(world.life().request_sudo_code(&source(), &ada)).await;
    assert_eq!(refusal(asked), Refusal::OtherIdentity);
    assert_eq!(tries(&world, &ada, "00000000").await, Refusal::OtherIdentity);
    assert!(world.app.deliver().await.words().is_empty());
    assert_eq!(world.app.sessions(ADA).await, 1);
}

#[tokio::test]
async fn the_sweep_removes_attempts_and_codes_that_are_over() {
    let world = Abroad::new().await;
    let ada = world.came_through(GITHUB).await;
    world.set_out(None, ACME, signet::domain::providers::AskFor::SignIn).await.unwrap();
    mailed_code(&world, &ada).await;
    for (late, left) in [(600, 1), (601, 0)] {
        world.app.clock.set(Timestamp(START.0 + late));
        world.life().sweep().await.unwrap();
        assert_eq!(world.app.count("signet_provider_attempts").await, left, "{late}");
        assert_eq!(world.app.count("signet_sudo_codes").await, left, "{late}");
    }
}
