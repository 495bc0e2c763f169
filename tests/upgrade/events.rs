//! Old events keep their wording for people and for programs.

use serde_json::Value;
use signet::testing::Browser;

use crate::site::{Deeds, Site, on_each};

const LOG: &str = "/users/settings/security-log";

/// The whole log as programs read it.
async fn api_events(site: &Site, token: &str) -> Vec<Value> {
    let (mut events, mut before) = (Vec::new(), String::new());
    loop {
        let page = site.reads(&format!("/api/v1/events?limit=100{before}"), token).await;
        events.extend(page["events"].as_array().unwrap().clone());
        let Some(next) = page["next_before"].as_i64() else { return events };
        before = format!("&before={next}");
    }
}

/// The whole log as people read it: the text of each row, its parts with `|` between them.
async fn shown_log(browser: &Browser<'_>) -> Vec<Value> {
    let (mut rows, mut path) = (Vec::new(), LOG.to_owned());
    loop {
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let table = page.body.split_once("<tbody").unwrap().1.split_once("</tbody>").unwrap().0;
        rows.extend(table.split("<tr").skip(1).map(|row| Value::from(text_of(row))));
        let Some((before, _)) = page.body.split_once(">Older events<") else { return rows };
        path = before.rsplit_once("href=\"").unwrap().1.trim_end_matches('"').replace("&amp;", "&");
    }
}

/// The text that a reader sees of a row.
fn text_of(row: &str) -> String {
    let texts = row.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text).trim());
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("|")
}

/// The events without what the new program says in another way. The old one numbered the events of the whole site, the
/// new one those of each account: from 1 on, without gaps. And of the browser of a stranger, who may write anything into
/// its name, the new one says only what kind it is.
fn as_both_say(events: &[Value]) -> Vec<Value> {
    let without = |event: &Value| {
        let mut event = event.clone();
        event.as_object_mut().unwrap().remove("id").unwrap();
        if event["actor"] == "anyone" {
            event["browser"].take();
        }
        event
    };
    events.iter().map(without).collect()
}

/// The rows without those that the new program leaves out: what the reader's own session was refused only because sudo
/// mode was missing.
fn still_shown(rows: &Value) -> Value {
    let opened_dialog = |row: &str| row.contains("identity not confirmed|This browser|");
    rows.as_array().unwrap().iter().filter(|row| !opened_dialog(row.as_str().unwrap())).cloned().collect()
}

/// Panics with the event that differs, instead of printing both logs.
fn are_equal(found: &[Value], expected: &Value) {
    let expected = expected.as_array().unwrap();
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.len(), expected.len());
}

#[tokio::test]
async fn programs_read_what_they_read() {
    on_each(async |site| {
        for name in ["historian", "traveller"] {
            let (found, expected) = (api_events(site, name).await, site.expected(&format!("api_events_of_{name}")));
            let expected = as_both_say(expected.as_array().unwrap());
            are_equal(&as_both_say(&found), &expected.into());
            let numbers: Vec<_> = found.iter().rev().map(|event| event["id"].as_u64().unwrap()).collect();
            assert_eq!(numbers, (1..=found.len() as u64).collect::<Vec<_>>());
        }
    })
    .await;
}

#[tokio::test]
async fn people_read_what_they_read() {
    on_each(async |site| {
        for name in ["historian", "traveller"] {
            let expected = still_shown(site.expected(&format!("log_of_{name}")));
            are_equal(&shown_log(&site.browser(name)).await, &expected);
        }
    })
    .await;
}

/// The rule that disowning an event drops the login that another person linked by it reads the event.
#[tokio::test]
async fn an_old_event_can_be_disowned() {
    on_each(async |site| {
        let traveller = site.browser("traveller");
        let user = traveller.viewer().await.user.id;
        let newest = format!(
            "SELECT COUNT(*) FROM signet_events WHERE user_id = '{user}' AND id <= (SELECT MAX(id) FROM signet_events \
             WHERE user_id = '{user}' AND event = 'account.provider_linked')"
        );
        let event = site.app().rows(&newest).await.remove(0);
        traveller.sudo(signet::testing::PASSWORD).await;
        traveller.does("disown_event", &[("event", &event)]).await;
        let linked = format!("SELECT provider FROM signet_identities WHERE user_id = '{user}'");
        assert_eq!(site.app().rows(&linked).await, ["github"]);
    })
    .await;
}
