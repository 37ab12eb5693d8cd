//! A text in Markdown as its author wrote it: what weaving replaces in it, and
//! what it looks at.

use crate::directive::{self, Directive};
use crate::passage::{DISPLAYED, OBJECT, Passage};
use mdbook_markdown::MarkdownOptions;
use mdbook_markdown::pulldown_cmark::{
    BrokenLink, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd,
};
use std::collections::BTreeMap;
use std::ops::Range;

/// A text and its parts; all places are bytes of the source.
#[derive(Default)]
pub struct Text {
    /// The Markdown, with lines that end in `\n`.
    pub source: String,
    /// The directives, in order.
    pub directives: Vec<Directive>,
    /// The formulas that are not within a directive.
    pub formulas: Vec<Formula>,
    /// Dollar signs that belong to no formula.
    pub dollars: Vec<usize>,
    /// The words, by paragraph, table cell, heading and the like.
    pub passages: Vec<Passage>,
    /// Where numbered lists begin.
    pub numbered: Vec<usize>,
    /// The headings.
    pub headings: Vec<Heading>,
    /// Where HTML stands, less its comments.
    pub html: Vec<Range<usize>>,
    /// Links and images in Markdown.
    pub links: Vec<Link>,
    /// References to link definitions that are not there.
    pub undefined: Vec<(usize, String)>,
    /// References to footnotes.
    pub notes: Vec<(Range<usize>, String)>,
    /// The footnotes.
    pub footnotes: BTreeMap<String, Range<usize>>,
    /// Whether a definition list explains terms.
    pub explains: bool,
}

/// A formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// The bytes with their dollar signs.
    pub range: Range<usize>,
    /// What stands between them.
    pub latex: String,
    /// Whether it stands on a line of its own: `$$…$$`.
    pub display: bool,
}

/// A heading.
pub struct Heading {
    /// 1 for a page's title.
    pub level: HeadingLevel,
    /// The whole of it, with its signs.
    pub range: Range<usize>,
    /// Its words.
    pub words: String,
}

/// A link or an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The whole of it.
    pub range: Range<usize>,
    /// Where the words in it end.
    pub words_end: usize,
    /// Where it leads.
    pub to: String,
    /// What a pointer over it shows.
    pub title: String,
    /// Whether the page loads it.
    pub is_image: bool,
    /// Whether it is an address in `<…>`.
    pub is_auto: bool,
}

impl Text {
    /// Reads a text as mdBook does, and formulas besides.
    pub fn read(source: String, options: &MarkdownOptions) -> Text {
        let mut undefined = Vec::new();
        let mut note_undefined = |link: BrokenLink<'_>| {
            if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
                undefined.push((link.span.start, link.reference.to_string()));
            }
            None
        };
        let callback = Some(&mut note_undefined);
        let parser = Parser::new_with_broken_link_callback(&source, flags(options), callback);
        let mut reader = Reader::new(&source);
        for (event, range) in parser.into_offset_iter() {
            reader.take(event, range);
        }
        let mut text = reader.finish();
        text.undefined = undefined;
        text.source = source;
        text
    }

    /// The line, from 1, in which a byte stands.
    pub fn line(&self, offset: usize) -> usize {
        crate::source::line_of(&self.source, offset)
    }

    /// The passage that holds nothing but this directive, if there is one.
    pub fn passage_of(&self, directive: &Directive) -> Option<&Passage> {
        let is_alone = |passage: &&Passage| passage.range == directive.range && passage.is_plain();
        self.passages.iter().find(is_alone)
    }
}

/// mdBook's reading of Markdown, with formulas.
fn flags(options: &MarkdownOptions) -> Options {
    let mut flags = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_MATH;
    flags.set(Options::ENABLE_SMART_PUNCTUATION, options.smart_punctuation);
    flags.set(Options::ENABLE_DEFINITION_LIST, options.definition_lists);
    flags.set(Options::ENABLE_GFM, options.admonitions);
    flags
}

