//! Makes a list of breached passwords out of the public one.

use std::{
    fs::{self, File, Permissions},
    io::{self, BufRead, BufWriter, Read, Seek, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use thiserror::Error;

use super::{ENTRY, HEADER, Header};

/// The hexadecimal digits of a SHA-1.
const DIGITS: usize = 40;
/// No line is longer: 40 digits, a colon, a number and the end of the line.
const LONGEST: u64 = 64;
/// Everybody may read the list, because it is public: the user who makes it is often not the user that serves.
const MODE: u32 = 0o644;

/// Why a list was not made. What was there before is unchanged.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The file system refused something.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// A line has another form.
    #[error("line {0}: not a SHA-1 in 40 hexadecimal digits, a colon and a number")]
    Line(u64),
    /// The lines are not sorted.
    #[error("line {0}: comes before the line above it; accepted: lines sorted by hash")]
    Order(u64),
    /// There is no line.
    #[error("there is no hash in it")]
    Empty,
}

/// Reads lines `HASH:COUNT`, sorted by hash, and writes the list to `out`, which appears when it is complete. Holds
/// no more than a line in memory. Returns the number of the list's entries.
///
/// # Errors
/// [`BuildError`].
pub fn build(lines: impl BufRead, out: &Path) -> Result<u64, BuildError> {
    let unfinished = beside(out);
    let built = write(lines, &unfinished).and_then(|count| {
        fs::rename(&unfinished, out)?;
        Ok(count)
    });
    if built.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    let count = built?;
    // The name is durable only once the folder is on the disk too.
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()?;
    Ok(count)
}

/// The name of the file until it is complete.
fn beside(out: &Path) -> PathBuf {
    let mut name = out.as_os_str().to_owned();
    name.push(".unfinished");
    name.into()
}

fn write(mut lines: impl BufRead, path: &Path) -> Result<u64, BuildError> {
    // A name that a link in a shared folder already has must not lead elsewhere.
    let _ = fs::remove_file(path);
    let file = File::create_new(path)?;
    file.set_permissions(Permissions::from_mode(MODE))?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    out.write_all(&[0; HEADER])?;
    let mut checksum = crc32fast::Hasher::new();
    let (mut count, mut number) = (0, 0);
    let mut before: Option<[u8; DIGITS / 2]> = None;
    let mut line = Vec::new();
    while read_line(&mut lines, &mut line)? {
        number += 1;
        let hash = hash(&line).ok_or(BuildError::Line(number))?;
        if before.is_some_and(|before| before > hash) {
            return Err(BuildError::Order(number));
        }
        // Two hashes may begin alike.
        if before.is_none_or(|before| before[..ENTRY] != hash[..ENTRY]) {
            out.write_all(&hash[..ENTRY])?;
            checksum.update(&hash[..ENTRY]);
            count += 1;
        }
        before = Some(hash);
    }
    if count == 0 {
        return Err(BuildError::Empty);
    }
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    file.write_all(&Header { count, checksum: checksum.finalize() }.write())?;
    file.sync_all()?;
    Ok(count)
}

/// Reads the next line without its end. A line that is too long is cut, so that [`hash`] refuses it.
fn read_line(lines: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    if lines.by_ref().take(LONGEST).read_until(b'\n', line)? == 0 {
        return Ok(false);
    }
    for end in [b'\n', b'\r'] {
        if line.last() == Some(&end) {
            line.pop();
        }
    }
    Ok(true)
}

/// The hash of a line `HASH:COUNT`.
fn hash(line: &[u8]) -> Option<[u8; DIGITS / 2]> {
    let (digits, rest) = line.split_at_checked(DIGITS)?;
    let count = rest.strip_prefix(b":")?;
    if count.is_empty() || !count.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let mut hash = [0; DIGITS / 2];
    for (byte, [high, low]) in hash.iter_mut().zip(digits.as_chunks().0) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(hash)
}

fn digit(character: u8) -> Option<u8> {
    u8::try_from(char::from(character).to_digit(16)?).ok()
}
