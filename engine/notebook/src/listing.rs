//! A listing: a function, its name and the source it was compiled from.

use crate::{Cell, Result};

/// What a listing does: take knobs from its cell, compute, leave outputs in it.
pub type Run = fn(&mut Cell) -> Result<()>;

/// One file of code that a page quotes.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    /// Chapter and name: `overshooting/bounce`.
    pub id: &'static str,
    /// Its file, from the book's root: `listings/overshooting/bounce.rs`.
    pub file: &'static str,
    /// The text of the very file that was compiled; empty in WebAssembly, where
    /// the page has it already.
    pub source: &'static str,
    /// Its code.
    pub run: Run,
}

impl Listing {
    /// The name without the chapter: `bounce`.
    pub fn name(&self) -> &'static str {
        self.id.rsplit('/').next().unwrap_or(self.id)
    }
}

/// A file of shared code: it runs only within listings, and pages may quote it.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// Folder and name: `optim/adam`.
    pub id: &'static str,
    /// Its file, from the book's root: `training/optim/adam.rs`.
    pub file: &'static str,
    /// The text of the very file that was compiled.
    pub source: &'static str,
}

impl From<&Listing> for Source {
    fn from(listing: &Listing) -> Source {
        Source {
            id: listing.id,
            file: listing.file,
            source: listing.source,
        }
    }
}

/// What the listings were compiled from; two builds that could print different
/// outputs differ here.
#[derive(Clone, Copy, Debug)]
pub struct Build {
    /// Compiler, profile, features and versions of all dependencies.
    pub identity: u64,
    /// Every file that went into the build: path from the book's root, hash.
    pub files: &'static [(&'static str, u64)],
}

/// The list of listings: `listings![overshooting::bounce, …]` names modules of
/// the crate it stands in, whose files are `overshooting/bounce.rs`, …, in a
/// folder that is named as its package. An attribute before a name (`#[cfg(…)]`)
/// says in which builds it is in the list.
#[macro_export]
macro_rules! listings {
    ($($(#[$attribute:meta])* $chapter:ident :: $name:ident),* $(,)?) => {
        &[$($(#[$attribute])* $crate::Listing {
            id: concat!(stringify!($chapter), "/", stringify!($name)),
            file: concat!(
                env!("CARGO_PKG_NAME"), "/", stringify!($chapter), "/", stringify!($name), ".rs"
            ),
            source: if cfg!(target_family = "wasm") {
                ""
            } else {
                include_str!(concat!(stringify!($chapter), "/", stringify!($name), ".rs"))
            },
            run: $chapter::$name::run,
        }),*]
    };
}

/// The files of shared code that pages quote: `sources![optim::adam, …]` names
/// files of the crate it stands in, `optim/adam.rs`, …, in a folder that is named
/// as its package.
#[macro_export]
macro_rules! sources {
    ($($folder:ident :: $name:ident),* $(,)?) => {
        &[$($crate::Source {
            id: concat!(stringify!($folder), "/", stringify!($name)),
            file: concat!(
                env!("CARGO_PKG_NAME"), "/", stringify!($folder), "/", stringify!($name), ".rs"
            ),
            source: include_str!(concat!(stringify!($folder), "/", stringify!($name), ".rs")),
        }),*]
    };
}
