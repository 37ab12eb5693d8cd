//! One run at a time: two would take each other's unfinished files away.

use crate::disk;
use anyhow::{Context, Result};
use std::fs::{self, File, TryLockError};
use std::path::Path;

/// Waits until no other run is at work on the book in `root`, and keeps others
/// waiting until it is dropped.
///
/// # Errors
///
/// If the file cannot be made that is locked.
pub fn lock(root: &Path) -> Result<File> {
    let folder = root.join("target/binder");
    let path = folder.join("lock");
    let open = || -> std::io::Result<File> {
        fs::create_dir_all(&folder)?;
        File::create(&path)
    };
    let cannot = || format!("cannot lock {}", path.display());
    let file = open().with_context(cannot)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("Another run is at work, waiting");
            file.lock().with_context(cannot)?;
        }
        Err(TryLockError::Error(error)) => return Err(error).with_context(cannot),
    }
    disk::remove_unfinished(&folder)?;
    Ok(file)
}
