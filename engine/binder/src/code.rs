//! Code: the files that pages quote, read where they lie.

use crate::directive::DirectiveKind;
use crate::page::Page;
use crate::problem::Problems;
use crate::{Book, disk};
use anyhow::{Context, Result, ensure};
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

/// The files of code that pages can quote: `<folder>/<chapter>/<name>.rs`, or
/// `….py`, in one of the folders that book.toml names.
pub struct Code {
    /// The folders, from the book's root.
    pub folders: Vec<String>,
    /// By id.
    files: BTreeMap<String, File>,
}

struct File {
    /// Its path from the book's root.
    path: String,
    text: String,
    /// What it printed: `<name>.txt` beside it.
    printed: Option<String>,
}

/// One file of code.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Folder and name: `optim/adam`.
    pub id: &'a str,
    /// Its file, from the book's root: `training/optim/adam.rs`.
    pub file: &'a str,
    /// Its text.
    pub source: &'a str,
    /// What it printed, where that is kept beside it: `<name>.txt`. Listings
    /// have theirs under `outputs/`.
    pub printed: Option<&'a str>,
}

impl Source<'_> {
    /// Its language, as Markdown has it.
    pub fn language(&self) -> &'static str {
        if self.file.ends_with(".py") {
            "python"
        } else {
            "rust"
        }
    }
}

impl Code {
    /// Reads the files below these folders.
    ///
    /// # Errors
    ///
    /// If a folder or a file cannot be read, or two files have the same id.
    pub fn read(root: &Path, folders: &[String]) -> Result<Code> {
        let mut code = Code {
            folders: folders.to_vec(),
            files: BTreeMap::new(),
        };
        for folder in folders {
            let place = root.join(folder);
            ensure!(
                place.is_dir(),
                "book.toml: no folder \"{folder}\"; take it out of `code` under [preprocessor.binder]"
            );
            for chapter in disk::entries(&place)? {
                if chapter.is_dir() {
                    code.read_chapter(folder, &chapter)?;
                }
            }
        }
        Ok(code)
    }

    fn read_chapter(&mut self, folder: &str, chapter: &Path) -> Result<()> {
        for path in disk::entries(chapter)? {
            let (Some(stem), Some(chapter)) = (path.file_stem(), chapter.file_name()) else {
                continue;
            };
            let extension = path.extension().unwrap_or_default().to_string_lossy();
            if !["rs", "py"].contains(&&*extension) || !path.is_file() {
                continue;
            }
            let id = format!("{}/{}", chapter.to_string_lossy(), stem.to_string_lossy());
            let file = format!("{folder}/{id}.{extension}");
            let text = disk::read(&path)?.with_context(|| format!("{file} is gone"))?;
            let printed = disk::read(&path.with_extension("txt"))?;
            let read = File {
                path: file.clone(),
                text,
                printed,
            };
            if let Some(File { path: other, .. }) = self.files.insert(id.clone(), read) {
                anyhow::bail!("{other} and {file} are both \"{id}\" to pages; rename one");
            }
        }
        Ok(())
    }

    /// The file of that id.
    pub fn find(&self, id: &str) -> Option<Source<'_>> {
        let (id, file) = self.files.get_key_value(id)?;
        Some(Source {
            id,
            file: &file.path,
            source: &file.text,
            printed: file.printed.as_deref(),
        })
    }

    /// The ids of all files.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The files that pages quote, in the order in which a reader meets them.
    pub fn quoted<'a>(&'a self, pages: &[Page]) -> Vec<Source<'a>> {
        let mut seen = HashSet::new();
        let directives = pages.iter().flat_map(|page| &page.text.directives);
        directives
            .filter_map(|directive| match &directive.kind {
                Ok(DirectiveKind::Listing { id, .. }) if seen.insert(id) => self.find(id),
                _ => None,
            })
            .collect()
    }

    /// The file of a listing, for messages.
    pub fn file(&self, listing: &str) -> String {
        let found = self.find(listing).map(|source| source.file.to_string());
        found.unwrap_or_else(|| format!("{listing}.rs"))
    }

    /// A number for all that the outputs of these listings can depend on:
    /// everything that was compiled, save the files of other listings, which they
    /// cannot import.
    pub fn inputs(&self, book: &Book, ids: &[&str]) -> u64 {
        let others = book
            .listings
            .iter()
            .filter(|other| !ids.contains(&other.id));
        let others: HashSet<&str> = others
            .filter_map(|other| self.find(other.id))
            .map(|source| source.file)
            .collect();
        let mut hasher = DefaultHasher::new();
        for (name, hash) in book.compiled_from {
            if !others.contains(name) {
                (name, hash).hash(&mut hasher);
            }
        }
        hasher.finish()
    }

    /// Each file must be what was compiled, each listing have its file, and
    /// import no other listing.
    pub fn problems(&self, book: &Book) -> Problems {
        let mut problems = Problems::default();
        for File { path, text, .. } in self.files.values() {
            let compiled = book.compiled_from.iter().find(|(name, _)| name == path);
            if compiled.is_some_and(|(_, hash)| *hash != notebook_build::hash(text)) {
                let message = "changed since the program was compiled; `cargo run` compiles it";
                problems.push(path, None, message);
            }
        }
        let ids: Vec<&str> = book.listings.iter().map(|listing| listing.id).collect();
        for id in &ids {
            let Some(listing) = self.find(id) else {
                let message = format!(
                    "no folder of code holds {id}.rs; name its folder in `code` \
                     under [preprocessor.binder]"
                );
                problems.push("book.toml", None, message);
                continue;
            };
            for (line, name) in crate::source::imports_of_listings(listing.source, id, &ids) {
                let message = format!(
                    "a listing may not import another (\"{name}\"); \
                     move what both need to shared code"
                );
                problems.push(listing.file, line, message);
            }
        }
        problems
    }
}
