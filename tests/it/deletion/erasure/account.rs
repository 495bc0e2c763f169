//! An account with a value in every place that an account can fill, all of them words that no other account uses.
//! The actions themselves create the values; the test sets by hand only random values and those that closing an
//! account removes.

use std::fs;

use serde_json::json;
use signet::{
    domain::{
        api_tokens::Typed,
        deletion::Strategy,
        id::{ExportId, UserId},
        language::Language,
        mail_token::Purpose,
        providers::{AskFor, AttemptRequest, ProviderId},
        time::{Span, Timestamp},
    },
    server::{
        crypto::session_token::{DeviceToken, SessionToken},
        lifecycle::{RequestOrigin, Viewer, export::Building, providers::Finished},
    },
    testing::{PASSWORD, START, TestApp, WRONG_PASSWORD, people},
};

use crate::{
    abroad::{Abroad, BRAVO, GITHUB, with_code},
    unsent_links::UnsentLinks,
};

/// The address at the end.
pub const ADDRESS: &str = "Second.Plant@example.com";
/// The address before, and the requested one.
const FORMER: &str = "First.Plant@example.com";
const WANTED: &str = "Third.Plant@example.com";
/// The first provider, whose name stands in no other place.
const HOME: &str = "plant-home";

/// How much of the export's file exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// A worker is writing it.
    Half,
    /// A person can download it.
    Whole,
}

/// The account, and its application.
pub struct Account {
    pub world: Abroad,
    pub user: UserId,
    /// When it is due.
    pub delete_at: Timestamp,
    /// Its export, which names the file.
    pub export: String,
    /// Another person's account.
    pub bystander: UserId,
    written: Written,
}

impl Account {
    /// Opens the account in an application that erases by `strategy`. Its deletion is scheduled.
    pub async fn open(strategy: Strategy, written: Written) -> Self {
        let world = Abroad::with(|settings| {
            settings.deletion.strategy = strategy;
            settings.providers[0].id = ProviderId::parse(HOME).unwrap();
        })
        .await;
        // Without a ledger the database would have no count of the ledger's entries.
        world.life().join_ledger().await.unwrap();
        let other = people::verified(world.life(), "bystander@example.org").await;
        let viewer = signed_up(&world).await;
        let viewer = with_another_address(&world, &viewer).await;
        let delete_at = closed_and_reopened(&world, &viewer).await;
        let user = viewer.user.id;
        with_all_that_closing_takes_away(&world).await;
        let export = with_export(&world, &user, written).await;
        let bystander = with_much_of_the_same(&world, &other).await;
        drawn_anew(&world.app, &user).await;
        close(&world.app, &user, delete_at).await;
        Self { world, user, delete_at, export, bystander, written }
    }

    /// The names of the files of its export.
    pub fn export_files(&self) -> Vec<String> {
        match self.written {
            Written::Half => vec![part(&self.export)],
            Written::Whole => vec![self.export.clone()],
        }
    }
}

/// The address and the name of its `number`-th browser.
fn browser(number: u8) -> RequestOrigin {
    RequestOrigin {
        ip: Some([203, 0, 113, 100 + number].into()),
        user_agent: format!("Plant/{number} (planted)"),
        device: Some(DeviceToken::from_random([100 + number; 32])),
        request: 7,
        language: Language::English,
    }
}

/// Goes to a provider and comes back.
async fn travel(world: &Abroad, viewer: Option<&Viewer>, provider: &str, ask: AskFor) -> Finished {
    let secret = world
        .life()
        .begin_provider(&browser(1), viewer, AttemptRequest { provider, ask, return_to: "/dashboard" })
        .await
        .unwrap();
    let callback = world.approved(&secret, provider).await;
    let answer = with_code(provider, &callback);
    world.life().finish_provider(&browser(1), viewer, Some(&secret), answer).await.outcome.unwrap()
}

async fn signed_in(world: &Abroad) -> Viewer {
    match travel(world, None, HOME, AskFor::SignIn).await {
        Finished::SignedIn(signed_in) => world.sees(&signed_in.token).await,
        _ => panic!("asked to sign in"),
    }
}

