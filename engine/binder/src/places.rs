//! Places: which page shows which listing and figure, and under which number.

use crate::cells;
use crate::directive::Ask;
use crate::page::Page;
use std::collections::BTreeMap;

/// Where everything stands that pages refer to.
pub struct Places<'a> {
    /// The listings, by where they are first quoted.
    pub listings: BTreeMap<&'a str, Place<'a>>,
    /// The figures.
    pub figures: BTreeMap<&'a str, Place<'a>>,
    /// The page with the list of claims.
    pub proofs: Option<&'a Page<'a>>,
    /// The page with the list of whole listings.
    pub sources: Option<&'a Page<'a>>,
}

/// Where a listing or a figure stands.
pub struct Place<'a> {
    /// The page that shows it.
    pub page: &'a Page<'a>,
    /// Its number with its chapter's: `3.2`.
    pub number: String,
    /// Where the directive begins that gave it its number.
    offset: usize,
}

impl<'a> Places<'a> {
    /// Numbers listings and figures by chapter, each in the order of the pages.
    pub fn new(pages: &'a [Page<'a>]) -> Places<'a> {
        let mut places = Places {
            listings: BTreeMap::new(),
            figures: BTreeMap::new(),
            proofs: None,
            sources: None,
        };
        for page in pages {
            places.number(page);
        }
        places
    }

    fn number(&mut self, page: &'a Page<'a>) {
        let (mut listings, mut figures) = (0, 0);
        for directive in &page.directives {
            let offset = directive.range.start;
            match directive.ask {
                Ok(Ask::Listing { id, .. }) => {
                    number(&mut self.listings, &mut listings, id, page, offset);
                }
                Ok(Ask::Figure { id, .. }) => {
                    number(&mut self.figures, &mut figures, id, page, offset);
                }
                Ok(Ask::Proofs) => self.proofs = Some(page),
                Ok(Ask::Sources) => self.sources = Some(page),
                _ => {}
            }
        }
    }
}

fn number<'a>(
    places: &mut BTreeMap<&'a str, Place<'a>>,
    count: &mut usize,
    id: &'a str,
    page: &'a Page<'a>,
    offset: usize,
) {
    places.entry(id).or_insert_with(|| {
        *count += 1;
        let number = match page.number {
            Some(chapter) => format!("{chapter}.{count}"),
            None => count.to_string(),
        };
        Place {
            page,
            number,
            offset,
        }
    });
}

impl Place<'_> {
    /// Whether the directive at `offset` of `page` is the one that gave the
    /// number.
    pub fn is_at(&self, page: &Page<'_>, offset: usize) -> bool {
        self.page.path == page.path && self.offset == offset
    }
}

impl Page<'_> {
    /// The ids that weaving gives to what the page quotes.
    pub fn anchors(&self) -> impl Iterator<Item = String> {
        self.directives
            .iter()
            .filter_map(|directive| match directive.ask {
                Ok(Ask::Listing { id, .. }) => Some(cells::listing_id(id).to_string()),
                Ok(Ask::Figure { id, .. }) => Some(cells::figure_id(id)),
                _ => None,
            })
    }
}

/// A link from one page to an anchor of another, in the rendered book.
pub fn link(from: &Page<'_>, to: &Page<'_>, anchor: &str) -> String {
    if from.path == to.path {
        return format!("#{anchor}");
    }
    let page = to.path.with_extension("html");
    link_to_file(from, &format!("{}#{anchor}", page.display()))
}

/// A link from a page to a file of the rendered book, by its path there.
pub fn link_to_file(from: &Page<'_>, file: &str) -> String {
    "../".repeat(from.path.components().count() - 1) + file
}
