//! Numbers in the words and formulas of a page: each is a value of a listing, or
//! stands as it is in the code that the page quotes.
//!
//! Free of this are the numbers of speech, 0 to 2, and years; in formulas whole
//! numbers up to 12; what stands in links, headings and code; and what the page
//! itself gives, `{{#given 16}}`.

use crate::code::Code;
use crate::directive::{self, DirectiveKind};
use crate::page::Page;
use crate::problem::Problems;
use crate::source;
use crate::text::Text;
use mdbook_markdown::MarkdownOptions;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A number as it is typed, and where.
struct Typed {
    at: usize,
    shown: String,
    number: f64,
}

/// Tells each number that is typed and comes from nowhere; a page that quotes no
/// code is not looked at.
pub fn check(page: &Page, code: &Code, options: &MarkdownOptions, problems: &mut Problems) {
    let kinds = page.text.directives.iter();
    let kinds = kinds.filter_map(|directive| directive.kind.as_ref().ok());
    let quoted = kinds.filter_map(DirectiveKind::id);
    let quoted: BTreeSet<_> = quoted.collect();
    let quoted = quoted.into_iter().filter_map(|id| code.find(id));
    let quoted: Vec<_> = quoted.map(|source| source.source).collect();
    if quoted.is_empty() {
        return;
    }
    let known: Vec<f64> = quoted.into_iter().flat_map(literals).collect();
    // A share in the code is a percentage in the text.
    let is_known = |number: f64| known.contains(&number) || known.contains(&(number / 100.0));
    for typed in of_text(&page.text, options) {
        if !is_known(typed.number) {
            let message = format!(
                "the number {shown} is typed; take it from a listing, {{{{#value …}}}}, \
                 or, if it is the page that gives it, write {{{{#given {shown}}}}}",
                shown = typed.shown
            );
            problems.push(&page.file, page.text.line(typed.at), message);
        }
    }
}

/// The numbers in the code above the tests, less its comments: 2_100, 1e-6.
fn literals(source: &str) -> impl Iterator<Item = f64> {
    static LITERAL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?-u)\b\d[\d_]*(?:\.\d[\d_]*)?(?:e-?\d+)?").expect("a constant")
    });
    let lines = source[..source::tests_start(source)].lines();
    let code = lines.filter(|line| !line.trim_start().starts_with("//"));
    let literals = code.flat_map(|line| LITERAL.find_iter(line));
    literals.filter_map(|literal| literal.as_str().replace('_', "").parse().ok())
}

/// The numbers of a text that are not free, its captions among them.
fn of_text(text: &Text, options: &MarkdownOptions) -> Vec<Typed> {
    let mut found = Vec::new();
    for passage in &text.passages {
        for (range, shown, number) in in_words(&passage.words) {
            if passage.is_open(&range) {
                let at = passage.source(&range).start;
                found.push(Typed { at, shown, number });
            }
        }
    }
    for formula in &text.formulas {
        let at = formula.range.start;
        let numbers = in_formula(&formula.latex).into_iter();
        found.extend(numbers.map(|(shown, number)| Typed { at, shown, number }));
    }
    for directive in &text.directives {
        if let Ok(DirectiveKind::Figure { caption, .. }) = &directive.kind {
            let caption = Text::read(caption.clone(), options);
            let at = directive.range.start;
            let typed = of_text(&caption, options).into_iter();
            found.extend(typed.map(|typed| Typed { at, ..typed }));
        }
    }
    found
}

/// Numbers in words: 0.05, 12,345, 1e-6, 10⁻⁶.
fn in_words(words: &str) -> Vec<(std::ops::Range<usize>, String, f64)> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[0-9]+(?:[\u{202f},][0-9]{3})*(?:\.[0-9]+)?(?:e-?[0-9]+(?-u:\b))?[⁻⁰¹²³⁴-⁹]*")
            .expect("a constant")
    });
    let stands_alone = |at: usize| {
        let before = words[..at].chars().next_back();
        before.is_none_or(|letter| !letter.is_alphanumeric() && !"._".contains(letter))
    };
    NUMBER
        .find_iter(words)
        .filter(|found| stands_alone(found.start()))
        .filter_map(|found| {
            let number = value(found.as_str())?;
            let is_free = [0.0, 1.0, 2.0].contains(&number)
                || (number.fract() == 0.0 && (1900.0..2100.0).contains(&number));
            (!is_free).then(|| (found.range(), found.as_str().to_string(), number))
        })
        .collect()
}

