//! What the store reads for an export: all rows of one account, and no others.

use signet::{
    domain::{
        event_detail::Detail,
        id::UserId,
        mail_token::Purpose,
        outbox::Kind,
        security_log::{Actor, Event},
    },
    server::store::{NewEmailChange, NewEvent, NewLetter, NewMailLink, NewSession},
    testing::TestDb,
};

use crate::fixture::{NOW, after, email, letter_id, link_id, on_each, session_id, two_users, user_id};

/// Adds a row to every table, with `number` in each id.
async fn fill(db: &TestDb, number: u8, user: &UserId) {
    let own = email(&format!("own{number}@example.com"));
    let (session, hash) = (session_id(number), [number; 32]);
    let (ip, user_agent) = (format!("192.0.2.{number}"), format!("browser {number}"));
    let new =
        NewSession { id: &session, user_id: user, token_hash: &hash, ip: Some(&ip), user_agent: &user_agent, at: NOW };
    tx!(db, insert_session(&new)).unwrap();
    tx!(db, remember_device(user, &hash, after(i64::from(number)))).unwrap();
    let link = NewMailLink {
        id: &link_id(number),
        user_id: user,
        purpose: Purpose::ResetPassword,
        email: &own,
        stamp: 0,
        device_hash: None,
        at: NOW,
        expires_at: after(60),
    };
    tx!(db, insert_mail_link(&link)).unwrap();
    let change = NewEmailChange {
        id: &link_id(number + 100),
        user_id: user,
        old_email: &own,
        new_email: &email("new@example.com"),
        stamp: 0,
        at: NOW,
        expires_at: after(60),
    };
    tx!(db, insert_email_change(&change)).unwrap();
    fill_log_and_post(db, number, user).await;
}

/// Adds an event and a letter.
async fn fill_log_and_post(db: &TestDb, number: u8, user: &UserId) {
    let (ip, user_agent) = (format!("192.0.2.{number}"), format!("browser {number}"));
    let session = session_id(number);
    let event = NewEvent {
        at: NOW,
        user_id: Some(user),
        actor: Actor::Person,
        event: Event::SignIn,
        failure: None,
        session_id: Some(&session),
        request: 1,
        ip: Some(&ip),
        user_agent: &user_agent,
        detail: Some(&Detail::OtherSessions(u64::from(number))),
    };
    tx!(db, record(&event)).unwrap();
    let to = email("own@example.com");
    let letter = NewLetter {
        at: Some(NOW),
        device: Some(&user_agent),
        due_at: Some(after(1)),
        ..NewLetter::plain(user, Kind::NewDevice, &to)
    };
    tx!(db, insert_letter(&letter_id(number), &letter, NOW)).unwrap();
}

#[tokio::test]
async fn everything_of_one_account_is_read_and_nothing_of_another() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        fill(db, 1, &ada).await;
        fill(db, 2, &bob).await;
        let found = tx!(db, exported(&ada)).unwrap().unwrap();
        assert_eq!(found.user.id, ada);
        assert!(found.export.is_none() && found.identities.is_empty());
        let [session] = &found.sessions[..] else { panic!() };
        assert_eq!((session.ip.as_deref(), session.user_agent.as_str()), (Some("192.0.2.1"), "browser 1"));
        assert_eq!((session.id.clone(), session.created_at), (session_id(1).to_string(), NOW.0));
        assert_eq!(found.devices, [after(1)]);
        let [link] = &found.links[..] else { panic!() };
        assert_eq!((link.purpose.as_str(), link.email.as_str()), ("reset", "own1@example.com"));
        let [change] = &found.changes[..] else { panic!() };
        assert_eq!((change.old_email.as_str(), change.state.as_str()), ("own1@example.com", "open"));
        let [event] = &found.events[..] else { panic!() };
        assert_eq!((event.event.as_str(), event.ip.as_deref()), ("session.sign_in", Some("192.0.2.1")));
        assert_eq!(
            (&event.session_id, &event.detail),
            (&Some(session_id(1).to_string()), &Some(Detail::OtherSessions(1)))
        );
        let [letter] = &found.letters[..] else { panic!() };
        assert_eq!((letter.kind.as_str(), letter.device.as_deref()), ("new_device", Some("browser 1")));
        assert_eq!(letter.language.as_deref(), Some("en"));
    })
    .await;
}

#[tokio::test]
async fn each_part_is_nobodys_without_rows() {
    on_each(async |db| {
        let (ada, bob) = two_users(db).await;
        fill(db, 2, &bob).await;
        assert!(tx!(db, exported_sessions(&ada)).unwrap().is_empty());
        assert!(tx!(db, exported_devices(&ada)).unwrap().is_empty());
        assert!(tx!(db, exported_links(&ada)).unwrap().is_empty());
        assert!(tx!(db, exported_changes(&ada)).unwrap().is_empty());
        assert!(tx!(db, exported_events(&ada)).unwrap().is_empty());
        assert!(tx!(db, exported_letters(&ada)).unwrap().is_empty());
        assert!(tx!(db, exported(&user_id(9))).unwrap().is_none());
    })
    .await;
}

/// The export shows one moment: a concurrent write is in all of it or in none of it.
#[tokio::test(flavor = "multi_thread")]
async fn it_is_read_as_it_was_at_one_moment() {
    on_each(async |db| {
        let (ada, _) = two_users(db).await;
        fill(db, 1, &ada).await;
        let mut reading = db.db.read().await.unwrap();
        assert_eq!(reading.exported_sessions(&ada).await.unwrap().len(), 1);
        tx!(db, end_sessions(&ada, None)).unwrap();
        tx!(db, forget_devices(&ada)).unwrap();
        let found = reading.exported(&ada).await.unwrap().unwrap();
        assert_eq!((found.sessions.len(), found.devices.len()), (1, 1));
        reading.end().await.unwrap();
    })
    .await;
}
