//! Proofs: the list of all claims that carry a tick, each with its test.

use crate::code::{Code, Source};
use crate::directive::DirectiveKind;
use crate::excerpt::Excerpts;
use crate::numbering::Numbering;
use crate::page::Page;
use crate::passage::Passage;
use crate::text::Text;
use crate::{breaks, html, sentence, source};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

/// All claims of the book by page, as Markdown for the page `here`: what is said,
/// the test, the listing. A test that two claims cite stands with the first, a
/// chapter's before one of the pages around the chapters. Then the tests that no
/// claim cites.
pub fn markdown(pages: &[Page], here: &Page, numbering: &Numbering<'_>, code: &Code) -> String {
    let mut out = String::new();
    let mut cited = BTreeSet::new();
    let chapters = pages.iter().filter(|page| page.number.is_some());
    let around = pages.iter().filter(|page| page.number.is_none());
    for page in chapters.chain(around) {
        let mut excerpts = Excerpts::new(page, here);
        let mut entries = String::new();
        for directive in &page.text.directives {
            let Ok(DirectiveKind::Tested { id, test }) = &directive.kind else {
                continue;
            };
            if cited.insert((id.as_str(), test.as_str())) {
                let claim = claim(&page.text, directive.range.start, &mut excerpts);
                let back = here.link(page, &html::claim_id(id, test));
                let source = code.find(id);
                let file = |source: Source<'_>| html::in_words(source.file);
                let label = numbering.label(id).or(source.map(file));
                let claim = format!(
                    "{claim} <a href=\"{back}\">{}</a>",
                    label.unwrap_or_default()
                );
                entries.push_str(&entry(source, id, test, &claim));
            }
        }
        if !entries.is_empty() {
            let name = html::in_words(&page.name);
            // A `String` takes all that is written to it.
            let _ = writeln!(out, "\n## {name}\n\n{entries}{}", excerpts.notes());
        }
    }
    out.push_str(&uncited(&code.quoted(pages), &cited));
    out
}

/// A claim, which ends in its link, with its test of the file `id`.
fn entry(source: Option<Source<'_>>, id: &str, test: &str, claim: &str) -> String {
    let code = source.and_then(|source| source::test(source.source, test));
    let broken = source.and_then(|source| breaks::of_test(source.source, test).ok());
    format!(
        "<div class=\"proof\" id=\"{id}\">\n\n{claim}\n\n\
         {broken}<details>\n<summary>{words}</summary>\n\n{code}\n\n</details>\n</div>\n\n",
        id = html::test_id(id, test),
        broken = broken.map_or(String::new(), |told| html::broken(&told)),
        words = html::words(test),
        code = html::code(&code.unwrap_or_default(), "rust"),
    )
}

/// The tests that no claim cites, by file.
fn uncited(sources: &[Source<'_>], cited: &BTreeSet<(&str, &str)>) -> String {
    let mut out = String::new();
    for source in sources {
        let tests = source::tests(source.source).filter(|test| !cited.contains(&(source.id, test)));
        let tests: Vec<String> = tests.map(html::words).collect();
        if !tests.is_empty() {
            let file = html::in_words(source.file);
            // A `String` takes all that is written to it.
            let _ = writeln!(out, "- <code>{file}</code>: {}", tests.join("; "));
        }
    }
    if out.is_empty() {
        return out;
    }
    format!("\n## Tests that no claim cites\n\n{out}")
}

/// The sentence in which the tick stands, up to it, or the row of a table.
fn claim(text: &Text, tick: usize, excerpts: &mut Excerpts<'_>) -> String {
    let holds = |passage: &&Passage| passage.range.contains(&tick);
    let Some(passage) = text.passages.iter().find(holds) else {
        return String::new();
    };
    let mut part = |range: Range<usize>| {
        // The first line, too, may begin with the signs of its quotes.
        let words = format!("\n{}", excerpts.take(range));
        let words = crate::directive::unquoted(&words, passage.quotes);
        words.trim().to_string()
    };
    let Some(row) = passage.row else {
        return part(sentence::start(passage, passage.at(tick))..tick);
    };
    let cells = text.passages.iter().filter(|cell| cell.row == Some(row));
    let cells = cells.take_while(|cell| cell.range.start < tick);
    let cells = cells.map(|cell| part(cell.range.start..cell.range.end.min(tick)));
    cells.collect::<Vec<_>>().join(", ")
}
