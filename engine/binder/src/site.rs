//! The site: a book whose whole address is known says it where machines look
//! for it: in its pages, for who shows a link to one, and in a map of them.

use crate::page::rendered_path;
use crate::page::url_path;
use crate::{disk, html};
use anyhow::Result;
use mdbook_driver::MDBook;
use regex::{Captures, Regex};
use std::path::Path;

/// The map, by its path in the rendered book.
const MAP: &str = "sitemap.xml";

/// Puts the addresses into the book in that folder, if `site-url` is a whole
/// address. A map that the author wrote stays.
///
/// # Errors
///
/// If a file cannot be read or written.
pub fn address(mdbook: &MDBook, rendered: &Path) -> Result<()> {
    let settings = mdbook.config.html_config().unwrap_or_default();
    let Some(site) = settings.site_url.filter(|url| is_whole(url)) else {
        return Ok(());
    };
    let pages = mdbook.book.chapters();
    let files = pages.filter_map(|page| rendered_path(page, &mdbook.config));
    let files = files.map(|path| path.with_extension("html"));
    let pages: Vec<_> = files.map(|file| page(&site, &file)).collect();
    // The first page stands a second time at the root.
    let first = pages.first().map(|(_, address)| address.clone());
    let root = first.map(|address| ("index.html".to_string(), address));
    let is_page = |file: &str| pages.iter().any(|(page, _)| page == file);
    for (file, address) in root.iter().filter(|(file, _)| !is_page(file)).chain(&pages) {
        let file = rendered.join(file);
        if let Some(html) = disk::read(&file)? {
            disk::replace(&file, addressed(&html, &site, address))?;
        }
    }
    let map = rendered.join(MAP);
    match map.exists() {
        true => Ok(()),
        false => disk::replace(&map, of_pages(&pages)),
    }
}

/// Whether a site's address names its host.
pub fn is_whole(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// A file of the rendered book with its address, which is that of its folder
/// where it is a folder's index.
fn page(site: &str, file: &Path) -> (String, String) {
    let file = file.to_string_lossy().replace('\\', "/");
    let shown = match file.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => &file,
    };
    let address = format!("{site}{}", url_path(shown));
    (file, address)
}

/// A page with its own address, and that of its picture.
fn addressed(page: &str, site: &str, address: &str) -> String {
    let picture = r#"(<meta property="og:image" content=")(?:\.\./)*([^":]*")"#;
    let picture = Regex::new(picture).expect("a regular expression");
    let site = html::attribute(site);
    let whole = |found: &Captures| format!("{}{site}{}", &found[1], &found[2]);
    let page = picture.replace(page, whole);
    let own = html::attribute(address);
    let own = format!("<meta property=\"og:url\" content=\"{own}\">\n    </head>");
    page.replacen("</head>", &own, 1)
}

/// The map of the pages (<https://www.sitemaps.org/protocol.html>).
fn of_pages(pages: &[(String, String)]) -> String {
    let pages = pages.iter().map(|(_, address)| html::escape(address));
    let pages: String = pages
        .map(|address| format!("<url><loc>{address}</loc></url>\n"))
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{pages}</urlset>\n"
    )
}