/// The same viewer in sudo mode.
async fn in_sudo(world: &Abroad, viewer: &Viewer) -> Viewer {
    match travel(world, Some(viewer), HOME, AskFor::Sudo).await {
        Finished::SudoConfirmed(token) => world.sees(&token).await,
        _ => panic!("asked to confirm"),
    }
}

/// Signs up with two providers and a name, without a password.
async fn signed_up(world: &Abroad) -> Viewer {
    world.acme.claim("sub", json!("subject-of-the-plant"));
    world.acme.claim("email", json!(FORMER));
    world.github.set(|script| {
        script.user = json!({"login": "plant", "id": 770_118_150});
        script.emails = json!([{"email": "Fourth.Plant@example.com", "primary": true, "verified": true}]);
    });
    let viewer = signed_in(world).await;
    let viewer = in_sudo(world, &viewer).await;
    world.life().update_profile(&browser(1), &viewer, "Plantagenet Plant").await.unwrap();
    travel(world, Some(&viewer), GITHUB, AskFor::Link).await;
    in_sudo(world, &viewer).await
}

async fn with_another_address(world: &Abroad, viewer: &Viewer) -> Viewer {
    world.life().request_email_change(&browser(1), viewer, ADDRESS).await.unwrap();
    let token = world.app.change_token(Purpose::ConfirmEmailChange).await;
    world.life().confirm_email_change(&browser(1), viewer, &token).await.unwrap();
    signed_in(world).await
}

/// Schedules the deletion with its reminders, then reopens the account by hand, so that it can do what a closed one
/// cannot. Returns when it is due.
async fn closed_and_reopened(world: &Abroad, viewer: &Viewer) -> Timestamp {
    let viewer = in_sudo(world, viewer).await;
    let scheduled = world.life().schedule_deletion(&browser(1), &viewer, ADDRESS).await.unwrap();
    let open = "UPDATE signet_users SET deletion_scheduled_at = NULL, delete_at = NULL";
    world.app.db.run(&format!("{open} WHERE id = '{}'", viewer.user.id)).await.unwrap();
    scheduled.delete_at
}

/// Closes the account again, by hand: everything else stays as it is.
async fn close(app: &TestApp, user: &UserId, delete_at: Timestamp) {
    let close = format!(
        "UPDATE signet_users SET deletion_scheduled_at = {}, delete_at = {} WHERE id = '{user}'",
        START.0, delete_at.0
    );
    assert_eq!(app.db.run(&close).await.unwrap(), 1);
}

/// Adds sessions, a token, an open change, a link, a code, an attempt at a provider, a password, and the letters
/// about all of them.
async fn with_all_that_closing_takes_away(world: &Abroad) {
    let life = world.life();
    let viewer = in_sudo(world, &signed_in(world).await).await;
    let typed = Typed { name: "token of the plant", scope: "read", expires: "30" };
    life.create_api_token(&browser(1), &viewer, typed).await.unwrap();
    life.request_email_change(&browser(1), &viewer, WANTED).await.unwrap();
    life.request_password_reset(&browser(2), ADDRESS).await.unwrap();
    life.request_sudo_code(&browser(1), &viewer).await.unwrap();
    let back = "/users/settings/providers?from=plant";
    life.begin_provider(
        &browser(1),
        Some(&viewer),
        AttemptRequest { provider: BRAVO, ask: AskFor::Link, return_to: back },
    )
    .await
    .unwrap();
    let changed = life.set_password(&browser(1), &viewer, PASSWORD.to_owned().into()).await.unwrap();
    let viewer = world.sees(&changed.token).await;
    life.confirm_sudo(&browser(1), &viewer, PASSWORD.to_owned().into()).await.unwrap();
    assert!(life.sign_in(&browser(3), None, ADDRESS, WRONG_PASSWORD.to_owned().into()).await.is_err());
    life.sign_in(&browser(4), None, ADDRESS, PASSWORD.to_owned().into()).await.unwrap();
    let code = "UPDATE signet_replaced_tokens SET code_id = 'code of the plant', code_expires_at = expires_at";
    world.app.db.run(code).await.unwrap();
    // An open page refreshes itself later.
    world.app.db.run("UPDATE signet_sessions SET looked_at = last_seen_at + 1").await.unwrap();
}

