//! Running listings: only those whose outputs may have changed, side by side.

use crate::problem::Problems;
use crate::shelf::{Shelf, write_in_place};
use crate::{Bound, source};
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use notebook::{Build, Listing, Outputs, Setting};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Once;

/// What each listing left, or would leave, with what came to pass.
pub struct Run {
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
/// but a problem of the run; its old outputs stay.
pub fn bring_up_to_date(book: &Bound, write: bool) -> Result<Run> {
    let shelf = Shelf::new(&book.root);
    let stamps = read_stamps(&book.root);
    let mut run = Run {
        outputs: BTreeMap::new(),
        ran: 0,
        changed: Vec::new(),
        problems: sources_as_compiled(book),
    };
    let mut new_stamps = Stamps::new();
    let mut stale = Vec::new();
    for listing in book.listings {
        let inputs = inputs(listing, book.listings, &book.build);
        let stamp = Stamp {
            inputs,
            outputs: shelf.fingerprint(listing.id)?,
        };
        match stamps.get(listing.id) {
            Some(old) if *old == stamp => drop(new_stamps.insert(listing.id.to_string(), stamp)),
            _ => stale.push(*listing),
        }
    }
    run.ran = stale.len();
    for (listing, result) in run_side_by_side(&stale) {
        match result {
            Ok(outputs) if write => {
                run.changed.extend(shelf.store(listing.id, &outputs)?);
                let inputs = inputs(&listing, book.listings, &book.build);
                let stamp = Stamp {
                    inputs,
                    outputs: shelf.fingerprint(listing.id)?,
                };
                new_stamps.insert(listing.id.to_string(), stamp);
            }
            Ok(outputs) => {
                run.changed.extend(shelf.changes(listing.id, &outputs)?);
                run.outputs.insert(listing.id, outputs);
            }
            Err(error) => run.problems.push(listing.file, None, error),
        }
    }
    if write {
        write_stamps(&book.root, &new_stamps)?;
    }
    sweep(book, &shelf, write, &mut run)?;
    for listing in book.listings {
        if !run.outputs.contains_key(listing.id)
            && let Some(outputs) = shelf.load(listing.id)?
        {
            run.outputs.insert(listing.id, outputs);
        }
    }
    Ok(run)
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

/// A number for all that a listing's outputs can depend on: its own file and
/// every other that was compiled, save those of other listings, which it cannot
/// import.
fn inputs(listing: &Listing, all: &[Listing], build: &Build) -> u64 {
    let is_other = |file: &str| {
        all.iter()
            .any(|other| other.id != listing.id && file == other.file)
    };
    let mut hasher = DefaultHasher::new();
    build.identity.hash(&mut hasher);
    listing.source.hash(&mut hasher);
    for (file, hash) in build.files.iter().filter(|(file, _)| !is_other(file)) {
        (file, hash).hash(&mut hasher);
    }
    hasher.finish()
}

/// Each file that pages quote must be what was compiled, and a listing must
/// import no other listing.
fn sources_as_compiled(book: &Bound) -> Problems {
    let mut problems = Problems::default();
    let ids: Vec<&str> = book.listings.iter().map(|listing| listing.id).collect();
    for source in book.sources() {
        let on_disk = fs::read_to_string(book.root.join(source.file));
        if on_disk.is_ok_and(|text| text != source.source) {
            let message = "changed since the program was compiled; `cargo run` compiles it";
            problems.push(source.file, None, message);
        }
    }
    for listing in book.listings {
        for (line, name) in source::imports_of_listings(listing.source, listing.id, &ids) {
            let message = format!(
                "a listing may not import another (\"{name}\"); \
                 move what both need to shared code"
            );
            problems.push(listing.file, line, message);
        }
    }
    problems
}

/// Removes outputs of listings that are no more.
fn sweep(book: &Bound, shelf: &Shelf, write: bool, run: &mut Run) -> Result<()> {
    let ids: Vec<&str> = book.listings.iter().map(|listing| listing.id).collect();
    for stray in shelf.strays(&ids)? {
        if write {
            fs::remove_file(&stray)
                .with_context(|| format!("cannot remove {}", stray.display()))?;
        }
        let name = stray.strip_prefix(&book.root).unwrap_or(&stray);
        run.changed
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
    write_in_place(&stamps_file(root), &serde_json::to_string(stamps)?)
}
