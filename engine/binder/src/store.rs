//! The store: the outputs that the last run left, under `outputs/`.

use crate::compare::{same_csv, same_json, same_svg, same_text};
use crate::disk;
use anyhow::{Context, Result};
use notebook::{Figure, Outputs};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// The folder of outputs in a book's root.
pub const FOLDER: &str = "outputs";

/// A kind of file that a listing leaves.
struct FileKind {
    extension: &'static str,
    same: fn(&str, &str) -> bool,
}

const TEXT: FileKind = FileKind {
    extension: "txt",
    same: same_text,
};
const JSON: FileKind = FileKind {
    extension: "json",
    same: same_json,
};
const WIDE: FileKind = FileKind {
    extension: "svg",
    same: same_svg,
};
const NARROW: FileKind = FileKind {
    extension: "narrow.svg",
    same: same_svg,
};
const DATA: FileKind = FileKind {
    extension: "csv",
    same: same_csv,
};
const KINDS: [FileKind; 5] = [TEXT, JSON, WIDE, NARROW, DATA];

/// The outputs in a book's root.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

impl Store {
    /// The store of the book in `root`.
    pub fn new(root: &Path) -> Store {
        Store {
            root: root.to_path_buf(),
        }
    }

    /// What the listing left; none if it left nothing yet.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or is not what a run leaves.
    pub fn load(&self, id: &str) -> Result<Option<Outputs>> {
        let Some(json) = self.read(id, &JSON)? else {
            return Ok(None);
        };
        let mut outputs: Outputs = serde_json::from_str(&json)
            .with_context(|| format!("{} is damaged; remove it", self.name(id, &JSON)))?;
        outputs.text = self.read(id, &TEXT)?.unwrap_or_default();
        if let Some(wide) = self.read(id, &WIDE)? {
            outputs.figure = Some(Figure {
                wide,
                narrow: self.read(id, &NARROW)?.unwrap_or_default(),
                csv: self.read(id, &DATA)?.unwrap_or_default(),
            });
        }
        Ok(Some(outputs))
    }

    /// The files that these outputs would change, by their names from the root.
    ///
    /// # Errors
    ///
    /// If a file in the store cannot be read.
    pub fn changes(&self, id: &str, outputs: &Outputs) -> Result<Vec<String>> {
        let differing = self.differing(id, outputs)?;
        Ok(differing
            .iter()
            .map(|(kind, _)| self.name(id, kind))
            .collect())
    }

    /// Stores the outputs: writes the files that differ, each beside
    /// its old self and then in its place. Returns their names from the root.
    ///
    /// # Errors
    ///
    /// If a file cannot be read or written; files not yet replaced are as they
    /// were.
    pub fn store(&self, id: &str, outputs: &Outputs) -> Result<Vec<String>> {
        let differing = self.differing(id, outputs)?;
        for (kind, content) in &differing {
            let path = self.path(id, kind);
            match content {
                Some(content) => disk::replace(&path, content)?,
                None => fs::remove_file(&path)
                    .with_context(|| format!("cannot remove {}", path.display()))?,
            }
        }
        Ok(differing
            .iter()
            .map(|(kind, _)| self.name(id, kind))
            .collect())
    }

    /// A number for what is in the store, to see whether it was touched.
    ///
    /// # Errors
    ///
    /// If a file cannot be read.
    pub fn fingerprint(&self, id: &str) -> Result<u64> {
        let mut hasher = DefaultHasher::new();
        for kind in &KINDS {
            self.read(id, kind)?.hash(&mut hasher);
        }
        Ok(hasher.finish())
    }

    /// Files that listings left which are none of these, and such as an
    /// interrupted run had not yet put in their place. What else lies under
    /// `outputs/` is the author's.
    ///
    /// # Errors
    ///
    /// If a folder cannot be read.
    pub fn orphans(&self, ids: &[&str]) -> Result<Vec<PathBuf>> {
        let mut orphans = Vec::new();
        let folder = self.root.join(FOLDER);
        if !folder.exists() {
            return Ok(orphans);
        }
        for chapter in disk::entries(&folder)? {
            if !chapter.is_dir() {
                continue;
            }
            for file in disk::entries(&chapter)? {
                if disk::is_unfinished(&file) {
                    orphans.push(file);
                } else if let Some(id) = self.left_by(&file)?
                    && !ids.contains(&&*id)
                {
                    // The one by which they are known goes last.
                    let kinds = [&TEXT, &WIDE, &NARROW, &DATA, &JSON];
                    let files = kinds.map(|kind| self.path(&id, kind));
                    orphans.extend(files.into_iter().filter(|file| file.is_file()));
                }
            }
        }
        Ok(orphans)
    }

