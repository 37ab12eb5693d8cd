//! A page as its author wrote it: its directives, formulas, links and ids.

use crate::directive::{self, Directive};
use pulldown_cmark::{BrokenLink, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};
use regex::Regex;
use std::collections::HashSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::LazyLock;

/// One page of the book.
pub struct Page<'a> {
    /// Where it stands under the book's source folder: `overshooting.md`.
    pub path: PathBuf,
    /// The file, from the book's root: `src/overshooting.md`.
    pub file: String,
    /// The chapter's number, if it has one.
    pub number: Option<u32>,
    /// The chapter's name in the summary.
    pub name: String,
    /// Its Markdown.
    pub text: &'a str,
    /// The directives, in order.
    pub directives: Vec<Directive<'a>>,
    /// What pulldown-cmark finds in the text.
    pub parts: Parts<'a>,
}

/// The parts of a Markdown text that weaving looks at.
#[derive(Default)]
pub struct Parts<'a> {
    /// Code spans and code blocks.
    pub code: Vec<Range<usize>>,
    /// Formulas.
    pub math: Vec<Math>,
    /// Dollar signs that belong to no formula.
    pub dollars: Vec<usize>,
    /// Links and images.
    pub links: Vec<Link<'a>>,
    /// The ids that links may lead to.
    pub ids: HashSet<String>,
    /// The terms that a definition list explains, each with its id.
    pub terms: Vec<(String, String)>,
}

/// A formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Math {
    /// The bytes with their dollar signs.
    pub range: Range<usize>,
    /// Whether it stands on a line of its own: `$$…$$`.
    pub display: bool,
}

/// A link or an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link<'a> {
    /// Where it begins.
    pub start: usize,
    /// Where it leads.
    pub to: CowStr<'a>,
    /// What it is.
    pub kind: LinkKind,
}

/// What a link does with its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// The reader may follow it.
    Follow,
    /// The page loads it.
    Load,
    /// It names a link definition that is not there.
    Undefined,
}

impl<'a> Parts<'a> {
    /// Reads `text` as mdBook does, and formulas besides.
    pub fn of(text: &'a str) -> Parts<'a> {
        let mut undefined = Vec::new();
        let mut note_undefined = |link: BrokenLink<'a>| {
            let meant = matches!(link.link_type, LinkType::Reference | LinkType::Collapsed);
            if meant {
                let (start, to) = (link.span.start, link.reference);
                undefined.push(Link {
                    start,
                    to,
                    kind: LinkKind::Undefined,
                });
            }
            None
        };
        let callback = Some(&mut note_undefined);
        let parser = Parser::new_with_broken_link_callback(text, options(), callback);
        let mut parts = Parts::default();
        let mut heading: Option<String> = None;
        for (event, range) in parser.into_offset_iter() {
            parts.take(event, range, text, &mut heading);
        }
        parts.links.append(&mut undefined);
        parts
    }

