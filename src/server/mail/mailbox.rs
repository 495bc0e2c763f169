//! The development mailbox: a folder that receives letters instead of a mail server.
//!
//! Several processes may share the folder. A reader sees a letter whole or not at all, and a letter is never
//! overwritten.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::Letter;
use crate::domain::time::{Timestamp, rfc3339};

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

    /// The folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
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
            sent_at: rfc3339(now),
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
    let json = serde_json::to_vec_pretty(mailed)?;
    let newest = numbers(folder)?.last().copied().unwrap_or(0);
    for number in newest + 1.. {
        if write(folder, number, &json)? {
            break;
        }
    }
    remove_oldest(folder)
}

/// Writes the letter as a draft, which readers ignore, and then gives it its name. Returns `false` if the number is
/// taken, by another writer or by a draft that a crash has left. The numbers are in the order in which writers begin,
/// also within one second.
fn write(folder: &Path, number: u64, json: &[u8]) -> io::Result<bool> {
    let (draft, letter) = (folder.join(format!("{number:012}.draft")), file(folder, number));
    let mut file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(false),
        file => file?,
    };
    // Only the writer that made the draft gives the letter its name, so after this check no other writer does.
    let is_taken = letter.try_exists()?;
    let written = if is_taken { Ok(()) } else { file.write_all(json).and_then(|()| fs::rename(&draft, letter)) };
    if is_taken || written.is_err() {
        fs::remove_file(draft)?;
    }
    written.map(|()| !is_taken)
}

fn read(folder: &Path) -> io::Result<Vec<Mailed>> {
    let mut letters = Vec::new();
    for number in numbers(folder)?.into_iter().rev() {
        match fs::read(file(folder, number)) {
            Ok(json) => letters.push(serde_json::from_slice(&json)?),
            // Another process has just removed the letter, to stay within the limit.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(letters)
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
