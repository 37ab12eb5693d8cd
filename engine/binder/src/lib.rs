//! The binder: runs listings, weaves their outputs into pages, has mdBook
//! render them.
//!
//! From nothing to a bound book:
//!
//! ```sh
//! cargo install mdbook-notebook
//! mdbook-notebook new my-book
//! cd my-book
//! cargo run -- --open
//! ```
//!
//! It knows no chapter and no listing by name, and binds any book that is laid
//! out so:
//!
//! ```text
//! book.toml        mdBook's settings, and the folders of code:
//!                    [preprocessor.binder]
//!                    command = "cargo run --quiet -- preprocess"
//!                    code = ["listings"]
//! src/             the pages, as mdBook has them: SUMMARY.md, one.md, …
//! listings/        a package: lib.rs, and a file for each listing,
//!   one/step.rs      whose id is one/step
//! book.rs          the program
//! outputs/         what each listing printed, named and drew: written by a run
//! theme/           if it has any: what takes the place of the look that the engine
//!                  gives, as mdBook's books have it
//! ```
//!
//! `mdbook-notebook new` makes one, and so does `cargo run -- new` in any book.
//! Figures of listings that ask for knobs are live where the compiler has the target
//! `wasm32-unknown-unknown`; the look is the engine's where book.toml asks for it:
//!
//! ```toml
//! [output.html]
//! theme = "generated"
//! additional-css = ["generated/notebook.css"]
//! additional-js = ["generated/notebook.js"]
//! ```
//!
//! The program of a book hands over the listings that its build script found:
//!
//! ```ignore
//! fn main() -> std::process::ExitCode {
//!     binder::main(listings::LISTINGS, listings::COMPILED_FROM)
//! }
//! ```
//!
//! A page quotes a listing by directives:
//!
//! | directive | becomes |
//! |---|---|
//! | `{{#listing one/step}}` | its source without its tests, or a part of it, `{{#listing one/step:name}}`, between the lines `// ANCHOR: name` and `// ANCHOR_END: name` |
//! | `{{#output one/step}}` | what it printed |
//! | `{{#figure one/step "caption"}}` | what it drew, with its knobs |
//! | `{{#value one/step.name}}` | a number that it named, or the setting of a knob; in a sentence or a formula |
//! | `{{#predict one/step.name}}` | a field for the reader's guess of it |
//! | `{{#ref one/step}}`, `{{#ref one/step:figure}}` | its number, or its figure's, as a link |
//! | `{{#tested one/step::name_of_a_test}}` | a tick behind a claim that this test checks |
//! | `{{#given 16}}` | a number that the page itself gives: with `numbers = true` under `[preprocessor.binder]` any other that is no value of a listing, nor in its code, is an error |
//! | `{{#answers Exercises}}` | what stands on all pages under the heading `Exercises`, up to the last answer, with the answers unfolded |
//! | `{{#proofs}}` | all tests that claims cite, each with the first claim that cites it |
//! | `{{#files}}` | all files that pages quote, whole |
//!
//! An exercise is what stands before its answer:
//!
//! ```text
//! ## Exercises
//!
//! 1. What is the first step?
//!
//! <details class="answer">
//! <summary>Answer</summary>
//!
//! {{#value one/step.first}}
//!
//! </details>
//! ```
//!
//! `sections = ["Exercises"]` under `[preprocessor.binder]` names headings that
//! every numbered chapter must have.
//!
//! Above each test that a page cites, a comment says what breaks it, and `cargo run
//! -- break` tries that: the first code, which stands once in the listing or in the
//! test, becomes the second, and the test must fail.
//!
//! ```text
//! /// Red if `w - rate * slope` were `w + rate * slope`: uphill.
//! #[test]
//! ```
//!
//! A term that a definition list of any page explains (with `definition-lists = true`
//! under `[output.html]`, as it is by default) is linked from where each page first
//! uses it.
//!
//! What is wrong with a page or a listing is told with its place and what to do, all
//! in one run, and the book rendered before stays as it was.
//!
//! mdBook's settings, in `book.toml` or in the environment (`MDBOOK_BOOK__TITLE`),
//! do what mdBook says of them. Besides:
//!
//! | setting | here |
//! |---|---|
//! | `git-repository-url` | each listing leads to its file there, at `…/blob/HEAD/…`; with `edit-url-template`, as GitHub, GitLab and Codeberg write it, on its branch and in its folder |
//! | `site-url` | a path, `/book/`; or a whole address, `https://example.org/book/`, which pages then tell as theirs, and `sitemap.xml` lists |
//! | `input-404`, `redirect` | checked: mdBook takes that page as it stands, so it holds no directive and no formula |
//! | `[output.…]` of others | rendered, each in a folder of its own, from woven pages: `renderers = ["html", "markdown"]` under `[preprocessor.binder]` |
//! | `[preprocessor.…]` of others | run, before the binder if they say `before = ["binder"]`; mdBook's own, for `{{#include …}}`, with `after = ["links"]` under `[preprocessor.binder]` |
//! | `language` | the pages'; the words that the binder and mdBook add are English |
//! | `mathjax-support`, `print.page-break` | refused: the first loads from another host, mdBook 0.5 does not heed the second |
#![warn(missing_docs)]

mod answers;
mod beside;
mod breaks;
mod build_dir;
mod cli;
mod code;
mod compare;
mod container;
mod controls;
mod directive;
mod disk;
mod epub;
mod excerpt;
mod expand;
mod files;
mod generated;
mod glossary;
mod html;
mod links;
mod live;
mod lock;
mod math;
mod new;
mod numbering;
mod numbers;
mod page;
mod parallel;
mod passage;
mod preprocessor;
mod problem;
mod proofs;
mod protocol;
mod render;
mod rendered;
mod repository;
mod runner;
mod scripts;
mod sentence;
mod settings;
mod site;
mod snapshot;
mod source;
mod splice;
mod store;
mod text;
mod theme;
mod trial;
mod unheeded;
mod weave;

pub use cli::{first, main};
pub use epub::epub;
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
