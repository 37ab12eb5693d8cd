//! Binding: outputs up to date, pages woven, mdBook rendering beside the old
//! book and then taking its place.

use crate::directive::Ask;
use crate::page::Page;
use crate::problem::Problems;
use crate::runner::{self, Run};
use crate::{Bound, live, weave};
use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_driver::book::{Book, Chapter};
use mdbook_driver::config::Config;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use notebook::Outputs;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The preprocessor's name, in `book.toml` too.
pub const NAME: &str = "binder";

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
pub fn bind(book: &Bound) -> Result<Report> {
    let run = runner::bring_up_to_date(book, true)?;
    let config = config(&book.root)?;
    let place = book.root.join(&config.build.build_dir);
    let beside = beside(&place, "new");
    let old = beside_old(&place);
    if !place.exists() && old.exists() {
        // A run was interrupted between the two renames below.
        fs::rename(&old, &place)?;
    }
    remove(&beside)?;
    let not_live = live::bring_up_to_date(book, &run.outputs)?;
    let rendered = load(book, config, &beside, &run)?.build();
    if let Err(error) = rendered {
        remove(&beside)?;
        return Err(with_run_problems(error, run.problems));
    }
    run.problems
        .into_result()
        .inspect_err(|_| drop(remove(&beside)))?;
    take_place(&beside, &place, &old)?;
    Ok(Report {
        listings: book.listings.len(),
        ran: run.ran,
        changed: run.changed,
        not_live,
        index: place.join("index.html"),
    })
}

/// Says what [`bind`] would change, and changes nothing.
///
/// # Errors
///
/// What [`bind`] would refuse.
pub fn check(book: &Bound) -> Result<Vec<String>> {
    let run = runner::bring_up_to_date(book, false)?;
    let config = config(&book.root)?;
    let nowhere = config.build.build_dir.clone();
    let mdbook = load(book, config, &nowhere, &run)?;
    let renderer = mdbook_driver::builtin_renderers::MarkdownRenderer::new();
    match mdbook.preprocess_book(&renderer) {
        Ok(_) => run.problems.into_result()?,
        Err(error) => return Err(with_run_problems(error, run.problems)),
    }
    Ok(run.changed)
}

/// The tests that the pages cite, each once: the file's id and the test's name.
///
/// # Errors
///
/// If the book cannot be loaded.
pub fn cited(book: &Bound) -> Result<BTreeSet<(String, String)>> {
    let mdbook = MDBook::load_with_config(&book.root, config(&book.root)?)?;
    let source = &mdbook.config.book.src;
    let pages = mdbook
        .book
        .chapters()
        .filter_map(|chapter| page(chapter, source));
    let cited = pages.flat_map(|page| {
        let directives = page.directives.into_iter();
        let cited = directives.filter_map(|directive| match directive.ask {
            Ok(Ask::Tested { id, test }) => Some((id.to_string(), test.to_string())),
            _ => None,
        });
        cited.collect::<Vec<_>>()
    });
    Ok(cited.collect())
}

/// Weaves a book that mdBook has loaded, as its preprocessor.
///
/// # Errors
///
/// All problems found, as [`Problems`].
pub fn preprocess(book: &Bound, context: &PreprocessorContext, pages: Book) -> Result<Book> {
    let run = runner::bring_up_to_date(book, true)?;
    if let Some(reason) = live::bring_up_to_date(book, &run.outputs)? {
        eprintln!("Figures are not live: {reason}");
    }
    let weaver = Weaver {
        book: book.clone(),
        outputs: run.outputs,
    };
    match weaver.run(context, pages) {
        Ok(woven) => {
            run.problems.into_result()?;
            Ok(woven)
        }
        Err(error) => Err(with_run_problems(error, run.problems)),
    }
}

/// The preprocessor, as mdBook knows it.
struct Weaver {
    book: Bound,
    outputs: BTreeMap<&'static str, Outputs>,
}

impl Preprocessor for Weaver {
    fn name(&self) -> &str {
        NAME
    }

    fn run(&self, context: &PreprocessorContext, mut pages: Book) -> Result<Book> {
        let source = context.config.book.src.clone();
        let folder = context.root.join(&source);
        let woven = {
            let chapters: Vec<&Chapter> = pages.chapters().collect();
            let pages: Vec<Page<'_>> = chapters
                .iter()
                .filter_map(|chapter| page(chapter, &source))
                .collect();
            let mut problems = unlisted(&folder, &source, &pages)?;
            let woven = weave::weave(&self.book, &self.outputs, &folder, &pages);
            let woven = woven.map_err(|more| problems.extend(more));
            problems.into_result()?;
            woven.unwrap_or_default()
        };
        let mut woven = woven.into_iter();
        let paths: Vec<PathBuf> = pages
            .chapters()
            .filter_map(|chapter| chapter.path.clone())
            .collect();
        let mut by_path: BTreeMap<PathBuf, String> =
            paths.into_iter().zip(woven.by_ref()).collect();
        pages.for_each_chapter_mut(|chapter| {
            if let Some(text) = chapter.path.as_ref().and_then(|path| by_path.remove(path)) {
                chapter.content = text;
            }
        });
        Ok(pages)
    }
}

fn page<'a>(chapter: &'a Chapter, source: &Path) -> Option<Page<'a>> {
    let path = chapter.path.clone()?;
    let written = chapter.source_path.as_ref().unwrap_or(&path);
    let file = source.join(written).to_string_lossy().into_owned();
    let number = chapter
        .number
        .as_ref()
        .and_then(|number| number.first().copied());
    Some(Page::new(
        path,
        file,
        number,
        chapter.name.clone(),
        &chapter.content,
    ))
}

/// Pages that lie in the source folder and that the summary forgets.
fn unlisted(folder: &Path, source: &Path, pages: &[Page<'_>]) -> Result<Problems> {
    let mut problems = Problems::default();
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let name = PathBuf::from(entry?.file_name());
        let file = source.join(&name).to_string_lossy().into_owned();
        let is_page = name.extension().is_some_and(|extension| extension == "md");
        if is_page && name != Path::new("SUMMARY.md") && pages.iter().all(|page| page.file != file)
        {
            problems.push(
                &file,
                None,
                "SUMMARY.md does not list this page; add it or remove it",
            );
        }
    }
    Ok(problems)
}

fn config(root: &Path) -> Result<Config> {
    let file = root.join("book.toml");
    Config::from_disk(&file).with_context(|| format!("cannot read {}", file.display()))
}

/// The book as mdBook loads it, with this program in the place of the command
/// that book.toml names.
fn load(book: &Bound, mut config: Config, build_dir: &Path, run: &Run) -> Result<MDBook> {
    config.build.build_dir = build_dir.to_path_buf();
    let mut mdbook = MDBook::load_with_config(&book.root, config)
        .with_context(|| "cannot load the book; see src/SUMMARY.md and book.toml")?;
    mdbook.with_preprocessor(Weaver {
        book: book.clone(),
        outputs: run.outputs.clone(),
    });
    Ok(mdbook)
}

/// Problems of pages and of listings are told in one go.
fn with_run_problems(error: anyhow::Error, mut problems: Problems) -> anyhow::Error {
    match error.downcast::<Problems>() {
        Ok(of_pages) => {
            problems.extend(of_pages);
            problems
                .into_result()
                .expect_err("there is at least one")
                .into()
        }
        Err(error) => match problems.into_result() {
            Ok(()) => error,
            Err(problems) => error.context(problems),
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
