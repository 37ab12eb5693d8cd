//! The glossary: terms that a definition list explains, linked from where each
//! page first uses them.

use crate::page::Page;
use crate::places::link;
use crate::problem::{Problems, unknown};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::ops::Range;

/// All terms of the book, the longest first.
pub struct Glossary<'a> {
    terms: Vec<Term<'a>>,
}

struct Term<'a> {
    /// In small letters.
    name: String,
    /// Where it is explained.
    page: &'a Page<'a>,
    id: &'a str,
}

/// The words of a page that can be linked, as ranges of its text.
struct Words {
    /// Bold words without their stars.
    bold: Vec<Range<usize>>,
    plain: Vec<Range<usize>>,
}

impl<'a> Glossary<'a> {
    /// The terms of all definition lists.
    pub fn new(pages: &'a [Page<'a>]) -> Glossary<'a> {
        let of = |page: &'a Page<'a>| {
            page.parts.terms.iter().map(move |(name, id)| Term {
                name: name.to_lowercase(),
                page,
                id,
            })
        };
        let mut terms: Vec<_> = pages.iter().flat_map(of).collect();
        terms.sort_by_key(|term| std::cmp::Reverse(term.name.len()));
        Glossary { terms }
    }

    /// The first use of each term on a page, with what it becomes. A bold word
    /// that ends in no punctuation mark introduces a term; if no list explains
    /// it, that is reported.
    pub fn links(&self, page: &Page<'_>, problems: &mut Problems) -> Vec<(Range<usize>, String)> {
        let explains = !page.parts.terms.is_empty();
        if explains || self.terms.is_empty() {
            return Vec::new();
        }
        let words = Words::of(page.text);
        let mut links = Vec::new();
        // Where no term can begin: in a directive, in a use of a longer term.
        let mut taken: Vec<Range<usize>> = page
            .directives
            .iter()
            .map(|directive| directive.range.clone())
            .collect();
        for term in &self.terms {
            let is_free = |used: &Range<usize>| !taken.iter().any(|taken| meet(taken, used));
            let is_it = |bold: &&Range<usize>| term.is(&page.text[(*bold).clone()]);
            let bold = words.bold.iter().find(|bold| is_free(bold) && is_it(bold));
            let plain = words.plain.iter();
            let uses: Vec<_> = plain
                .flat_map(|range| term.within(page.text, range))
                .filter(is_free)
                .collect();
            if let Some(first) = bold.or(uses.first()) {
                let to = link(page, term.page, term.id);
                let shown = &page.text[first.clone()];
                let html = format!("<a class=\"term\" href=\"{to}\">{shown}</a>");
                links.push((first.clone(), html));
            }
            taken.extend(uses);
        }
        for range in &words.bold {
            let bold = &page.text[range.clone()];
            let punctuated = bold.ends_with(|last: char| last.is_ascii_punctuation());
            if !punctuated && !self.terms.iter().any(|term| term.is(bold)) {
                let names = self.terms.iter().map(|term| &*term.name);
                let message = format!(
                    "{} Add \"{bold}\" to the glossary, or write it without stars",
                    unknown("term", bold, names)
                );
                problems.push(&page.file, page.line(range.start), message);
            }
        }
        links
    }
}

impl Term<'_> {
    /// Whether these words are the term, alone or with an s.
    fn is(&self, words: &str) -> bool {
        let words = words.to_lowercase();
        words == self.name || words.strip_suffix('s') == Some(&self.name)
    }

    /// Where the term stands as words of their own, alone or with an s.
    fn within(&self, text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
        let words = text[range.clone()].to_ascii_lowercase();
        let goes_on = |letter: char| letter.is_alphanumeric() || letter == '-';
        let whole = |(at, name): (usize, &str)| {
            let after = &words[at + name.len()..];
            let plural = usize::from(after.starts_with('s'));
            let stands_alone =
                !words[..at].ends_with(goes_on) && !after[plural..].starts_with(goes_on);
            let start = range.start + at;
            stands_alone.then_some(start..start + name.len() + plural)
        };
        words.match_indices(&self.name).filter_map(whole).collect()
    }
}

impl Words {
    fn of(text: &str) -> Words {
        let mut words = Words {
            bold: Vec::new(),
            plain: Vec::new(),
        };
        // How deep in headings, links, code and the like, and in bold.
        let (mut closed, mut bold) = (0, 0);
        for (event, range) in Parser::new_ext(text, crate::page::options()).into_offset_iter() {
            match event {
                Event::Start(Tag::Strong) => {
                    bold += 1;
                    if closed == 0 {
                        words.bold.push(range.start + 2..range.end - 2);
                    }
                }
                Event::End(TagEnd::Strong) => bold -= 1,
                Event::Start(tag) if is_closed(tag.to_end()) => closed += 1,
                Event::End(tag) if is_closed(tag) => closed -= 1,
                Event::Text(_) if closed == 0 && bold == 0 => words.plain.push(range),
                _ => {}
            }
        }
        words
    }
}

fn meet(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Whether what stands in there is no place for a link.
fn is_closed(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Heading(_) | TagEnd::TableHead | TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock
    )
}
