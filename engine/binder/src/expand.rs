//! Expanding: what stands for each directive and formula of a page.

use crate::code::{Code, Source};
use crate::directive::{self, Directive, DirectiveKind};
use crate::numbering::Numbering;
use crate::page::Page;
use crate::problem::{Problems, unknown};
use crate::settings::Settings;
use crate::splice::{Piece, splice};
use crate::text::Text;
use crate::{Book, breaks, container, controls, generated, html, math, source};
use notebook::{Outputs, Value};
use std::collections::BTreeMap;
use std::ops::Range;

/// The Markdown, with directives of its own, that stands for a directive which
/// gathers from all pages; by the file and the byte where that begins.
pub type Gathered<'a> = BTreeMap<(&'a str, usize), Text>;

/// What expanding needs to know of the whole book.
pub struct Expander<'a> {
    /// The book, whose listings left the outputs.
    pub book: &'a Book,
    /// What pages quote.
    pub code: &'a Code,
    /// What its listings left.
    pub outputs: &'a BTreeMap<&'static str, Outputs>,
    /// How it is set up.
    pub settings: &'a Settings,
    /// Whether figures get knobs.
    pub live: bool,
    /// Where everything stands.
    pub numbering: Numbering<'a>,
    /// What was gathered.
    pub gathered: Gathered<'a>,
}

/// Something wrong in a text.
struct Found {
    at: usize,
    message: String,
    /// Whether it is wrong in what was gathered from elsewhere.
    is_gathered: bool,
}

impl<'a> Expander<'a> {
    /// What stands for the directives and formulas of a page; what is wrong with
    /// the page, and what is with a text that was gathered, which is told at home.
    pub fn page(&self, page: &Page) -> (Vec<Piece>, Problems, Problems) {
        let mut found = Vec::new();
        let pieces = self.text(page, &page.text, &mut found);
        let (mut problems, mut of_gathered) = Default::default();
        for problem in found {
            let problems: &mut Problems = match problem.is_gathered {
                true => &mut of_gathered,
                false => &mut problems,
            };
            problems.push(&page.file, page.text.line(problem.at), problem.message);
        }
        (pieces, problems, of_gathered)
    }

    /// What stands for those of a text that stands on `page`.
    fn text(&self, page: &Page, text: &Text, found: &mut Vec<Found>) -> Vec<Piece> {
        let is_gathered = false;
        for at in text.dollars.iter().copied() {
            let message = "a $ that is no formula; close it, balance its braces, or write \\$";
            let message = message.to_string();
            found.push(Found {
                at,
                message,
                is_gathered,
            });
        }
        let mut pieces = Vec::new();
        let mut put =
            |found: &mut Vec<Found>, range: Range<usize>, woven: Result<String, String>| {
                let text = woven.unwrap_or_else(|message| {
                    found.push(Found {
                        at: range.start,
                        message,
                        is_gathered,
                    });
                    String::new()
                });
                pieces.push(Piece::new(range, text));
            };
        for formula in &text.formulas {
            let after = match formula.display {
                true => "",
                false => punctuation(&text.source[formula.range.end..]),
            };
            let range = formula.range.start..formula.range.end + after.len();
            let mathml = self.formula(&formula.latex, formula.display);
            put(found, range, mathml.map(|mathml| held(mathml, after)));
        }
        let is_in_formula = |directive: &&Directive| {
            let mut formulas = text.formulas.iter();
            formulas.any(|formula| formula.range.contains(&directive.range.start))
        };
        for directive in text.directives.iter().filter(|part| !is_in_formula(part)) {
            let woven = self.directive(page, text, directive, found);
            put(found, directive.range.clone(), woven);
        }
        pieces
    }

    /// A text that was gathered or is a caption, woven.
    fn woven(&self, page: &Page, text: &Text, found: &mut Vec<Found>) -> String {
        let pieces = self.text(page, text, found);
        splice(&text.source, &pieces).text
    }

    /// A formula as MathML, each value in it marked as one.
    fn formula(&self, latex: &str, display: bool) -> Result<String, String> {
        let mut values = Vec::new();
        let mut marks = Vec::new();
        for directive in directive::find(latex, 0..latex.len(), &[], 0) {
            match directive.kind? {
                DirectiveKind::Value { id, name } => {
                    let number = math::number(&self.value(&id, &name)?.latex)?;
                    marks.push(Piece::new(directive.range, math::mark(values.len())));
                    values.push(html::value_in_formula(&id, &name, &number));
                }
                DirectiveKind::Given { number } => {
                    marks.push(Piece::new(directive.range, number));
                }
                _ => return Err("a formula can hold only {{#value …}} and {{#given …}}".into()),
            }
        }
        let mathml = math::to_mathml(&splice(latex, &marks).text, display)?;
        Ok(math::replace_marks(mathml, &values))
    }

