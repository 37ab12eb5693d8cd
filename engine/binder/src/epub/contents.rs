//! The table of contents of an EPUB.

use super::links::address;
use super::pages::Pages;
use super::xhtml::text;
use mdbook_driver::book::{BookItem, Chapter};

/// The entries of the table of contents: a part is one with its chapters below
/// it, up to the next part or line.
pub fn entries(items: &[BookItem], pages: &Pages) -> String {
    let (mut out, mut part, mut below) = (String::new(), None, String::new());
    let end = BookItem::Separator;
    for item in items.iter().chain([&end]) {
        let BookItem::Chapter(chapter) = item else {
            out += &match part {
                Some(title) => entry(&format!("<span>{}</span>", text(title)), &below, false),
                None => below,
            };
            below = String::new();
            part = match item {
                BookItem::PartTitle(title) => Some(title.as_str()),
                _ => None,
            };
            continue;
        };
        below += &chapter_entry(chapter, pages);
    }
    out
}

fn chapter_entry(chapter: &Chapter, pages: &Pages) -> String {
    let below = entries(&chapter.sub_items, pages);
    let number = chapter.number.iter().map(|number| format!("{number} "));
    let name = number.collect::<String>() + &text(&chapter.name);
    match pages.path_of(chapter) {
        Some(path) => {
            let href = address(&path.with_extension("xhtml"));
            entry(&format!("<a href=\"{href}\">{name}</a>"), &below, true)
        }
        None => entry(&format!("<span>{name}</span>"), &below, false),
    }
}

/// An entry with those below it; none if it leads nowhere and neither do they.
fn entry(name: &str, below: &str, leads: bool) -> String {
    match (below.is_empty(), leads) {
        (false, _) => format!("<li>{name}\n<ol>\n{below}</ol></li>\n"),
        (true, true) => format!("<li>{name}</li>\n"),
        (true, false) => String::new(),
    }
}
