//! Statements on `events` and `event_context`, and the changes that the database forbids.

use signet::{
    domain::{
        event_detail::Detail,
        failure::{Failure, Reason},
        id::UserId,
        providers::ProviderId,
        security_log::{Actor, Event},
    },
    server::store::{EventRow, NewEvent, StoreError},
    testing::TestDb,
};

use crate::fixture::{NOW, after, on_each, session_id, two_users, user_id, verified};

pub fn event(user: Option<&UserId>) -> NewEvent<'_> {
    NewEvent {
        at: NOW,
        user_id: user,
        actor: Actor::Person,
        event: Event::SignIn,
        failure: None,
        session_id: None,
        request: 5,
        ip: Some("192.0.2.1"),
        user_agent: "Firefox",
        detail: None,
    }
}

async fn record(db: &TestDb, user: &UserId) {
    tx!(db, record(&event(Some(user)))).unwrap();
}

/// Runs a statement that the database must refuse because it changes the log.
async fn refused(db: &TestDb, sql: &str) {
    match db.run(sql).await {
        Err(error) if error.to_string().contains("events are append-only") => {}
        other => panic!("{sql}: {other:?}"),
    }
}

#[tokio::test]
async fn an_event_is_stored_with_what_is_personal_beside_it() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let session = session_id(1);
        let new = NewEvent {
            failure: Some(&Failure::with_word(Reason::ProviderUntrusted, "nonce")),
            session_id: Some(&session),
            request: u64::MAX,
            detail: Some(&Detail::OtherSessions(2)),
            ..event(Some(&ada))
        };
        tx!(db, record(&new)).unwrap();
        let sql = "SELECT at, user_id, actor, event, failure, session_id, request FROM signet_events";
        snapshot!(db.table(sql).await, @"
        at          1800000000
        user_id     01010101010101010101010101010101
        actor       person
        event       session.sign_in
        failure     provider_untrusted:nonce
        session_id  01010101010101010101010101010101
        request     -1
        ");
        let sql = "SELECT c.user_id, c.ip, c.user_agent, c.detail \
             FROM signet_events e JOIN signet_event_context c ON c.event_id = e.id";
        snapshot!(db.table(sql).await, @r#"
        user_id                           ip         user_agent  detail
        01010101010101010101010101010101  192.0.2.1  Firefox     {"other_sessions":2}
        "#);
    })
    .await;
}

#[tokio::test]
async fn an_event_about_nobody_keeps_nothing_personal() {
    on_each(async |db| {
        tx!(db, record(&event(None))).unwrap();
        snapshot!(db.table("SELECT user_id, event FROM signet_events").await, @"
        user_id  event
        NULL     session.sign_in
        ");
        assert_eq!(db.rows("SELECT * FROM signet_event_context").await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn an_event_that_nobody_was_behind_has_nothing_beside_it() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let workers = NewEvent { actor: Actor::Worker, ip: None, user_agent: "", ..event(Some(&ada)) };
        tx!(db, record(&workers)).unwrap();
        snapshot!(db.table("SELECT user_id, actor FROM signet_events").await, @"
        user_id                           actor
        01010101010101010101010101010101  worker
        ");
        assert_eq!(db.rows("SELECT * FROM signet_event_context").await, [""; 0]);
        let log = tx!(db, events(&ada, None, 10)).unwrap();
        assert!(log[0].ip.is_none() && log[0].user_agent.is_none() && log[0].detail.is_none());
        // Each of the three alone is enough for a row.
        for (ip, user_agent, detail) in
            [(Some("192.0.2.1"), "", None), (None, "Firefox", None), (None, "", Some(&Detail::OtherSessions(2)))]
        {
            tx!(db, record(&NewEvent { ip, user_agent, detail, ..event(Some(&ada)) })).unwrap();
        }
        assert_eq!(db.rows("SELECT COUNT(*) FROM signet_event_context").await, ["3"]);
    })
    .await;
}

#[tokio::test]
async fn every_event_and_actor_is_read_back() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let actors = || Actor::ALL.iter().copied().cycle();
        let wrong = Failure::from(Reason::WrongPassword);
        for (event_, actor) in Event::ALL.iter().copied().zip(actors()) {
            let failure = (actor == Actor::Anyone).then_some(&wrong);
            let new = NewEvent { event: event_, actor, failure, ..event(Some(&ada)) };
            tx!(db, record(&new)).unwrap();
        }
        let mut log = tx!(db, events(&ada, None, 100)).unwrap();
        log.reverse();
        assert_eq!(log.len(), Event::ALL.len());
        for (row, (event, actor)) in log.iter().zip(Event::ALL.iter().copied().zip(actors())) {
            assert_eq!((row.event, row.actor, row.at), (event, actor, NOW));
            assert_eq!(row.failure.as_ref(), (actor == Actor::Anyone).then_some(&wrong));
            assert_eq!(row.ip.as_deref(), Some("192.0.2.1"));
            assert_eq!(row.user_agent.as_deref(), Some("Firefox"));
            assert_eq!(row.detail, None);
        }
    })
    .await;
}