    fn directive(
        &self,
        page: &Page,
        text: &Text,
        directive: &Directive,
        found: &mut Vec<Found>,
    ) -> Result<String, String> {
        let kind = directive.kind.as_ref().map_err(String::clone)?;
        if kind.is_block() && text.passage_of(directive).is_none() {
            let message = "stands on a line of its own, with an empty line before and after";
            let directive = &text.source[directive.range.clone()];
            return Err(format!("{directive} {message}"));
        }
        // Only what the page itself says gives a number to a listing.
        let at = std::ptr::eq(text, &page.text).then_some(directive.range.start);
        let woven = match kind {
            DirectiveKind::Listing { id, anchor } => self.listing(page, id, anchor.as_deref(), at),
            DirectiveKind::Output { id } => self.output(id),
            DirectiveKind::Figure { id, caption } => self.figure(page, id, caption, at),
            DirectiveKind::Value { id, name } => self.sentence_value(id, name),
            DirectiveKind::Given { number } => Ok(html::in_words(number)),
            DirectiveKind::Predict { id, name } => self.prediction(id, name),
            DirectiveKind::Ref { id, figure } => self.reference(page, id, *figure),
            DirectiveKind::Tested { id, test } => self.tick(page, directive, id, test),
            DirectiveKind::Answers { .. } | DirectiveKind::Proofs | DirectiveKind::Files => {
                Ok(self.gathered(page, directive, found))
            }
        }?;
        Ok(match kind.is_block() {
            true => container::fill(&text.source, &directive.range, &woven),
            false => woven,
        })
    }

    fn gathered(&self, page: &Page, directive: &Directive, found: &mut Vec<Found>) -> String {
        let at = directive.range.start;
        let mut inside = Vec::new();
        let gathered = self.gathered.get(&(page.file.as_str(), at));
        let woven = gathered.map(|text| self.woven(page, text, &mut inside));
        found.extend(inside.into_iter().map(|problem| Found {
            at,
            is_gathered: true,
            ..problem
        }));
        woven.unwrap_or_default()
    }

    fn listing(
        &self,
        page: &Page,
        id: &str,
        anchor: Option<&str>,
        at: Option<usize>,
    ) -> Result<String, String> {
        let listing = self.find(id)?;
        let caption = source::caption(listing.source).ok_or_else(|| {
            let message = "must say in its first line what it is: //! …, or a docstring";
            format!("{} {message}", listing.file)
        })?;
        let shown = match anchor {
            None => source::shown(listing.source),
            Some(anchor) => source::anchored(listing.source, anchor)
                .map_err(|message| format!("{}: {message}", listing.file))?,
        };
        let place = self.numbering.listings.get(id);
        let place = place.ok_or_else(|| not_quoted(id))?;
        let is_first = at.is_some_and(|at| place.is_at(page, at));
        let label = format!("Listing {}", place.number);
        let repository = self.settings.repository.as_ref();
        let shown_there = repository.map(|at| html::attribute(&at.link(listing.file)));
        let files = self.numbering.files;
        let whole = || files.map(|files| page.link(files, &html::file_id(id)));
        let whole = shown_there.or_else(whole);
        Ok(html::listing(
            id,
            &html::Shown {
                caption: &caption,
                lines: &shown,
                language: listing.language(),
                file: listing.file,
                runs: self.book.listing(id).is_some(),
            },
            &label,
            whole.as_deref(),
            is_first,
        ))
    }

    fn output(&self, id: &str) -> Result<String, String> {
        let printed = self.find(id)?.printed;
        if let (None, Some(printed)) = (self.book.listing(id), printed) {
            return Ok(html::output(id, printed));
        }
        let (listing, outputs) = self.outputs(id)?;
        if outputs.text.is_empty() {
            return Err(format!(
                "{} prints nothing; write to its cell",
                listing.file
            ));
        }
        Ok(html::output(id, &outputs.text))
    }

