//! A process dies while it writes the file of an export.

use fail::FailScenario;
use signet::{
    domain::{
        id::{ExportId, UserId},
        time::Span,
    },
    server::{
        crypto::{export_seal::SealClaims, random::Random},
        lifecycle::export::Building,
    },
    testing::invariants,
};

use crate::{
    action::Deed,
    statements::BEGIN,
    world::{Database, World},
};

/// How long a worker's claim lasts.
const CLAIM: Span = Span::minutes(2);
/// Before the file, after its content, and after its name.
const PLACES: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_death_while_the_file_is_written_leaves_nothing_that_the_next_try_does_not_end() {
    let scenario = FailScenario::setup();
    for database in [Database::Sqlite, Database::Postgres] {
        for place in 1..=PLACES {
            let Some(world) = World::new(database, BEGIN).await else { continue };
            dies_at(&world, place).await;
        }
    }
    scenario.teardown();
}

async fn dies_at(world: &World, place: usize) {
    let life = world.process(Random::System);
    let export = Deed::BuildExport.prepare(world, &life).await.export.unwrap();
    let before = if place > 1 { format!("{}*off->", place - 1) } else { String::new() };
    fail::cfg("file", &format!("{before}1*panic->off")).unwrap();
    let first = world.process(Random::System);
    let died = tokio::spawn(async move { first.build_export().await }).await;
    assert!(died.unwrap_err().is_panic(), "{place}");
    fail::remove("file");
    // No letter announces an export that is not there.
    assert_eq!(world.db.rows("SELECT state FROM signet_exports").await, ["building"], "{place}");
    assert_eq!(
        world.db.rows("SELECT COUNT(*) FROM signet_letters WHERE kind = 'export_ready'").await,
        ["0"],
        "{place}"
    );
    life.sweep().await.unwrap();
    invariants::hold(&world.db, world.now()).await;

    assert_eq!(life.build_export().await.unwrap(), Building::Nothing, "{place}: the dead one holds it");
    world.clock.advance(CLAIM);
    assert_eq!(life.build_export().await.unwrap(), Building::Ready, "{place}");
    assert_eq!(life.build_export().await.unwrap(), Building::Nothing, "{place}");
    assert_eq!(
        world.db.rows("SELECT COUNT(*) FROM signet_letters WHERE kind = 'export_ready'").await,
        ["1"],
        "{place}"
    );
    life.sweep().await.unwrap();
    is_the_only_file(world, &export, place).await;
    // Deleting the account also removes the file that the dead process began.
    let user = world.db.rows("SELECT user_id FROM signet_exports").await.remove(0);
    let mut tx = world.db.db.begin().await.unwrap();
    assert!(tx.drop_export(&UserId::from_row(user)).await.unwrap());
    tx.commit().await.unwrap();
    life.sweep().await.unwrap();
    assert_eq!(world.exports().list().await.unwrap(), [], "{place}");
}

async fn is_the_only_file(world: &World, export: &ExportId, place: usize) {
    let files = world.exports().list().await.unwrap();
    let [file] = &files[..] else { panic!("{place}: {files:?}") };
    assert!(file.is_whole && file.id == *export, "{place}: {file:?}");
    let sealed = world.exports().read(export).await.unwrap().unwrap();
    let user = UserId::from_row(world.db.rows("SELECT user_id FROM signet_exports").await.remove(0));
    let claims = SealClaims { export, user: &user };
    assert!(world.process(Random::System).keys.open_export(claims, sealed).is_some(), "{place}");
}