/// Reads a log page by page; returns for each page how many seconds after [`NOW`] its events happened.
async fn pages(read: impl AsyncFn(Option<i64>) -> Vec<EventRow>) -> Vec<Vec<i64>> {
    let (mut before, mut pages) = (None, Vec::new());
    loop {
        let page = read(before).await;
        let Some(last) = page.last() else { return pages };
        before = Some(last.id);
        pages.push(page.iter().map(|row| row.at.0 - NOW.0).collect());
    }
}

#[tokio::test]
async fn the_log_is_paged_newest_first_and_shows_ones_own_events_only() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for offset in 0..5 {
            tx!(db, record(&NewEvent { at: after(offset), ..event(Some(&ada)) })).unwrap();
            record(db, &bob).await;
        }
        tx!(db, record(&event(None))).unwrap();
        let pages = pages(async |before| tx!(db, events(&ada, before, 2)).unwrap()).await;
        assert_eq!(pages, [vec![4, 3], vec![2, 1], vec![0]]);
        assert_eq!(tx!(db, events(&user_id(9), None, 10)).unwrap().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn events_are_neither_changed_nor_removed() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        record(db, &ada).await;
        tx!(db, record(&event(None))).unwrap();
        for sql in [
            "UPDATE signet_events SET event = 'account.sign_up'",
            "UPDATE signet_events SET at = at WHERE user_id IS NULL",
            "DELETE FROM signet_events",
            "DELETE FROM signet_events WHERE user_id IS NULL",
            "UPDATE signet_event_context SET ip = NULL",
            "DELETE FROM signet_event_context",
        ] {
            refused(db, sql).await;
        }
        // Not even for an erased account.
        assert!(tx!(db, anonymize_user(&ada, NOW)).unwrap());
        for sql in [
            "UPDATE signet_events SET at = 0",
            "DELETE FROM signet_events",
            "UPDATE signet_event_context SET ip = NULL",
        ] {
            refused(db, sql).await;
        }
        assert_eq!(db.rows("SELECT COUNT(*) FROM signet_events").await, ["2"]);
    })
    .await;
}

#[tokio::test]
async fn events_are_not_emptied_on_postgresql() {
    let Some(db) = TestDb::postgres().await else { return };
    let ada = verified(&db, 1, "ada@example.com").await;
    record(&db, &ada).await;
    refused(&db, "TRUNCATE signet_events, signet_event_context").await;
    refused(&db, "TRUNCATE signet_event_context").await;
    refused(&db, "TRUNCATE signet_users CASCADE").await;
}

#[tokio::test]
async fn events_are_not_written_over() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        record(db, &ada).await;
        let log = db.rows("SELECT * FROM signet_events").await;
        let context = db.rows("SELECT * FROM signet_event_context").await;
        let id = db.rows("SELECT id FROM signet_events").await.remove(0);
        let over = format!("INTO signet_events (id, at, actor, event) VALUES ({id}, 0, 'anyone', 'account.sign_up')");
        let beside = format!("INTO signet_event_context (event_id, user_id) VALUES ({id}, '{ada}')");
        for row in [over, beside] {
            assert!(db.run(&format!("INSERT {row}")).await.is_err(), "{row}");
            assert!(db.run(&format!("REPLACE {row}")).await.is_err(), "{row}");
            assert!(db.run(&format!("INSERT OR REPLACE {row}")).await.is_err(), "{row}");
        }
        assert_eq!(db.rows("SELECT * FROM signet_events").await, log);
        assert_eq!(db.rows("SELECT * FROM signet_event_context").await, context);
    })
    .await;
}

