//! What the worker does, when a test says so, and the letters that come of it.

use signet::{
    domain::{
        id::{LetterId, UserId},
        outbox::Kind,
    },
    server::{lifecycle::outbox::Sending, mail::Letter},
};

use super::TestApp;

/// A letter that arrived.
pub struct Mail {
    /// Which.
    pub kind: Kind,
    /// The letter.
    pub letter: Letter,
}

/// The letters that arrived, in no particular order.
#[derive(Default)]
pub struct Post(pub Vec<Mail>);

impl TestApp {
    /// Does all that is due: prepares exports, executes deletions, sends letters. The letters that were sent.
    ///
    /// Looks on the way that jobs and rows agree, and that no secret is in the database.
    pub async fn deliver(&self) -> Post {
        self.jobs_and_rows_agree().await;
        self.holds_no_secret().await;
        let mut post = Post::default();
        self.send_due_letters(&mut post).await;
        let due = self.lifecycle.due(self.now()).await.unwrap();
        for (export, job) in due.exports {
            self.take_job(&job).await;
            self.lifecycle.build_export(&export).await.unwrap();
        }
        for (user, job) in due.deletions {
            self.execute(&user, &job).await;
        }
        self.send_due_letters(&mut post).await;
        self.jobs_and_rows_agree().await;
        self.holds_no_secret().await;
        post
    }

    /// Throws away what is due and what was recorded, so that a test sees only its own.
    pub async fn settle(&self) {
        self.deliver().await;
        self.news().await;
    }

    async fn send_due_letters(&self, post: &mut Post) {
        let letters = self.lifecycle.due(self.now()).await.unwrap().letters;
        for (id, job) in letters {
            post.0.extend(self.send(&id, &job).await);
        }
    }

    async fn send(&self, id: &LetterId, job: &str) -> Option<Mail> {
        self.take_job(job).await;
        let row = self.rows(&format!("SELECT kind, created_at FROM signet_letters WHERE id = '{id}'")).await.remove(0);
        let (kind, created_at) = row.split_once('|').unwrap();
        let sending = self.lifecycle.send_letter(id, &self.transport).await.unwrap();
        let sent = self.kept.lock().unwrap().pop();
        assert_eq!(sent.is_some(), sending == Sending::Sent, "{sending:?}");
        // A letter with nothing to say was overtaken by time, or else was to be taken back with what it says.
        let is_old = created_at.parse::<i64>().unwrap() + 3_600 < self.now().0;
        assert!(sent.is_some() || is_old, "{kind} was not taken back");
        let kind = Kind::from_word(kind).unwrap();
        let mail = sent.map(|letter| Mail { kind, letter })?;
        if let Some(url) = mail.url() {
            self.keep_secret(token_in(url));
        }
        Some(mail)
    }

    async fn execute(&self, user: &UserId, job: &str) {
        self.take_job(job).await;
        self.lifecycle.execute_deletion(user).await.unwrap();
    }

    /// Takes a job off the queue, which it must be on.
    async fn take_job(&self, job: &str) {
        let mut tx = self.lifecycle.db.begin().await.unwrap();
        assert!(tx.job_is_live(job).await.unwrap(), "no job {job}");
        assert!(tx.kill_job(job).await.unwrap());
        tx.commit().await.unwrap();
    }
}

impl Mail {
    /// The link that the letter is for, if it is for one.
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
    /// As [`TestApp::deliver`], after a deletion that was executed without its job.
    pub async fn deliver_what_is_left(&self) -> Post {
        let mut post = Post::default();
        self.send_due_letters(&mut post).await;
        post
    }
}

impl TestApp {
    /// Every letter that was sent and not yet looked at.
    pub fn kept_letters(&self) -> Vec<Letter> {
        self.kept.lock().unwrap().clone()
    }
}
