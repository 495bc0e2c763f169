//! Folders of single tests.

use tempfile::TempDir;

/// A new folder, removed when dropped. It is in memory if the machine has a file system there: on the disk, each commit
/// of a database would wait.
pub fn temporary_folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}
