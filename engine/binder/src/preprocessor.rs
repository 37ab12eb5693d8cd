//! The preprocessor: from the pages that mdBook has read to those that it
//! renders.

use crate::beside::Beside;
use crate::code::Code;
use crate::page::{Page, plain_path, rendered_path};
use crate::problem::Problems;
use crate::runner::Update;
use crate::settings::Settings;
use crate::{Book, unheeded, weave};
use anyhow::{Context, Result};
use mdbook_driver::book::{Book as Pages, Chapter, SectionNumber};
use mdbook_driver::config::Config;
use mdbook_markdown::MarkdownOptions;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use notebook::Outputs;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The preprocessor's name, in `book.toml` too.
const NAME: &str = "binder";

/// The preprocessor, as mdBook knows it.
pub struct Weaver {
    /// The book, whose listings left the outputs.
    pub book: Book,
    code: Code,
    outputs: BTreeMap<&'static str, Outputs>,
}

impl Weaver {
    /// Takes the outputs out of `update`.
    pub fn new(book: &Book, code: Code, update: &mut Update) -> Weaver {
        Weaver {
            book: book.clone(),
            code,
            outputs: std::mem::take(&mut update.outputs),
        }
    }
}

impl Preprocessor for Weaver {
    fn name(&self) -> &str {
        NAME
    }

    fn run(&self, context: &PreprocessorContext, mut pages: Pages) -> Result<Pages> {
        let source = &context.config.book.src;
        let folder = context.root.join(source);
        let html = unheeded::html(&context.root, &context.config)?;
        let settings = Settings::new(&context.config)?;
        let read = read_pages(&pages, &context.config, &settings.markdown);
        let mut problems = Problems::default();
        let (root, config) = (&context.root, &context.config);
        let beside = Beside::read(root, config, &html, &settings.markdown, &mut problems)?;
        problems.extend(unlisted(&folder, source, &read, &beside)?);
        let woven = weave::weave(
            &self.book,
            &self.code,
            &self.outputs,
            &folder,
            &settings,
            &read,
            &beside,
        );
        let woven = woven.map_err(|more| problems.extend(more));
        problems.into_result()?;
        let paths = pages.chapters().filter_map(|chapter| chapter.path.clone());
        let woven: BTreeMap<_, _> = paths.zip(woven.unwrap_or_default()).collect();
        pages.for_each_chapter_mut(|chapter| {
            if let Some(text) = chapter.path.as_ref().and_then(|path| woven.get(path)) {
                chapter.content.clone_from(text);
                // mdBook counts the folders of a path as it is written.
                chapter.path = chapter.path.as_deref().map(plain_path);
            }
        });
        Ok(pages)
    }
}

/// The pages that mdBook read.
pub fn read_pages(pages: &Pages, config: &Config, options: &MarkdownOptions) -> Vec<Page> {
    let chapters: Vec<_> = pages.chapters().collect();
    chapters
        .into_par_iter()
        .filter_map(|chapter| page(chapter, config, options))
        .collect()
}

/// The page that mdBook read; none for a draft.
fn page(chapter: &Chapter, config: &Config, options: &MarkdownOptions) -> Option<Page> {
    let path = rendered_path(chapter, config)?;
    let written = chapter.source_path.as_deref().map(plain_path);
    let written = written.unwrap_or_else(|| path.clone());
    let file = config.book.src.join(written);
    let file = file.to_string_lossy().into_owned();
    let parts = |number: &SectionNumber| {
        let parts: Vec<String> = number.iter().map(u32::to_string).collect();
        parts.join(".")
    };
    Some(Page::new(
        path,
        file,
        chapter.number.as_ref().map(parts),
        chapter.name.clone(),
        &chapter.content,
        options,
    ))
}

/// Pages that lie in the source folder and that the summary forgets.
fn unlisted(folder: &Path, source: &Path, pages: &[Page], beside: &Beside) -> Result<Problems> {
    let mut problems = Problems::default();
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let name = PathBuf::from(entry?.file_name());
        let file = source.join(&name).to_string_lossy().into_owned();
        let is_page = name.extension().is_some_and(|extension| extension == "md");
        let is_listed = pages.iter().any(|page| page.file == file);
        if is_page && name != Path::new("SUMMARY.md") && !is_listed && !beside.is_lost(&file) {
            problems.push(
                &file,
                None,
                "SUMMARY.md does not list this page; add it or remove it",
            );
        }
    }
    Ok(problems)
}