#[tokio::test]
async fn what_is_personal_about_events_is_erased_only_once_the_account_is() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for user in [&ada, &ada, &bob] {
            record(db, user).await;
        }
        let erased = tx!(db, erase_event_context(&ada));
        assert!(erased.is_err_and(|error| error.to_string().contains("events are append-only")));
        assert!(tx!(db, anonymize_user(&ada, NOW)).unwrap());
        tx!(db, erase_event_context(&ada)).unwrap();
        assert_eq!(db.rows("SELECT user_id FROM signet_event_context").await, [bob.as_str()]);
        let log = tx!(db, events(&ada, None, 10)).unwrap();
        assert_eq!(log.len(), 2);
        assert!(log.iter().all(|row| row.ip.is_none() && row.user_agent.is_none() && row.detail.is_none()));
    })
    .await;
}

#[tokio::test]
async fn an_account_with_events_cannot_be_removed_under_them() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        record(db, &ada).await;
        assert!(db.run("DELETE FROM signet_users").await.is_err());
        assert!(tx!(db, record(&event(Some(&user_id(9))))).is_err(), "an event about an unknown account");
        assert_eq!(db.rows("SELECT COUNT(*) FROM signet_events").await, ["1"]);
    })
    .await;
}

#[tokio::test]
async fn the_number_of_an_event_that_was_taken_back_is_not_given_again_before_a_later_one() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        record(db, &ada).await;
        let mut tx = db.db.begin().await.unwrap();
        tx.record(&event(Some(&ada))).await.unwrap();
        tx.rollback().await.unwrap();
        record(db, &ada).await;
        let log = tx!(db, events(&ada, None, 10)).unwrap();
        assert_eq!(log.len(), 2);
        assert!(log[0].id > log[1].id);
    })
    .await;
}

#[tokio::test]
async fn words_that_no_version_writes_are_reported() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        for (actor, event, column) in [("odd", "session.sign_in", "events.actor"), ("person", "odd", "events.event")] {
            let sql = format!(
                "INSERT INTO signet_events (at, user_id, actor, event) VALUES (0, '{ada}', '{actor}', '{event}')"
            );
            db.run(&sql).await.unwrap();
            let read = tx!(db, events(&ada, None, 1));
            assert!(matches!(read, Err(StoreError::Corrupt(what)) if what == column), "{column}");
        }
    })
    .await;
}

#[tokio::test]
async fn events_of_one_kind_are_paged_newest_first_and_ones_own() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        for offset in 0..5 {
            tx!(db, record(&NewEvent { at: after(offset), ..event(Some(&ada)) })).unwrap();
            tx!(db, record(&NewEvent { event: Event::SignOut, ..event(Some(&ada)) })).unwrap();
            record(db, &bob).await;
        }
        let pages = pages(async |before| {
            let page = tx!(db, events_of(&ada, Event::SignIn, before, 2)).unwrap();
            assert!(page.iter().all(|row| row.event == Event::SignIn && row.ip.is_some()));
            page
        })
        .await;
        assert_eq!(pages, [vec![4, 3], vec![2, 1], vec![0]]);
        assert_eq!(tx!(db, events_of(&ada, Event::SignUp, None, 10)).unwrap().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn one_event_is_found_by_its_own_account_only() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let session = session_id(1);
        let detail = Detail::OtherSessions(2);
        let new = NewEvent { session_id: Some(&session), detail: Some(&detail), ..event(Some(&ada)) };
        tx!(db, record(&new)).unwrap();
        tx!(db, record(&event(None))).unwrap();
        let id = tx!(db, events(&ada, None, 1)).unwrap()[0].id;
        let found = tx!(db, event(&ada, id)).unwrap().unwrap();
        assert_eq!((found.id, found.session_id, found.detail), (id, Some(session), Some(detail)));
        for (user, id) in [(&bob, id), (&ada, id + 1), (&ada, 0), (&ada, -1), (&ada, i64::MAX), (&ada, i64::MIN)] {
            assert!(tx!(db, event(user, id)).unwrap().is_none(), "{id}");
        }
    })
    .await;
}

