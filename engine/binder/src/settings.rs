//! Settings: what `book.toml` says of how pages are read and checked.

use crate::repository::Repository;
use anyhow::Result;
use mdbook_driver::config::Config;
use mdbook_markdown::MarkdownOptions;

/// The settings of a book that weaving heeds.
#[derive(Default)]
pub struct Settings {
    /// `play` under `[preprocessor.binder]`: of a listing's numbers the one
    /// that its button plays at first.
    pub play: Option<String>,
    /// `sections` there: the headings that every numbered chapter has.
    pub sections: Vec<String>,
    /// `numbers` there: whether every number of a page comes from its listings.
    pub numbers: bool,
    /// Where the web shows the book's files.
    pub repository: Option<Repository>,
    /// How mdBook will read the woven pages.
    pub markdown: MarkdownOptions,
}

impl Settings {
    /// The settings in `book.toml`.
    ///
    /// # Errors
    ///
    /// If one has another type.
    pub fn new(config: &Config) -> Result<Settings> {
        let html = config.html_config().unwrap_or_default();
        let mut markdown = MarkdownOptions::default();
        markdown.smart_punctuation = html.smart_punctuation;
        markdown.definition_lists = html.definition_lists;
        markdown.admonitions = html.admonitions;
        let sections: Option<Vec<String>> = config.get("preprocessor.binder.sections")?;
        Ok(Settings {
            play: config.get("preprocessor.binder.play")?,
            numbers: config
                .get("preprocessor.binder.numbers")?
                .unwrap_or_default(),
            sections: sections.unwrap_or_default(),
            repository: Repository::new(&html),
            markdown,
        })
    }
}
