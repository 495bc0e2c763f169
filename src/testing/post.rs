//! The letters that have arrived.

use crate::{
    domain::{outbox::Kind, time::Timestamp},
    server::mail::Letter,
};

/// A letter that has arrived.
#[derive(Clone)]
pub struct Mail {
    /// Its kind.
    pub kind: Kind,
    /// The letter.
    pub letter: Letter,
    /// When it arrived, by the clock of the application.
    pub at: Timestamp,
}

/// The letters that arrived, in no particular order.
#[derive(Default)]
pub struct Post(pub Vec<Mail>);

impl Mail {
    /// `kind to recipient`.
    pub fn words(&self) -> String {
        format!("{} to {}", self.kind.word(), self.letter.to)
    }

    /// The link in the letter, if it has one.
    pub fn url(&self) -> Option<&str> {
        let purpose = self.kind.link()?;
        let link = self.letter.links.first().unwrap();
        let is_own = link.contains(purpose.path());
        // A row of an earlier version has no link.
        assert!(is_own || self.kind == Kind::DeletionScheduled, "{link}");
        is_own.then_some(link)
    }
}

/// The token at the end of a link.
pub fn token_in(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

impl Post {
    /// `kind to recipient` of every letter, sorted.
    pub fn words(&self) -> Vec<String> {
        let mut words: Vec<_> = self.0.iter().map(Mail::words).collect();
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