/// What has been read of a text so far.
struct Reader<'a> {
    source: &'a str,
    text: Text,
    /// Where directives may stand, and in how many quotes.
    regions: Vec<(Range<usize>, usize)>,
    /// Code and comments.
    skip: Vec<Range<usize>>,
    /// What is open around the next event.
    passage: Option<Passage>,
    links: Vec<Link>,
    quotes: usize,
    heading: Option<HeadingLevel>,
    row: Option<usize>,
    in_head: bool,
    in_block: bool,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str) -> Reader<'a> {
        Reader {
            source,
            text: Text::default(),
            regions: Vec::new(),
            skip: Vec::new(),
            passage: None,
            links: Vec::new(),
            quotes: 0,
            heading: None,
            row: None,
            in_head: false,
            in_block: false,
        }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            // What a block of code or of HTML holds was taken with the block.
            Event::Text(_) | Event::Html(_) if self.in_block => {}
            Event::Text(words) => {
                self.dollars(&range);
                self.passage(&range).push(&words, &range);
            }
            Event::SoftBreak | Event::HardBreak => self.passage(&range).push(" ", &range),
            Event::Start(tag) if is_inline(tag.to_end()) => self.open(tag, &range),
            Event::End(tag) if is_inline(tag) => self.close(tag),
            Event::Start(tag) => {
                self.end_passage();
                self.enter(tag, range);
            }
            Event::End(tag) => {
                self.end_passage();
                self.leave(tag);
            }
            Event::Html(_) | Event::Rule => self.end_passage(),
            event => self.object(event, range),
        }
    }

    /// What stands among words and is none.
    fn object(&mut self, event: Event<'_>, range: Range<usize>) {
        let object = match event {
            Event::DisplayMath(_) => DISPLAYED,
            _ => OBJECT,
        };
        self.passage(&range).push_object(object, &range);
        let mut formula = |latex: &str, display| {
            let (range, latex) = (range.clone(), latex.to_string());
            self.text.formulas.push(Formula {
                range,
                latex,
                display,
            });
        };
        match event {
            Event::InlineMath(latex) => formula(&latex, false),
            Event::DisplayMath(latex) => formula(&latex, true),
            Event::Code(_) => self.skip.push(range),
            Event::InlineHtml(_) => self.html(range),
            Event::FootnoteReference(label) => self.text.notes.push((range, label.to_string())),
            _ => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        let (to, title, link_type, is_image) = match tag {
            Tag::Link {
                dest_url,
                title,
                link_type,
                ..
            } => (dest_url, title, link_type, false),
            Tag::Image {
                dest_url,
                title,
                link_type,
                ..
            } => (dest_url, title, link_type, true),
            tag => return self.passage(range).open(tag == Tag::Strong, false),
        };
        self.passage(range).open(false, true);
        self.links.push(Link {
            range: range.clone(),
            words_end: range.start + if is_image { 2 } else { 1 },
            to: to.to_string(),
            title: title.to_string(),
            is_image,
            is_auto: matches!(link_type, LinkType::Autolink | LinkType::Email),
        });
    }

    fn close(&mut self, tag: TagEnd) {
        let is_link = matches!(tag, TagEnd::Link | TagEnd::Image);
        if let Some(passage) = &mut self.passage {
            passage.close(tag == TagEnd::Strong, is_link);
        }
        if is_link && let Some(link) = self.links.pop() {
            self.stretch_links(link.range.end);
            self.text.links.push(link);
        }
    }

    /// The passage that goes on with `range`.
    fn passage(&mut self, range: &Range<usize>) -> &mut Passage {
        self.stretch_links(range.end);
        let (quotes, row) = (self.quotes, self.row);
        let is_closed = self.heading.is_some() || self.in_head;
        let passage = self
            .passage
            .get_or_insert_with(|| Passage::new(range.start, quotes, row, is_closed));
        passage.range.end = passage.range.end.max(range.end);
        passage
    }

    /// What was read belongs to the words of the links that are open.
    fn stretch_links(&mut self, end: usize) {
        for link in &mut self.links {
            if end < link.range.end {
                link.words_end = link.words_end.max(end);
            }
        }
    }

    fn end_passage(&mut self) {
        if let Some(passage) = self.passage.take() {
            self.regions.push((passage.range.clone(), passage.quotes));
            if let (Some(level), Some(heading)) = (self.heading, self.text.headings.last_mut()) {
                heading.level = level;
                heading.words = passage.words.trim().to_string();
            }
            self.text.passages.push(passage);
        }
    }

    fn enter(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::Heading { level, .. } => {
                self.heading = Some(level);
                let words = String::new();
                self.text.headings.push(Heading {
                    level,
                    range,
                    words,
                });
            }
            Tag::List(Some(_)) => self.text.numbered.push(range.start),
            Tag::TableHead => self.in_head = true,
            Tag::TableRow => self.row = Some(range.start),
            Tag::DefinitionListTitle => self.text.explains = true,
            Tag::FootnoteDefinition(label) => {
                let first = self.text.footnotes.entry(label.to_string());
                first.or_insert(range);
            }
            Tag::CodeBlock(_) => {
                self.in_block = true;
                self.skip.push(range);
            }
            Tag::HtmlBlock => {
                self.in_block = true;
                self.dollars(&range);
                self.regions.push((range.clone(), self.quotes));
                self.html(range);
            }
            _ => {}
        }
    }

    fn leave(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::BlockQuote(_) => self.quotes -= 1,
            TagEnd::Heading(_) => self.heading = None,
            TagEnd::TableHead => self.in_head = false,
            TagEnd::TableRow => self.row = None,
            TagEnd::CodeBlock | TagEnd::HtmlBlock => self.in_block = false,
            _ => {}
        }
    }

    /// Notes HTML and the comments in it.
    fn html(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while let Some(open) = self.source[at..range.end].find("<!--") {
            let open = at + open;
            let length = self.source[open..range.end].find("-->");
            let close = length.map_or(range.end, |length| open + length + 3);
            self.text.html.push(at..open);
            self.skip.push(open..close);
            at = close;
        }
        self.text.html.push(at..range.end);
    }

    /// Notes the dollar signs in words.
    fn dollars(&mut self, range: &Range<usize>) {
        let signs = self.source[range.clone()].match_indices('$');
        let offsets = signs.map(|(at, _)| range.start + at);
        self.text
            .dollars
            .extend(offsets.filter(|at| !self.source[..*at].ends_with('\\')));
    }

    fn finish(mut self) -> Text {
        self.end_passage();
        self.regions.sort_by_key(|(part, _)| part.start);
        let find = |(part, quotes): &(Range<usize>, usize)| {
            directive::find(self.source, part.clone(), &self.skip, *quotes)
        };
        let mut text = self.text;
        text.directives = self.regions.iter().flat_map(find).collect();
        let directives = &text.directives;
        let is_within = |at: usize| directives.iter().any(|outer| outer.range.contains(&at));
        text.formulas
            .retain(|formula| !is_within(formula.range.start));
        let is_commented = |at: usize| self.skip.iter().any(|comment| comment.contains(&at));
        text.dollars
            .retain(|dollar| !is_within(*dollar) && !is_commented(*dollar));
        for passage in &mut text.passages {
            passage.mask(directives);
        }
        text
    }
}

fn is_inline(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::Link
            | TagEnd::Image
    )
}
