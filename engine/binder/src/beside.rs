//! Beside the pages: what else in a book leads to them, the page for addresses
//! that are none, and redirects. Both go to mdBook as they stand.

use crate::directive::Directive;
use crate::links::Targets;
use crate::page::Page;
use crate::problem::Problems;
use crate::{disk, unheeded};
use anyhow::Result;
use mdbook_driver::config::{Config, HtmlConfig};
use mdbook_markdown::MarkdownOptions;
use std::path::{Path, PathBuf};

/// What leads to pages.
pub struct Beside {
    /// What a reader sees whose address leads nowhere.
    lost: Option<Page>,
    redirects: Vec<Redirect>,
}

struct Redirect {
    from: PathBuf,
    to: String,
    line: Option<usize>,
}

impl Beside {
    /// Reads what a book has of them, and says what is wrong with it.
    ///
    /// # Errors
    ///
    /// If a file cannot be read.
    pub fn read(
        root: &Path,
        config: &Config,
        html: &HtmlConfig,
        markdown: &MarkdownOptions,
        problems: &mut Problems,
    ) -> Result<Beside> {
        let toml = disk::read(&root.join("book.toml"))?.unwrap_or_default();
        let name = html.input_404.as_deref().unwrap_or("404.md");
        let file = config.book.src.join(name);
        let text = match name {
            "" => None,
            _ => disk::read(&root.join(&file))?,
        };
        if html.input_404.is_some() && !name.is_empty() && text.is_none() {
            let line = unheeded::line(&toml, "input-404");
            problems.push("book.toml", line, format!("no file {}", file.display()));
        }
        let redirects = html.redirect.iter().map(|(from, to)| Redirect {
            from: PathBuf::from(from.trim_start_matches('/')),
            to: to.clone(),
            line: unheeded::line(&toml, &format!("\"{from}\"")),
        });
        let redirects = redirects.collect();
        let lost = text.map(|text| {
            let file = file.to_string_lossy().into_owned();
            // From wherever it is shown, its links lead from the book's root.
            let place = PathBuf::from("404.md");
            Page::new(place, file, None, String::new(), &text, markdown)
        });
        Ok(Beside { lost, redirects })
    }

    /// Whether that file is the page for addresses that are none.
    pub fn is_lost(&self, file: &str) -> bool {
        self.lost.as_ref().is_some_and(|page| page.file == file)
    }

    /// Reports what would not be woven, and what leads nowhere.
    pub fn check(&self, targets: &Targets<'_>, problems: &mut Problems) {
        if let Some(page) = &self.lost {
            let text = &page.text;
            let directives = text.directives.iter().map(|Directive { range, .. }| range);
            let formulas = text.formulas.iter().map(|formula| &formula.range);
            for range in directives.chain(formulas) {
                let message = format!(
                    "mdBook shows this page as it stands; write what {} stands for",
                    &text.source[range.clone()]
                );
                problems.push(&page.file, text.line(range.start), message);
            }
            targets.check(page, problems);
        }
        for Redirect { from, to, line } in &self.redirects {
            if let Err(message) = targets.follow(from, to) {
                problems.push("book.toml", *line, message);
            }
        }
    }
}