    fn figure(
        &self,
        page: &Page,
        id: &str,
        caption: &str,
        at: Option<usize>,
    ) -> Result<String, String> {
        let (listing, outputs) = self.outputs(id)?;
        let figure = outputs.figure.as_ref().ok_or_else(|| {
            format!(
                "{} draws no figure; leave a chart in its cell",
                listing.file
            )
        })?;
        let place = self.numbering.figures.get(id);
        let place = place.filter(|place| at.is_some_and(|at| place.is_at(page, at)));
        let Some(place) = place else {
            return Err(format!(
                "the figure of {id} is shown already; refer to it by {{{{#ref {id}:figure}}}}"
            ));
        };
        let label = format!("Figure {}", place.number);
        let knobs = if self.live { &*outputs.knobs } else { &[] };
        let knobs = controls::knobs(id, knobs, &outputs.hints, &label, self.settings);
        Ok(html::figure(
            id,
            figure,
            &knobs,
            &page.link_to_file(&generated::data(id)),
            &label,
            &self.caption(page, caption)?,
        ))
    }

    /// A caption that stands on `page`, woven.
    fn caption(&self, page: &Page, caption: &str) -> Result<String, String> {
        let text = Text::read(caption.to_string(), &self.settings.markdown);
        let mut found = Vec::new();
        let woven = self.woven(page, &text, &mut found);
        match found.into_iter().next() {
            Some(problem) => Err(problem.message),
            None => Ok(woven),
        }
    }

    fn sentence_value(&self, id: &str, name: &str) -> Result<String, String> {
        Ok(html::value(id, name, self.value(id, name)?))
    }

    fn prediction(&self, id: &str, name: &str) -> Result<String, String> {
        let value = self.value(id, name)?;
        let number = value.number.ok_or("a prediction needs a finite number")?;
        Ok(html::prediction(id, name, number, value))
    }

    fn value(&self, id: &str, name: &str) -> Result<&'a Value, String> {
        let (listing, outputs) = self.outputs(id)?;
        let values = &outputs.values;
        let names = values.keys().map(String::as_str);
        values
            .get(name)
            .ok_or_else(|| format!("{} has {}", listing.file, unknown("value", name, names)))
    }

    fn reference(&self, page: &Page, id: &str, figure: bool) -> Result<String, String> {
        self.find(id)?;
        let (places, what, anchor) = match figure {
            true => (&self.numbering.figures, "Figure", html::figure_id(id)),
            false => (&self.numbering.listings, "Listing", html::listing_id(id)),
        };
        let place = places.get(id).ok_or_else(|| match figure {
            true => {
                format!(
                    "no page shows the figure of {id}; add {{{{#figure {id} \"caption\"}}}} to one"
                )
            }
            false => not_quoted(id),
        })?;
        let (target, number) = (page.link(place.page, &anchor), &place.number);
        Ok(format!("<a href=\"{target}\">{what}\u{a0}{number}</a>"))
    }

    fn tick(
        &self,
        page: &Page,
        directive: &Directive,
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
        breaks::of_test(listing.source, test)
            .and_then(|change| change.applied(listing.source, test))
            .map_err(|message| format!("{}: {message}", listing.file))?;
        // Where no page lists them, that is told once.
        let Some(proofs) = self.numbering.proofs else {
            return Ok(String::new());
        };
        let target = page.link(proofs, &html::test_id(id, test));
        // The list of proofs leads back to the first of several claims.
        let mut same = page.text.directives.iter();
        let first = same.find(|other| other.kind == directive.kind);
        let claim = (first == Some(directive)).then(|| html::claim_id(id, test));
        Ok(html::tick(test, &target, claim.as_deref()))
    }

    fn find(&self, id: &str) -> Result<Source<'a>, String> {
        let found = self.code.find(id);
        found.ok_or_else(|| unknown("listing", id, self.code.ids()))
    }

    /// The listing with what it left.
    fn outputs(&self, id: &str) -> Result<(Source<'a>, &'a Outputs), String> {
        let listing = self.find(id)?;
        let file = listing.file;
        if self.book.listing(id).is_none() {
            return Err(format!("{file} is shared code; it leaves no outputs"));
        }
        let outputs = self.outputs.get(id);
        let outputs =
            outputs.ok_or_else(|| format!("{file} left no outputs; see why it failed"))?;
        Ok((listing, outputs))
    }
}

/// What is told of a listing that stands nowhere.
fn not_quoted(id: &str) -> String {
    format!("no page quotes {id}; add {{{{#listing {id}}}}} to one")
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
