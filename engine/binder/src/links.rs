//! Links: each must lead somewhere in the book, and no page may load from another
//! host.

use crate::excerpt::{html_links, is_elsewhere};
use crate::html::figure_id;
use crate::page::{Page, plain};
use crate::problem::{Problems, unknown};
use crate::rendered::Rendered;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where links may lead.
pub struct Targets<'a> {
    source_folder: &'a Path,
    pages: BTreeMap<PathBuf, (&'a Page, &'a Rendered)>,
}

/// What a link does with its target.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LinkKind {
    /// The reader may follow it.
    Follow,
    /// The page loads it.
    Load,
}

impl<'a> Targets<'a> {
    /// The pages with what they are rendered as, and the files that lie in the
    /// book's source folder.
    pub fn new(
        source_folder: &'a Path,
        pages: &'a [Page],
        rendered: &'a [Rendered],
    ) -> Targets<'a> {
        let pages = pages.iter().zip(rendered);
        let by_path =
            |(page, rendered): (&'a Page, &'a Rendered)| (page.path.clone(), (page, rendered));
        let pages = pages.map(by_path).collect();
        Targets {
            source_folder,
            pages,
        }
    }

    /// Reports the page's links that lead nowhere.
    pub fn check(&self, page: &Page, problems: &mut Problems) {
        let text = &page.text;
        for (at, label) in &text.undefined {
            let message = format!("no link definition \"{label}\"; add `[{label}]: …`");
            problems.push(&page.file, text.line(*at), message);
        }
        let mut report = |at: usize, to: &str, kind: LinkKind| {
            if let Err(message) = self.lead(&page.path, to, kind) {
                problems.push(&page.file, text.line(at), message);
            }
        };
        for link in &text.links {
            let kind = match link.is_image {
                true => LinkKind::Load,
                false => LinkKind::Follow,
            };
            report(link.range.start, &link.to, kind);
        }
        for html in &text.html {
            for (range, to) in html_links(&text.source, html) {
                report(range.start, &to, html_kind(&text.source[..range.start]));
            }
        }
    }

    /// Whether `to` leads somewhere, for a reader who follows it from the page
    /// `from`.
    ///
    /// # Errors
    ///
    /// If it leads nowhere.
    pub fn follow(&self, from: &Path, to: &str) -> Result<(), String> {
        self.lead(from, to, LinkKind::Follow)
    }

    fn lead(&self, from: &Path, to: &str, kind: LinkKind) -> Result<(), String> {
        if is_elsewhere(to) {
            let is_loaded = kind == LinkKind::Load && !to.starts_with("data:");
            let message = "would be loaded from another host; keep a copy in the book";
            return match is_loaded {
                true => Err(format!("\"{to}\" {message}")),
                false => Ok(()),
            };
        }
        let (path, fragment) = to.split_once('#').unwrap_or((to, ""));
        let path = path.split('?').next().unwrap_or(path);
        let (path, fragment) = (decoded(path), decoded(fragment));
        let target = resolve(from, &path).map_err(|message| format!("\"{to}\" {message}"))?;
        let as_page = target.with_extension("md");
        let is_page = path.is_empty() || matches!(extension(&target), Some("md" | "html"));
        match self.pages.get(&as_page) {
            Some(found) if is_page => find_fragment(found, &fragment),
            _ if self.source_folder.join(&target).is_file() && extension(&target) != Some("md") => {
                Ok(())
            }
            _ => Err(self.nowhere(&target)),
        }
    }

    fn nowhere(&self, target: &Path) -> String {
        let target = target.to_string_lossy();
        let pages = self.pages.keys().filter_map(|path| path.to_str());
        unknown("page or file", &target, pages)
    }
}

/// What HTML does with a target, from what stands before it.
fn html_kind(before: &str) -> LinkKind {
    let tag = before.rfind('<').map_or("", |open| &before[open + 1..]);
    let name = tag.split_whitespace().next().unwrap_or_default();
    match name.to_ascii_lowercase().as_str() {
        "a" | "area" => LinkKind::Follow,
        _ => LinkKind::Load,
    }
}

fn find_fragment((page, rendered): &(&Page, &Rendered), fragment: &str) -> Result<(), String> {
    // The settings of a live figure: #chapter/listing?knob=1.
    let (place, is_set) = match fragment.split_once('?') {
        Some((listing, _)) => (figure_id(listing), true),
        None => (fragment.to_string(), false),
    };
    if fragment.is_empty() || rendered.has(&place) {
        return Ok(());
    }
    if is_set {
        return Err(format!("{} has no \"{place}\" to be set", page.file));
    }
    let mut ids: Vec<&str> = rendered.ids.iter().map(|(id, _)| id.as_str()).collect();
    ids.sort_unstable();
    Err(format!(
        "{} has {}",
        page.file,
        unknown("heading", fragment, ids)
    ))
}

/// The path, from the source folder, to which `link` leads from `page`.
fn resolve(page: &Path, link: &str) -> Result<PathBuf, String> {
    match link.is_empty() {
        true => Ok(page.to_path_buf()),
        false => plain(page.parent().unwrap_or(Path::new("")), Path::new(link)),
    }
}

/// What `%` and two digits stand for (RFC 3986).
fn decoded(link: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(link).decode_utf8_lossy()
}

fn extension(path: &Path) -> Option<&str> {
    path.extension().and_then(|extension| extension.to_str())
}
