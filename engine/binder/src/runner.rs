//! Running listings: only those whose outputs may have changed, side by side.

use crate::code::Code;
use crate::problem::Problems;
use crate::store::Store;
use crate::{Book, disk};
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use notebook::{Listing, Outputs, Setting};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Once;

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
    for (listing, result) in run_side_by_side(&stale) {
        match result {
            Ok(outputs) if write => {
                update.changed.extend(store.store(listing.id, &outputs)?);
                new_stamps.insert(listing.id.to_string(), stamp(listing.id)?);
            }
            Ok(outputs) => {
                update.changed.extend(store.changes(listing.id, &outputs)?);
                update.outputs.insert(listing.id, outputs);
            }
            Err(error) => update.problems.push(&code.file(listing.id), None, error),
        }
    }
    if write {
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

/// Runs one listing; a panic becomes an error with its message and place.
///
/// # Errors
///
/// What the listing fails with.
pub fn run(listing: &Listing, settings: Vec<Setting>) -> Result<Outputs> {
    static KEEP_MESSAGES: Once = Once::new();
    KEEP_MESSAGES.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if PANIC.with_borrow(Option::is_none) {
                return others(info);
            }
            let place = info.location().map(ToString::to_string).unwrap_or_default();
            let message = info.payload_as_str().unwrap_or("no message");
            PANIC.set(Some(format!("panicked at {place}: {message}")));
        }));
    });
    PANIC.set(Some(String::new()));
    let result = panic::catch_unwind(AssertUnwindSafe(|| notebook::run(listing.run, settings)));
    let message = PANIC.take().unwrap_or_default();
    result.unwrap_or_else(|_| Err(anyhow::Error::msg(message)))
}

thread_local! {
    /// The message of the panic of the listing that runs on this thread; none
    /// while no listing runs here.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

fn run_side_by_side(listings: &[Listing]) -> Vec<(Listing, Result<Outputs, String>)> {
    let bar = ProgressBar::new(listings.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("running {pos}/{len} {wide_bar} {msg}") {
        bar.set_style(style);
    }
    let results = listings
        .par_iter()
        .map(|listing| {
            bar.set_message(listing.id);
            let result = run(listing, Vec::new()).map_err(|error| format!("{error:#}"));
            bar.inc(1);
            (*listing, result)
        })
        .collect();
    bar.finish_and_clear();
    results
}

/// Removes outputs of listings that are no more.
fn remove_orphans(book: &Book, store: &Store, write: bool, update: &mut Update) -> Result<()> {
    let ids: Vec<&str> = book.listings.iter().map(|listing| listing.id).collect();
    for orphan in store.orphans(&ids)? {
        if write {
            fs::remove_file(&orphan)
                .with_context(|| format!("cannot remove {}", orphan.display()))?;
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
