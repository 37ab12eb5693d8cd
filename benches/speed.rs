//! How long the parts of a build take. `cargo bench` measures them; the figures
//! seen stand in CONTRIBUTING.md.

use binder::Bound;
use notebook::{Build, Listing};
use std::path::Path;

fn main() {
    divan::main();
}

fn book() -> Bound {
    Bound {
        root: Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf(),
        listings: listings::LISTINGS,
        shared: listings::SHARED,
        build: listings::build(),
    }
}

/// All listings, one after the other.
#[divan::bench]
fn all_listings() {
    for listing in listings::LISTINGS {
        notebook::run(listing.run, &[]).expect("a listing runs at its defaults");
    }
}

/// One listing, figure included: what a redraw costs.
#[divan::bench(args = listings::LISTINGS.iter().map(|listing| listing.id))]
fn redraw(id: &str) {
    let is_it = |listing: &&Listing| listing.id == id;
    let listing = listings::LISTINGS
        .iter()
        .find(is_it)
        .expect("it is on the list");
    notebook::run(listing.run, &[]).expect("a listing runs at its defaults");
}

/// All outputs brought up to date and compared, all pages woven and checked.
#[divan::bench]
fn check_with_all_listings_run() {
    let nothing_current = Build {
        identity: 0,
        ..book().build
    };
    let book = Bound {
        build: nothing_current,
        ..book()
    };
    binder::check(&book).expect("the book is sound");
}
