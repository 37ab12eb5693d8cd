//! Writes down what the listings are compiled from, so that the binder can tell
//! which of them a change may concern.
//!
//! Cargo knows the compiler, the profile and the versions and features of the
//! dependencies, and folds them into the identity of this crate (see `build` in
//! `lib.rs`). What it does not fold in is the content of files, and the flags
//! given to the compiler: those are listed here, each file with a hash.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Folders and files, from the book's root, that the outputs can depend on.
const INPUTS: [&str; 5] = [
    "listings",
    "training",
    "engine/notebook",
    "Cargo.toml",
    "Cargo.lock",
];

fn main() -> io::Result<()> {
    let root = Path::new("..");
    let mut files = Vec::new();
    for input in INPUTS {
        println!("cargo::rerun-if-changed={}", root.join(input).display());
        collect(&root.join(input), &mut files)?;
    }
    files.sort();
    let mut list = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file);
        let name = name.to_string_lossy().replace('\\', "/");
        list += &format!("    ({name:?}, {}),\n", hash(&fs::read(&file)?));
    }
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    list +=
        &format!("    (\"compiler flags\", {}),\n]\n", hash(flags.as_bytes()));
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("files.rs"), list)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_file() {
        files.push(path.to_path_buf());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}
