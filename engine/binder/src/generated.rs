//! What pages load or link besides what mdBook makes: scripts and data, in a
//! folder under the pages, from where mdBook copies them into the book. They are
//! made anew when one is missing, so they are not committed.

use crate::disk;
use anyhow::{Result, ensure};
use notebook::Outputs;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The folder, from that of the pages, and from that of the rendered book; a
/// book's root has one of that name for the theme.
pub const FOLDER: &str = "generated";

/// Says in a rendered book that it is one, by its path there; and in the folder
/// of the pages that what lies beside it is generated.
pub const MARK: &str = "generated/README.txt";

const MARKED: &str = "The binder made this, and makes it anew at every run.\n";

/// Whether a file in that folder is the mark.
pub fn is_mark(name: &Path) -> bool {
    Path::new(FOLDER).join(name) == Path::new(MARK)
}

/// A chapter's script, by its path in the rendered book.
pub fn script(chapter: &str) -> String {
    format!("{FOLDER}/{chapter}.js")
}

/// The data of a listing's figure, by their path in the rendered book.
pub fn data(id: &str) -> String {
    format!("{FOLDER}/{id}.csv")
}

/// Whether figures can be live.
pub fn has_scripts(pages: &Path) -> bool {
    let entries = disk::entries(&pages.join(FOLDER)).unwrap_or_default();
    entries.iter().any(|entry| is_script(entry))
}

fn is_script(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "js")
}

/// Puts the data of all figures beside the pages, and removes those of figures
/// that are no more.
///
/// # Errors
///
/// If a file cannot be read or written.
pub fn bring_data_up_to_date(
    pages: &Path,
    outputs: &BTreeMap<&'static str, Outputs>,
) -> Result<()> {
    let mut kept = BTreeSet::new();
    for (id, outputs) in outputs {
        let Some(figure) = &outputs.figure else {
            continue;
        };
        let place = pages.join(data(id));
        if disk::read(&place)?.as_ref() != Some(&figure.csv) {
            disk::replace(&place, &figure.csv)?;
        }
        kept.insert(place);
    }
    let folder = pages.join(FOLDER);
    for chapter in disk::entries(&folder)? {
        if !chapter.is_dir() {
            continue;
        }
        for file in disk::entries(&chapter)? {
            if !kept.contains(&file) {
                disk::remove(&file)?;
            }
        }
    }
    Ok(())
}

/// Removes the scripts of all chapters but these.
///
/// # Errors
///
/// If a script cannot be removed.
pub fn keep_scripts(pages: &Path, chapters: &BTreeSet<&str>) -> Result<()> {
    let folder = pages.join(FOLDER);
    if !folder.exists() {
        return Ok(());
    }
    let kept: BTreeSet<_> = chapters.iter().map(|of| pages.join(script(of))).collect();
    for file in disk::entries(&folder)? {
        if is_script(&file) && !kept.contains(&file) {
            disk::remove(&file)?;
        }
    }
    Ok(())
}

/// Marks the folder, and removes what is unfinished in it.
///
/// # Errors
///
/// If it holds files, and no run made them.
pub fn claim(pages: &Path) -> Result<()> {
    let folder = pages.join(FOLDER);
    let mark = pages.join(MARK);
    if folder.exists() {
        disk::remove_unfinished(&folder)?;
    }
    if mark.is_file() {
        return Ok(());
    }
    let is_free = !folder.exists() || disk::entries(&folder)?.is_empty();
    ensure!(
        is_free,
        "{} holds files, and nothing says that a run made them; move the folder away",
        folder.display()
    );
    disk::replace(&mark, MARKED)
}
