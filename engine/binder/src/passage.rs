//! A passage: the words of a paragraph, a table cell, a heading, as the parser
//! has them, each letter with its place in the source.

use crate::directive::Directive;
use std::ops::Range;

/// What stands for a formula, code or a directive among the words; a byte long.
pub const OBJECT: char = '\u{1a}';

/// What stands for a formula on a line of its own; a byte long too.
pub const DISPLAYED: char = '\u{1b}';

/// The words of one block.
pub struct Passage {
    /// Its bytes in the source.
    pub range: Range<usize>,
    /// In how many quotes it stands.
    pub quotes: usize,
    /// Where the row of a table begins of which it is a cell.
    pub row: Option<usize>,
    /// Its words.
    pub words: String,
    /// Bold words, as bytes of `words`.
    pub bold: Vec<Range<usize>>,
    /// Whether it is a heading, of the text or of a table.
    is_heading: bool,
    /// For each byte of `words`.
    letters: Vec<Letter>,
    /// How many emphases, links and the like are open, and how many of them are
    /// links.
    depth: usize,
    in_links: usize,
    bold_from: usize,
}

/// Where a letter of a passage comes from.
#[derive(Clone)]
struct Letter {
    source: Range<usize>,
    depth: usize,
    in_link: bool,
}

impl Passage {
    /// A passage that begins at that byte of the source.
    pub fn new(start: usize, quotes: usize, row: Option<usize>, is_heading: bool) -> Passage {
        Passage {
            range: start..start,
            quotes,
            row,
            words: String::new(),
            bold: Vec::new(),
            is_heading,
            letters: Vec::new(),
            depth: 0,
            in_links: 0,
            bold_from: 0,
        }
    }

    /// Adds words that the parser made from `source`.
    pub fn push(&mut self, words: &str, source: &Range<usize>) {
        // Smart punctuation and entities are other letters than in the source.
        let is_verbatim = words.len() == source.len();
        for (at, letter) in words.char_indices() {
            let (start, length) = (source.start + at, letter.len_utf8());
            let source = match is_verbatim {
                true => start..start + length,
                false => source.clone(),
            };
            let letter = Letter {
                source,
                depth: self.depth,
                in_link: self.in_links > 0,
            };
            self.letters.extend(std::iter::repeat_n(letter, length));
        }
        self.words.push_str(words);
    }

    /// Adds something that is no words: [`OBJECT`] or [`DISPLAYED`].
    pub fn push_object(&mut self, object: char, source: &Range<usize>) {
        self.push(object.encode_utf8(&mut [0]), source);
    }

    /// An emphasis or a link begins.
    pub fn open(&mut self, is_bold: bool, is_link: bool) {
        self.depth += 1;
        self.in_links += usize::from(is_link);
        if is_bold {
            self.bold_from = self.words.len();
        }
    }

    /// It ends.
    pub fn close(&mut self, is_bold: bool, is_link: bool) {
        self.depth -= 1;
        self.in_links -= usize::from(is_link);
        if is_bold && self.in_links == 0 {
            self.bold.push(self.bold_from..self.words.len());
        }
    }

    /// Puts objects in the place of directives.
    pub fn mask(&mut self, directives: &[Directive]) {
        let range = self.range.clone();
        let meets = |directive: &&Directive| {
            directive.range.start < range.end && range.start < directive.range.end
        };
        let directives: Vec<_> = directives.iter().filter(meets).collect();
        let inside = |at: usize| directives.iter().any(|outer| outer.range.contains(&at));
        let mut masked = String::with_capacity(self.words.len());
        for (at, letter) in self.words.char_indices() {
            if inside(self.letters[at].source.start) {
                masked.extend(std::iter::repeat_n(OBJECT, letter.len_utf8()));
            } else {
                masked.push(letter);
            }
        }
        self.words = masked;
    }

    /// Whether it is neither a heading nor a cell of a table.
    pub fn is_plain(&self) -> bool {
        !self.is_heading && self.row.is_none()
    }

    /// Whether these bytes of the words can become a link: no part of them is one
    /// already, and no emphasis begins or ends among them.
    pub fn is_open(&self, words: &Range<usize>) -> bool {
        let letters = &self.letters[words.clone()];
        let depth = letters.first().map(|letter| letter.depth);
        let is_open = |letter: &Letter| !letter.in_link && Some(letter.depth) == depth;
        !self.is_heading && letters.iter().all(is_open)
    }

    /// The bytes of the source from which these bytes of the words were made.
    pub fn source(&self, words: &Range<usize>) -> Range<usize> {
        let letters = &self.letters[words.clone()];
        match (letters.first(), letters.last()) {
            (Some(first), Some(last)) => first.source.start..last.source.end,
            _ => self.range.end..self.range.end,
        }
    }

    /// The first byte of the words that comes from `offset` of the source or
    /// from behind it.
    pub fn at(&self, offset: usize) -> usize {
        self.letters
            .partition_point(|letter| letter.source.start < offset)
    }

    /// Whether the letter at that byte of the words stands in no emphasis, link
    /// and the like.
    pub fn is_at_top(&self, at: usize) -> bool {
        self.letters.get(at).is_none_or(|letter| letter.depth == 0)
    }
}
