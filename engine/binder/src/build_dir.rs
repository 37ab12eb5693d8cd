//! The folder of the rendered book: replaced as a whole, and only if it is known
//! to be one.

use crate::{disk, generated, store};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Where the rendered book stands, or will.
pub struct BuildDir {
    place: PathBuf,
}

impl BuildDir {
    /// The folder `build_dir` of the book in `root`, whose pages lie in the first
    /// of the folders `sources`, and its code in the others.
    ///
    /// # Errors
    ///
    /// If rendering there would take anything but a rendered book away.
    pub fn new(root: &Path, build_dir: &Path, sources: &[PathBuf]) -> Result<BuildDir> {
        let root = real(root);
        let place = real(&root.join(build_dir));
        let others = [
            "book.toml",
            ".git",
            "Cargo.toml",
            "theme",
            generated::FOLDER,
            store::FOLDER,
        ];
        let others = others.iter().map(PathBuf::from);
        for other in others.chain(sources.iter().cloned()) {
            if real(&root.join(&other)).starts_with(&place) {
                bail!(
                    "book.toml: build-dir \"{}\" would replace {}; name a folder of its own, \
                     as \"book\"",
                    build_dir.display(),
                    other.display()
                );
            }
        }
        let pages = sources.first().map(|pages| real(&root.join(pages)));
        if pages.is_some_and(|pages| place.starts_with(pages)) {
            bail!(
                "book.toml: build-dir \"{}\" lies in the folder of the pages, which mdBook copies \
                 into the book; name a folder beside it, or another `src`",
                build_dir.display()
            );
        }
        Ok(BuildDir { place })
    }

    /// Mends what an interrupted run left, and names a folder to render into,
    /// which is not there yet.
    ///
    /// # Errors
    ///
    /// If the place is taken by something that no run made.
    pub fn prepare(&self) -> Result<PathBuf> {
        for old in self.leftovers("old") {
            if self.place.exists() {
                self.keep(&old)?;
                tell(self.discard(&old));
            } else {
                fs::rename(&old, &self.place)
                    .with_context(|| format!("cannot move {}", old.display()))?;
            }
        }
        for new in self.leftovers("new") {
            tell(disk::remove(&new));
        }
        self.replaceable()?;
        Ok(self.beside("new"))
    }

    /// Puts the folder `new` in the place, with what others keep in the old one.
    /// Returns the page to open first.
    ///
    /// # Errors
    ///
    /// If the disk refuses; the old book is then where it was.
    pub fn replace(&self, new: &Path) -> Result<PathBuf> {
        let old = self.beside("old");
        self.replaceable()?;
        let is_there = self.place.exists();
        if is_there {
            fs::rename(&self.place, &old).with_context(|| {
                format!(
                    "cannot move {}; if it is a mount point or in use, name another build-dir \
                     in book.toml",
                    self.place.display()
                )
            })?;
        }
        if let Err(error) = fs::rename(new, &self.place) {
            if is_there {
                let _ = fs::rename(&old, &self.place);
            }
            return Err(error).with_context(|| format!("cannot move {}", new.display()));
        }
        if is_there {
            self.keep(&old)?;
            tell(self.discard(&old));
        }
        let index = self.index();
        ensure!(index.is_file(), "{} is gone; run again", index.display());
        Ok(index)
    }

    /// The page to open first.
    pub fn index(&self) -> PathBuf {
        rendered(&self.place).join("index.html")
    }

    /// Removes an old book, under the name of one that is not finished: where that
    /// is interrupted, what is left may have lost its mark.
    fn discard(&self, old: &Path) -> Result<()> {
        let unfinished = self.beside("new");
        fs::rename(old, &unfinished).with_context(|| format!("cannot move {}", old.display()))?;
        disk::remove(&unfinished)
    }

    /// Moves what is no part of a book from an old one to the new one.
    fn keep(&self, old: &Path) -> Result<()> {
        for entry in disk::entries(old)? {
            let name = entry.file_name().unwrap_or_default();
            let to = self.place.join(name);
            if is_of_others(&name.to_string_lossy()) && !to.exists() {
                fs::rename(&entry, &to)
                    .with_context(|| format!("cannot move {}", entry.display()))?;
            }
        }
        Ok(())
    }

    /// Whether the place is free, or holds a book that a run made.
    fn replaceable(&self) -> Result<()> {
        let place = self.place.display();
        if !self.place.exists() {
            return Ok(());
        }
        ensure!(
            self.place.is_dir(),
            "{place} is a file; move it away, for the book is rendered there"
        );
        let entries = disk::entries(&self.place)?;
        let mut names = entries.iter().filter_map(|entry| entry.file_name());
        let is_empty = names.all(|name| is_of_others(&name.to_string_lossy()));
        ensure!(
            is_empty || is_rendered(&self.place),
            "{place} holds files, and nothing says that a run made them; move the folder away, \
             or name another build-dir in book.toml"
        );
        Ok(())
    }

    /// What earlier runs left beside the place: `.book.old`, `.book.old-2`, …
    fn leftovers(&self, what: &str) -> Vec<PathBuf> {
        let names = (1..10).map(|number| self.numbered(what, number));
        let is_ours = |folder: &PathBuf| what == "new" || is_rendered(folder);
        names
            .filter(|folder| folder.exists() && is_ours(folder))
            .collect()
    }

    /// A hidden folder beside the place, on the same disk, so that renaming is
    /// whole; it is not there yet.
    fn beside(&self, what: &str) -> PathBuf {
        let mut names = (1..).map(|number| self.numbered(what, number));
        names.find(|folder| !folder.exists()).unwrap_or_default()
    }

    fn numbered(&self, what: &str, number: usize) -> PathBuf {
        let name = self.place.file_name().unwrap_or_default().to_string_lossy();
        let number = if number == 1 {
            String::new()
        } else {
            format!("-{number}")
        };
        self.place.with_file_name(format!(".{name}.{what}{number}"))
    }
}

/// The rendered book in a folder: beside what other renderers made, mdBook gives
/// it one of its own.
fn rendered(folder: &Path) -> PathBuf {
    let own = folder.join("html");
    match own.join(generated::MARK).is_file() {
        true => own,
        false => folder.to_path_buf(),
    }
}

/// Whether a run made a folder.
fn is_rendered(folder: &Path) -> bool {
    rendered(folder).join(generated::MARK).is_file()
}

/// Whether others than mdBook leave entries of such a name in a rendered book:
/// what publishes it.
fn is_of_others(name: &str) -> bool {
    name == "CNAME" || (name.starts_with('.') && name != ".nojekyll")
}

/// What cannot be removed is in nobody's way, but somebody should know.
fn tell(done: Result<()>) {
    if let Err(error) = done {
        eprintln!("{error:#}; remove it by hand");
    }
}

/// The path without symbolic links and steps back, as far as it is there.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let Some(parent) = path.parent() else {
        return path.to_path_buf();
    };
    let mut real = real(parent);
    match path.components().next_back() {
        Some(Component::Normal(name)) => real.push(name),
        Some(Component::ParentDir) => drop(real.pop()),
        _ => {}
    }
    real
}
