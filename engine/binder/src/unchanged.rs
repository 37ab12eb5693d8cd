//! Runs that find nothing changed: as Make they go by the size and the time of
//! each file, and leave the rendered book as it is.

use crate::{Book, disk};
use anyhow::Result;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// A run, with what it found.
pub struct Run {
    /// Where it notes what it found and left.
    note: PathBuf,
    /// What runs make.
    made: Vec<PathBuf>,
    found: u64,
}

impl Run {
    /// A run that makes the files and folders `made`, and goes by all others of
    /// the book, by the program, and by what the environment says.
    pub fn begin(book: &Book, made: Vec<PathBuf>) -> Run {
        let mut hasher = DefaultHasher::new();
        book.compiled_from.hash(&mut hasher);
        let variables =
            env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LIVE_"));
        variables.collect::<Vec<_>>().hash(&mut hasher);
        if let Ok(program) = env::current_exe() {
            hash(&program, &[], &mut hasher);
        }
        let target = book.root.join("target");
        let skipped = [&[target.clone(), book.root.join(".git")], &*made].concat();
        hash(&book.root, &skipped, &mut hasher);
        Run {
            note: target.join("binder/unchanged"),
            made,
            found: hasher.finish(),
        }
    }

    /// Whether the last run found the same, and what it left is there.
    pub fn is_done(&self) -> bool {
        let note = disk::read(&self.note).ok().flatten().unwrap_or_default();
        note.starts_with(&format!("{:x} ", self.found)) && note == self.noted()
    }

    /// Notes that the run has made all that it should.
    ///
    /// # Errors
    ///
    /// If the disk refuses.
    pub fn done(&self) -> Result<()> {
        disk::replace(&self.note, &self.noted())
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
    if of_file.is_file() {
        (path, of_file.len(), of_file.modified().ok()).hash(hasher);
    }
    let entries = disk::entries(path).unwrap_or_default();
    for entry in entries.iter().filter(|entry| !skipped.contains(entry)) {
        hash(entry, skipped, hasher);
    }
}
