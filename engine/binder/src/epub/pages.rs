//! The pages of an EPUB, and where links between them may lead.

use super::links::Targets;
use super::xhtml::{self, Main};
use crate::problem::Problems;
use anyhow::{Context, Result, bail};
use mdbook_driver::book::Chapter;
use mdbook_renderer::RenderContext;
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
    /// The pages that mdBook rendered, save those of the paths
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
    let path = chapter.path.as_ref()?;
    Some(path.with_extension("html")).filter(|_| !left_out.contains(path))
}

/// The file of a page, from the book's root.
fn written(context: &RenderContext, chapter: &Chapter) -> String {
    let written = chapter.source_path.clone().unwrap_or_default();
    let file = context.config.book.src.join(written);
    file.to_string_lossy().into_owned()
}
