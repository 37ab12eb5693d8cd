//! Snapshots: the size and the time of each file, by which a run finds, as Make
//! does, that nothing has changed, and leaves the rendered book as it is.

use crate::{Book, disk};
use anyhow::Result;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What a run found.
pub struct Snapshot {
    /// Where the last run noted what it found and left.
    note: PathBuf,
    /// What runs make.
    made: Vec<PathBuf>,
    found: u64,
}

impl Snapshot {
    /// All files of a book but those that runs make, in the folders `made`; the
    /// program; and what the environment says.
    pub fn take(book: &Book, made: Vec<PathBuf>) -> Snapshot {
        let mut hasher = DefaultHasher::new();
        book.compiled_from.hash(&mut hasher);
        let is_ours = |name: &str| name.starts_with("LIVE_") || name.starts_with("MDBOOK_");
        let variables = env::vars_os().filter(|(name, _)| is_ours(&name.to_string_lossy()));
        variables.collect::<Vec<_>>().hash(&mut hasher);
        if let Ok(program) = env::current_exe() {
            hash(&program, &[], &mut hasher);
        }
        let target = book.root.join("target");
        let skipped = [&[target.clone(), book.root.join(".git")], &*made].concat();
        hash(&book.root, &skipped, &mut hasher);
        Snapshot {
            note: target.join("binder/snapshot"),
            made,
            found: hasher.finish(),
        }
    }

    /// Whether the last run found the same, and what it left is there.
    pub fn is_current(&self) -> bool {
        let note = disk::read(&self.note).ok().flatten().unwrap_or_default();
        note.starts_with(&format!("{:x} ", self.found)) && note == self.noted()
    }

    /// Notes that all is made of what was found.
    ///
    /// # Errors
    ///
    /// If the disk refuses.
    pub fn keep(&self) -> Result<()> {
        disk::replace(&self.note, self.noted())
    }

    fn noted(&self) -> String {
        let mut hasher = DefaultHasher::new();
        for made in &self.made {
            hash(made, &[], &mut hasher);
        }
        format!("{:x} {:x}\n", self.found, hasher.finish())
    }
}

/// Hashes name, size and time of a file, or of each file in a folder.
fn hash(path: &Path, skipped: &[PathBuf], hasher: &mut DefaultHasher) {
    let Ok(of_file) = fs::metadata(path) else {
        return path.hash(hasher);
    };
    if disk::leads_up(path) {
        return;
    }
    if of_file.is_file() {
        return (path, of_file.len(), of_file.modified().ok()).hash(hasher);
    }
    let entries = disk::entries(path).unwrap_or_default();
    // So Cargo marks the folders in which it builds.
    if entries.iter().any(|entry| entry.ends_with("CACHEDIR.TAG")) {
        return;
    }
    for entry in entries.iter().filter(|entry| !skipped.contains(entry)) {
        hash(entry, skipped, hasher);
    }
}
