//! A page as mdBook will render it: its ids, and the terms that it explains.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use mdbook_markdown::pulldown_cmark::{CowStr, Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};
use regex::Regex;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What links may lead to.
#[derive(Default)]
pub struct Rendered {
    /// The ids in the order in which they are given, each with its byte in the
    /// woven Markdown.
    pub ids: Vec<(String, usize)>,
    /// The terms that a definition list explains, each with its id.
    pub terms: Vec<(String, String)>,
}

impl Rendered {
    /// Reads woven Markdown as mdBook does.
    pub fn read(woven: &str, options: &MarkdownOptions) -> Rendered {
        let mut reader = Reader::default();
        for (event, range) in new_cmark_parser(woven, options).into_offset_iter() {
            reader.take(event, range.start);
        }
        reader.rendered
    }

    /// The ids that were given before, each with its byte.
    pub fn repeated(&self) -> impl Iterator<Item = (&str, usize)> {
        let mut seen = HashSet::new();
        let ids = self.ids.iter().map(|(id, at)| (id.as_str(), *at));
        ids.filter(move |(id, _)| !seen.insert(*id))
    }

    /// Whether something on the page has that id.
    pub fn has(&self, id: &str) -> bool {
        self.ids.iter().any(|(known, _)| known == id)
    }
}

/// The id that mdBook gives to a heading, if it is the first of its name.
pub fn heading_id(words: &str) -> String {
    let words = words.trim().to_lowercase();
    let letters = words.chars();
    letters
        .map(|letter| if letter.is_whitespace() { '-' } else { letter })
        .filter(|letter| letter.is_alphanumeric() || "_-".contains(*letter))
        .collect()
}

#[derive(Default)]
struct Reader<'a> {
    rendered: Rendered,
    /// The words of the heading or the term that is open, and where it begins.
    heading: Option<(String, usize)>,
    /// The ids that were given to headings without one.
    given: HashSet<String>,
    /// The number of each footnote, and how often it was referred to.
    notes: HashMap<CowStr<'a>, (usize, usize)>,
    /// The HTML of a block.
    html: Option<(String, usize)>,
    in_images: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, event: Event<'a>, at: usize) {
        match event {
            Event::Start(Tag::HtmlBlock) => self.html = Some((String::new(), at)),
            Event::Html(text) | Event::Text(text) if self.html.is_some() => {
                if let Some((html, _)) = &mut self.html {
                    html.push_str(&text);
                }
            }
            Event::End(TagEnd::HtmlBlock) => {
                if let Some((html, at)) = self.html.take() {
                    self.add_html(html, at);
                }
            }
            Event::InlineHtml(html) => self.add_html(html.to_string(), at),
            Event::Start(Tag::Heading { id: Some(id), .. }) => self.add(id.to_string(), at),
            // mdBook gives terms an id as it does headings.
            Event::Start(Tag::Heading { id: None, .. } | Tag::DefinitionListTitle) => {
                self.heading = Some((String::new(), at));
            }
            Event::End(TagEnd::Heading(_)) => drop(self.end_heading()),
            Event::End(TagEnd::DefinitionListTitle) => {
                let term = self.end_heading();
                self.rendered.terms.extend(term);
            }
            Event::Start(Tag::Image { .. }) => self.in_images += 1,
            Event::End(TagEnd::Image) => self.in_images -= 1,
            Event::Text(words) | Event::Code(words) => self.add_words(&words),
            Event::SoftBreak => self.add_words("\n"),
            Event::FootnoteReference(label) => self.refer(label, at),
            _ => {}
        }
    }

    fn add(&mut self, id: String, at: usize) {
        self.rendered.ids.push((id, at));
    }

    fn add_words(&mut self, words: &str) {
        if let Some((heading, _)) = &mut self.heading
            && self.in_images == 0
        {
            heading.push_str(words);
        }
    }

    /// Gives a heading its id; the second of the same name gets `-1`, and so on.
    fn end_heading(&mut self) -> Option<(String, String)> {
        let (words, at) = self.heading.take()?;
        let id = heading_id(&words);
        let numbered = (1..).map(|count| format!("{id}-{count}"));
        let mut candidates = std::iter::once(id.clone()).chain(numbered);
        let id = candidates.find(|id| self.given.insert(id.clone()))?;
        self.add(id.clone(), at);
        Some((words.trim().to_string(), id))
    }

    fn refer(&mut self, label: CowStr<'a>, at: usize) {
        let next = self.notes.len() + 1;
        let (number, count) = self.notes.entry(label.clone()).or_insert((next, 0));
        *count += 1;
        let (number, count) = (*number, *count);
        self.add(format!("fr-{label}-{count}"), at);
        if count == 1 {
            self.add(format!("footnote-{label}"), at);
        }
        self.add_words(&number.to_string());
    }

    fn add_html(&mut self, html: String, at: usize) {
        let ids = html_ids(html);
        self.rendered.ids.extend(ids.into_iter().map(|id| (id, at)));
    }
}

/// The ids of a piece of HTML.
fn html_ids(html: String) -> Vec<String> {
    static ID: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i-u)\bid\s*=").expect("a constant pattern"));
    if !ID.is_match(&html) {
        return Vec::new();
    }
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Ids::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[derive(Default)]
struct Ids(RefCell<Vec<String>>);

impl TokenSink for Ids {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token {
            let ids = tag.attrs.iter().filter(|attr| &*attr.name.local == "id");
            let ids = ids.map(|attr| attr.value.to_string());
            self.0.borrow_mut().extend(ids);
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(markdown: &str, options: &MarkdownOptions) -> Vec<String> {
        let ids = Rendered::read(markdown, options).ids;
        ids.into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn headings_have_the_ids_that_mdbook_gives_them() {
        let text = "# What's *w*?\n\n## `f` now\n\n## `f` now\n\n## Own {#mine}\n\n\
                    ## It -- *is* <math><mi>w</mi></math>&#46;5\n\n<h2 id='here'>Mine</h2>\n\n\
                    ## Mine\n\n## Note ![x](y.png)[^a]\n\n[^a]: Note.";
        let expected = |fifth| {
            let first = ["whats-w", "f-now", "f-now-1", "mine", fifth, "here"];
            // mdBook does not look at ids that were given by hand.
            [&first[..], &["mine", "fr-a-1", "footnote-a", "note-1"]].concat()
        };
        let mut options = MarkdownOptions::default();
        assert_eq!(ids(text, &options), expected("it--is-w5"));
        options.smart_punctuation = false;
        assert_eq!(ids(text, &options), expected("it----is-w5"));
    }
}
