//! Binding: outputs up to date, pages woven, mdBook rendering beside the old
//! book and then taking its place.

use crate::code::Code;
use crate::directive::DirectiveKind;
use crate::page::Page;
use crate::preprocessor::{Weaver, read_pages};
use crate::problem::Problems;
use crate::runner::{self, Update};
use crate::settings::Settings;
use crate::{Book, generated, live};
use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_driver::book::Book as Pages;
use mdbook_driver::config::Config;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where book.toml names the folders of code.
const CODE: &str = "preprocessor.binder.code";

/// What binding did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// How many listings the book has.
    pub listings: usize,
    /// How many of them were run.
    pub ran: usize,
    /// The files of outputs that changed.
    pub changed: Vec<String>,
    /// Why the figures are not live, where they could be.
    pub not_live: Option<String>,
    /// The page to open first.
    pub index: PathBuf,
}

/// Brings the outputs up to date and renders the book.
///
/// # Errors
///
/// All problems found, as [`Problems`]; or what the disk or mdBook refuses. The
/// book rendered before is then as it was.
pub fn bind(book: &Book) -> Result<Report> {
    let config = config(&book.root)?;
    let place = book.root.join(&config.build.build_dir);
    let beside = beside(&place, "new");
    let old = beside_old(&place);
    if !place.exists() && old.exists() {
        // A run was interrupted between the two renames below.
        fs::rename(&old, &place)?;
    }
    remove(&beside)?;
    let (weaver, update, not_live) = prepare(book, &config)?;
    let rendered = load(config, &beside, weaver)?.build();
    let done = with_problems(rendered, update.problems);
    done.inspect_err(|_| drop(remove(&beside)))?;
    take_place(&beside, &place, &old)?;
    Ok(Report {
        listings: book.listings.len(),
        ran: update.ran,
        changed: update.changed,
        not_live,
        index: place.join("index.html"),
    })
}

/// Says what [`bind`] would change, and changes nothing.
///
/// # Errors
///
/// What [`bind`] would refuse.
pub fn check(book: &Book) -> Result<Vec<String>> {
    let config = config(&book.root)?;
    let code = code(book, &config)?;
    let mut update = runner::bring_up_to_date(book, &code, false)?;
    let nowhere = config.build.build_dir.clone();
    let mdbook = load(config, &nowhere, Weaver::new(book, code, &mut update))?;
    let renderer = mdbook_driver::builtin_renderers::MarkdownRenderer::new();
    with_problems(mdbook.preprocess_book(&renderer), update.problems)?;
    Ok(update.changed)
}

/// The listings in reading order, with what each would leave.
///
/// # Errors
///
/// If the book cannot be read.
pub fn list(book: &Book) -> Result<(Vec<String>, Update)> {
    let config = config(&book.root)?;
    let code = code(book, &config)?;
    let update = runner::bring_up_to_date(book, &code, false)?;
    let pages = pages(book, config)?;
    let quoted = code.quoted(&pages).into_iter();
    let quoted = quoted.map(|source| source.id.to_string());
    Ok((quoted.collect(), update))
}

/// The file of a listing, from the book's root.
pub fn file(book: &Book, listing: &str) -> String {
    let code = config(&book.root).and_then(|config| code(book, &config));
    code.map_or_else(|_| listing.to_string(), |code| code.file(listing))
}

/// The code of the book, and the tests of it that pages cite, each once: the
/// file's id and the test's name.
///
/// # Errors
///
/// If the book cannot be read.
pub fn cited(book: &Book) -> Result<(Code, BTreeSet<(String, String)>)> {
    let config = config(&book.root)?;
    let code = code(book, &config)?;
    let pages = pages(book, config)?;
    let cited = pages.into_iter().flat_map(|page| {
        let directives = page.text.directives.into_iter();
        let cited = directives.filter_map(|directive| match directive.kind {
            Ok(DirectiveKind::Tested { id, test }) => Some((id, test)),
            _ => None,
        });
        cited.collect::<Vec<_>>()
    });
    Ok((code, cited.collect()))
}

/// The pages as their author wrote them.
fn pages(book: &Book, config: Config) -> Result<Vec<Page>> {
    let settings = Settings::new(&config)?;
    let source = config.book.src.clone();
    let mdbook = MDBook::load_with_config(&book.root, config)?;
    Ok(read_pages(&mdbook.book, &source, &settings.markdown))
}

/// Weaves a book that mdBook has loaded, as its preprocessor.
///
/// # Errors
///
/// All problems found, as [`Problems`].
pub fn preprocess(book: &Book, context: &PreprocessorContext, pages: Pages) -> Result<Pages> {
    let (weaver, update, not_live) = prepare(book, &context.config)?;
    if let Some(reason) = not_live {
        eprintln!("Figures are not live: {reason}");
    }
    with_problems(weaver.run(context, pages), update.problems)
}

/// Brings up to date what the pages are woven from.
fn prepare(book: &Book, config: &Config) -> Result<(Weaver, Update, Option<String>)> {
    let code = code(book, config)?;
    let mut update = runner::bring_up_to_date(book, &code, true)?;
    let pages = book.root.join(&config.book.src);
    generated::bring_data_up_to_date(&pages, &update.outputs)?;
    let not_live = live::bring_up_to_date(book, &code, &pages, &update.outputs)?;
    Ok((Weaver::new(book, code, &mut update), update, not_live))
}

fn code(book: &Book, config: &Config) -> Result<Code> {
    let folders: Vec<String> = config.get(CODE)?.unwrap_or_default();
    Code::read(&book.root, &folders)
}

fn config(root: &Path) -> Result<Config> {
    let file = root.join("book.toml");
    Config::from_disk(&file).with_context(|| format!("cannot read {}", file.display()))
}

/// The book as mdBook loads it, with this program in the place of the command
/// that book.toml names.
fn load(mut config: Config, build_dir: &Path, weaver: Weaver) -> Result<MDBook> {
    config.build.build_dir = build_dir.to_path_buf();
    let mut mdbook = MDBook::load_with_config(&weaver.book.root, config)
        .context("cannot load the book; see src/SUMMARY.md and book.toml")?;
    mdbook.with_preprocessor(weaver);
    Ok(mdbook)
}

/// Problems of pages and of listings are told in one go.
fn with_problems<T>(done: Result<T>, mut of_listings: Problems) -> Result<T> {
    let error = match done {
        Ok(done) => return Ok(of_listings.into_result().map(|()| done)?),
        Err(error) => error,
    };
    match error.downcast::<Problems>() {
        Ok(of_pages) => {
            of_listings.extend(of_pages);
            Err(of_listings
                .into_result()
                .expect_err("there is at least one")
                .into())
        }
        Err(error) => match of_listings.into_result() {
            Ok(()) => Err(error),
            Err(problems) => Err(error.context(problems)),
        },
    }
}

fn take_place(new: &Path, place: &Path, old: &Path) -> Result<()> {
    remove(old)?;
    if place.exists() {
        fs::rename(place, old).with_context(|| format!("cannot move {}", place.display()))?;
    }
    fs::rename(new, place).with_context(|| format!("cannot move {}", new.display()))?;
    remove(old)
}

fn beside_old(place: &Path) -> PathBuf {
    beside(place, "old")
}

/// A hidden folder beside `place`, on the same disk, so that renaming is whole.
fn beside(place: &Path, what: &str) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    place.with_file_name(format!(".{name}.{what}"))
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}
