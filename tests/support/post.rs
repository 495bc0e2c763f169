//! The worker's jobs, run when a test says so, and the letters that they send.

use signet::{
    domain::outbox::Kind,
    server::{
        lifecycle::{deletion::Execution, export::Building, outbox::SendOutcome},
        mail::Letter,
    },
};

use super::TestApp;

/// A letter that arrived.
pub struct Mail {
    /// Its kind.
    pub kind: Kind,
    /// The letter.
    pub letter: Letter,
}

/// The letters that arrived, in no particular order.
#[derive(Default)]
pub struct Post(pub Vec<Mail>);

impl TestApp {
    /// Does everything that is due: prepares exports, executes deletions, sends letters. Returns the sent letters.
    ///
    /// Checks on the way that no row stays claimed, and that the database contains no secret.
    pub async fn deliver(&self) -> Post {
        self.nothing_is_in_hand().await;
        let post = self.deliver_beside_others().await;
        self.nothing_is_in_hand().await;
        post
    }

    /// The same where another process, perhaps a dead one, has claimed a row.
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

    /// Discards due letters and recorded events, so that a test sees only its own.
    pub async fn settle(&self) {
        self.deliver().await;
        self.news().await;
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
            post.0.extend(self.mail(gone, sent));
        }
    }

    async fn waiting_letters(&self) -> Vec<String> {
        self.rows("SELECT kind, created_at, id FROM signet_letters WHERE failed_at IS NULL").await
    }

    /// The sent letter for this row, which is gone.
    fn mail(&self, row: &str, sent: Option<Letter>) -> Option<Mail> {
        let mut values = row.split('|');
        let (kind, created_at) = (values.next().unwrap(), values.next().unwrap());
        // An unsent letter must be old: an action that ends the subject of a letter deletes the letter.
        let is_old = created_at.parse::<i64>().unwrap() + 3_600 < self.now().0;
        assert!(sent.is_some() || is_old, "{kind} was not taken back");
        let mail = Mail { kind: Kind::from_word(kind).unwrap(), letter: sent? };
        if let Some(url) = mail.url() {
            self.keep_secret(token_in(url));
        }
        Some(mail)
    }
}

impl Mail {
    /// The link in the letter, if it has one.
    pub fn url(&self) -> Option<&str> {
        let purpose = self.kind.link()?;
        let link = self.letter.links.first().unwrap();
        assert!(link.starts_with(&format!("{}{}", super::BASE_URL, purpose.path())), "{link}");
        Some(link)
    }
}

/// The token at the end of a link.
pub fn token_in(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

impl Post {
    /// `kind to recipient` of every letter, sorted.
    pub fn words(&self) -> Vec<String> {
        let word = |mail: &Mail| format!("{} to {}", mail.kind.word(), mail.letter.to);
        let mut words: Vec<_> = self.0.iter().map(word).collect();
        words.sort();
        words
    }

    /// The kinds of the letters.
    pub fn kinds(&self) -> Vec<Kind> {
        self.0.iter().map(|mail| mail.kind).collect()
    }

    /// The one letter of a kind.
    pub fn the(&self, kind: Kind) -> &Mail {
        let mut of_kind = self.0.iter().filter(|mail| mail.kind == kind);
        let found = of_kind.next().unwrap_or_else(|| panic!("no {} in {:?}", kind.word(), self.words()));
        assert!(of_kind.next().is_none(), "two of them: {:?}", self.words());
        found
    }

    /// The token in the link of the one letter of a kind.
    pub fn token(&self, kind: Kind) -> String {
        token_in(self.the(kind).url().unwrap()).to_owned()
    }
}

impl TestApp {
    /// As [`TestApp::deliver`], but does nothing else that is due.
    pub async fn deliver_what_is_left(&self) -> Post {
        let mut post = Post::default();
        self.send_due_letters(&mut post).await;
        post
    }
}

impl TestApp {
    /// Every letter that was sent and not yet read.
    pub fn kept_letters(&self) -> Vec<Letter> {
        self.kept.lock().unwrap().clone()
    }
}
