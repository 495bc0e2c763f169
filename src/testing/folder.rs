//! Folders of single tests.

use tempfile::TempDir;

/// A new folder, removed when dropped. It is in memory if the machine has such a file system. On a disk, each commit of
/// a database would wait until the disk has stored it.
pub fn temporary_folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}
