//! A page of the book.

use crate::text::Text;
use mdbook_driver::book::Chapter;
use mdbook_driver::config::Config;
use mdbook_markdown::MarkdownOptions;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::path::{Component, Path, PathBuf};

/// One page of the book.
pub struct Page {
    /// Where it stands under the book's source folder: `overshooting.md`.
    pub path: PathBuf,
    /// The file, from the book's root: `src/overshooting.md`.
    pub file: String,
    /// The chapter's number, if it has one: `3`, or `3.1` within another.
    pub number: Option<String>,
    /// The chapter's name in the summary.
    pub name: String,
    /// What it says.
    pub text: Text,
}

impl Page {
    /// Reads a page; `markdown` may have line ends of Windows.
    pub fn new(
        path: PathBuf,
        file: String,
        number: Option<String>,
        name: String,
        markdown: &str,
        options: &MarkdownOptions,
    ) -> Page {
        let markdown = markdown.trim_start_matches('\u{feff}');
        let text = Text::read(markdown.replace("\r\n", "\n").replace('\r', "\n"), options);
        Page {
            path,
            file,
            number,
            name,
            text,
        }
    }

    /// A link from this page to another of the rendered book.
    pub fn link(&self, to: &Page, anchor: &str) -> String {
        if self.path == to.path {
            return format!("#{anchor}");
        }
        let page = to.path.with_extension("html");
        let page = page.to_string_lossy().replace('\\', "/");
        self.link_to_file(&format!("{page}#{anchor}"))
    }

    /// A link from this page to a file of the rendered book, by its path there.
    pub fn link_to_file(&self, file: &str) -> String {
        let folders = self.path.components().count().saturating_sub(1);
        "../".repeat(folders) + file
    }
}

/// Where a chapter will stand under the book's source folder, and so in the
/// rendered book; none for a draft. After the binder mdBook's preprocessor
/// `index` may make an index of a `README.md`.
pub fn rendered_path(chapter: &Chapter, config: &Config) -> Option<PathBuf> {
    let path = plain_path(chapter.path.as_deref()?);
    let is_readme = path
        .file_stem()
        .is_some_and(|stem| stem.eq_ignore_ascii_case("readme"));
    let defaults = config.build.use_default_preprocessors;
    let makes_index = defaults || config.contains_key("preprocessor.index");
    Some(match is_readme && makes_index {
        true => path.with_file_name("index.md"),
        false => path,
    })
}

/// The path without `.` and `..`.
pub fn plain_path(path: &Path) -> PathBuf {
    plain(Path::new(""), path).unwrap_or_else(|_| path.to_path_buf())
}

/// A path as an address has it (RFC 3986).
pub fn url_path(path: &str) -> String {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    utf8_percent_encode(path, ESCAPED).to_string()
}

/// The path from a folder without `.` and `..`.
///
/// # Errors
///
/// If it leads above the first folder, or does not begin there.
pub fn plain(folder: &Path, path: &Path) -> Result<PathBuf, String> {
    let mut plain = folder.to_path_buf();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if plain.pop() => {}
            Component::ParentDir => {
                return Err("leads out of the book; keep a copy in the book".to_string());
            }
            Component::Normal(name) => plain.push(name),
            Component::RootDir | Component::Prefix(_) => {
                return Err("leads to the root of the site; write it from the page".to_string());
            }
        }
    }
    Ok(plain)
}
