//! The binder: runs listings, weaves their outputs into pages, has mdBook
//! render them.
//!
//! It knows no chapter and no listing by name: it is handed the list, and binds
//! any book that is laid out as this one is.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod answers;
mod breaks;
mod cells;
mod cli;
mod compare;
mod directive;
mod glossary;
mod links;
mod live;
mod math;
mod page;
mod places;
mod problem;
mod proofs;
mod readable;
mod render;
mod runner;
mod scripts;
mod shelf;
mod source;
mod sources;
mod trial;
mod weave;

pub use cli::main;
pub use problem::{Problem, Problems};
pub use render::{Report, bind, check};
pub use shelf::Shelf;

use notebook::{Build, Listing, Source};
use std::path::PathBuf;

/// A book to be bound: where it lies and what its pages quote.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The folder that holds `book.toml`.
    pub root: PathBuf,
    /// The listings, in reading order.
    pub listings: &'static [Listing],
    /// The shared code that pages quote.
    pub shared: &'static [Source],
    /// What they were compiled from.
    pub build: Build,
}

impl Bound {
    /// The listing of that id.
    fn listing(&self, id: &str) -> Option<&'static Listing> {
        self.listings.iter().find(|listing| listing.id == id)
    }

    /// All that pages can quote: the listings, then the shared code.
    fn sources(&self) -> impl Iterator<Item = Source> + use<> {
        let listings = self.listings.iter().map(Source::from);
        listings.chain(self.shared.iter().copied())
    }
}
