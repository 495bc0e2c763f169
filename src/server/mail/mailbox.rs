//! The development mailbox: a folder that receives letters instead of a mail server.
//!
//! Several processes may share the folder. A reader sees a letter whole or not at all, and a letter is never
//! overwritten.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};

use super::{Letter, date};
use crate::domain::time::Timestamp;

/// How many letters the mailbox keeps; older ones are removed (behaviour: `/dev/mailbox`).
const CAPACITY: usize = 500;

/// A folder with one JSON file for each letter.
#[derive(Clone, Debug)]
pub struct Mailbox {
    folder: PathBuf,
}

/// A letter in `/dev/mailbox.json`.
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
    /// Every link; the letter's main link comes first.
    pub links: Vec<String>,
    /// When it was sent (RFC 3339, UTC).
    pub sent_at: String,
}

impl Mailbox {
    /// A mailbox in `folder`, which the first letter creates.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Puts a letter in, and removes the oldest ones over the limit of 500.
    ///
    /// # Errors
    /// [`io::Error`] if the folder cannot be created or written.
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

    /// Every letter, newest first. A folder that does not exist is an empty mailbox.
    ///
    /// # Errors
    /// [`io::Error`] if the folder or a letter in it cannot be read.
    pub async fn read(&self) -> io::Result<Vec<Mailed>> {
        let folder = self.folder.clone();
        let task = tokio::task::spawn_blocking(move || read(&folder));
        task.await.map_err(io::Error::other)?
    }
}

fn put(folder: &Path, mailed: &Mailed) -> io::Result<()> {
    // The letters contain working links, so other users of the machine must not read them.
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = folder.join(format!("{}.draft", new_name()));
    // Readers ignore drafts, so they never see half a letter.
    let written = fs::File::create_new(&draft)
        .and_then(|mut file| file.write_all(&serde_json::to_vec_pretty(mailed)?))
        .and_then(|()| fs::rename(&draft, draft.with_extension("json")));
    if written.is_err() {
        // The error that is returned says more than one of this attempt to tidy up.
        let _ = fs::remove_file(&draft);
    }
    written?;
    remove_oldest(folder)
}

/// The time, by which names sort in the order of arrival, and a random number, so that no two writers meet.
fn new_name() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{:020}-{:016x}", now.as_nanos(), rand::random::<u64>())
}

fn read(folder: &Path) -> io::Result<Vec<Mailed>> {
    let mut letters = Vec::new();
    for file in files(folder)?.into_iter().rev() {
        match fs::read(file) {
            Ok(json) => letters.push(serde_json::from_slice(&json)?),
            // Another process has just removed the letter, to stay within the limit.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(letters)
}

fn remove_oldest(folder: &Path) -> io::Result<()> {
    let files = files(folder)?;
    let surplus = files.len().saturating_sub(CAPACITY);
    for file in files.into_iter().take(surplus) {
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// The files of the letters, oldest first.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort_unstable();
    Ok(files)
}

#[cfg(test)]
mod tests;
