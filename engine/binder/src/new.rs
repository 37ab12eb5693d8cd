//! New books: a folder with two pages and two listings, to begin with.

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;

/// A file of the template, by its path in the new book.
macro_rules! file {
    ($name:literal) => {
        file!($name, $name)
    };
    ($name:literal, $kept_as:literal) => {
        ($name, include_str!(concat!("../template/", $kept_as)))
    };
}

/// Manifests are kept under another name, or Cargo would take their folders for
/// packages.
const FILES: [(&str, &str); 17] = [
    file!("Cargo.toml", "manifest.toml"),
    file!(".gitignore", "gitignore"),
    file!("README.md"),
    file!("book.rs"),
    file!("book.toml"),
    file!("listings/Cargo.toml", "listings/manifest.toml"),
    file!("listings/build.rs"),
    file!("listings/lib.rs"),
    file!("listings/rustfmt.toml"),
    file!("listings/series/geometric.rs"),
    file!("listings/sums/gauss.rs"),
    file!("src/SUMMARY.md"),
    file!("src/answers.md"),
    file!("src/proofs.md"),
    file!("src/series.md"),
    file!("src/sums.md"),
    file!("tests/book.rs"),
];

/// Makes a book in a folder that is not there yet.
///
/// # Errors
///
/// If there is something of that name, or the disk refuses; nothing is then left.
pub fn new(folder: &Path) -> Result<()> {
    ensure!(
        fs::symlink_metadata(folder).is_err(),
        "{} is there already; name a folder that is not",
        folder.display()
    );
    let parent = match folder.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    // Beside its place, so that half a book is never there.
    let begun = tempfile::Builder::new()
        .prefix(".new-book-")
        .tempdir_in(parent)
        .with_context(|| format!("cannot make a folder in {}", parent.display()))?;
    let book = begun.path().join("book");
    for (name, text) in FILES {
        let place = book.join(name);
        let write = || {
            fs::create_dir_all(place.parent().unwrap_or(&book))?;
            fs::write(&place, text.replace("ENGINE", &engine()))
        };
        write().with_context(|| format!("cannot write {}", folder.join(name).display()))?;
    }
    fs::rename(&book, folder).with_context(|| format!("cannot make {}", folder.display()))
}

/// The folder of the engine, as manifests name it.
fn engine() -> String {
    let binder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let engine = binder.parent().unwrap_or(binder).display().to_string();
    engine.replace('\\', "/").replace('"', "\\\"")
}