/// What is typed as a number with digits set apart, or as a power.
fn value(shown: &str) -> Option<f64> {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let plain: String = shown
        .chars()
        .filter(|letter| ![',', '\u{202f}'].contains(letter))
        .collect();
    let Some(raised) = plain.find(|letter| letter == '⁻' || RAISED.contains(&letter)) else {
        return plain.parse().ok();
    };
    let digit = |letter: char| match RAISED.iter().position(|raised| *raised == letter) {
        Some(digit) => digit.to_string(),
        None => "-".to_string(),
    };
    let exponent: String = plain[raised..].chars().map(digit).collect();
    power(&plain[..raised], &exponent)
}

fn power(base: &str, exponent: &str) -> Option<f64> {
    match base {
        "10" => format!("1e{exponent}").parse().ok(),
        _ => Some(base.parse::<f64>().ok()?.powi(exponent.parse().ok()?)),
    }
}

/// Numbers in LaTeX: 0.05, 10^{-6}, 3 \times 10^{-4}.
fn in_formula(latex: &str) -> Vec<(String, f64)> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?-u)(?:(\d+(?:\.\d+)?) *\\times *)?10\^(?:\{(-?\d+)\}|(\d))|(\d+(?:(?:\{?,\}?|\\,)\d{3})*(?:\.\d+)?)",
        )
        .expect("a constant")
    });
    // One digit by another: \tfrac12.
    static FRACTION: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?-u)frac\d\d").expect("a constant"));
    let mut plain = latex.to_string();
    for directive in directive::find(latex, 0..latex.len(), &[], 0).iter().rev() {
        plain.replace_range(directive.range.clone(), " ");
    }
    let plain = FRACTION.replace_all(&plain, " ");
    let number = |found: &regex::Captures<'_>| -> Option<f64> {
        if let Some(digits) = found.get(4) {
            let digit = |letter: &char| letter.is_ascii_digit() || *letter == '.';
            return digits
                .as_str()
                .chars()
                .filter(digit)
                .collect::<String>()
                .parse()
                .ok();
        }
        let exponent = found.get(2).or(found.get(3))?.as_str();
        let factor = found.get(1).map_or("1", |factor| factor.as_str());
        format!("{factor}e{exponent}").parse().ok()
    };
    NUMBER
        .captures_iter(&plain)
        .filter_map(|found| Some((found[0].to_string(), number(&found)?)))
        .filter(|(_, number)| number.fract() != 0.0 || *number > 12.0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(markdown: &str) -> Vec<String> {
        let options = MarkdownOptions::default();
        let text = Text::read(markdown.to_string(), &options);
        let found = of_text(&text, &options).into_iter();
        found
            .map(|typed| format!("{} = {}", typed.shown, typed.number))
            .collect()
    }

    #[test]
    fn numbers_are_found_in_words_formulas_and_captions() {
        for (markdown, expected) in [
            ("It is 0.77 at last.", &["0.77 = 0.77"][..]),
            (
                "After 12,345 steps 1e-6 is left.",
                &["12,345 = 12345", "1e-6 = 0.000001"],
            ),
            ("Below 10⁻⁶ and 2¹⁰.", &["10⁻⁶ = 0.000001", "2¹⁰ = 1024"]),
            (
                "So $0.9^5 < 3 \\times 10^{-4}$.",
                &["0.9 = 0.9", "3 \\times 10^{-4} = 0.0003"],
            ),
            ("{{#figure a/b \"At 0.3 it falls.\"}}", &["0.3 = 0.3"]),
        ] {
            assert_eq!(typed(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn speech_years_links_headings_code_names_and_given_numbers_are_free() {
        for free in [
            "## Step 7\n\nOne of 2, in 2017; see [1412.6980](https://a.b), `0.3`, f64, B-2.",
            "$\\tfrac14 w^2 = 12$ and {{#value a/b.c}}, {{#given 16}}, ${{#given 0.3}} w$.",
        ] {
            assert_eq!(typed(free), [] as [String; 0], "{free}");
        }
    }

    #[test]
    fn the_literals_of_code_above_its_tests_are_numbers() {
        let code = "let x2 = 2_100.0 * 1e-6; w_3\n// 4\n#[cfg(test)]\n5";
        let found: Vec<f64> = literals(code).collect();
        assert_eq!(found, [2100.0, 1e-6]);
    }
}
