//! Compares the manifest's claims about deleting an account with the effects: with each strategy, on every column
//! of the database and on every file beside it.

mod account;
mod page;
mod places;
mod plants;
mod rows;

use signet::{
    domain::{deletion::Strategy, id::UserId},
    server::lifecycle::{deletion::Execution, outbox::SendOutcome},
};

use self::{
    account::{Account, Written},
    places::{Files, Places},
    plants::{Plants, words_are_operational},
    rows::Rows,
};

/// Executes the deletion of an account whose date has come, as the worker does, and sends the goodbye letter.
async fn erase(account: &Account) {
    let app = &account.world.app;
    app.clock.set(account.delete_at);
    assert_eq!(app.lifecycle.execute_deletion().await.unwrap(), Execution::Executed);
    // Otherwise the bystander's letters would be sent first.
    let others = |by: &str| {
        format!("UPDATE signet_letters SET due_at = due_at {by} 100000000 WHERE kind <> 'deletion_executed'")
    };
    app.db.run(&others("+")).await.unwrap();
    assert_eq!(app.lifecycle.send_letter(&app.transport).await.unwrap(), SendOutcome::Sent);
    app.db.run(&others("-")).await.unwrap();
}

#[tokio::test]
async fn every_column_comes_to_what_the_manifest_says_and_nothing_of_anybody_else_does() {
    for strategy in Strategy::ALL.iter().copied() {
        let account = Account::open(strategy, Written::Whole).await;
        let app = &account.world.app;
        let (before, theirs) = (Rows::of(app, &account.user).await, Rows::of(app, &account.bystander).await);
        assert_eq!(before.unseen(), Vec::<String>::new(), "nothing to look at");
        erase(&account).await;
        assert_eq!(before.breaches(app, &account.user, strategy).await, Vec::<String>::new(), "{strategy:?}");
        let theirs_after = Rows::of(app, &account.bystander).await;
        assert_eq!(theirs.owned(), theirs_after.owned(), "{strategy:?}: the bystander");
    }
}

/// Checks that each planted value stands before the deletion where it was planted, afterwards where the manifest
/// keeps it, and nowhere else: at once in the database, and in the files after the next sweep.
async fn only_what_is_kept_is_left(strategy: Strategy, written: Written) {
    let account = Account::open(strategy, written).await;
    let app = &account.world.app;
    let plants = Plants::of(app, &account.user).await;
    let before = Places::of(app).await;
    assert_eq!(plants.lost(&before, &Files::of(app), app.db.is_postgres()), Vec::<String>::new(), "not to be found");
    assert_eq!(Files::of(app).names_with(&account.export), account.export_files());

    erase(&account).await;
    let astray = plants.astray(&before, &Places::of(app).await, strategy);
    assert_eq!(astray, Vec::<String>::new(), "{strategy:?}, {written:?}");
    assert!(!Files::of(app).names().contains(&account.export), "the whole file goes at once");

    app.lifecycle.sweep().await.unwrap();
    let (after, files) = (Places::of(app).await, Files::of(app));
    let astray = plants.astray(&before, &after, strategy);
    assert_eq!(astray, Vec::<String>::new(), "{strategy:?}, {written:?}, swept");
    let in_files = if app.db.is_postgres() { Vec::new() } else { plants.kept(&before, strategy) };
    assert_eq!(plants.found_in(&files), in_files, "{strategy:?}, {written:?}, in the files");
    assert_eq!(files.names_with(&account.export), Vec::<String>::new());
}

#[tokio::test]
async fn after_anonymizing_only_what_is_kept_is_left_in_database_and_files() {
    for written in [Written::Whole, Written::Half] {
        only_what_is_kept_is_left(Strategy::Anonymize, written).await;
    }
}

#[tokio::test]
async fn after_a_soft_deletion_only_what_is_kept_is_left_in_database_and_files() {
    for written in [Written::Whole, Written::Half] {
        only_what_is_kept_is_left(Strategy::SoftDelete, written).await;
    }
}

#[tokio::test]
async fn after_a_hard_deletion_nothing_is_left_in_database_and_files() {
    for written in [Written::Whole, Written::Half] {
        only_what_is_kept_is_left(Strategy::HardDelete, written).await;
    }
}

#[tokio::test]
async fn something_is_planted_in_every_column_of_text_and_a_new_one_is_noticed() {
    words_are_operational();
    let account = Account::open(Strategy::Anonymize, Written::Whole).await;
    let app = &account.world.app;
    assert_eq!(Plants::of(app, &account.user).await.missing(), Vec::<String>::new());
    app.db.run("ALTER TABLE signet_users ADD COLUMN phone TEXT").await.unwrap();
    app.db.run("CREATE TABLE cards (number TEXT)").await.unwrap();
    assert_eq!(Plants::of(app, &account.user).await.missing(), ["cards.number", "signet_users.phone"]);
}

#[tokio::test]
async fn columns_without_anything_to_lose_are_noticed() {
    let account = Account::open(Strategy::Anonymize, Written::Whole).await;
    let app = &account.world.app;
    app.db.run("UPDATE signet_letters SET device = NULL").await.unwrap();
    assert_eq!(Rows::of(app, &account.user).await.unseen(), ["signet_letters.device"]);
    let nobody = Rows::of(app, &UserId::from_random([9; 16])).await.unseen();
    assert!(nobody.contains(&"signet_sessions.ip".to_owned()), "{nobody:?}");
}
