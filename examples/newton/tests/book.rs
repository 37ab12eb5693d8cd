//! The book as a whole.

use binder::Book;

#[test]
fn outputs_are_current_and_nothing_is_wrong_with_the_pages() {
    let book = Book {
        root: env!("CARGO_MANIFEST_DIR").into(),
        listings: listings::LISTINGS,
        compiled_from: listings::COMPILED_FROM,
    };
    let changes = binder::check(&book).unwrap_or_else(|error| panic!("{error:#}"));
    assert_eq!(changes, [] as [String; 0]);
}
