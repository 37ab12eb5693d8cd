//! EPUB: the book in one file, as readers of books show it, on paper-white
//! screens and telephones.
//!
//! Its pages are the woven ones, as mdBook renders them for the browser, written
//! as XML and without what needs a script. Left out are the pages that list all
//! proofs or all files: that is for where the code can be run.

mod contents;
mod links;
mod package;
mod pages;
mod xhtml;

use crate::directive::DirectiveKind;
use crate::{Book, disk, render};
use anyhow::{Context, Result, ensure};
use mdbook_driver::config::{Config, Search};
use mdbook_html::HtmlHandlebars;
use mdbook_renderer::{RenderContext, Renderer};
use package::About;
use pages::Pages;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// Makes an EPUB 3 of the book under `target/epub/`, and says where it is. The
/// same pages make the same bytes.
///
/// `source_date_epoch` is when the pages were last changed, in seconds since 1970,
/// as <https://reproducible-builds.org/specs/source-date-epoch/> has it. Without
/// it the EPUB says that it is of 1980, the first year that a zip file knows.
///
/// # Errors
///
/// What [`bind`](crate::bind) would refuse; a book without a title, a time that
/// is none, an image of a kind that readers need not show.
pub fn epub(book: &Book, source_date_epoch: Option<&str>) -> Result<PathBuf> {
    let modified = modified(source_date_epoch)?;
    let (_, woven, config) = render::woven(book)?;
    let about = About::new(&config, modified)?;
    let folder = tempfile::tempdir().context("cannot make a folder to render into")?;
    let config = plain(config, folder.path())?;
    let rendered = folder.path().join("book");
    let context = RenderContext::new(&book.root, woven, config, rendered);
    HtmlHandlebars::new().render(&context)?;
    let pages = Pages::read(&context, &machinery(book)?)?;
    let file = book.root.join(format!("target/epub/{}.epub", about.slug()));
    disk::replace(&file, package::zip(&about, &context.book, &pages)?)?;
    Ok(file)
}

/// The settings for pages that only the EPUB is made of: without a look and a
/// search of their own. In the folder `empty` there is no theme.
fn plain(mut config: Config, empty: &Path) -> Result<Config> {
    let mut html = config.html_config().unwrap_or_default();
    html.theme = Some(empty.to_path_buf());
    html.additional_css.clear();
    html.additional_js.clear();
    html.print.enable = false;
    let mut search = Search::default();
    search.enable = false;
    html.search = Some(search);
    config.set("output.html", html)?;
    Ok(config)
}

/// The pages that list all proofs or all files, by their paths.
fn machinery(book: &Book) -> Result<BTreeSet<PathBuf>> {
    let pages = render::written(book)?.into_iter();
    let lists = pages.filter(|page| {
        let mut directives = page.text.directives.iter();
        directives.any(|directive| {
            matches!(
                directive.kind,
                Ok(DirectiveKind::Proofs | DirectiveKind::Files)
            )
        })
    });
    Ok(lists.map(|page| page.path).collect())
}

/// Seconds since 1970 as an EPUB has them: `1980-01-01T00:00:00Z`.
fn modified(source_date_epoch: Option<&str>) -> Result<String> {
    const YEAR_1980: u64 = 315_532_800;
    const YEAR_10000: u64 = 253_402_300_800;
    let seconds = match source_date_epoch {
        None => YEAR_1980,
        Some(text) => text.trim().parse().with_context(|| {
            format!("SOURCE_DATE_EPOCH: cannot read \"{text}\"; it takes seconds since 1970")
        })?,
    };
    ensure!(
        seconds < YEAR_10000,
        "SOURCE_DATE_EPOCH: {seconds} is after the year 9999; it takes seconds since 1970"
    );
    let time = UNIX_EPOCH + Duration::from_secs(seconds);
    Ok(humantime::format_rfc3339_seconds(time).to_string())
}
