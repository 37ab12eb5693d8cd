//! Excerpts: parts of a page for another page, with what they need to stand
//! there.

use crate::directive::DirectiveKind;
use crate::page::{Page, plain};
use crate::text::Link;
use regex::Regex;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

/// Takes parts of one page to another.
pub struct Excerpts<'a> {
    from: &'a Page,
    to: &'a Page,
    /// The footnotes that were referred to, by their labels.
    notes: BTreeSet<&'a str>,
}

impl<'a> Excerpts<'a> {
    /// Excerpts of the page `from` that stand on the page `to`.
    pub fn new(from: &'a Page, to: &'a Page) -> Excerpts<'a> {
        let notes = BTreeSet::new();
        Excerpts { from, to, notes }
    }

    /// What stands there, without its ticks and ids, its links led from the new
    /// place, a figure as a reference to it.
    pub fn take(&mut self, range: Range<usize>) -> String {
        let text = &self.from.text;
        let is_in = |part: &Range<usize>| range.start <= part.start && part.end <= range.end;
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for directive in text.directives.iter().filter(|part| is_in(&part.range)) {
            let instead = match &directive.kind {
                Ok(DirectiveKind::Tested { .. }) => String::new(),
                Ok(DirectiveKind::Figure { id, .. }) => format!("{{{{#ref {id}:figure}}}}"),
                _ => continue,
            };
            edits.push((directive.range.clone(), instead));
        }
        for link in text.links.iter().filter(|part| is_in(&part.range)) {
            if !link.is_auto {
                edits.push((link.words_end..link.range.end, self.target(link)));
            }
        }
        for html in text.html.iter().filter(|part| is_in(part)) {
            edits.extend(self.html_links(html));
            edits.extend(html_ids(&text.source, html));
        }
        // A footnote comes along with the first reference to it.
        let footnotes = text.footnotes.values().filter(|part| is_in(part));
        edits.extend(footnotes.map(|footnote| (footnote.clone(), String::new())));
        for (reference, label) in text.notes.iter().filter(|(part, _)| is_in(part)) {
            self.notes.insert(label);
            edits.push((reference.clone(), format!("[^{}]", self.label(label))));
        }
        edited(&text.source, range, edits)
    }

    /// The footnotes that the excerpts refer to.
    pub fn notes(mut self) -> String {
        let mut written = BTreeSet::new();
        let mut out = String::new();
        // A footnote may refer to others.
        while let Some(label) = self.notes.difference(&written).next().copied() {
            written.insert(label);
            let Some(range) = self.from.text.footnotes.get(label).cloned() else {
                continue;
            };
            let mark = format!("[^{label}]:").len();
            let body = self.take(range.start + mark..range.end);
            out.push_str(&format!("[^{}]:{}\n\n", self.label(label), body.trim_end()));
        }
        out
    }

    /// A footnote's label, of which there is no other on the new page.
    fn label(&self, label: &str) -> String {
        let page = self.from.path.with_extension("");
        let page = page.to_string_lossy().replace(char::is_whitespace, "-");
        format!("{page}:{label}")
    }

    /// What stands behind the words of a link.
    fn target(&self, link: &Link) -> String {
        let to = self.led(&link.to).replace('<', "%3C").replace('>', "%3E");
        let title = link.title.replace('\\', "\\\\").replace('"', "\\\"");
        match title.is_empty() {
            true => format!("](<{to}>)"),
            false => format!("](<{to}> \"{title}\")"),
        }
    }

    fn html_links(&self, html: &Range<usize>) -> Vec<(Range<usize>, String)> {
        html_links(&self.from.text.source, html)
            .into_iter()
            .map(|(range, to)| (range, self.led(&to)))
            .collect()
    }

    /// The same target from the new page.
    fn led(&self, to: &str) -> String {
        if is_elsewhere(to) || self.from.path == self.to.path {
            return to.to_string();
        }
        let end = to.find(['#', '?']).unwrap_or(to.len());
        let (path, rest) = to.split_at(end);
        let target = match path {
            "" => Ok(self.from.path.clone()),
            path => plain(folder(self.from), Path::new(path)),
        };
        // One that leads out of the book is told where it stands.
        target.map_or(to.to_string(), |target| {
            format!("{}{rest}", relative(folder(self.to), &target))
        })
    }
}

fn folder(page: &Page) -> &Path {
    page.path.parent().unwrap_or(Path::new(""))
}

/// The way from a folder to a file, both given from the same place.
fn relative(folder: &Path, file: &Path) -> String {
    let pairs = folder.components().zip(file.components());
    let common = pairs.take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| "..".into());
    let down = file.components().skip(common);
    let down = down.map(|part| part.as_os_str().to_string_lossy());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Whether a link leads out of the book: `//…`, or with a scheme as `https:`
/// (RFC 3986).
pub fn is_elsewhere(link: &str) -> bool {
    let has_scheme = link.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    link.starts_with("//") || has_scheme
}

/// Where HTML leads or what it loads: the bytes of the attribute's value, and
/// the value.
pub fn html_links(source: &str, html: &Range<usize>) -> Vec<(Range<usize>, String)> {
    static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r#"(?i)\s(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"#;
        Regex::new(pattern).expect("a constant pattern")
    });
    let found = ATTRIBUTE.captures_iter(&source[html.clone()]);
    let values = found.filter_map(|found| found.iter().skip(1).flatten().next());
    values
        .map(|value| {
            let range = html.start + value.start()..html.start + value.end();
            (range, value.as_str().replace("&amp;", "&"))
        })
        .collect()
}

/// Where HTML gives ids, with nothing instead: a thing has its id at home.
fn html_ids(source: &str, html: &Range<usize>) -> Vec<(Range<usize>, String)> {
    static ID: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r#"(?i)\sid\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+)"#;
        Regex::new(pattern).expect("a constant pattern")
    });
    let found = ID.find_iter(&source[html.clone()]);
    let ranges = found.map(|id| html.start + id.start()..html.start + id.end());
    ranges.map(|range| (range, String::new())).collect()
}

/// The part of the source with these edits made.
fn edited(source: &str, part: Range<usize>, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::new();
    let mut at = part.start;
    for (range, instead) in edits {
        // A link within a caption is gone with its directive, and so on.
        if range.start >= at {
            out.push_str(&source[at..range.start]);
            out.push_str(&instead);
            at = range.end;
        }
    }
    out.push_str(&source[at..part.end]);
    out
}