/// Adds an export, and as much of its file as `written` says.
async fn with_export(world: &Abroad, user: &UserId, written: Written) -> String {
    let life = world.life();
    let viewer = world.sees(&confirmed(world).await).await;
    life.request_export(&browser(1), &viewer).await.unwrap();
    let id = export_of(&world.app, user).await;
    match written {
        Written::Whole => assert_eq!(life.build_export().await.unwrap(), Building::Ready),
        Written::Half => {
            fs::create_dir(world.app.exports_folder()).unwrap();
            fs::write(world.app.exports_folder().join(part(id.as_str())), "half of it").unwrap();
            let (now, mut dead) = (world.app.now(), life.db.begin().await.unwrap());
            assert_eq!(dead.claim_export(now, now.plus(Span::minutes(2))).await.unwrap().unwrap().id, id);
            dead.commit().await.unwrap();
        }
    }
    id.as_str().to_owned()
}

async fn export_of(app: &TestApp, user: &UserId) -> ExportId {
    ExportId::parse(&app.rows(&format!("SELECT id FROM signet_exports WHERE user_id = '{user}'")).await[0]).unwrap()
}

async fn confirmed(world: &Abroad) -> SessionToken {
    let password = || PASSWORD.to_owned().into();
    let signed_in = world.life().sign_in(&browser(1), None, ADDRESS, password()).await.unwrap();
    let viewer = world.sees(&signed_in.token).await;
    world.life().confirm_sudo(&browser(1), &viewer, password()).await.unwrap()
}

/// Adds another person's account.
async fn with_much_of_the_same(world: &Abroad, viewer: &Viewer) -> UserId {
    let life = world.life();
    let viewer = people::in_sudo(life, viewer).await;
    let typed = Typed { name: "backup", scope: "read", expires: "30" };
    life.create_api_token(&people::source(), &viewer, typed).await.unwrap();
    life.request_email_change(&people::source(), &viewer, "changed@example.org").await.unwrap();
    life.request_password_reset(&people::source(), "bystander@example.org").await.unwrap();
    life.request_export(&people::source(), &viewer).await.unwrap();
    assert_eq!(life.build_export().await.unwrap(), Building::Ready);
    export_of(&world.app, &viewer.user.id).await;
    viewer.user.id
}

fn part(export: &str) -> String {
    format!("{export}.00.part")
}

/// Sets values that no action sets for such an account, and replaces random ones that are too short to be unique.
async fn drawn_anew(app: &TestApp, user: &UserId) {
    let now = app.now().0;
    let device = if app.db.is_postgres() { "'\\xd1e2f3d4c5b6a798'" } else { "x'd1e2f3d4c5b6a798'" };
    let claimed = format!("claimed_until = {now}, failed_at = {now}, reason = 'reason-of-the-plant'");
    for change in [
        &format!(
            "UPDATE signet_api_tokens SET hint = 'hint-of-the-plant', last_used_at = {now} WHERE user_id = '{user}'"
        ),
        &format!("UPDATE signet_mail_links SET device_hash = {device} WHERE user_id = '{user}' AND purpose = 'reset'"),
        &format!("UPDATE signet_letters SET {claimed} WHERE kind = 'provider_linked' AND user_id = '{user}'"),
        &format!("UPDATE signet_exports SET claimed_until = {now} WHERE user_id = '{user}'"),
        &format!(
            "UPDATE signet_users SET deletion_retry_at = {now}, language = 'tongue-of-the-plant' WHERE id = '{user}'"
        ),
        &format!(
            "INSERT INTO signet_clock (id, confirmed_at, doubted_at, ahead) VALUES (1, {now}, {now} + 31536000, 7200)"
        ),
    ] {
        assert_eq!(app.db.run(change).await.unwrap(), 1, "{change}");
    }
    let tongues = format!("UPDATE signet_letters SET language = 'tongue-of-the-letter' WHERE user_id = '{user}'");
    assert!(app.db.run(&tongues).await.unwrap() > 0);
}
