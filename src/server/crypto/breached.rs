//! Lists of passwords that are known from data breaches: a small one within the program, and one that is a file on
//! this machine. No password, and no part of its hash, leaves the process.
//!
//! The file holds the first six bytes of the SHA-1 of each password, in order, after a header. It is read where a
//! search needs it and not as a whole: the public list of 10^9 hashes takes 6 GB, and a search reads some three pages
//! of them. A filter would be smaller by two thirds, but the libraries for filters build and hold it in memory. Among
//! 10^9 hashes, a password that is not in the list is taken for one that is with a probability of 4 in a million.

pub mod build;

use std::{
    fs::File,
    io::{self, Read},
    os::unix::fs::FileExt,
    path::Path,
    sync::Arc,
};

use sha1::{Digest, Sha1};
use thiserror::Error;

/// The bytes of a hash that the file holds.
const ENTRY: usize = 6;
/// The bytes with which every file begins.
const MAGIC: [u8; 8] = *b"signetbp";
/// The version of the format.
const VERSION: u32 = 1;
/// The bytes of the header.
const HEADER: usize = 28;
/// How many entries a search reads at a time: 3 kB, so about one page of the file.
const BLOCK: usize = 512;

/// The 10,000 most common passwords of 12 characters or more; `README.md` beside it says whose list this is.
static COMMON: &[u8] = include_bytes!("breached/common.list");

/// An open list. Cheap to clone. It keeps the file open, so a file that is replaced is read from the next start on.
#[derive(Clone, Debug)]
pub struct BreachedList {
    source: Source,
    count: u64,
}

#[derive(Clone, Debug)]
enum Source {
    File(Arc<File>),
    Program(&'static [u8]),
}

/// Why a file cannot be used as a list.
#[derive(Debug, Error)]
pub enum ListError {
    /// The file cannot be read.
    #[error("cannot be read ({0})")]
    Io(#[from] io::Error),
    /// The file is something else.
    #[error("is no list of breached passwords")]
    Foreign,
    /// Another version of Signet made the file.
    #[error("has the format {0}, which this version of Signet does not read")]
    Version(u32),
    /// The file is not as long as its header says.
    #[error("is cut short or damaged: it has {found} bytes and should have {expected}")]
    Length {
        /// The length of the file.
        found: u64,
        /// The length that the header promises.
        expected: u64,
    },
    /// The entries are not those that the file was made with.
    #[error("is damaged: its checksum is wrong")]
    Damaged,
}

/// What a file says about itself: magic, version, number of entries, CRC-32 of the entries, and CRC-32 of all this;
/// numbers in little-endian order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    count: u64,
    checksum: u32,
}

/// Where the hash may still be: between two entries, whose hashes are known.
struct Bounds {
    from: u64,
    to: u64,
    low: u64,
    high: u64,
}

impl BreachedList {
    /// The list of common passwords within the program.
    #[must_use]
    pub const fn common() -> Self {
        Self { source: Source::Program(COMMON), count: ((COMMON.len() - HEADER) / ENTRY) as u64 }
    }

    /// Opens a list, and checks its header and its length. [`BreachedList::verify`] checks the rest, which takes some
    /// seconds for a large file.
    ///
    /// # Errors
    /// [`ListError`].
    pub fn open(path: &Path) -> Result<Self, ListError> {
        let (file, header) = open(path)?;
        Ok(Self { source: Source::File(Arc::new(file)), count: header.count })
    }

