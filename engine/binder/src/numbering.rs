//! Numbers: which page shows which listing and figure first, and under which
//! number.

use crate::directive::DirectiveKind;
use crate::page::Page;
use std::collections::BTreeMap;

/// Where everything stands that pages refer to.
pub struct Numbering<'a> {
    /// The listings, by where they are first quoted.
    pub listings: BTreeMap<&'a str, Numbered<'a>>,
    /// The figures.
    pub figures: BTreeMap<&'a str, Numbered<'a>>,
    /// The page with the list of claims.
    pub proofs: Option<&'a Page>,
    /// The page with the list of whole files.
    pub files: Option<&'a Page>,
}

/// A listing or a figure with its number.
pub struct Numbered<'a> {
    /// The page that shows it.
    pub page: &'a Page,
    /// Its number with its chapter's: `3.2`.
    pub number: String,
    /// Where the directive begins that gave it its number.
    offset: usize,
}

impl<'a> Numbering<'a> {
    /// Numbers listings and figures by chapter, each in the order of the pages.
    /// Those on pages without a number are counted through.
    pub fn new(pages: &'a [Page]) -> Numbering<'a> {
        let mut numbering = Numbering {
            listings: BTreeMap::new(),
            figures: BTreeMap::new(),
            proofs: None,
            files: None,
        };
        let mut counts = Counts::default();
        for page in pages {
            numbering.add(page, &mut counts);
        }
        numbering
    }

    fn add(&mut self, page: &'a Page, counts: &mut Counts<'a>) {
        for directive in &page.text.directives {
            let numbered = |count: &mut usize| {
                *count += 1;
                let number = match &page.number {
                    Some(chapter) => format!("{chapter}.{count}"),
                    None => count.to_string(),
                };
                Numbered {
                    page,
                    number,
                    offset: directive.range.start,
                }
            };
            let (listings, figures) = counts.entry(page.number.as_deref()).or_default();
            match &directive.kind {
                Ok(DirectiveKind::Listing { id, .. }) => {
                    let first = self.listings.entry(id);
                    first.or_insert_with(|| numbered(listings));
                }
                Ok(DirectiveKind::Figure { id, .. }) => {
                    let first = self.figures.entry(id);
                    first.or_insert_with(|| numbered(figures));
                }
                Ok(DirectiveKind::Proofs) => self.proofs = Some(page),
                Ok(DirectiveKind::Files) => self.files = Some(page),
                _ => {}
            }
        }
    }

    /// "Listing 3.2", if a page quotes it.
    pub fn label(&self, id: &str) -> Option<String> {
        let listing = self.listings.get(id)?;
        Some(format!("Listing {}", listing.number))
    }
}

/// How many listings and figures each chapter has so far.
type Counts<'a> = BTreeMap<Option<&'a str>, (usize, usize)>;

impl Numbered<'_> {
    /// Whether the directive at `offset` of `page` is the one that gave the
    /// number.
    pub fn is_at(&self, page: &Page, offset: usize) -> bool {
        self.page.path == page.path && self.offset == offset
    }
}
