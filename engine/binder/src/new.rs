//! New books: a folder with two chapters and two listings, to begin with.

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
            fs::write(&place, with_engine(text))
        };
        write().with_context(|| format!("cannot write {}", folder.join(name).display()))?;
    }
    fs::rename(&book, folder).with_context(|| format!("cannot make {}", folder.display()))
}

/// A file of the template, with where the packages of the engine are in the place
/// of `ENGINE/<folder>`.
fn with_engine(text: &str) -> String {
    let binder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let engine = binder.parent().unwrap_or(binder);
    ["binder", "notebook", "build"]
        .iter()
        .fold(text.to_string(), |text, folder| {
            text.replace(&format!("ENGINE/{folder}"), &found_at(&engine.join(folder)))
        })
}

/// Where a manifest finds a package of the engine: in its folder, if all lie side by
/// side as in the repository; if this one came from the registry, there.
fn found_at(folder: &Path) -> String {
    if !folder.join("Cargo.toml").is_file() {
        return format!("version = \"{}\"", env!("CARGO_PKG_VERSION"));
    }
    let folder = folder.display().to_string();
    let folder = folder.replace('\\', "/").replace('"', "\\\"");
    format!("path = \"{folder}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_found_in_its_folder_or_in_the_registry() {
        let engine = tempfile::tempdir().unwrap();
        let folder = engine.path().join("binder");
        let version = concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"");
        assert_eq!(found_at(&folder), version);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("Cargo.toml"), "").unwrap();
        let path = folder.display().to_string().replace('\\', "/");
        assert_eq!(found_at(&folder), format!("path = \"{path}\""));
    }
}