    /// Reads a whole list, and compares it with its checksum. Returns the number of its entries.
    ///
    /// # Errors
    /// [`ListError`].
    pub fn verify(path: &Path) -> Result<u64, ListError> {
        let (mut file, header) = open(path)?;
        let mut checksum = crc32fast::Hasher::new();
        let mut buffer = vec![0; 1 << 20];
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                read => checksum.update(&buffer[..read]),
            }
        }
        if checksum.finalize() != header.checksum {
            return Err(ListError::Damaged);
        }
        Ok(header.count)
    }

    /// Whether the list contains a password in its normal form.
    ///
    /// # Errors
    /// Those of reading the file.
    pub fn contains(&self, normal_password: &str) -> io::Result<bool> {
        let hash: [u8; 20] = Sha1::digest(normal_password.as_bytes()).into();
        self.contains_hash(number(&hash[..ENTRY]))
    }

    /// Looks where the hash should be if hashes are spread evenly, which they are; every second time in the middle,
    /// so that a file with other hashes is searched in a few steps too.
    fn contains_hash(&self, hash: u64) -> io::Result<bool> {
        let mut left = Bounds { from: 0, to: self.count, low: 0, high: (1 << (8 * ENTRY)) - 1 };
        let mut block = [0; BLOCK * ENTRY];
        let mut is_even = true;
        while left.from < left.to {
            let (from, to) = left.around(hash, is_even);
            let entries = &mut block[..bytes(to - from)];
            self.source.read(entries, (HEADER as u64) + from * (ENTRY as u64))?;
            let (entries, _) = entries.as_chunks::<ENTRY>();
            let [first, .., last] = entries else {
                return Ok(entries.iter().any(|entry| number(entry) == hash));
            };
            let (first, last) = (number(first), number(last));
            if hash < first {
                (left.to, left.high) = (from, first);
            } else if hash > last {
                (left.from, left.low) = (to, last);
            } else {
                return Ok(entries.binary_search_by_key(&hash, |entry| number(entry)).is_ok());
            }
            is_even = !is_even;
        }
        Ok(false)
    }
}

impl Source {
    /// Fills `buffer` with the bytes from `offset` on.
    fn read(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        match self {
            Self::File(file) => file.read_exact_at(buffer, offset),
            Self::Program(bytes) => {
                bytes.get(usize::try_from(offset).unwrap_or(usize::MAX)..).unwrap_or_default().read_exact(buffer)
            }
        }
    }
}

impl Bounds {
    /// The entries to read next.
    fn around(&self, hash: u64, is_even: bool) -> (u64, u64) {
        let entries = self.to - self.from;
        let share = u128::from(hash.saturating_sub(self.low)) * u128::from(entries);
        let by_value = share.checked_div(u128::from(self.high.saturating_sub(self.low))).unwrap_or(0);
        let guess = if is_even { by_value } else { u128::from(entries / 2) };
        let guess = self.from + u64::try_from(guess).unwrap_or(entries).min(entries);
        let block = BLOCK as u64;
        let latest = self.to.saturating_sub(block).max(self.from);
        let from = guess.saturating_sub(block / 2).clamp(self.from, latest);
        (from, self.to.min(from + block))
    }
}

impl Header {
    fn write(self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[12..20].copy_from_slice(&self.count.to_le_bytes());
        bytes[20..24].copy_from_slice(&self.checksum.to_le_bytes());
        let checksum = crc32fast::hash(&bytes[..24]);
        bytes[24..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    fn read(bytes: &[u8; HEADER]) -> Result<Self, ListError> {
        let four = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        if !bytes.starts_with(&MAGIC) || crc32fast::hash(&bytes[..24]) != four(24) {
            return Err(ListError::Foreign);
        }
        if four(8) != VERSION {
            return Err(ListError::Version(four(8)));
        }
        Ok(Self { count: u64::from(four(12)) | u64::from(four(16)) << 32, checksum: four(20) })
    }
}

/// Opens a file, and reads its header. The file is left at its first entry.
fn open(path: &Path) -> Result<(File, Header), ListError> {
    let mut file = File::open(path)?;
    let found = file.metadata()?.len();
    if found < HEADER as u64 {
        return Err(ListError::Foreign);
    }
    let mut bytes = [0; HEADER];
    file.read_exact(&mut bytes)?;
    let header = Header::read(&bytes)?;
    let expected = header.count.saturating_mul(ENTRY as u64).saturating_add(HEADER as u64);
    if found != expected {
        return Err(ListError::Length { found, expected });
    }
    Ok((file, header))
}

/// The number of which these bytes are the digits, so that numbers compare as hashes do.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The bytes of at most [`BLOCK`] entries.
fn bytes(entries: u64) -> usize {
    usize::try_from(entries).map_or(0, |entries| entries * ENTRY)
}

#[cfg(test)]
mod tests;
