//! `link_provider`: a login at a provider becomes a sign-in method.

use serde_json::json;
use signet::{
    domain::{error::Refusal, mail_token::Purpose, providers::AskFor, time::Span},
    server::lifecycle::Viewer,
    testing::people::{self, PASSWORD, in_sudo, link, signed_in, source, verified},
};

use crate::abroad::{ACME, ADA, Abroad, BRAVO, GITHUB, refusal};

async fn ready(world: &Abroad) -> Viewer {
    let viewer = in_sudo(world.life(), &verified(world.life(), ADA).await).await;
    world.app.settle().await;
    viewer
}

#[tokio::test]
async fn the_provider_is_a_way_in_the_owner_is_told_and_sudo_ends_everywhere() {
    for provider in [ACME, GITHUB] {
        let world = Abroad::new().await;
        let ada = ready(&world).await;
        let other = in_sudo(world.life(), &signed_in(world.life(), ADA).await).await;
        world.app.settle().await;
        world.link(&ada, provider).await.unwrap();
        assert_eq!(world.app.news().await, ["account.provider_linked by person of ada@example.com"]);
        let post = world.app.deliver().await;
        assert_eq!(post.words(), ["provider_linked to ada@example.com"]);
        let name = if provider == ACME { "Acme was linked" } else { "GitHub was linked" };
        assert!(post.0[0].letter.text.contains(name), "{}", post.0[0].letter.text);
        assert!(!world.has_sudo(&ada).await && !world.has_sudo(&other).await);
        assert_eq!(world.app.sessions(ADA).await, 2, "nobody is signed out");
        assert_eq!(world.app.rows("SELECT security_stamp FROM signet_users").await, ["0"]);
        let signed_in = world.sign_in(provider).await.unwrap();
        assert_eq!(world.sees(&signed_in.token).await.user.id, ada.user.id);
    }
}

#[tokio::test]
async fn without_sudo_nobody_sets_out_and_nobody_is_linked_who_came_back_too_late() {
    let world = Abroad::new().await;
    let ada = verified(world.life(), ADA).await;
    world.app.settle().await;
    let refused = world.app.changes_nothing(world.set_out(Some(&ada), ACME, AskFor::Link)).await;
    assert_eq!(refusal(refused), Refusal::SudoRequired);
    assert_eq!(refusal(world.set_out(None, ACME, AskFor::Link).await), Refusal::SignInRequired);
    let ada = in_sudo(world.life(), &ada).await;
    world.app.advance_clock(Span::minutes(14));
    let secret = world.set_out(Some(&ada), ACME, AskFor::Link).await.unwrap();
    let callback = world.approved(&secret, ACME).await;
    world.app.advance_clock(Span::minutes(2));
    world.app.news().await;
    let ended = world.come_back(Some(&ada), &secret, ACME, &callback).await;
    assert_eq!((ended.ask, refusal(ended.outcome)), (Some(AskFor::Link), Refusal::SudoRequired));
    assert_eq!(world.app.news().await, ["account.provider_linked.failure by person of ada@example.com: sudo_required"]);
    assert_eq!(world.logins().await, Vec::<String>::new());
    assert!(world.app.deliver().await.words().is_empty());
}

/// Checklist A03.
#[tokio::test]
async fn an_unverified_account_cannot_link() {
    let world = Abroad::new().await;
    world.life().sign_up(&source(), ADA, PASSWORD.to_owned().into()).await.unwrap();
    let thief = in_sudo(world.life(), &signed_in(world.life(), ADA).await).await;
    let refused = world.app.changes_nothing(world.set_out(Some(&thief), ACME, AskFor::Link)).await;
    assert_eq!(refusal(refused), Refusal::Unverified);
}

/// Checklist A09.
#[tokio::test]
async fn a_login_that_leads_into_another_account_stays_there() {
    let world = Abroad::new().await;
    world.acme.claim("email", json!("owner@example.com"));
    let owner = world.came_through(ACME).await;
    let ada = ready(&world).await;
    let refused = world.app.changes_nothing(world.link(&ada, ACME)).await;
    assert_eq!(refusal(refused), Refusal::AlreadyLinked);
    assert_eq!(
        world.app.news().await,
        ["account.provider_linked.failure by person of ada@example.com: already_linked"]
    );
    let signed_in = world.sign_in(ACME).await.unwrap();
    assert_eq!(world.sees(&signed_in.token).await.user.id, owner.user.id);
}

#[tokio::test]
async fn an_account_has_one_login_at_a_provider() {
    let world = Abroad::new().await;
    let ada = ready(&world).await;
    // Two attempts at once: the second comes back after the first.
    let secrets = [
        world.set_out(Some(&ada), ACME, AskFor::Link).await.unwrap(),
        world.set_out(Some(&ada), ACME, AskFor::Link).await.unwrap(),
    ];
    let first = world.approved(&secrets[0], ACME).await;
    assert!(world.come_back(Some(&ada), &secrets[0], ACME, &first).await.outcome.is_ok());
    let ada = in_sudo(world.life(), &ada).await;
    world.acme.claim("sub", json!("ada-2"));
    let second = world.approved(&secrets[1], ACME).await;
    let ended = world.come_back(Some(&ada), &secrets[1], ACME, &second).await;
    assert_eq!(refusal(ended.outcome), Refusal::AlreadyLinked);
    assert_eq!(refusal(world.set_out(Some(&ada), ACME, AskFor::Link).await), Refusal::AlreadyLinked);
    assert_eq!(world.logins().await, ["acme ada-1"]);
}

