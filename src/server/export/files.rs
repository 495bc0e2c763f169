//! The folder of sealed exports: one file each, named by the export's id.
//!
//! A file is written under another name and renamed when it is complete, so that a reader never finds half of one.
//! The rows are the truth: a file without a row is left over from a crash, and the sweep removes it.

use std::{
    io::{self, ErrorKind},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use tokio::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::AsyncWriteExt,
};

use crate::domain::id::ExportId;

/// The ending of the name of an unfinished file.
const PART: &str = ".part";

/// The folder of sealed exports. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ExportFiles(PathBuf);

/// A file of the folder, as its name describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The export that it belongs to.
    pub id: ExportId,
    /// Whether it was complete when it got its name.
    pub is_whole: bool,
    name: String,
}

impl ExportFiles {
    /// The exports in `folder`, which need not exist yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Where the folder is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Writes an export's file, or replaces it; `part` keeps two writers apart.
    ///
    /// # Errors
    /// Any of the file system's. Then the folder has no file of that name, or the earlier one.
    pub async fn write(&self, id: &ExportId, part: &str, sealed: &[u8]) -> io::Result<()> {
        // No other user of the machine may read the folder, whatever the umask.
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0).await?;
        fs::set_permissions(&self.0, PermissionsExt::from_mode(0o700)).await?;
        let unfinished = self.0.join(format!("{id}.{part}{PART}"));
        fail::fail_point!("file");
        let written = write_whole(&unfinished, sealed).await;
        fail::fail_point!("file");
        let renamed = match written {
            Ok(()) => fs::rename(&unfinished, self.path(id)).await,
            Err(error) => Err(error),
        };
        if renamed.is_err() {
            // The sweep removes the file if this fails.
            let _ = fs::remove_file(&unfinished).await;
        }
        renamed?;
        fail::fail_point!("file");
        // The name is durable only once the folder is on the disk too.
        File::open(&self.0).await?.sync_all().await
    }

    /// An export's file; `None` when it is not there.
    ///
    /// # Errors
    /// Any other of the file system's.
    pub async fn read(&self, id: &ExportId) -> io::Result<Option<Vec<u8>>> {
        found(fs::read(self.path(id)).await)
    }

    /// Removes an export's file, if it is there.
    ///
    /// # Errors
    /// Any other of the file system's.
    pub async fn remove(&self, id: &ExportId) -> io::Result<()> {
        found(fs::remove_file(self.path(id)).await).map(drop)
    }

    /// Removes a file that [`ExportFiles::list`] found.
    ///
    /// # Errors
    /// Any of the file system's, except that the file is already gone.
    pub async fn remove_found(&self, file: &Found) -> io::Result<()> {
        found(fs::remove_file(self.0.join(&file.name)).await).map(drop)
    }

    /// Every file of an export in the folder; other files in it are not ours.
    ///
    /// # Errors
    /// Any of the file system's.
    pub async fn list(&self) -> io::Result<Vec<Found>> {
        let Some(mut folder) = found(fs::read_dir(&self.0).await)? else { return Ok(Vec::new()) };
        let mut files = Vec::new();
        while let Some(entry) = folder.next_entry().await? {
            files.extend(entry.file_name().to_str().and_then(Found::read));
        }
        Ok(files)
    }

    fn path(&self, id: &ExportId) -> PathBuf {
        self.0.join(id.as_str())
    }
}

impl Found {
    fn read(name: &str) -> Option<Self> {
        let (id, is_whole) = match name.split_once('.') {
            Some((id, rest)) => (rest.ends_with(PART).then_some(id)?, false),
            None => (name, true),
        };
        Some(Self { id: ExportId::parse(id)?, is_whole, name: name.to_owned() })
    }
}

/// Writes a file that only this program's user may read, and that is on the disk when this returns.
async fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).await?;
    file.write_all(bytes).await?;
    // tokio writes in the background, and only `flush` says whether that worked: `sync_all` of a file that found no room
    // on the disk succeeds.
    file.flush().await?;
    file.sync_all().await
}

fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_exports_are_found() {
        let id = "ab".repeat(16);
        let read = |name: &str| Found::read(name).map(|file| (file.id.to_string(), file.is_whole));
        assert_eq!(read(&id), Some((id.clone(), true)));
        assert_eq!(read(&format!("{id}.0123{PART}")), Some((id.clone(), false)));
        for other in ["", ".part", "signet.db", "secret.key", &format!("{id}.txt"), &id[1..], &format!("{id}.")] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[tokio::test]
    async fn a_file_is_replaced_whole_and_read_by_nobody_else() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("exports");
        let (files, id) = (ExportFiles::new(folder.clone()), ExportId::from_random([1; 16]));
        assert_eq!(files.read(&id).await.unwrap(), None);
        assert_eq!(files.list().await.unwrap(), []);
        files.remove(&id).await.unwrap();
        for bytes in [&b"one"[..], b"another"] {
            files.write(&id, "00", bytes).await.unwrap();
            assert_eq!(files.read(&id).await.unwrap().as_deref(), Some(bytes));
        }
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join(id.as_str()))), (0o700, 0o600));
        assert_eq!(files.list().await.unwrap().len(), 1, "nothing unfinished stays");
        files.remove(&id).await.unwrap();
        assert_eq!(files.list().await.unwrap(), []);
    }

    #[tokio::test]
    async fn what_cannot_be_written_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let blocked = home.path().join("exports");
        std::fs::write(&blocked, "a file where the folder should be").unwrap();
        let files = ExportFiles::new(blocked);
        assert!(files.write(&ExportId::from_random([1; 16]), "00", b"one").await.is_err());
        assert!(files.list().await.is_err());
    }
}
