//! Compares the table of actions with the effects: every action in its richest cases, from accounts that have
//! everything that an action could revoke.

mod belongings;
pub mod cases;
pub mod scene;

use std::collections::{HashMap, HashSet};

use signet::{
    domain::{error::Refusal, outbox::Kind, time::Span},
    server::lifecycle::{Action, Revoke, TABLE},
    testing::{Fields, START, TestApp},
};

use self::{
    belongings::Belongings,
    cases::{CASES, Case},
    scene::Scene,
};

use crate::export::exporting::ExportSteps;

/// What an action did, over all of its cases.
#[derive(Default)]
struct Seen {
    is_refused: bool,
    revoked: HashSet<Revoke>,
    mailed: HashSet<Kind>,
    events: Vec<String>,
}

/// Signing out is never refused, and an execution that is not due does not count as one.
const NEVER_REFUSED: [Action; 2] = [Action::SignOut, Action::ExecuteDeletion];

/// The actions without a form of ours, or whose answer is a file: `link_provider`, `download_export`,
/// `api::revoking`, `api::refused` and `operators` check every column of their lines.
const ELSEWHERE: [Action; 8] = [
    Action::LinkProvider,
    Action::DownloadExport,
    Action::RevokeSessionByToken,
    Action::RefuseApiToken,
    Action::SignOutByOperator,
    Action::ForgetDevicesByOperator,
    Action::ScheduleDeletionByOperator,
    Action::CancelDeletionByOperator,
];

/// How long sudo mode lasts (behaviour §5).
const SUDO: Span = Span::minutes(15);

/// The days after the start on which the reminders of a deletion requested then may be due.
const REMINDERS: [u32; 2] = [11, 13];

async fn look(case: &Case, seen: &mut Seen) {
    let app = TestApp::new().await;
    let scene = Scene::set(&app, case.given).await;
    if let Some(wrong) = case.wrong {
        seen.is_refused |= is_refused(&scene, case, wrong, None).await;
    }
    seen.is_refused |= needs_sudo_as_the_line_says(&scene, case).await;
    let before = Belongings::of(&app, &scene.own).await;
    seen.mailed.extend(scene.act(case).await);
    seen.revoked.extend(before.revoked(&app).await);
    let news = app.news().await;
    assert!(!news.is_empty(), "{case:?} leaves no event");
    seen.events.extend(news);
    seen.mailed.extend(app.deliver().await.kinds());
    if case.action == Action::ScheduleDeletion {
        for day in REMINDERS {
            app.clock.set(START.plus(Span::days(day)));
            seen.mailed.extend(app.deliver().await.kinds());
        }
    }
}

/// Sends a form that must be refused: no row, no mail, no file, one event of the line.
async fn is_refused(scene: &Scene<'_>, case: &Case, fields: Fields<'static>, expected: Option<Refusal>) -> bool {
    let app = scene.app;
    let page = app.changes_nothing(scene.send(case, fields)).await;
    let refusal = page.refusal().unwrap_or_else(|| panic!("{case:?}: {}", page.body));
    assert!(refusal != Refusal::SudoRequired || page.status == 403, "{case:?}: {}", page.status);
    assert!(expected.is_none_or(|expected| expected == refusal), "{case:?}: {refusal:?}");
    let [event] = &app.news().await[..] else { panic!("{case:?}") };
    assert!(event.starts_with(&format!("{}.failure by ", case.action.rule().event.word())), "{event}");
    assert!(event.ends_with(&format!(": {}", refusal.code())), "{event}");
    assert_eq!(app.deliver().await.words(), [""; 0], "{case:?}");
    assert_eq!(app.export_files(), [""; 0], "{case:?}");
    true
}

/// Without sudo mode a sudo action does nothing (behaviour §3), nor does it a second after sudo mode is over; this
/// leaves the session in the last second of it, in which the action succeeds. Every other action succeeds without it,
/// except those that end sudo mode and do not need it, which the test runs while the session has it. Returns whether
/// the action was refused.
async fn needs_sudo_as_the_line_says(scene: &Scene<'_>, case: &Case) -> bool {
    let rule = case.action.rule();
    if !rule.sudo && rule.revokes.contains(&Revoke::Sudo) {
        return false;
    }
    let confirmed_at = async |at: &str| {
        scene.app.db.run(&format!("UPDATE signet_sessions SET sudo_at = {at}")).await.unwrap();
    };
    confirmed_at("NULL").await;
    if rule.sudo {
        is_refused(scene, case, case.fields, Some(Refusal::SudoRequired)).await;
        let last = scene.app.now().minus(SUDO);
        confirmed_at(&last.minus(Span::seconds(1)).0.to_string()).await;
        is_refused(scene, case, case.fields, Some(Refusal::SudoRequired)).await;
        confirmed_at(&last.0.to_string()).await;
    }
    rule.sudo
}

/// The other test reads this column of the table, so an action that lost its sudo mode there would pass it.
#[test]
fn sudo_mode_is_asked_for_by_these_actions() {
    let actions = TABLE.iter().filter(|rule| rule.sudo).map(|rule| format!("{:?}", rule.action));
    snapshot!(actions.collect::<Vec<_>>().join("\n"), @"
    RequestEmailChange
    SetPassword
    LinkProvider
    UnlinkProvider
    RevokeSession
    RevokeOtherSessions
    DisownEvent
    RequestExport
    DownloadExport
    CreateApiToken
    RevokeApiToken
    RevokeAllApiTokens
    ScheduleDeletion
    ");
}

#[tokio::test]
async fn every_action_asks_for_revokes_mails_and_records_what_its_line_says() {
    // One after the other: while PostgreSQL makes a database for one case, another case's connections must not be
    // half open, or the server waits a minute for them.
    let mut all: HashMap<Action, Seen> = HashMap::new();
    for case in &CASES {
        look(case, all.entry(case.action).or_default()).await;
    }
    for rule in TABLE.iter().filter(|rule| !ELSEWHERE.contains(&rule.action)) {
        let action = rule.action;
        let seen = all.remove(&action).unwrap_or_else(|| panic!("{action:?} has no case"));
        assert_eq!(seen.revoked, rule.revokes.iter().copied().collect(), "{action:?} revokes");
        // The code is for accounts with a provider: `confirm_sudo_by_code` tests its letter.
        let here = rule.mails.iter().copied().filter(|kind| *kind != Kind::SudoCode);
        assert_eq!(seen.mailed, here.collect(), "{action:?} mails");
        assert_ne!(seen.is_refused, NEVER_REFUSED.contains(&action), "{action:?}");
        let word = rule.event.word();
        let done = format!("{word} by ");
        assert!(seen.events.iter().any(|event| event.starts_with(&done)), "{action:?}: {:?}", seen.events);
        let failed = format!("{word}.failure by ");
        let own = |event: &String| event.starts_with(&done) || event.starts_with(&failed);
        assert!(seen.events.iter().all(own), "{action:?}: {:?}", seen.events);
    }
}
