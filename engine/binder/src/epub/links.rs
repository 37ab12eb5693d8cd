//! Where things are in an EPUB, and where the links of its pages lead.

use crate::excerpt::is_elsewhere;
use crate::html::figure_id;
use crate::page::plain;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The name of a page or an image within the package's folder.
pub fn place(path: &Path) -> String {
    format!("pages/{}", path.to_string_lossy().replace('\\', "/"))
}

/// The same as an address (RFC 3986).
pub fn address(path: &Path) -> String {
    const KEPT: AsciiSet = NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'/')
        .remove(b'_');
    utf8_percent_encode(&place(path), &KEPT).to_string()
}

/// Where the links of a page lead within the EPUB.
pub struct Targets<'a> {
    /// The path of the page.
    pub page: &'a Path,
    /// The ids of all pages, by their paths.
    pub ids: &'a BTreeMap<&'a Path, BTreeSet<String>>,
    /// The images that were loaded.
    pub images: BTreeSet<PathBuf>,
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
