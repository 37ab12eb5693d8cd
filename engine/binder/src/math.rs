//! Formulas: LaTeX to MathML.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use std::sync::LazyLock;

/// The formula as MathML that Markdown leaves alone.
///
/// # Errors
///
/// What the converter does not understand.
pub fn to_mathml(latex: &str, display: bool) -> Result<String, String> {
    static CONVERTER: LazyLock<LatexToMathML> = LazyLock::new(|| {
        LatexToMathML::new(MathCoreConfig::default()).expect("the defaults are valid")
    });
    let style = if display {
        MathDisplay::Block
    } else {
        MathDisplay::Inline
    };
    let converted = CONVERTER
        .convert_with_local_state(latex, style)
        .map_err(|error| format!("cannot read the formula ${latex}$: {error}"))?;
    Ok(guard(&converted.mathml))
}

/// A number as MathML without the `math` around it.
///
/// # Errors
///
/// What the converter does not understand.
pub fn number(latex: &str) -> Result<String, String> {
    let mathml = to_mathml(latex, false)?;
    let inner = mathml
        .strip_prefix("<math>")
        .and_then(|rest| rest.strip_suffix("</math>"));
    Ok(inner.unwrap_or(&mathml).to_string())
}

/// What stands in LaTeX for the value of that number, until it is MathML.
pub fn mark(value: usize) -> String {
    format!(r"\text{{value{value}value}}")
}

/// Puts the values where their marks are.
pub fn replace_marks(mathml: String, values: &[String]) -> String {
    values
        .iter()
        .enumerate()
        .fold(mathml, |mathml, (at, value)| {
            mathml.replace(&format!("<mtext>value{at}value</mtext>"), value)
        })
}

/// Writes as entities the characters that Markdown would take for its own, and
/// leaves the tags as they are.
fn guard(mathml: &str) -> String {
    let mut in_tag = false;
    let mut guarded = String::with_capacity(mathml.len());
    for character in mathml.chars() {
        match character {
            '<' => in_tag = true,
            '>' => in_tag = false,
            '*' | '_' | '|' | '[' | ']' | '`' | '~' | '\\' | '\'' | '"' | '$' | '.' | '-'
                if !in_tag =>
            {
                guarded.push_str(&format!("&#{};", character as u32));
                continue;
            }
            '\n' => {
                guarded.push(' ');
                continue;
            }
            _ => {}
        }
        guarded.push(character);
    }
    guarded
}

#[cfg(test)]
mod tests {
    use super::*;
    use mdbook_markdown::pulldown_cmark::{Event, Tag, TagEnd};
    use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

    #[test]
    fn a_formula_becomes_mathml() {
        let mathml = to_mathml("w^2", false).unwrap();
        assert_eq!(mathml, "<math><msup><mi>w</mi><mn>2</mn></msup></math>");
        assert!(
            to_mathml("w", true)
                .unwrap()
                .starts_with("<math display=\"block\">")
        );
    }

    #[test]
    fn markdown_finds_nothing_of_its_own_in_a_formula() {
        let mathml = to_mathml(r"a * b * c_1 \lvert x \rvert [y]", false).unwrap();
        let parser = new_cmark_parser(&mathml, &MarkdownOptions::default());
        let is_formula = |event: &Event<'_>| match event {
            Event::Start(tag) => *tag == Tag::Paragraph,
            Event::End(tag) => *tag == TagEnd::Paragraph,
            event => matches!(event, Event::Text(_) | Event::InlineHtml(_)),
        };
        let found: Vec<_> = parser.filter(|event| !is_formula(event)).collect();
        assert_eq!(found, []);
    }

    #[test]
    fn a_formula_that_cannot_be_read_is_named() {
        let error = to_mathml(r"\frac{1", false).unwrap_err();
        assert!(
            error.starts_with(r"cannot read the formula $\frac{1$: "),
            "{error}"
        );
    }
}
