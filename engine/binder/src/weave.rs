//! Weaving: replaces the directives and formulas of all pages.

use crate::code::{Code, Source};
use crate::directive::{Ask, Directive};
use crate::glossary::Glossary;
use crate::links::Targets;
use crate::page::{Page, Parts};
use crate::places::{Places, link, link_to_file};
use crate::problem::{Problems, unknown};
use crate::{Book, answers, cells, generated, math, proofs, source, sources};
use notebook::Outputs;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// What weaving a page needs to know of the whole book.
pub struct Loom<'a> {
    book: &'a Book,
    code: &'a Code,
    /// The code that pages quote, in reading order.
    pub(crate) sources: Vec<Source<'a>>,
    outputs: &'a BTreeMap<&'static str, Outputs>,
    pub(crate) pages: &'a [Page<'a>],
    /// Whether figures get knobs.
    live: bool,
    places: Places<'a>,
    glossary: Glossary<'a>,
}

/// Weaves all pages; returns their new text in the same order.
///
/// # Errors
///
/// All that is wrong with the pages, the listings they quote and their links.
pub fn weave(
    book: &Book,
    code: &Code,
    outputs: &BTreeMap<&'static str, Outputs>,
    source_folder: &Path,
    pages: &[Page<'_>],
) -> Result<Vec<String>, Problems> {
    let mut problems = Problems::default();
    let loom = Loom {
        book,
        code,
        sources: code.quoted(pages),
        outputs,
        pages,
        live: generated::has_scripts(source_folder),
        places: Places::new(pages),
        glossary: Glossary::new(pages),
    };
    loom.check_quoted(&mut problems);
    let targets = Targets::new(source_folder, pages);
    let woven = pages
        .iter()
        .map(|page| {
            targets.check(page, &mut problems);
            loom.page(page, &mut problems)
        })
        .collect();
    problems.into_result()?;
    Ok(woven)
}

impl<'a> Loom<'a> {
    /// Every listing must be quoted by a page.
    fn check_quoted(&self, problems: &mut Problems) {
        for id in self.book.listings.iter().map(|listing| listing.id) {
            if !self.places.listings.contains_key(id) {
                let message =
                    format!("no page quotes this listing; add {{{{#listing {id}}}}} to one");
                problems.push(&self.code.file(id), None, message);
            }
        }
    }

    fn page(&self, page: &Page<'_>, problems: &mut Problems) -> String {
        let links = self.glossary.links(page, problems);
        let mut report = |offset: usize, message: String| {
            problems.push(&page.file, page.line(offset), message);
        };
        self.text(
            page,
            page.text,
            &page.directives,
            &page.parts,
            links,
            &mut report,
        )
    }

    /// A piece of Markdown that stands on `page`: a caption, a claim.
    pub(crate) fn piece(&self, page: &Page<'_>, text: &str) -> Result<String, String> {
        let parts = Parts::of(text);
        let directives = crate::directive::find(text, &parts.code);
        let mut first = None;
        let woven = self.text(
            page,
            text,
            &directives,
            &parts,
            Vec::new(),
            &mut |_, message| {
                first.get_or_insert(message);
            },
        );
        first.map_or(Ok(woven), Err)
    }

    fn text(
        &self,
        page: &Page<'_>,
        text: &str,
        directives: &[Directive<'_>],
        parts: &Parts<'_>,
        links: Vec<(Range<usize>, String)>,
        report: &mut dyn FnMut(usize, String),
    ) -> String {
        let mut pieces = Vec::new();
        for dollar in &parts.dollars {
            let within = |directive: &Directive<'_>| directive.range.contains(dollar);
            let escaped = text[..*dollar].ends_with('\\');
            if !escaped && !directives.iter().any(within) {
                let message = "a $ that is no formula; close it, balance its braces, or write \\$";
                report(*dollar, message.to_string());
            }
        }
        let formulas: Vec<_> = parts
            .math
            .iter()
            .filter(|math| {
                !directives
                    .iter()
                    .any(|outer| outer.range.contains(&math.range.start))
            })
            .collect();
        for math in &formulas {
            let latex = text[math.range.clone()].trim_matches('$');
            let mathml = self.formula(latex, math.display);
            let after = if math.display {
                ""
            } else {
                punctuation(&text[math.range.end..])
            };
            let range = math.range.start..math.range.end + after.len();
            pieces.push((range, mathml.map(|mathml| held(mathml, after))));
        }
        for directive in directives {
            if formulas
                .iter()
                .any(|math| math.range.contains(&directive.range.start))
            {
                continue;
            }
            let woven = self.directive(page, text, directive);
            pieces.push((directive.range.clone(), woven));
        }
        pieces.extend(links.into_iter().map(|(range, html)| (range, Ok(html))));
        pieces.sort_by_key(|(range, _)| range.start);
        let mut woven = String::with_capacity(2 * text.len());
        let mut at = 0;
        for (range, piece) in pieces {
            woven.push_str(&text[at..range.start]);
            match piece {
                Ok(piece) => woven.push_str(&piece),
                Err(message) => report(range.start, message),
            }
            at = range.end;
        }
        woven.push_str(&text[at..]);
        woven
    }

    /// A formula as MathML, each value in it marked as one.
    fn formula(&self, latex: &str, display: bool) -> Result<String, String> {
        let mut with_marks = String::new();
        let mut values = Vec::new();
        let mut at = 0;
        for directive in crate::directive::find(latex, &[]) {
            let Ask::Value { id, name } = directive.ask? else {
                return Err("a formula can hold {{#value …}} and no other directive".to_string());
            };
            let number = math::number(&self.value(id, name)?.latex)?;
            with_marks.push_str(&latex[at..directive.range.start]);
            with_marks.push_str(&math::mark(values.len()));
            values.push(cells::value_in_formula(id, name, &number));
            at = directive.range.end;
        }
        with_marks.push_str(&latex[at..]);
        let mathml = math::to_mathml(&with_marks, display)?;
        Ok(math::replace_marks(mathml, &values))
    }

    fn directive(
        &self,
        page: &Page<'_>,
        text: &str,
        directive: &Directive<'_>,
    ) -> Result<String, String> {
        let ask = directive.ask.clone()?;
        if is_block(&ask) && !stands_alone(text, directive) {
            let message = "stands on a line of its own, with an empty line before and after";
            return Err(format!("{} {message}", &text[directive.range.clone()]));
        }
        match ask {
            Ask::Listing { id, anchor } => self.listing(page, id, anchor, directive.range.start),
            Ask::Output { id } => self.output(id),
            Ask::Figure { id, caption } => self.figure(page, id, caption, directive.range.start),
            Ask::Value { id, name } => Ok(cells::value(id, name, self.value(id, name)?)),
            Ask::Predict { id, name } => {
                let value = self.value(id, name)?;
                let number = value.number.ok_or("a prediction needs a finite number")?;
                Ok(cells::prediction(id, name, number, value))
            }
            Ask::Ref { id, figure } => self.reference(page, id, figure),
            Ask::Tested { id, test } => self.tick(page, directive, id, test),
            Ask::Answers => answers::list(self, page),
            Ask::Proofs => proofs::list(self, page),
            Ask::Sources => sources::list(self, page),
        }
    }

    fn listing(
        &self,
        page: &Page<'_>,
        id: &str,
        anchor: Option<&str>,
        offset: usize,
    ) -> Result<String, String> {
        let listing = self.find(id)?;
        let caption = source::caption(listing.source).ok_or_else(|| {
            let message = "must say in its first line what it is: //! …";
            format!("{} {message}", listing.file)
        })?;
        let shown = match anchor {
            None => source::shown(listing.source),
            Some(anchor) => source::anchored(listing.source, anchor)
                .map_err(|message| format!("{}: {message}", listing.file))?,
        };
        let place = &self.places.listings[id];
        let is_first = place.is_at(page, offset);
        let label = format!("Listing {}", place.number);
        let whole = self
            .places
            .sources
            .map(|sources| link(page, sources, &sources::id(id)));
        Ok(cells::listing(
            id,
            &cells::Code {
                caption: &caption,
                shown: &shown,
                file: listing.file,
                runs: self.book.listing(id).is_some(),
            },
            &label,
            whole.as_deref(),
            is_first,
        ))
    }

    fn output(&self, id: &str) -> Result<String, String> {
        let (listing, outputs) = self.outputs(id)?;
        if outputs.text.is_empty() {
            return Err(format!(
                "{} prints nothing; write to its cell",
                listing.file
            ));
        }
        Ok(cells::output(id, outputs))
    }

    fn figure(
        &self,
        page: &Page<'_>,
        id: &str,
        caption: &str,
        offset: usize,
    ) -> Result<String, String> {
        let (listing, outputs) = self.outputs(id)?;
        let figure = outputs.figure.as_ref().ok_or_else(|| {
            format!(
                "{} draws no figure; leave a chart in its cell",
                listing.file
            )
        })?;
        let place = &self.places.figures[id];
        if !place.is_at(page, offset) {
            return Err(format!(
                "the figure of {id} is shown already; refer to it by {{{{#ref {id}:figure}}}}"
            ));
        }
        let label = format!("Figure {}", place.number);
        let knobs = if self.live { &*outputs.knobs } else { &[] };
        let knobs = cells::knobs(id, knobs, &label);
        Ok(cells::figure(
            id,
            figure,
            &knobs,
            &link_to_file(page, &generated::data(id)),
            &label,
            &self.piece(page, caption)?,
        ))
    }

    fn value(&self, id: &str, name: &str) -> Result<&'a notebook::Value, String> {
        let (listing, outputs) = self.outputs(id)?;
        let values = &outputs.values;
        let names = values.keys().map(String::as_str);
        values
            .get(name)
            .ok_or_else(|| format!("{} has {}", listing.file, unknown("value", name, names)))
    }

    pub(crate) fn reference(
        &self,
        page: &Page<'_>,
        id: &str,
        figure: bool,
    ) -> Result<String, String> {
        self.find(id)?;
        let (places, what) = if figure {
            (&self.places.figures, "Figure")
        } else {
            (&self.places.listings, "Listing")
        };
        let place = places
            .get(id)
            .ok_or_else(|| format!("no page shows the figure of {id}"))?;
        let anchor = if figure {
            cells::figure_id(id)
        } else {
            cells::listing_id(id).to_string()
        };
        let target = link(page, place.page, &anchor);
        Ok(format!(
            "<a href=\"{target}\">{what}\u{a0}{}</a>",
            place.number
        ))
    }

    fn tick(
        &self,
        page: &Page<'_>,
        directive: &Directive<'_>,
        id: &str,
        test: &str,
    ) -> Result<String, String> {
        let listing = self.find(id)?;
        if !source::tests(listing.source).any(|name| name == test) {
            let names = source::tests(listing.source);
            return Err(format!(
                "{} has {}",
                listing.file,
                unknown("test", test, names)
            ));
        }
        let proofs = self
            .places
            .proofs
            .ok_or("no page lists the proofs; add {{#proofs}} to one")?;
        let target = link(page, proofs, &proofs::id(id, test));
        // The list of proofs leads back to the first of several claims.
        let same = |other: &&Directive<'_>| other.ask == directive.ask;
        let is_first = page.directives.iter().find(same) == Some(directive);
        let claim = is_first.then(|| proofs::claim_id(id, test));
        Ok(cells::tick(test, &target, claim.as_deref()))
    }

    pub(crate) fn find(&self, id: &str) -> Result<Source<'a>, String> {
        let found = self.code.find(id);
        found.ok_or_else(|| unknown("listing", id, self.code.ids()))
    }

    /// "Listing 3.2".
    pub(crate) fn label(&self, id: &str) -> String {
        self.places
            .listings
            .get(id)
            .map_or(String::new(), |place| format!("Listing {}", place.number))
    }

    /// The listing with what it left.
    fn outputs(&self, id: &str) -> Result<(Source<'a>, &'a Outputs), String> {
        let listing = self.find(id)?;
        let file = listing.file;
        if self.book.listing(id).is_none() {
            return Err(format!("{file} is shared code; it leaves no outputs"));
        }
        let outputs = self
            .outputs
            .get(id)
            .ok_or_else(|| format!("{file} left no outputs; see why it failed"))?;
        Ok((listing, outputs))
    }
}

/// The punctuation marks that the text begins with.
fn punctuation(text: &str) -> &str {
    let marks = |letter: char| ".,:;?!)".contains(letter);
    &text[..text.find(|letter| !marks(letter)).unwrap_or(text.len())]
}

/// The formula with the marks after it held on its line: browsers break lines
/// between the two, and no word joiner keeps them from it.
fn held(mathml: String, marks: &str) -> String {
    if marks.is_empty() {
        mathml
    } else {
        format!("<span class=\"held\">{mathml}{marks}</span>")
    }
}

fn is_block(ask: &Ask<'_>) -> bool {
    matches!(
        ask,
        Ask::Listing { .. }
            | Ask::Output { .. }
            | Ask::Figure { .. }
            | Ask::Predict { .. }
            | Ask::Answers
            | Ask::Proofs
            | Ask::Sources
    )
}

/// Whether nothing else stands in the directive's paragraph.
fn stands_alone(text: &str, directive: &Directive<'_>) -> bool {
    let before = &text[..directive.range.start];
    let after = text[directive.range.end..].trim_start_matches([' ', '\t']);
    (before.is_empty() || before.ends_with("\n\n"))
        && (after.is_empty() || after == "\n" || after.starts_with("\n\n"))
}