    /// The listing that left this file, if it is one with knobs and values.
    fn left_by(&self, file: &Path) -> Result<Option<String>> {
        let within = file.strip_prefix(self.root.join(FOLDER)).unwrap_or(file);
        let name = within.to_string_lossy().replace('\\', "/");
        let Some(id) = name.strip_suffix(".json") else {
            return Ok(None);
        };
        let json = disk::read(file)?.unwrap_or_default();
        Ok(serde_json::from_str::<Outputs>(&json)
            .is_ok()
            .then(|| id.to_string()))
    }

    /// The files whose content would change, with the new content; none where
    /// the file is to go.
    fn differing(
        &self,
        id: &str,
        outputs: &Outputs,
    ) -> Result<Vec<(&'static FileKind, Option<String>)>> {
        let mut differing = Vec::new();
        for (kind, new) in KINDS.iter().zip(contents(outputs)?) {
            let old = self.read(id, kind)?;
            let same = match (&old, &new) {
                (Some(old), Some(new)) => (kind.same)(old, new),
                (old, new) => old == new,
            };
            if !same {
                differing.push((kind, new));
            }
        }
        Ok(differing)
    }

    fn read(&self, id: &str, kind: &FileKind) -> Result<Option<String>> {
        disk::read(&self.path(id, kind))
    }

    fn name(&self, id: &str, kind: &FileKind) -> String {
        format!("{FOLDER}/{id}.{}", kind.extension)
    }

    fn path(&self, id: &str, kind: &FileKind) -> PathBuf {
        self.root.join(self.name(id, kind))
    }
}

/// The contents of a listing's files, in the order of `KINDS`.
fn contents(outputs: &Outputs) -> Result<[Option<String>; 5]> {
    let mut json = serde_json::to_value(outputs)?;
    if let Some(fields) = json.as_object_mut() {
        fields.remove("text");
        fields.remove("figure");
    }
    let figure = outputs.figure.as_ref();
    Ok([
        Some(outputs.text.clone()).filter(|text| !text.is_empty()),
        Some(serde_json::to_string_pretty(&json)? + "\n"),
        figure.map(|figure| figure.wide.clone()),
        figure.map(|figure| figure.narrow.clone()),
        figure.map(|figure| figure.csv.clone()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::{Format, Value};

    fn outputs(number: f64) -> Outputs {
        Outputs {
            text: "printed\n".into(),
            values: [("w".to_string(), Value::new(number, Format::Decimals(2)))].into(),
            figure: Some(Figure {
                wide: "<svg/>".into(),
                narrow: "<svg />".into(),
                csv: "x,y\n1,2\n".into(),
            }),
            ..Outputs::default()
        }
    }

    #[test]
    fn what_is_stored_is_loaded_again() {
        let root = tempfile::tempdir().unwrap();
        let store = Store::new(root.path());
        assert_eq!(store.load("a/b").unwrap(), None);
        assert_eq!(store.store("a/b", &outputs(0.5)).unwrap().len(), 5);
        assert_eq!(store.load("a/b").unwrap(), Some(outputs(0.5)));
        assert_eq!(store.orphans(&["a/b"]).unwrap(), [] as [PathBuf; 0]);
        assert_eq!(store.orphans(&["a/c"]).unwrap().len(), 5);
    }

    #[test]
    fn only_what_differs_beyond_the_last_bits_is_written() {
        let root = tempfile::tempdir().unwrap();
        let store = Store::new(root.path());
        store.store("a/b", &outputs(0.3)).unwrap();
        let nearly = outputs(0.1 + 0.2);
        assert_eq!(store.store("a/b", &nearly).unwrap(), [] as [String; 0]);
        assert_eq!(store.load("a/b").unwrap(), Some(outputs(0.3)));
        assert_eq!(
            store.changes("a/b", &outputs(0.4)).unwrap(),
            ["outputs/a/b.json"]
        );
        let without = Outputs {
            figure: None,
            ..outputs(0.3)
        };
        assert_eq!(store.store("a/b", &without).unwrap().len(), 3);
        assert_eq!(store.load("a/b").unwrap(), Some(without));
    }
}
