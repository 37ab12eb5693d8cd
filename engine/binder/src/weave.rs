//! Weaving: puts in the place of directives and formulas what they stand for.

use crate::beside::Beside;
use crate::code::{Code, Source};
use crate::directive::DirectiveKind;
use crate::expand::{Expander, Gathered};
use crate::glossary::Glossary;
use crate::links::Targets;
use crate::numbering::Numbering;
use crate::page::Page;
use crate::problem::Problems;
use crate::rendered::Rendered;
use crate::settings::Settings;
use crate::splice::{Piece, splice};
use crate::text::{Heading, Text};
use crate::{Book, answers, files, generated, numbers, proofs};
use notebook::Outputs;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// Weaves all pages; returns their new text in the same order.
///
/// # Errors
///
/// All that is wrong with the pages, the listings they quote and their links.
pub fn weave(
    book: &Book,
    code: &Code,
    outputs: &BTreeMap<&'static str, Outputs>,
    source_folder: &Path,
    settings: &Settings,
    pages: &[Page],
    beside: &Beside,
) -> Result<Vec<String>, Problems> {
    let mut problems = Problems::default();
    let numbering = Numbering::new(pages);
    check_quoted(book, code, &numbering, &mut problems);
    check_widths(&code.quoted(pages), &mut problems);
    check_proofs(pages, &numbering, &mut problems);
    check_sections(settings, pages, &mut problems);
    let gathered = gather(code, settings, pages, &numbering, &mut problems);
    let expander = Expander {
        book,
        code,
        outputs,
        settings,
        live: generated::has_scripts(source_folder),
        numbering,
        gathered,
    };
    let mut of_gathered = Problems::default();
    let expanded = pages.par_iter().map(|page| {
        let (pieces, mut problems, of_gathered) = expander.page(page);
        let rendered = render(page, &pieces, settings, &mut problems);
        (pieces, rendered, problems, of_gathered)
    });
    let (mut pieces, mut rendered) = (Vec::new(), Vec::new());
    for (of_page, rendered_page, more, more_of_gathered) in expanded.collect::<Vec<_>>() {
        pieces.push(of_page);
        rendered.push(rendered_page);
        problems.extend(more);
        of_gathered.extend(more_of_gathered);
    }
    let targets = Targets::new(source_folder, pages, &rendered);
    beside.check(&targets, &mut problems);
    let glossary = Glossary::new(pages, &rendered);
    let finished = pages.par_iter().zip(pieces).map(|(page, mut pieces)| {
        let mut problems = Problems::default();
        targets.check(page, &mut problems);
        if settings.numbers {
            numbers::check(page, code, &settings.markdown, &mut problems);
        }
        pieces.extend(glossary.links(page, &mut problems));
        (splice(&page.text.source, &pieces).text, problems)
    });
    let (woven, more): (_, Vec<_>) = finished.unzip();
    more.into_iter().for_each(|more| problems.extend(more));
    // What is wrong with a text that was gathered was told at home.
    if problems.is_empty() {
        problems.extend(of_gathered);
    }
    problems.into_result()?;
    Ok(woven)
}

/// Every listing must be quoted by a page.
fn check_quoted(book: &Book, code: &Code, numbering: &Numbering<'_>, problems: &mut Problems) {
    for id in book.listings.iter().map(|listing| listing.id) {
        if !numbering.listings.contains_key(id) {
            let message = format!("no page quotes this listing; add {{{{#listing {id}}}}} to one");
            problems.push(&code.file(id), None, message);
        }
    }
}

/// The most characters of a line of code that a page shows without scrolling.
const WIDTH: usize = 80;

/// Every line of code fits the page.
fn check_widths(sources: &[Source<'_>], problems: &mut Problems) {
    for source in sources {
        for (line, text) in source.source.lines().enumerate() {
            let width = text.chars().count();
            if width > WIDTH {
                let message =
                    format!("the line has {width} characters, and a page shows {WIDTH}; break it");
                problems.push(source.file, line + 1, message);
            }
        }
    }
}

/// If there are ticks, a page lists the proofs that they lead to.
fn check_proofs(pages: &[Page], numbering: &Numbering<'_>, problems: &mut Problems) {
    if numbering.proofs.is_some() {
        return;
    }
    let ticks = pages.iter().find_map(|page| {
        let mut directives = page.text.directives.iter();
        let tick = directives
            .find(|directive| matches!(directive.kind, Ok(DirectiveKind::Tested { .. })))?;
        Some((page, page.text.line(tick.range.start)))
    });
    if let Some((page, line)) = ticks {
        let message = "no page lists the proofs that ticks lead to; add {{#proofs}} to one";
        problems.push(&page.file, line, message);
    }
}

/// Every numbered chapter has the sections that the settings ask for.
fn check_sections(settings: &Settings, pages: &[Page], problems: &mut Problems) {
    for page in pages.iter().filter(|page| page.number.is_some()) {
        for section in &settings.sections {
            let is_it = |heading: &Heading| heading.words == *section;
            if !page.text.headings.iter().any(is_it) {
                let message = format!(
                    "the chapter has no section \"{section}\"; write it, \
                     or take the name out of `sections` in book.toml"
                );
                problems.push(&page.file, None, message);
            }
        }
    }
}

/// What stands for the directives that gather from all pages.
fn gather<'a>(
    code: &Code,
    settings: &Settings,
    pages: &'a [Page],
    numbering: &Numbering<'_>,
    problems: &mut Problems,
) -> Gathered<'a> {
    let directives = pages
        .iter()
        .flat_map(|page| page.text.directives.iter().map(move |one| (page, one)));
    let gathered = directives.collect::<Vec<_>>().into_par_iter();
    let gathered = gathered.filter_map(|(page, directive)| {
        let mut problems = Problems::default();
        let markdown = match &directive.kind {
            Ok(DirectiveKind::Answers { section }) => {
                let markdown = answers::markdown(pages, page, section, &mut problems);
                if markdown.is_empty() {
                    let line = page.text.line(directive.range.start);
                    let message = format!("no page has a section \"{section}\" to gather from");
                    problems.push(&page.file, line, message);
                }
                markdown
            }
            Ok(DirectiveKind::Proofs) => proofs::markdown(pages, page, numbering, code),
            Ok(DirectiveKind::Files) => files::markdown(&code.quoted(pages)),
            _ => return None,
        };
        let place = (page.file.as_str(), directive.range.start);
        Some(((place, Text::read(markdown, &settings.markdown)), problems))
    });
    let (gathered, more): (Vec<_>, Vec<_>) = gathered.unzip();
    more.into_iter().for_each(|more| problems.extend(more));
    gathered.into_iter().collect()
}

/// A page's ids and terms; two things of the same id are a problem.
fn render(page: &Page, pieces: &[Piece], settings: &Settings, problems: &mut Problems) -> Rendered {
    let woven = splice(&page.text.source, pieces);
    let rendered = Rendered::read(&woven.text, &settings.markdown);
    for (id, at) in rendered.repeated() {
        let message = format!(
            "a second thing on this page has the id \"{id}\"; \
             give one of them another, as in `## Heading {{#id}}`"
        );
        problems.push(&page.file, page.text.line(woven.origin(at)), message);
    }
    rendered
}
