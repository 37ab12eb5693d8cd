//! Binding: outputs up to date, pages woven, mdBook rendering beside the old
//! book and then taking its place.

use crate::build_dir::BuildDir;
use crate::code::Code;
use crate::directive::DirectiveKind;
use crate::lock::lock;
use crate::page::Page;
use crate::preprocessor::{Weaver, read_pages};
use crate::problem::Problems;
use crate::runner::{self, Update};
use crate::settings::Settings;
use crate::snapshot::Snapshot;
use crate::{Book, disk, generated, live, site, store, theme, unheeded};
use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_driver::book::Book as Pages;
use mdbook_driver::builtin_renderers::CmdRenderer;
use mdbook_driver::config::Config;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use std::collections::BTreeSet;
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
    let _lock = lock(&book.root)?;
    let config = config(&book.root)?;
    let place = build_dir(book, &config)?;
    let new = place.prepare()?;
    let made = [
        PathBuf::from(store::FOLDER),
        PathBuf::from(generated::FOLDER),
        config.book.src.join(generated::FOLDER),
        config.build.build_dir.clone(),
    ];
    let found = Snapshot::take(book, made.map(|made| book.root.join(made)).to_vec());
    if found.is_current() {
        return Ok(Report {
            listings: book.listings.len(),
            ran: 0,
            changed: Vec::new(),
            not_live: None,
            index: place.index(),
        });
    }
    let (weaver, update, not_live) = prepare(book, &config)?;
    let mdbook = load(config, &new, weaver)?;
    let rendered = mdbook.build_dir_for("html");
    let built = mdbook.build();
    let built = built.and_then(|()| site::address(&mdbook, &rendered));
    let done = with_problems(built, update.problems);
    done.inspect_err(|_| drop(disk::remove(&new)))?;
    let index = place.replace(&new)?;
    if not_live.is_none() {
        found.keep()?;
    }
    Ok(Report {
        listings: book.listings.len(),
        ran: update.ran,
        changed: update.changed,
        not_live,
        index,
    })
}

/// Says what [`bind`] would change, and changes nothing.
///
/// # Errors
///
/// What [`bind`] would refuse.
pub fn check(book: &Book) -> Result<Vec<String>> {
    woven(book).map(|(changed, ..)| changed)
}

/// What [`bind`] would change, the pages that it would have mdBook render, and
/// the settings. Changes nothing.
///
/// # Errors
///
/// What [`bind`] would refuse.
pub fn woven(book: &Book) -> Result<(Vec<String>, Pages, Config)> {
    let mut config = config(&book.root)?;
    config.build.create_missing = false;
    build_dir(book, &config)?;
    let code = code(book, &config)?;
    let mut update = runner::bring_up_to_date(book, &code, false)?;
    let nowhere = config.build.build_dir.clone();
    let mdbook = load(config, &nowhere, Weaver::new(book, code, &mut update))?;
    // Of the renderer only the name is asked: book.toml weaves for this one.
    let html = CmdRenderer::new("html".to_string(), String::new());
    let woven = mdbook.preprocess_book(&html);
    let (pages, context) = with_problems(woven, update.problems)?;
    Ok((update.changed, pages, context.config))
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
///
/// # Errors
///
/// If they cannot be read.
pub fn written(book: &Book) -> Result<Vec<Page>> {
    pages(book, config(&book.root)?)
}

fn pages(book: &Book, mut config: Config) -> Result<Vec<Page>> {
    config.build.create_missing = false;
    let settings = Settings::new(&config)?;
    let mdbook = MDBook::load_with_config(&book.root, config)?;
    Ok(read_pages(&mdbook.book, &mdbook.config, &settings.markdown))
}

/// Weaves a book that mdBook has loaded, as its preprocessor.
///
/// # Errors
///
/// All problems found, as [`Problems`].
pub fn preprocess(book: &Book, context: &PreprocessorContext, pages: Pages) -> Result<Pages> {
    let _lock = lock(&book.root)?;
    build_dir(book, &context.config)?;
    let (weaver, update, not_live) = prepare(book, &context.config)?;
    if let Some(reason) = not_live {
        eprintln!("Figures are not live: {reason}");
    }
    with_problems(weaver.run(context, pages), update.problems)
}

/// Brings up to date what the pages are woven from.
fn prepare(book: &Book, config: &Config) -> Result<(Weaver, Update, Option<String>)> {
    let code = code(book, config)?;
    let pages = book.root.join(&config.book.src);
    generated::claim(&pages)?;
    theme::bring_up_to_date(&book.root, config)?;
    let mut update = runner::bring_up_to_date(book, &code, true)?;
    generated::bring_data_up_to_date(&pages, &update.outputs)?;
    let not_live = live::bring_up_to_date(book, &code, &pages, &update.outputs)?;
    Ok((Weaver::new(book, code, &mut update), update, not_live))
}

fn code(book: &Book, config: &Config) -> Result<Code> {
    Code::read(&book.root, &folders(config)?)
}

/// The folders of code.
fn folders(config: &Config) -> Result<Vec<String>> {
    Ok(config.get(CODE)?.unwrap_or_default())
}

fn build_dir(book: &Book, config: &Config) -> Result<BuildDir> {
    let mut sources = vec![config.book.src.clone()];
    sources.extend(folders(config)?.into_iter().map(PathBuf::from));
    BuildDir::new(&book.root, &config.build.build_dir, &sources)
}

fn config(root: &Path) -> Result<Config> {
    let file = root.join("book.toml");
    let read = || -> Result<Config> {
        let mut config = Config::from_disk(&file)?;
        config.update_from_env()?;
        unheeded::renders_html(&config)?;
        Ok(config)
    };
    read().with_context(|| format!("cannot read {}", file.display()))
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
