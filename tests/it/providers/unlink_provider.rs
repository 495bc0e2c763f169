//! `unlink_provider`: a provider stops being a sign-in method, unless it is the last one.

use signet::{
    domain::error::Refusal,
    server::lifecycle::Viewer,
    testing::people::{in_sudo, source, verified},
};

use crate::abroad::{ACME, ADA, Abroad, BRAVO, refusal};

/// A person with a password who has linked a provider, in sudo mode.
async fn linked(world: &Abroad) -> Viewer {
    let ada = in_sudo(world.life(), &verified(world.life(), ADA).await).await;
    world.link(&ada, ACME).await.unwrap();
    let ada = in_sudo(world.life(), &ada).await;
    world.app.settle().await;
    ada
}

#[tokio::test]
async fn the_provider_signs_nobody_in_any_more_and_the_owner_is_told() {
    let world = Abroad::new().await;
    let ada = linked(&world).await;
    world.life().unlink_provider(&source(), &ada, ACME).await.unwrap();
    assert_eq!(world.logins().await, Vec::<String>::new());
    assert_eq!(world.app.news().await, ["account.provider_unlinked by person of ada@example.com"]);
    assert_eq!(world.app.deliver().await.words(), ["provider_unlinked to ada@example.com"]);
    assert!(!world.has_sudo(&ada).await);
    assert_eq!(world.app.sessions(ADA).await, 1, "nobody is signed out");
    assert_eq!(refusal(world.sign_in(ACME).await), Refusal::LinkFirst);
}

#[tokio::test]
async fn what_is_not_linked_cannot_be_unlinked() {
    let world = Abroad::new().await;
    let ada = linked(&world).await;
    for provider in [BRAVO, "nobody", "", "../acme", "ACME"] {
        let refused = world.app.changes_nothing(world.life().unlink_provider(&source(), &ada, provider)).await;
        assert_eq!(refusal(refused), Refusal::ChangedMeanwhile, "{provider}");
    }
}

/// Checklist A10.
#[tokio::test]
async fn the_last_way_in_stays() {
    let world = Abroad::new().await;
    let ada = world.in_sudo(&world.came_through(ACME).await, ACME).await;
    let last = world.life().providers_page(&ada).await.unwrap().providers;
    assert!(last[0].is_last_way_in && !last[1].is_last_way_in);
    let refused = world.app.changes_nothing(world.life().unlink_provider(&source(), &ada, ACME)).await;
    assert_eq!(refusal(refused), Refusal::LastWayIn);
    assert_eq!(world.app.news().await, ["account.provider_unlinked.failure by person of ada@example.com: last_way_in"]);
    world.link(&ada, BRAVO).await.unwrap();
    let ada = world.in_sudo(&ada, ACME).await;
    world.life().unlink_provider(&source(), &ada, ACME).await.unwrap();
    let ada = world.in_sudo(&ada, BRAVO).await;
    assert_eq!(refusal(world.life().unlink_provider(&source(), &ada, BRAVO).await), Refusal::LastWayIn);
    assert_eq!(world.logins().await, ["bravo ada-1"]);
}

#[tokio::test]
async fn a_provider_that_the_settings_have_forgotten_is_no_way_in() {
    let world = Abroad::new().await;
    let ada = world.in_sudo(&world.came_through(ACME).await, ACME).await;
    world.link(&ada, BRAVO).await.unwrap();
    let ada = world.in_sudo(&ada, ACME).await;
    let later = world.app.again(|settings| settings.providers = vec![world.acme.settings(ACME)]);
    let lines = later.lifecycle.providers_page(&ada).await.unwrap().providers;
    let seen: Vec<_> = lines.iter().map(|line| (line.id.as_str(), line.name.as_str(), line.is_last_way_in)).collect();
    assert_eq!(seen, [(ACME, "Acme", true), (BRAVO, BRAVO, false)]);
    assert!(!lines[1].linked.as_ref().unwrap().is_configured);
    let refused = later.lifecycle.unlink_provider(&source(), &ada, ACME).await;
    assert_eq!(refusal(refused), Refusal::LastWayIn);
    later.lifecycle.unlink_provider(&source(), &ada, BRAVO).await.unwrap();
    assert_eq!(world.logins().await, ["acme ada-1"]);
}