/// Rows are never rewritten, so rows of older versions stand beside those of this one.
#[tokio::test]
async fn what_an_older_version_wrote_about_an_event_is_read() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let rows = [
            ("account.provider_linked", "acme", Detail::Provider(ProviderId::parse("acme").unwrap())),
            ("session.revoked", "2 other sessions", Detail::OtherSessions(2)),
            ("session.sign_in", "odd", Detail::Unknown("odd".to_owned())),
        ];
        for (event, text, _) in &rows {
            let sql = format!(
                "INSERT INTO signet_events (at, user_id, actor, event, failure) \
                 VALUES (0, '{ada}', 'person', '{event}', 'of another version'); \
                 INSERT INTO signet_event_context (event_id, user_id, detail) SELECT MAX(id), '{ada}', '{text}' FROM signet_events"
            );
            db.run(&sql).await.unwrap();
        }
        let mut log = tx!(db, events(&ada, None, 10)).unwrap();
        log.reverse();
        let exported = tx!(db, exported_events(&ada)).unwrap();
        for ((row, line), (_, text, detail)) in log.iter().zip(&exported).zip(&rows) {
            assert_eq!((row.detail.as_ref(), line.detail.as_ref()), (Some(detail), Some(detail)));
            assert_eq!(row.failure, Some(Failure::Unknown("of another version".to_owned())));
            assert_eq!(tx!(db, event(&ada, row.id)).unwrap().unwrap().detail.as_ref(), Some(detail));
            assert_eq!(detail.to_string(), *text);
        }
        assert_eq!(log.len(), rows.len());
    })
    .await;
}

#[tokio::test]
async fn refusals_that_belong_to_no_account_are_the_only_events_that_a_sweep_removes() {
    on_each(async |db| {
        let ada = verified(db, 1, "ada@example.com").await;
        let wrong = Failure::from(Reason::WrongPassword);
        for (offset, user) in [(-2, None), (-1, None), (0, None), (-1, Some(&ada))] {
            tx!(db, record(&NewEvent { at: after(offset), failure: Some(&wrong), ..event(user) })).unwrap();
        }
        // What a worker did to an account that is gone.
        tx!(db, record(&NewEvent { at: after(-1), ..event(None) })).unwrap();
        assert_eq!(tx!(db, sweep_refusals_of_nobody(NOW, 1)).unwrap(), 1);
        assert_eq!(tx!(db, sweep_refusals_of_nobody(NOW, 10)).unwrap(), 1);
        assert_eq!(tx!(db, sweep_refusals_of_nobody(NOW, 10)).unwrap(), 0);
        snapshot!(db.table("SELECT at, user_id, failure FROM signet_events ORDER BY id").await, @"
        at          user_id                           failure
        1800000000  NULL                              wrong_password
        1799999999  01010101010101010101010101010101  wrong_password
        1799999999  NULL                              NULL
        ");
        for sql in [
            "DELETE FROM signet_events WHERE user_id IS NOT NULL",
            "DELETE FROM signet_events WHERE failure IS NULL",
            "UPDATE signet_events SET user_id = NULL",
            "UPDATE signet_events SET failure = 'x' WHERE user_id IS NULL",
        ] {
            refused(db, sql).await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_sessions_that_programs_end_are_counted() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        let unknown = Failure::from(Reason::NotFound);
        let by_token = |user| NewEvent { actor: Actor::ApiToken, event: Event::SessionRevoked, ..event(Some(user)) };
        for new in [
            NewEvent { at: after(0), ..by_token(&ada) },
            NewEvent { at: after(1), ..by_token(&ada) },
            NewEvent { at: after(2), ..by_token(&ada) },
            // Four that do not count: a person's, another event, a refusal, another account's.
            NewEvent { at: after(2), actor: Actor::Person, ..by_token(&ada) },
            NewEvent { at: after(2), event: Event::ApiTokenRefused, ..by_token(&ada) },
            NewEvent { at: after(2), failure: Some(&unknown), ..by_token(&ada) },
            NewEvent { at: after(2), ..by_token(&bob) },
        ] {
            tx!(db, record(&new)).unwrap();
        }
        for (since, count) in [(-1, 3), (0, 2), (1, 1), (2, 0)] {
            assert_eq!(tx!(db, count_sessions_revoked_by_tokens(&ada, after(since))).unwrap(), count, "{since}");
        }
    })
    .await;
}
