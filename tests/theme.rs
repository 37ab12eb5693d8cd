//! The look that the engine gives a book, and what a book puts in its place.

use crate::small_book::SmallBook;
use std::fs;

/// The book with the engine's look.
pub fn with_theme(book: SmallBook) -> SmallBook {
    let toml = fs::read_to_string(book.root().join("book.toml")).unwrap();
    let look = "[output.html]\ntheme = \"generated\"\n\
                additional-css = [\"generated/notebook.css\"]\n\
                additional-js = [\"generated/notebook.js\"]\n";
    book.file("book.toml", &(toml + look))
}

#[test]
fn a_book_that_asks_for_it_has_the_engines_look() {
    let book = with_theme(SmallBook::new());
    book.binds();
    let names = book.tree("book").into_keys();
    let names: Vec<_> = names.map(|name| name.display().to_string()).collect();
    for (begins, ends) in [
        ("generated/notebook-", ".css"),
        ("generated/notebook-", ".js"),
        ("fonts/stix-two-math-", ".woff2"),
    ] {
        let found = names
            .iter()
            .find(|name| name.starts_with(begins) && name.ends_with(ends));
        let name = found.unwrap_or_else(|| panic!("{begins}…{ends} in {names:?}"));
        assert!(ends == ".woff2" || book.html().contains(name), "{name}");
    }
    // A line of our template that mdBook's has not.
    assert!(book.html().contains("const preload ="));
}

#[test]
fn files_of_the_book_take_the_place_of_the_engines_as_long_as_they_are_there() {
    let book = with_theme(SmallBook::new());
    book.binds();
    let engines = book.html();
    let own = "theme/index.hbs";
    let book = book
        .file(own, "<title>mine</title>{{{ content }}}")
        .file("theme/css/variables.css", ":root { --mine: 0 }");
    book.binds();
    assert!(
        book.html().starts_with("<title>mine</title>"),
        "{}",
        book.html()
    );
    for file in [own, "theme/css/variables.css"] {
        fs::remove_file(book.root().join(file)).unwrap();
    }
    book.binds();
    assert_eq!(book.html(), engines);
    assert!(!book.root().join("generated/css/variables.css").exists());
}

#[test]
fn a_book_that_does_not_ask_for_it_has_mdbooks_look() {
    let book = SmallBook::new();
    book.binds();
    assert!(!book.root().join("generated").exists());
    assert!(!book.html().contains("generated/notebook"));
}

#[test]
fn what_is_as_it_should_be_is_not_written_again() {
    let book = with_theme(SmallBook::new());
    book.binds();
    let file = book.root().join("generated/index.hbs");
    let written = || fs::metadata(&file).unwrap().modified().unwrap();
    let before = written();
    let page = format!("{}\nMore.\n", crate::small_book::PAGE);
    let book = book.page(&page);
    book.binds();
    assert!(book.html().contains("More."));
    assert_eq!(written(), before);
}
