use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::{
    domain::{
        deletion::Scheduled, email::Email, language::Language, security_log::Actor, time::Span, user::AccountStatus,
    },
    server::{
        clock::Clock,
        config::{Settings, Sources},
        crypto::random::Random,
        lifecycle::Admits,
        store::{Db, NewLetter, NewUser},
    },
};

const NOW: Timestamp = Timestamp(1_800_000_000);

async fn lifecycle(folder: &Path) -> Lifecycle {
    let env = [
        ("SIGNET_SECRET_KEY", "a secret key of thirty-two bytes".to_owned()),
        ("SIGNET_SERVER__DATA_DIR", folder.display().to_string()),
    ];
    let env = env.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let settings = Settings::from_sources(&Sources { files: Vec::new(), env }).unwrap();
    let db = Db::open(&format!("sqlite://{}", folder.join("test.db").display())).await.unwrap();
    Lifecycle::new(&settings, db, Clock::System, Random::seeded(1))
}

fn ada() -> (UserId, Email) {
    (UserId::from_random([1; 16]), Email::parse("ada@example.com").unwrap())
}

/// Begins `action`, inserts an account, does `rest` and finishes. Returns the error, or "committed", and whether the
/// account is in the database afterwards.
async fn finished(action: Action, rest: impl AsyncFnOnce(&mut Operation<'_>) -> Result<(), Error>) -> (String, bool) {
    let folder = TempDir::new().unwrap();
    let (life, source, (id, email)) = (lifecycle(folder.path()).await, RequestOrigin::worker(), ada());
    let mut operation = life.begin(Attribution::of(action, &source, Actor::Anyone, None)).await.unwrap();
    operation
        .tx
        .insert_user(&NewUser { id: &id, email: &email, password_hash: None, language: Language::English, at: NOW })
        .await
        .unwrap();
    let outcome = rest(&mut operation).await;
    let said = match operation.finish(outcome).await {
        Ok(()) => "committed".to_owned(),
        Err(error) => error.to_string(),
    };
    (said, life.db.single_read().await.unwrap().user(&id).await.unwrap().is_some())
}

fn taken_back(why: &str) -> (String, bool) {
    (format!("internal: {why}"), false)
}

#[tokio::test]
async fn what_has_its_event_is_committed() {
    let done = finished(Action::UpdateProfile, async |operation| operation.record(None).await).await;
    assert_eq!(done, ("committed".to_owned(), true));
}

#[tokio::test]
async fn an_action_that_forgets_its_event_is_taken_back() {
    let done = finished(Action::UpdateProfile, async |_| Ok(())).await;
    assert_eq!(done, taken_back("UpdateProfile is committed without its event"));
}

#[tokio::test]
async fn an_action_that_forgets_what_its_line_revokes_is_taken_back() {
    let done = finished(Action::ResetPassword, async |operation| operation.record(None).await).await;
    assert_eq!(done, taken_back("ResetPassword is committed without what its line revokes"));
}

#[tokio::test]
async fn a_letter_that_the_line_does_not_name_is_not_posted_unless_its_action_is_included() {
    let posted = |includes: Option<Action>| {
        finished(Action::UpdateProfile, async move |operation| {
            let (id, email) = ada();
            if let Some(action) = includes {
                operation.includes(action);
            }
            operation.mail(&NewLetter::plain(&id, Kind::AlreadyRegistered, &email)).await?;
            operation.record(None).await
        })
    };
    assert_eq!(posted(None).await, taken_back("UpdateProfile posts AlreadyRegistered, which its line does not name"));
    assert_eq!(posted(Some(Action::SignUp)).await, ("committed".to_owned(), true));
}

#[test]
fn a_line_admits_the_accounts_it_names_and_asks_sudo_mode_of_those_it_must() {
    let unverified = User {
        id: ada().0,
        email: ada().1,
        email_verified_at: None,
        name: None,
        has_password: true,
        security_stamp: 0,
        created_at: NOW,
        deletion: None,
        language: None,
    };
    let active = User { email_verified_at: Some(NOW), ..unverified.clone() };
    let closed = User { deletion: Some(Scheduled::at(NOW, Span::days(14))), ..active.clone() };
    let table = [
        (Admits::Anyone, [true, true, true]),
        (Admits::NotClosed, [true, true, false]),
        (Admits::UnverifiedWithoutSudo, [true, true, false]),
        (Admits::Active, [false, true, false]),
    ];
    for (admits, expected) in table {
        assert_eq!([&unverified, &active, &closed].map(|user| admits.check(user).is_ok()), expected, "{admits:?}");
    }
    for rule in &crate::server::lifecycle::TABLE {
        let spares_unverified = rule.admits == Admits::UnverifiedWithoutSudo;
        for user in [&unverified, &active] {
            let is_spared = spares_unverified && user.status() == AccountStatus::Unverified;
            assert_eq!(rule.asks_sudo_of(user), rule.sudo && !is_spared, "{:?}", rule.action);
        }
    }
}
