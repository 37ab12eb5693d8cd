//! The pages of an EPUB, and where links between them may lead.

use super::xhtml::{self, Main};
use crate::excerpt::is_elsewhere;
use crate::html::figure_id;
use crate::page::plain;
use crate::problem::Problems;
use anyhow::{Context, Result, bail};
use mdbook_driver::book::Chapter;
use mdbook_renderer::RenderContext;
use percent_encoding::percent_decode_str;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The pages, in the order of reading, and the images that they show.
#[derive(Default)]
pub struct Pages {
    /// The pages.
    pub pages: Vec<Page>,
    /// The images, by their paths among the pages.
    pub images: BTreeMap<PathBuf, Vec<u8>>,
}

/// A page of an EPUB.
pub struct Page {
    /// Its path, as mdBook rendered it: `part/one.html`.
    pub path: PathBuf,
    /// The chapter's name.
    pub name: String,
    /// What it says, as XHTML.
    pub body: String,
    /// What the package has to say of it: whether formulas or drawings are in it.
    pub properties: Vec<&'static str>,
}

/// Images that every reader shows, by the ends of their names.
const IMAGES: [(&str, &str); 6] = [
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("webp", "image/webp"),
];

/// What kind of image a file is, by its name.
pub fn media_type(file: &Path) -> Option<&'static str> {
    let end = file.extension()?.to_str()?.to_ascii_lowercase();
    let mut known = IMAGES.iter();
    known.find(|(name, _)| *name == end).map(|(_, kind)| *kind)
}

impl Pages {
    /// The pages that mdBook rendered, save those that were written as
    /// `left_out`.
    ///
    /// # Errors
    ///
    /// If one cannot be read, or shows what an EPUB cannot hold.
    pub fn read(context: &RenderContext, left_out: &BTreeSet<PathBuf>) -> Result<Pages> {
        let mut parsed = Vec::new();
        for chapter in context.book.chapters() {
            if let Some(path) = rendered(chapter, left_out) {
                let html = fs::read_to_string(context.destination.join(&path))?;
                let main = Main::parse(&html).context("mdBook's template has no <main>")?;
                parsed.push((path, chapter, main));
            }
        }
        if parsed.is_empty() {
            bail!("SUMMARY.md: no page for an EPUB, which leaves out lists of proofs and files");
        }
        let ids = parsed.iter();
        let ids = ids.map(|(path, _, main)| (path.as_path(), main.ids()));
        let ids: BTreeMap<_, _> = ids.collect();
        let mut problems = Problems::default();
        let mut pages = Pages::default();
        for (path, chapter, main) in &parsed {
            let mut targets = Targets {
                page: path,
                ids: &ids,
                images: BTreeSet::new(),
            };
            let (body, properties) = xhtml::write(main, &mut targets);
            for image in targets.images {
                let read = || match media_type(&image) {
                    Some(_) => Ok(fs::read(context.destination.join(&image))?),
                    None => bail!(
                        "an EPUB shows PNG, JPEG, GIF, SVG and WebP; keep a copy as one of these"
                    ),
                };
                match read() {
                    Ok(bytes) => drop(pages.images.insert(image, bytes)),
                    Err(error) => {
                        let message = format!("image \"{}\": {error}", image.display());
                        problems.push(&written(context, chapter), None, message);
                    }
                }
            }
            pages.pages.push(Page {
                path: path.clone(),
                name: chapter.name.clone(),
                body,
                properties,
            });
        }
        problems.into_result()?;
        Ok(pages)
    }

    /// Whether this chapter is a page of the EPUB, and where.
    pub fn path_of(&self, chapter: &Chapter) -> Option<&Path> {
        let path = chapter.path.as_ref()?.with_extension("html");
        let mut paths = self.pages.iter().map(|page| page.path.as_path());
        paths.find(|known| *known == path)
    }
}

/// Where mdBook renders a chapter; none for a draft and for what is left out.
fn rendered(chapter: &Chapter, left_out: &BTreeSet<PathBuf>) -> Option<PathBuf> {
    let written = chapter.source_path.as_ref()?;
    let written = plain(Path::new(""), written).ok()?;
    let path = chapter.path.as_ref()?.with_extension("html");
    Some(path).filter(|_| !left_out.contains(&written))
}

/// The file of a page, from the book's root.
fn written(context: &RenderContext, chapter: &Chapter) -> String {
    let written = chapter.source_path.clone().unwrap_or_default();
    let file = context.config.book.src.join(written);
    file.to_string_lossy().into_owned()
}

/// Where the links of a page lead within the EPUB.
pub struct Targets<'a> {
    page: &'a Path,
    /// The ids of all pages, by their paths.
    ids: &'a BTreeMap<&'a Path, BTreeSet<String>>,
    /// The images that were loaded.
    images: BTreeSet<PathBuf>,
}

impl Targets<'_> {
    /// Where a link leads in the EPUB; none if not there.
    pub fn follow(&self, to: &str) -> Option<String> {
        if is_elsewhere(to) {
            return Some(to.to_string());
        }
        let (path, fragment) = to.split_once('#').unwrap_or((to, ""));
        // The settings of a live figure, #chapter/listing?knob=1, lead to it.
        let fragment = match fragment.split_once('?') {
            Some((listing, _)) => figure_id(listing),
            None => fragment.to_string(),
        };
        let ids = self.ids.get(&*self.resolve(path)?)?;
        let is_there = fragment.is_empty() || ids.contains(&decoded(&fragment));
        let page = match path.strip_suffix(".html") {
            Some(page) => format!("{page}.xhtml"),
            None => String::new(),
        };
        let fragment = match &*fragment {
            "" => String::new(),
            fragment => format!("#{fragment}"),
        };
        Some(page + &fragment).filter(|link| is_there && !link.is_empty())
    }

    /// Takes an image into the EPUB.
    pub fn load(&mut self, from: &str) -> String {
        if !is_elsewhere(from) {
            let path = from.split(['?', '#']).next().unwrap_or(from);
            self.images.extend(self.resolve(path));
        }
        from.to_string()
    }

    /// The path from the folder of all pages.
    fn resolve(&self, path: &str) -> Option<PathBuf> {
        if path.is_empty() {
            return Some(self.page.to_path_buf());
        }
        let folder = self.page.parent().unwrap_or(Path::new(""));
        plain(folder, Path::new(&decoded(path))).ok()
    }
}

/// What `%` and two digits stand for (RFC 3986).
fn decoded(link: &str) -> String {
    percent_decode_str(link).decode_utf8_lossy().into_owned()
}
