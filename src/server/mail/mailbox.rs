//! The development mailbox: a folder that letters are put into instead of being sent.
//!
//! Any number of processes may share the folder. A letter appears whole or not at all,
//! and none is ever overwritten.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Letter, date};
use crate::domain::time::Timestamp;

/// How many letters are kept; older ones are removed (behaviour: `/dev/mailbox`).
const CAPACITY: usize = 500;

/// A folder with one JSON file for each letter.
#[derive(Clone, Debug)]
pub struct Mailbox {
    folder: PathBuf,
}

/// A letter as `/dev/mailbox.json` gives it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailed {
    /// The recipient.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// Every link, what the letter is for first.
    pub links: Vec<String>,
    /// When it was sent (RFC 3339, UTC).
    pub sent_at: String,
}

impl Mailbox {
    /// A mailbox in `folder`, which is made when the first letter comes.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Puts a letter in, and removes the oldest ones over the limit of 500.
    ///
    /// # Errors
    /// When the folder cannot be made or written.
    pub async fn put(&self, letter: &Letter, now: Timestamp) -> io::Result<()> {
        let mailed = Mailed {
            to: letter.to.clone(),
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            html: letter.html.clone(),
            links: letter.links.clone(),
            sent_at: date::rfc3339(now),
        };
        let folder = self.folder.clone();
        let task = tokio::task::spawn_blocking(move || put(&folder, &mailed));
        task.await.map_err(io::Error::other)?
    }

    /// Every letter, newest first. A folder that is not there yet is an empty mailbox.
    ///
    /// # Errors
    /// When the folder or a letter in it cannot be read.
    pub async fn read(&self) -> io::Result<Vec<Mailed>> {
        let folder = self.folder.clone();
        let task = tokio::task::spawn_blocking(move || read(&folder));
        task.await.map_err(io::Error::other)?
    }
}

fn put(folder: &Path, mailed: &Mailed) -> io::Result<()> {
    // The letters hold working links: nobody else on the machine has business with them.
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = write_draft(folder, &serde_json::to_vec_pretty(mailed)?)?;
    let numbered = number(folder, &draft);
    // A draft that stays behind is in nobody's way, and the letter is in the mailbox.
    let _ = fs::remove_file(&draft);
    numbered?;
    remove_oldest(folder)
}

fn read(folder: &Path) -> io::Result<Vec<Mailed>> {
    let mut letters = Vec::new();
    for number in numbers(folder)?.into_iter().rev() {
        match fs::read(file(folder, number)) {
            Ok(json) => letters.push(serde_json::from_slice(&json)?),
            // Another process has just removed it as one too many.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(letters)
}

/// Writes the letter under a name of its own that readers pass over.
fn write_draft(folder: &Path, json: &[u8]) -> io::Result<PathBuf> {
    for attempt in 0_u64.. {
        let path = folder.join(format!("draft-{}-{attempt}", std::process::id()));
        match fs::File::create_new(&path) {
            Ok(mut file) => return file.write_all(json).map(|()| path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// Gives the draft the next free number. Linking is renaming that refuses to replace, so
/// two processes cannot take the same number, and the order of the names is the order in
/// which letters came, also within one second.
fn number(folder: &Path, draft: &Path) -> io::Result<()> {
    let newest = numbers(folder)?.last().copied().unwrap_or(0);
    for next in newest + 1.. {
        match fs::hard_link(draft, file(folder, next)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            linked => return linked,
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn remove_oldest(folder: &Path) -> io::Result<()> {
    let numbers = numbers(folder)?;
    let surplus = numbers.len().saturating_sub(CAPACITY);
    for number in numbers.into_iter().take(surplus) {
        match fs::remove_file(file(folder, number)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The numbers of the letters, oldest first.
fn numbers(folder: &Path) -> io::Result<Vec<u64>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut numbers = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        let stem = name.to_str().and_then(|name| name.strip_suffix(".json"));
        numbers.extend(stem.and_then(|stem| stem.parse::<u64>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

fn file(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:012}.json"))
}

#[cfg(test)]
mod tests;
