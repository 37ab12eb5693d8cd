//! How long the parts of a build take. `cargo bench` measures them; the figures
//! seen stand in CONTRIBUTING.md.

use binder::Book;
use notebook::Listing;
use std::path::Path;
use training::digits::digits;
use training::nn::fit::Fit;
use training::nn::models::{digits_model, patients_model};
use training::optim::adam::Adam;
use training::patients::Patients;

fn main() {
    divan::main();
}

/// All listings, one after the other.
#[divan::bench]
fn all_listings() {
    for listing in listings::LISTINGS {
        notebook::at(listing.run, &[]);
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
    notebook::at(listing.run, &[]);
}

/// All outputs brought up to date and compared, all pages woven and checked.
#[divan::bench]
fn check_with_all_listings_run() {
    let book = Book {
        root: Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf(),
        listings: listings::LISTINGS,
        compiled_from: &[("nothing is current", 0)],
    };
    binder::check(&book).expect("the book is sound");
}

/// One epoch of the patients' network: batches of 10, Adam.
#[divan::bench]
fn epoch_of_patients(bencher: divan::Bencher<'_, '_>) {
    let mut model = patients_model(0);
    model.compile(Adam::new(0.001));
    let data = Patients::draw(0).dataset();
    bencher.bench_local(|| model.fit(&data, an_epoch(10)).expect("it is compiled"));
}

/// One epoch of the digits' network: batches of 32, Adam.
#[divan::bench]
fn epoch_of_digits(bencher: divan::Bencher<'_, '_>) {
    let mut model = digits_model(0);
    model.compile(Adam::new(0.001));
    let (train, _) = digits().expect("the file is whole");
    bencher.bench_local(|| model.fit(&train, an_epoch(32)).expect("it is compiled"));
}

fn an_epoch(batch_size: usize) -> Fit {
    Fit {
        epochs: 1,
        batch_size,
        shuffle: Some(0),
    }
}
