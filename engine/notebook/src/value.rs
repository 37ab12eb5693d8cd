//! Named values: the numbers that sentences and formulas of a page quote.

use serde::{Deserialize, Serialize};

/// A number with the way it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// The number; none if it is not finite (JSON has no word for that).
    pub number: Option<f64>,
    /// As a sentence shows it: `−1.5 × 10⁻³`.
    pub text: String,
    /// As a formula shows it, in LaTeX: `-1.5 \times 10^{-3}`.
    pub latex: String,
}

/// How a number is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Format {
    /// With as many digits as it takes to say it exactly: for settings.
    Exact,
    /// With so many digits after the point; thousands are set apart.
    Decimals(usize),
    /// With so many significant digits, in plain notation.
    Significant(usize),
    /// With so many significant digits, times a power of ten.
    Scientific(usize),
    /// Times a hundred, with so many digits after the point and a % sign.
    Percent(usize),
}

impl Value {
    /// The value of `number`, shown as `format` says.
    pub fn new(number: f64, format: Format) -> Value {
        let latex = format.latex(number);
        Value {
            number: number.is_finite().then_some(number),
            text: text(&latex),
            latex,
        }
    }

    /// A word for a sentence: what a reader chose.
    pub(crate) fn word(word: &str) -> Value {
        Value {
            number: None,
            text: word.to_string(),
            latex: format!(r"\text{{{word}}}"),
        }
    }
}

impl Format {
    fn latex(self, number: f64) -> String {
        if number.is_nan() {
            return r"\mathrm{NaN}".to_string();
        }
        if number.is_infinite() {
            return number.to_string().replace("inf", r"\infty");
        }
        match self {
            Format::Exact => plain(&number.to_string()),
            Format::Decimals(digits) => plain(&format!("{number:.digits$}")),
            Format::Significant(digits) => plain(&significant(number, digits)),
            Format::Scientific(_) if number == 0.0 => "0".to_string(),
            Format::Scientific(digits) => match rounded(number, digits) {
                (mantissa, exponent) if mantissa == "1" => format!("10^{{{exponent}}}"),
                (mantissa, exponent) => format!(r"{} \times 10^{{{exponent}}}", plain(&mantissa)),
            },
            Format::Percent(digits) => plain(&format!("{:.digits$}", 100.0 * number)) + r"\,\%",
        }
    }
}

/// A number of a formula as a sentence has it.
fn text(latex: &str) -> String {
    if let Some((base, exponent)) = latex.trim_end_matches('}').split_once("^{") {
        return text(base) + &superscript(exponent);
    }
    let text = latex.replace('-', "−").replace(r"\times", "×");
    let text = text.replace(r"\,", "\u{202f}").replace(r"\%", "%");
    text.replace(r"\infty", "∞").replace(r"\mathrm{NaN}", "NaN")
}

/// Plain notation, from what `format!` made, with a space between thousands; a
/// negative number that rounds to zero is zero.
fn plain(shown: &str) -> String {
    let is_zero = !shown.contains(|c| ('1'..='9').contains(&c));
    let digits = shown.trim_start_matches('-');
    let whole = digits.find('.').unwrap_or(digits.len());
    let is_negative = digits != shown && !is_zero;
    let mut spaced = String::from(if is_negative { "-" } else { "" });
    for (place, digit) in digits.char_indices() {
        if whole > 4 && (1..whole).contains(&place) && (whole - place).is_multiple_of(3) {
            spaced.push_str(r"\,");
        }
        spaced.push(digit);
    }
    spaced
}

/// The number's significant digits, as many as asked, as one between 1 and 10,
/// and the power of ten to multiply it with.
fn rounded(number: f64, digits: usize) -> (String, i32) {
    let shown = format!("{number:.*e}", digits.max(1) - 1);
    let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
    (mantissa.to_string(), exponent.parse().unwrap_or(0))
}

fn significant(number: f64, digits: usize) -> String {
    // Rounded first, so that 9.99 at two digits counts as 10.
    let (mantissa, exponent) = rounded(number, digits);
    let after_point = digits.max(1) as i32 - 1 - exponent;
    match after_point >= 0 {
        true => format!("{number:.*}", after_point as usize),
        false => mantissa.replace('.', "") + &"0".repeat(-after_point as usize),
    }
}

/// A power of ten: 10⁻³.
pub(crate) fn power_of_ten(exponent: i32) -> String {
    format!("10{}", superscript(&exponent.to_string()))
}

fn superscript(exponent: &str) -> String {
    let raised = |c| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32('⁰' as u32 + (digit as u32 - '0' as u32)).unwrap_or(digit),
    };
    exponent.chars().map(raised).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_their_format_says() {
        use Format::*;
        for (number, format, text, latex) in [
            (0.1, Exact, "0.1", "0.1"),
            (1.02, Exact, "1.02", "1.02"),
            (0.1071, Decimals(3), "0.107", "0.107"),
            (-0.5, Decimals(1), "−0.5", "-0.5"),
            (-0.0001, Decimals(2), "0.00", "0.00"),
            (2100.0, Decimals(0), "2100", "2100"),
            (12345.678, Decimals(1), "12\u{202f}345.7", r"12\,345.7"),
            (0.0123456, Significant(3), "0.0123", "0.0123"),
            (9.99, Significant(2), "10", "10"),
            (123456.0, Significant(2), "120\u{202f}000", r"120\,000"),
            (
                8.63e22,
                Significant(1),
                "90\u{202f}000\u{202f}000\u{202f}000\u{202f}000\u{202f}000\u{202f}000\u{202f}000",
                r"90\,000\,000\,000\,000\,000\,000\,000",
            ),
            (0.95, Percent(0), "95\u{202f}%", r"95\,\%"),
            (6.06e-6, Scientific(2), "6.1 × 10⁻⁶", r"6.1 \times 10^{-6}"),
            (1e308, Scientific(1), "10³⁰⁸", "10^{308}"),
            (0.0, Scientific(2), "0", "0"),
            (f64::INFINITY, Decimals(2), "∞", r"\infty"),
            (f64::NAN, Decimals(2), "NaN", r"\mathrm{NaN}"),
        ] {
            let value = Value::new(number, format);
            assert_eq!((&*value.text, &*value.latex), (text, latex));
        }
    }

    #[test]
    fn a_number_that_is_not_finite_has_no_number_in_json() {
        assert_eq!(Value::new(f64::NAN, Format::Decimals(1)).number, None);
        assert_eq!(Value::new(1.5, Format::Decimals(1)).number, Some(1.5));
    }
}
