//! The glossary: terms that a definition list explains, linked from where each
//! page first uses them.

use crate::page::Page;
use crate::passage::Passage;
use crate::problem::{Problems, unknown};
use crate::rendered::Rendered;
use crate::splice::Piece;
use std::ops::Range;

/// All terms of the book, the longest first.
pub struct Glossary<'a> {
    terms: Vec<Term<'a>>,
}

struct Term<'a> {
    /// In small letters.
    name: String,
    /// Where it is explained.
    page: &'a Page,
    id: &'a str,
}

/// Words of a passage.
type Use<'a> = (&'a Passage, Range<usize>);

impl<'a> Glossary<'a> {
    /// The terms of all definition lists.
    pub fn new(pages: &'a [Page], rendered: &'a [Rendered]) -> Glossary<'a> {
        let of = |(page, rendered): (&'a Page, &'a Rendered)| {
            rendered.terms.iter().map(move |(name, id)| Term {
                name: name.to_lowercase(),
                page,
                id,
            })
        };
        let mut terms: Vec<_> = pages.iter().zip(rendered).flat_map(of).collect();
        terms.sort_by_key(|term| std::cmp::Reverse(term.name.len()));
        Glossary { terms }
    }

    /// Links from the first use of each term on a page. A bold word that ends in
    /// no punctuation mark introduces a term; if no list explains it, that is
    /// reported.
    pub fn links(&self, page: &Page, problems: &mut Problems) -> Vec<Piece> {
        if page.text.explains || self.terms.is_empty() {
            return Vec::new();
        }
        let mut links = Vec::new();
        let passages = page.text.passages.iter();
        let small = passages.map(|passage| passage.words.to_ascii_lowercase());
        let small: Vec<_> = small.collect();
        // What is a use of a longer term is none of a shorter one.
        let mut taken: Vec<Range<usize>> = Vec::new();
        for term in &self.terms {
            let is_free = |(passage, words): &Use<'_>| {
                let source = passage.source(words);
                passage.is_open(words) && !taken.iter().any(|taken| meet(taken, &source))
            };
            let is_it = |(passage, words): &Use<'_>| term.is(&passage.words[words.clone()]);
            let bold = bold(page).find(|used| is_free(used) && is_it(used));
            let passages = page.text.passages.iter().zip(&small);
            let uses: Vec<_> = passages
                .flat_map(|(passage, words)| term.within(passage, words))
                .filter(is_free)
                .collect();
            if let Some((passage, words)) = bold.as_ref().or(uses.first()) {
                let source = passage.source(words);
                let open = format!(
                    "<a class=\"term\" href=\"{}\">",
                    page.link(term.page, term.id)
                );
                links.push(Piece::new(source.start..source.start, open));
                links.push(Piece::new(source.end..source.end, "</a>"));
            }
            taken.extend(uses.iter().map(|(passage, words)| passage.source(words)));
        }
        self.check_bold(page, problems);
        links
    }

    fn check_bold(&self, page: &Page, problems: &mut Problems) {
        for (passage, words) in bold(page) {
            let bold = &passage.words[words.clone()];
            let punctuated = bold.ends_with(|last: char| !last.is_alphanumeric());
            if punctuated || !passage.is_open(&words) || self.terms.iter().any(|term| term.is(bold))
            {
                continue;
            }
            let names = self.terms.iter().map(|term| &*term.name);
            let unknown = unknown("term", bold, names);
            let end = if unknown.ends_with('?') { "" } else { "." };
            let remedy = format!("Add \"{bold}\" to the glossary, or write it without stars");
            let message = format!("{unknown}{end} {remedy}");
            let line = page.text.line(passage.source(&words).start);
            problems.push(&page.file, line, message);
        }
    }
}

/// The bold words of a page.
fn bold(page: &Page) -> impl Iterator<Item = Use<'_>> {
    let passages = page.text.passages.iter();
    passages.flat_map(|passage| {
        passage
            .bold
            .iter()
            .map(move |words| (passage, words.clone()))
    })
}

impl Term<'_> {
    /// Whether these words are the term, alone or with an s.
    fn is(&self, words: &str) -> bool {
        let words = words.to_lowercase();
        words == self.name || words.strip_suffix('s') == Some(&self.name)
    }

    /// Where the term stands in a passage, of which the words are given in small
    /// letters, as words of their own, alone or with an s, and not in bold.
    fn within<'p>(&self, passage: &'p Passage, words: &str) -> Vec<Use<'p>> {
        let goes_on = |letter: char| letter.is_alphanumeric() || letter == '-';
        let whole = |(at, name): (usize, &str)| {
            let end = at + name.len();
            let plural = usize::from(words[end..].starts_with('s'));
            let used = at..end + plural;
            let stands_alone =
                !words[..at].ends_with(goes_on) && !words[used.end..].starts_with(goes_on);
            let in_bold = passage.bold.iter().any(|bold| meet(bold, &used));
            (stands_alone && !in_bold).then_some((passage, used))
        };
        words.match_indices(&self.name).filter_map(whole).collect()
    }
}

fn meet(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
