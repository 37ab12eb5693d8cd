//! The binder: runs listings, weaves their outputs into pages, has mdBook
//! render them.
//!
//! It knows no chapter and no listing by name: it is handed the list, and binds
//! any book that is laid out as this one is.
#![warn(missing_docs)]

mod answers;
mod breaks;
mod cli;
mod code;
mod compare;
mod container;
mod directive;
mod disk;
mod excerpt;
mod expand;
mod files;
mod generated;
mod glossary;
mod html;
mod links;
mod live;
mod math;
mod numbering;
mod numbers;
mod page;
mod passage;
mod preprocessor;
mod problem;
mod proofs;
mod render;
mod rendered;
mod runner;
mod scripts;
mod sentence;
mod settings;
mod source;
mod splice;
mod store;
mod text;
mod trial;
mod weave;

pub use cli::main;
pub use problem::{Problem, Problems};
pub use render::{Report, bind, check};
pub use store::Store;

use notebook::Listing;
use std::path::PathBuf;

/// A book: where it lies and what runs in it.
#[derive(Clone, Debug)]
pub struct Book {
    /// The folder that holds `book.toml`.
    pub root: PathBuf,
    /// The listings.
    pub listings: &'static [Listing],
    /// What they were compiled from, each with a hash: files, by their paths from
    /// the root, and what else their outputs can depend on.
    pub compiled_from: &'static [(&'static str, u64)],
}

impl Book {
    /// The listing of that id.
    fn listing(&self, id: &str) -> Option<&'static Listing> {
        self.listings.iter().find(|listing| listing.id == id)
    }
}