#[tokio::test]
async fn only_the_session_that_set_out_is_linked() {
    let world = Abroad::new().await;
    let ada = ready(&world).await;
    let here = signed_in(world.life(), ADA).await;
    let eve = in_sudo(world.life(), &verified(world.life(), "eve@example.com").await).await;
    for (viewer, expected) in
        [(Some(&here), Refusal::AttemptOver), (Some(&eve), Refusal::AttemptOver), (None, Refusal::SignInRequired)]
    {
        let secret = world.set_out(Some(&ada), ACME, AskFor::Link).await.unwrap();
        let callback = world.approved(&secret, ACME).await;
        world.app.news().await;
        assert_eq!(refusal(world.come_back(viewer, &secret, ACME, &callback).await.outcome), expected);
        let event = format!("account.provider_linked.failure by person of {ADA}: {}:session", expected.code());
        assert_eq!(world.app.news().await, [event]);
        assert!(world.acme.token_requests().is_empty(), "the code was shown to nobody");
    }
    // The session has a newer token, and this request brings the one before, which links nothing.
    let secret = world.set_out(Some(&ada), ACME, AskFor::Link).await.unwrap();
    let callback = world.approved(&secret, ACME).await;
    in_sudo(world.life(), &ada).await;
    let ended = world.come_back(Some(&ada), &secret, ACME, &callback).await;
    assert_eq!(refusal(ended.outcome), Refusal::SudoRequired);
    assert_eq!(world.logins().await, Vec::<String>::new());
}

/// The undo removes the logins that were linked during and after the change, and those that were linked within
/// `undo_window` and `email_change.ttl` before its request: the intruder may have prepared them.
#[tokio::test]
async fn an_undone_email_change_takes_back_what_was_linked_shortly_before_or_since() {
    for (early, stays) in [(Span::seconds(1), false), (WINDOW, false), (WINDOW_OVER, true)] {
        undone_after_linking(early, stays).await;
    }
}

/// `undo_window` and `email_change.ttl` of the defaults.
const WINDOW: Span = Span::days(8);
const WINDOW_OVER: Span = Span::seconds(8 * 86_400 + 1);

/// Links a provider so `early` before the change is requested, and others during and after the change.
async fn undone_after_linking(early: Span, stays: bool) {
    let world = Abroad::new().await;
    let ada = ready(&world).await;
    world.link(&ada, ACME).await.unwrap();
    world.app.advance_clock(early);
    let ada = signed_in(world.life(), ADA).await;
    // The intruder requests the change, links, confirms, and links once more.
    let thief = in_sudo(world.life(), &ada).await;
    world.life().request_email_change(&source(), &thief, "thief@example.com").await.unwrap();
    let confirm = link(world.life(), "thief@example.com", Purpose::ConfirmEmailChange).await;
    world.link(&thief, BRAVO).await.unwrap();
    world.life().confirm_email_change(&source(), &thief, &confirm).await.unwrap();
    let undo = link(world.life(), ADA, Purpose::UndoEmailChange).await;
    let thief = in_sudo(world.life(), &signed_in(world.life(), "thief@example.com").await).await;
    world.link(&thief, GITHUB).await.unwrap();
    assert_eq!(world.logins().await, ["acme ada-1", "bravo ada-1", "github 1815"]);
    world.life().undo_email_change(&source(), &undo).await.unwrap();
    let left = world.logins().await;
    assert_eq!(left, if stays { vec!["acme ada-1"] } else { Vec::new() }, "{early:?}");
    let has_password = world.app.rows("SELECT password_hash FROM signet_users WHERE password_hash IS NOT NULL").await;
    assert!(has_password.is_empty());
    if stays {
        let signed_in = world.sign_in(ACME).await.unwrap();
        assert_eq!(world.sees(&signed_in.token).await.user.id, ada.user.id);
    }
}

#[tokio::test]
async fn the_settings_page_lists_every_provider_and_what_is_linked() {
    let world = Abroad::new().await;
    let ada = ready(&world).await;
    world.link(&ada, BRAVO).await.unwrap();
    let lines = world.life().providers_page(&ada).await.unwrap().providers;
    let seen: Vec<_> =
        lines.iter().map(|line| (line.id.as_str(), line.linked.is_some(), line.is_last_way_in)).collect();
    assert_eq!(seen, [(ACME, false, false), (BRAVO, true, false), (GITHUB, false, false)]);
    let linked = lines[1].linked.as_ref().unwrap();
    assert_eq!((linked.email.as_deref(), linked.linked_at), (Some(ADA), world.app.now()));
    assert_eq!((linked.last_used_at, linked.is_configured), (None, true));
    let names: Vec<_> = world.life().configured_providers().into_iter().map(|listed| listed.name).collect();
    assert_eq!(names, ["Acme", "Acme", "GitHub"]);
    assert!(people::viewer(world.life(), &world.sign_in(BRAVO).await.unwrap().token).await.user.has_password);
}
