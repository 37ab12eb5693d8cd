//! Links: each must lead somewhere, and no page may load from another host.

use crate::page::{Link, LinkKind, Page};
use crate::problem::{Problems, unknown};
use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// Where links may lead.
pub struct Targets<'a> {
    source_folder: &'a Path,
    pages: BTreeMap<PathBuf, &'a Page<'a>>,
}

impl<'a> Targets<'a> {
    /// The pages, and the files that lie in the book's source folder.
    pub fn new(source_folder: &'a Path, pages: &'a [Page<'a>]) -> Targets<'a> {
        let pages = pages.iter().map(|page| (page.path.clone(), page)).collect();
        Targets {
            source_folder,
            pages,
        }
    }

    /// Reports the page's links that lead nowhere.
    pub fn check(&self, page: &Page<'_>, problems: &mut Problems) {
        for link in &page.parts.links {
            if let Err(message) = self.follow(page, link) {
                problems.push(&page.file, page.line(link.start), message);
            }
        }
    }

    fn follow(&self, page: &Page<'_>, link: &Link<'_>) -> Result<(), String> {
        let to = &*link.to;
        if link.kind == LinkKind::Undefined {
            return Err(format!("no link definition \"{to}\"; add `[{to}]: …`"));
        }
        let elsewhere = to.starts_with("//") || has_scheme(to);
        match link.kind {
            LinkKind::Load if elsewhere && !to.starts_with("data:") => {
                let message = "would be loaded from another host; keep a copy in the book";
                return Err(format!("\"{to}\" {message}"));
            }
            _ if elsewhere => return Ok(()),
            _ => {}
        }
        let (path, fragment) = to.split_once('#').unwrap_or((to, ""));
        let target = resolve(&page.path, path);
        let as_page = target.with_extension("md");
        let is_page = path.is_empty() || matches!(extension(&target), Some("md" | "html"));
        match self.pages.get(&as_page) {
            Some(found) if is_page => find_fragment(found, fragment),
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

fn find_fragment(page: &Page<'_>, fragment: &str) -> Result<(), String> {
    let is_cell = || page.anchors().any(|id| id == fragment);
    if fragment.is_empty() || page.parts.ids.contains(fragment) || is_cell() {
        return Ok(());
    }
    let mut ids: Vec<&str> = page.parts.ids.iter().map(String::as_str).collect();
    ids.sort_unstable();
    Err(format!(
        "{} has {}",
        page.file,
        unknown("heading", fragment, ids)
    ))
}

/// The path, from the source folder, to which `link` leads from `page`.
fn resolve(page: &Path, link: &str) -> PathBuf {
    if link.is_empty() {
        return page.to_path_buf();
    }
    let mut resolved = page.parent().map(Path::to_path_buf).unwrap_or_default();
    for component in Path::new(link).components() {
        match component {
            Component::ParentDir => drop(resolved.pop()),
            Component::Normal(name) => resolved.push(name),
            _ => {}
        }
    }
    resolved
}

fn extension(path: &Path) -> Option<&str> {
    path.extension().and_then(|extension| extension.to_str())
}

/// Whether a link begins as `https:` does (RFC 3986).
fn has_scheme(link: &str) -> bool {
    link.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}
