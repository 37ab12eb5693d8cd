//! Running listings side by side, each on a thread of its own that bears its
//! name, so that a message of the operating system or of Rust names it too.

use crate::{Book, disk};
use anyhow::{Context, Result, anyhow, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use notebook::{Listing, Outputs, Setting};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::{Once, mpsc};
use std::time::{Duration, Instant};
use std::{fs, thread};

/// What a listing can have on its stack.
const STACK: usize = 8 << 20;

/// When it is first said that a listing still runs; then at twice the time.
const LONG: Duration = Duration::from_secs(10);

/// The most bytes that its figure may have.
const MOST_FIGURE: usize = 1_000_000;

/// Runs one listing; a panic becomes an error with its message and place.
///
/// # Errors
///
/// What the listing fails with, or that it left more than a page can bear.
pub fn run(listing: &Listing, settings: Vec<Setting>) -> Result<Outputs> {
    let (listing, name) = (*listing, listing.id.to_string());
    let thread = thread::Builder::new().name(name).stack_size(STACK);
    let running = thread.spawn(move || run_here(&listing, settings))?;
    running
        .join()
        .map_err(|_| anyhow!("the listing's thread panicked"))?
}

/// Runs these listings at their defaults and hands each result to `done` as soon
/// as it is there. While one runs, its name is in the `notes`, if there are any.
///
/// # Errors
///
/// What `done` fails with, or if a note cannot be written.
pub fn run_all(
    listings: &[Listing],
    notes: Option<&Notes>,
    mut done: impl FnMut(&Listing, Result<Outputs>) -> Result<()>,
) -> Result<()> {
    let most = thread::available_parallelism().map_or(1, usize::from);
    let mut waiting = listings.iter();
    let mut progress = Progress::new(listings.len());
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        loop {
            while progress.running.len() < most
                && let Some(listing) = waiting.next()
            {
                notes.map_or(Ok(()), |notes| notes.begin(listing.id))?;
                progress.begin(listing.id);
                let sender = sender.clone();
                let thread = thread::Builder::new()
                    .name(listing.id.to_string())
                    .stack_size(STACK);
                // Nobody receives any more only if the loop has ended.
                let run = move || drop(sender.send((listing, run_here(listing, Vec::new()))));
                thread.spawn_scoped(scope, run)?;
            }
            if progress.running.is_empty() {
                return Ok(());
            }
            if let Ok((listing, result)) = results.recv_timeout(Duration::from_secs(1)) {
                progress.end(listing.id);
                notes.map_or(Ok(()), |notes| notes.end(listing.id))?;
                done(listing, result)?;
            }
            progress.tell();
        }
    })
}

fn run_here(listing: &Listing, settings: Vec<Setting>) -> Result<Outputs> {
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
    let outputs = result.unwrap_or_else(|_| Err(anyhow::Error::msg(message)))?;
    bounded(outputs)
}

/// The outputs, if a page can bear them.
fn bounded(outputs: Outputs) -> Result<Outputs> {
    if let Some(figure) = &outputs.figure {
        let drawn = figure
            .wide
            .len()
            .max(figure.narrow.len())
            .max(figure.csv.len());
        ensure!(
            drawn <= MOST_FIGURE,
            "its figure has {drawn} bytes, and a page bears {MOST_FIGURE}; draw fewer points"
        );
    }
    Ok(outputs)
}

thread_local! {
    /// The message of the panic of the listing that runs on this thread; none
    /// while no listing runs here.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What is running, shown on a terminal, and told where it takes long.
struct Progress {
    bar: ProgressBar,
    /// By listing: when it began, and after what time to say that it still runs.
    running: BTreeMap<&'static str, (Instant, Duration)>,
}

impl Progress {
    fn new(listings: usize) -> Progress {
        let bar = ProgressBar::new(listings as u64);
        if let Ok(style) = ProgressStyle::with_template("running {pos}/{len} {wide_bar} {msg}") {
            bar.set_style(style);
        }
        Progress {
            bar,
            running: BTreeMap::new(),
        }
    }

    fn begin(&mut self, id: &'static str) {
        self.running.insert(id, (Instant::now(), LONG));
        self.show();
    }

    fn end(&mut self, id: &str) {
        self.running.remove(id);
        self.bar.inc(1);
        self.show();
    }

    fn show(&self) {
        let running: Vec<&str> = self.running.keys().copied().collect();
        self.bar.set_message(running.join(", "));
    }

    fn tell(&mut self) {
        for line in self.overdue() {
            self.bar.suspend(|| eprintln!("{line}"));
        }
    }

    /// What is to be said of the listings that have run for long.
    fn overdue(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        for (id, (since, patience)) in &mut self.running {
            if since.elapsed() >= *patience {
                lines.push(format!("{id} has run for {} s", patience.as_secs()));
                *patience *= 2;
            }
        }
        lines
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A folder with a note for each listing that runs: what is left there when the
/// process is gone was running when it went.
pub struct Notes {
    folder: PathBuf,
}

impl Notes {
    /// The notes of a book.
    pub fn new(book: &Book) -> Notes {
        Notes {
            folder: book.root.join("target/binder/running"),
        }
    }

    /// Takes up the notes of a run that was ended by one of its listings, or from
    /// outside.
    ///
    /// # Errors
    ///
    /// If they cannot be read or removed.
    pub fn take(&self) -> Result<Vec<String>> {
        if !self.folder.exists() {
            return Ok(Vec::new());
        }
        let notes = disk::entries(&self.folder)?;
        let ids = notes
            .iter()
            .filter_map(|note| fs::read_to_string(note).ok());
        let ids = ids.collect();
        fs::remove_dir_all(&self.folder)
            .with_context(|| format!("cannot remove {}", self.folder.display()))?;
        Ok(ids)
    }

    fn begin(&self, id: &str) -> Result<()> {
        let attempt = || -> std::io::Result<()> {
            fs::create_dir_all(&self.folder)?;
            fs::write(self.note(id), id)
        };
        attempt().with_context(|| format!("cannot write {}", self.note(id).display()))
    }

    fn end(&self, id: &str) -> Result<()> {
        let note = self.note(id);
        fs::remove_file(&note).with_context(|| format!("cannot remove {}", note.display()))
    }

    fn note(&self, id: &str) -> PathBuf {
        self.folder.join(id.replace('/', "-"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_that_runs_for_long_is_named_once_and_again_at_twice_the_time() {
        let mut progress = Progress::new(2);
        progress.begin("part/quick");
        progress.begin("part/slow");
        let since = |seconds| {
            Instant::now()
                .checked_sub(Duration::from_secs(seconds))
                .unwrap()
        };
        progress.running.insert("part/slow", (since(11), LONG));
        assert_eq!(progress.overdue(), ["part/slow has run for 10 s"]);
        assert_eq!(progress.overdue(), [] as [String; 0]);
        progress.running.get_mut("part/slow").unwrap().0 = since(21);
        assert_eq!(progress.overdue(), ["part/slow has run for 20 s"]);
    }
}
