//! Order, limit and concurrent writers.

use super::*;

fn letter(subject: &str) -> Letter {
    Letter {
        to: "ada@example.com".to_owned(),
        subject: subject.to_owned(),
        text: "text".to_owned(),
        html: "<p>text</p>".to_owned(),
        links: vec!["http://127.0.0.1:3000/users/log-in".to_owned()],
    }
}

fn mailbox() -> (tempfile::TempDir, Mailbox) {
    let folder = tempfile::tempdir().unwrap();
    let mailbox = Mailbox::new(folder.path().join("a/mailbox"));
    (folder, mailbox)
}

async fn subjects(mailbox: &Mailbox) -> Vec<String> {
    let letters = mailbox.read().await.unwrap();
    letters.into_iter().map(|mailed| mailed.subject).collect()
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_empty() {
    let (_folder, mailbox) = mailbox();
    assert!(mailbox.read().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_letter_is_given_back_with_its_time() {
    let (_folder, mailbox) = mailbox();
    mailbox.put(&letter("one"), Timestamp(1_796_652_309)).await.unwrap();
    let json = serde_json::to_value(mailbox.read().await.unwrap()).unwrap();
    let expected = serde_json::json!([{
        "to": "ada@example.com",
        "subject": "one",
        "text": "text",
        "html": "<p>text</p>",
        "links": ["http://127.0.0.1:3000/users/log-in"],
        "sent_at": "2026-12-07T14:05:09Z",
    }]);
    assert_eq!(json, expected);
}

#[tokio::test]
async fn the_newest_comes_first_whatever_the_clock_says() {
    let (_folder, mailbox) = mailbox();
    for (subject, second) in [("one", 9), ("two", 9), ("three", 3)] {
        mailbox.put(&letter(subject), Timestamp(second)).await.unwrap();
    }
    assert_eq!(subjects(&mailbox).await, ["three", "two", "one"]);
}

#[tokio::test]
async fn only_the_newest_letters_are_kept() {
    let (_folder, mailbox) = mailbox();
    for n in 0..CAPACITY + 2 {
        mailbox.put(&letter(&n.to_string()), Timestamp(0)).await.unwrap();
    }
    let subjects = subjects(&mailbox).await;
    assert_eq!(subjects.len(), CAPACITY);
    assert_eq!(subjects.first().map(String::as_str), Some("501"));
    assert_eq!(subjects.last().map(String::as_str), Some("2"));
}

#[tokio::test]
async fn a_draft_that_a_crash_has_left_takes_its_number_along() {
    let (_folder, mailbox) = mailbox();
    mailbox.put(&letter("one"), Timestamp(0)).await.unwrap();
    fs::write(mailbox.folder.join("000000000002.draft"), "{").unwrap();
    mailbox.put(&letter("two"), Timestamp(0)).await.unwrap();
    assert_eq!(subjects(&mailbox).await, ["two", "one"]);
    assert!(mailbox.folder.join("000000000003.json").exists());
}

#[test]
fn a_letter_that_is_there_is_not_overwritten_and_leaves_no_draft() {
    let (folder, mailbox) = mailbox();
    fs::create_dir_all(&mailbox.folder).unwrap();
    fs::write(file(&mailbox.folder, 1), "first").unwrap();
    assert!(!write(&mailbox.folder, 1, b"second").unwrap());
    assert_eq!(fs::read_to_string(file(&mailbox.folder, 1)).unwrap(), "first");
    assert_eq!(fs::read_dir(&mailbox.folder).unwrap().count(), 1);
    drop(folder);
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_at_the_same_time_lose_nothing() {
    let (_folder, mailbox) = mailbox();
    let mut writers = tokio::task::JoinSet::new();
    for n in 0..40 {
        let mailbox = mailbox.clone();
        writers.spawn(async move { mailbox.put(&letter(&n.to_string()), Timestamp(0)).await });
    }
    for written in writers.join_all().await {
        written.unwrap();
    }
    let names = std::fs::read_dir(&mailbox.folder).unwrap().count();
    assert_eq!((subjects(&mailbox).await.len(), names), (40, 40));
}