    fn take(
        &mut self,
        event: Event<'a>,
        range: Range<usize>,
        text: &'a str,
        heading: &mut Option<String>,
    ) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => self.code.push(range),
            Event::Code(code) => {
                if let Some(heading) = heading {
                    heading.push_str(&code);
                }
                self.code.push(range);
            }
            Event::Text(words) => {
                self.take_dollars(&text[range.clone()], range.start);
                if let Some(heading) = heading {
                    heading.push_str(&words);
                }
            }
            Event::InlineMath(_) => self.math.push(Math {
                range,
                display: false,
            }),
            Event::DisplayMath(_) => self.math.push(Math {
                range,
                display: true,
            }),
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.links.push(Link {
                    start: range.start,
                    to: dest_url,
                    kind: LinkKind::Follow,
                });
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                self.links.push(Link {
                    start: range.start,
                    to: dest_url,
                    kind: LinkKind::Load,
                });
            }
            Event::Start(Tag::Heading { id, .. }) => match id {
                Some(id) => drop(self.ids.insert(id.to_string())),
                None => *heading = Some(String::new()),
            },
            Event::End(TagEnd::Heading(_)) => {
                if let Some(heading) = heading.take() {
                    self.add_heading(&heading);
                }
            }
            // mdBook gives these an id as it does headings.
            Event::Start(Tag::DefinitionListTitle) => *heading = Some(String::new()),
            Event::End(TagEnd::DefinitionListTitle) => {
                if let Some(term) = heading.take() {
                    let id = self.add_heading(&term);
                    self.terms.push((term, id));
                }
            }
            Event::Html(_) | Event::InlineHtml(_) => {
                self.take_dollars(&text[range.clone()], range.start);
                self.take_html(&text[range.clone()], range);
            }
            _ => {}
        }
    }

    /// Gives a heading its id as mdBook does; the second of the same name gets
    /// `-1`, and so on.
    fn add_heading(&mut self, heading: &str) -> String {
        let id: String = heading
            .trim()
            .to_lowercase()
            .chars()
            .map(|c| if c.is_whitespace() { '-' } else { c })
            .filter(|c| c.is_alphanumeric() || "_-".contains(*c))
            .collect();
        let numbered = (1..).map(|count| format!("{id}-{count}"));
        let free = std::iter::once(id.clone())
            .chain(numbered)
            .find(|id| !self.ids.contains(id))
            .unwrap_or_default();
        self.ids.insert(free.clone());
        free
    }

    /// Notes the dollar signs in words.
    fn take_dollars(&mut self, words: &str, start: usize) {
        let in_code = self.code.iter().any(|code| code.contains(&start));
        let lone = words.match_indices('$').map(|(at, _)| start + at);
        self.dollars.extend(lone.filter(|_| !in_code));
    }

    fn take_html(&mut self, html: &'a str, range: Range<usize>) {
        static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r#"\s(id|href|src)\s*=\s*["']([^"']*)["']"#).expect("a constant pattern")
        });
        for captures in ATTRIBUTE.captures_iter(html) {
            let (Some(name), Some(value)) = (captures.get(1), captures.get(2)) else {
                continue;
            };
            let kind = match name.as_str() {
                "id" => {
                    self.ids.insert(value.as_str().to_string());
                    continue;
                }
                "href" if html[..name.start()].trim_end().ends_with("<link") => LinkKind::Load,
                "href" => LinkKind::Follow,
                _ => LinkKind::Load,
            };
            let start = range.start + name.start();
            self.links.push(Link {
                start,
                to: value.as_str().into(),
                kind,
            });
        }
    }
}

impl<'a> Page<'a> {
    /// Reads a page.
    pub fn new(
        path: PathBuf,
        file: String,
        number: Option<u32>,
        name: String,
        text: &'a str,
    ) -> Page<'a> {
        let parts = Parts::of(text);
        let directives = directive::find(text, &parts.code);
        Page {
            path,
            file,
            number,
            name,
            text,
            directives,
            parts,
        }
    }

    /// The line, from 1, in which a byte of the text stands.
    pub fn line(&self, offset: usize) -> usize {
        crate::source::line_of(self.text, offset)
    }
}

/// mdBook's reading of Markdown, with formulas.
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_SMART_PUNCTUATION
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
        | Options::ENABLE_MATH
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn math(text: &str) -> Vec<&str> {
        Parts::of(text)
            .math
            .iter()
            .map(|math| &text[math.range.clone()])
            .collect()
    }

    #[test]
    fn formulas_are_found_and_code_and_prices_are_not() {
        let text = "At $w_1 = 2$, not `$x$` nor 5$ nor\n\n    $code$\n\n$$\ng^2\n$$";
        assert_eq!(math(text), ["$w_1 = 2$", "$$\ng^2\n$$"]);
    }

    #[test]
    fn a_value_inside_a_formula_is_part_of_it() {
        let text = "so $w_{10} = {{#value a/b.c}}$.";
        assert_eq!(math(text), ["$w_{10} = {{#value a/b.c}}$"]);
    }

    #[test]
    fn headings_have_the_ids_that_mdbook_gives_them() {
        let text =
            "# What's *w*?\n\n## `f` now\n\n## `f` now\n\n## Own {#mine}\n\n<a id=\"here\"></a>";
        let mut ids: Vec<_> = Parts::of(text).ids.into_iter().collect();
        ids.sort();
        assert_eq!(ids, ["f-now", "f-now-1", "here", "mine", "whats-w"]);
    }

    #[test]
    fn links_images_and_undefined_references_are_told_apart() {
        let text = "[a](b.md) ![c](d.png) [e][missing] [0, 1] <img src=\"f.png\">";
        let links = Parts::of(text).links;
        let found: Vec<_> = links.iter().map(|link| (&*link.to, link.kind)).collect();
        assert_eq!(
            found,
            [
                ("b.md", LinkKind::Follow),
                ("d.png", LinkKind::Load),
                ("f.png", LinkKind::Load),
                ("missing", LinkKind::Undefined),
            ]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic_and_formulas_keep_their_dollars(
            text in r#"(\$|\$\$|`|\{|\}|\\|x|\n| |\PC){0,40}"#
        ) {
            for math in Parts::of(&text).math {
                let formula = &text[math.range];
                prop_assert!(formula.starts_with('$') && formula.ends_with('$'));
            }
        }
    }
}
