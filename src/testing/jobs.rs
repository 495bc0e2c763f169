//! The workers' jobs, run when a test says so, and the letters that they send.

use std::sync::atomic::Ordering;

use super::{
    app::TestApp,
    post::{Mail, Post, token_in},
};
use crate::{
    domain::outbox::Kind,
    server::{
        lifecycle::{deletion::Execution, export::Building, outbox::SendOutcome},
        mail::Letter,
    },
};

impl TestApp {
    /// Does everything that the workers of a server would do at the clock's time: sends due letters, prepares exports,
    /// executes due deletions, and sweeps. Returns the letters that arrived.
    ///
    /// Panics if a worker leaves a row claimed or had to postpone one, or if the database contains a password or a
    /// token in clear.
    pub async fn run_jobs(&self) -> Post {
        let post = self.deliver().await;
        self.lifecycle.sweep().await.unwrap();
        post
    }

    /// As [`TestApp::run_jobs`] without the sweep, so that a test finds expired rows where they were.
    pub async fn deliver(&self) -> Post {
        self.nothing_is_in_hand().await;
        let post = self.deliver_beside_others().await;
        self.nothing_is_in_hand().await;
        post
    }

    /// As [`TestApp::deliver`], but does not panic if a row is claimed. Use it if another process, perhaps a dead one,
    /// holds a claim.
    pub async fn deliver_beside_others(&self) -> Post {
        self.holds_no_secret().await;
        let mut post = Post::default();
        self.send_due_letters(&mut post).await;
        while self.lifecycle.build_export().await.unwrap() != Building::Nothing {}
        while self.lifecycle.execute_deletion().await.unwrap() == Execution::Executed {}
        self.send_due_letters(&mut post).await;
        self.holds_no_secret().await;
        post
    }

    /// Sends the due letters and does nothing else.
    pub async fn deliver_what_is_left(&self) -> Post {
        let mut post = Post::default();
        self.send_due_letters(&mut post).await;
        post
    }

    /// Discards due letters and recorded events, so that a test sees only its own.
    pub async fn settle(&self) {
        self.deliver().await;
        self.news().await;
        self.arrived.lock().unwrap().clear();
        self.settled.store(self.events_seen.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// The letters that a test has sent through [`TestApp::transport`] without the calls of this module.
    pub fn kept_letters(&self) -> Vec<Letter> {
        self.kept.lock().unwrap().clone()
    }

    async fn send_due_letters(&self, post: &mut Post) {
        loop {
            let before = self.waiting_letters().await;
            let sending = self.lifecycle.send_letter(&self.transport).await.unwrap();
            let sent = self.kept.lock().unwrap().pop();
            assert_eq!(sent.is_some(), sending == SendOutcome::Sent, "{sending:?}");
            if sending == SendOutcome::Nothing {
                return;
            }
            let after = self.waiting_letters().await;
            let gone: Vec<_> = before.iter().filter(|row| !after.contains(row)).collect();
            let [gone] = &gone[..] else { panic!("{sending:?} of {gone:?}") };
            let mail = self.mail(gone, sent);
            self.arrived.lock().unwrap().extend(mail.clone());
            post.0.extend(mail);
        }
    }

    async fn waiting_letters(&self) -> Vec<String> {
        self.rows("SELECT kind, created_at, id FROM signet_letters WHERE failed_at IS NULL").await
    }

    /// The letter that was sent for a deleted row, if one was sent.
    fn mail(&self, row: &str, sent: Option<Letter>) -> Option<Mail> {
        let mut values = row.split('|');
        let (kind, created_at) = (values.next().unwrap(), values.next().unwrap());
        // The worker may discard a letter unsent only if the letter is old. If an action makes a letter pointless, the
        // action has to delete it.
        let is_old = created_at.parse::<i64>().unwrap() + 3_600 < self.now().0;
        assert!(sent.is_some() || is_old, "{kind} was not taken back");
        let mail = Mail { kind: Kind::from_word(kind).unwrap(), letter: sent?, at: self.now() };
        let links = &mail.letter.links;
        assert!(links.iter().all(|link| link.starts_with(&self.lifecycle.policy.base_url)), "{links:?}");
        if let Some(url) = mail.url() {
            self.keep_secret(token_in(url));
        }
        Some(mail)
    }
}
