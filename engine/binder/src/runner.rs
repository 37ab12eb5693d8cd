//! Bringing outputs up to date: only listings run whose outputs may have changed,
//! and what each leaves is stored as soon as it is there.

use crate::code::Code;
use crate::parallel::{self, Notes};
use crate::problem::Problems;
use crate::store::Store;
use crate::{Book, disk};
use anyhow::Result;
use notebook::Outputs;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What each listing left, or would leave, with what came to pass.
pub struct Update {
    /// The outputs by listing; missing where it failed and had none before.
    pub outputs: BTreeMap<&'static str, Outputs>,
    /// How many listings were run; the others were current.
    pub ran: usize,
    /// The files of outputs that changed, or would change.
    pub changed: Vec<String>,
    /// The listings that failed or may not be run.
    pub problems: Problems,
}

/// When a listing was last run, what it was made of and what it left.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Stamp {
    inputs: u64,
    outputs: u64,
}

type Stamps = BTreeMap<String, Stamp>;

/// Brings all outputs up to date; with `write` false, only says what would
/// change.
///
/// # Errors
///
/// If outputs cannot be read or written. A listing that fails is no error here
/// but a problem of the update; its old outputs stay.
pub fn bring_up_to_date(book: &Book, code: &Code, write: bool) -> Result<Update> {
    let store = Store::new(&book.root);
    let mut update = Update {
        outputs: BTreeMap::new(),
        ran: 0,
        changed: Vec::new(),
        problems: code.problems(book),
    };
    let stamp = |id| -> Result<Stamp> {
        Ok(Stamp {
            inputs: code.inputs(book, &[id]),
            outputs: store.fingerprint(id)?,
        })
    };
    let stamps = read_stamps(&book.root);
    let mut new_stamps = Stamps::new();
    let mut stale = Vec::new();
    for listing in book.listings {
        let stamp = stamp(listing.id)?;
        if stamps.get(listing.id) == Some(&stamp) {
            new_stamps.insert(listing.id.to_string(), stamp);
        } else {
            stale.push(*listing);
        }
    }
    update.ran = stale.len();
    let notes = write.then(|| Notes::new(book));
    if let Some(notes) = &notes {
        tell_interrupted(&notes.take()?);
    }
    parallel::run_all(&stale, notes.as_ref(), |listing, result| {
        match result {
            Ok(outputs) if write => {
                update.changed.extend(store.store(listing.id, &outputs)?);
                new_stamps.insert(listing.id.to_string(), stamp(listing.id)?);
                write_stamps(&book.root, &new_stamps)?;
            }
            Ok(outputs) => {
                update.changed.extend(store.changes(listing.id, &outputs)?);
                update.outputs.insert(listing.id, outputs);
            }
            Err(error) => {
                let message = format!("{error:#}");
                update.problems.push(&code.file(listing.id), None, message);
            }
        }
        Ok(())
    })?;
    update.changed.sort();
    if write && new_stamps != stamps {
        write_stamps(&book.root, &new_stamps)?;
    }
    remove_orphans(book, &store, write, &mut update)?;
    for listing in book.listings {
        if !update.outputs.contains_key(listing.id)
            && let Some(outputs) = store.load(listing.id)?
        {
            update.outputs.insert(listing.id, outputs);
        }
    }
    Ok(update)
}

/// Says which listings ran when the last run was ended: one of them may have
/// taken it down.
fn tell_interrupted(ids: &[String]) {
    if let [one, ..] = ids {
        eprintln!(
            "The last run ended while these ran: {}; to see one end alone: cargo run -- run {one}",
            ids.join(", ")
        );
    }
}

/// Removes outputs of listings that are no more.
fn remove_orphans(book: &Book, store: &Store, write: bool, update: &mut Update) -> Result<()> {
    let ids: Vec<&str> = book.listings.iter().map(|listing| listing.id).collect();
    for orphan in store.orphans(&ids)? {
        if write {
            disk::remove(&orphan)?;
        }
        let name = orphan.strip_prefix(&book.root).unwrap_or(&orphan);
        update
            .changed
            .push(format!("{} (no such listing)", name.display()));
    }
    Ok(())
}

fn stamps_file(root: &Path) -> PathBuf {
    root.join("target/binder/stamps.json")
}

/// The stamps of the last run; none if they cannot be read, for then all
/// listings are run again.
fn read_stamps(root: &Path) -> Stamps {
    fs::read_to_string(stamps_file(root))
        .ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

fn write_stamps(root: &Path, stamps: &Stamps) -> Result<()> {
    disk::replace(&stamps_file(root), &serde_json::to_string(stamps)?)
}
