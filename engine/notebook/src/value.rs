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
        let (text, latex) = format.show(number);
        Value {
            number: number.is_finite().then_some(number),
            text,
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
    /// The number for a sentence, and for a formula.
    fn show(self, number: f64) -> (String, String) {
        if !number.is_finite() {
            return not_finite(number);
        }
        match self {
            Format::Exact => plain(&number.to_string()),
            Format::Decimals(digits) => plain(&format!("{number:.digits$}")),
            Format::Significant(digits) => plain(&significant(number, digits)),
            Format::Scientific(digits) => scientific(number, digits),
            Format::Percent(digits) => {
                let shown = format!("{:.digits$}", 100.0 * number);
                let (text, latex) = plain(&shown);
                (format!("{text}\u{202f}%"), format!(r"{latex}\,\%"))
            }
        }
    }
}

fn not_finite(number: f64) -> (String, String) {
    let (text, latex) = if number.is_nan() {
        ("NaN", r"\mathrm{NaN}")
    } else if number > 0.0 {
        ("∞", r"\infty")
    } else {
        ("−∞", r"-\infty")
    };
    (text.to_string(), latex.to_string())
}

/// Plain notation, from what `format!` made: a true minus sign, a space between
/// thousands.
fn plain(shown: &str) -> (String, String) {
    let (sign, digits) = match shown.strip_prefix('-') {
        // A negative number that rounds to zero is shown as zero.
        Some(digits) if digits.contains(|c: char| ('1'..='9').contains(&c)) => (true, digits),
        Some(digits) => (false, digits),
        None => (false, shown),
    };
    let whole = digits.find('.').unwrap_or(digits.len());
    let spaced = |space: &str| -> String {
        let mut out = String::new();
        for (place, digit) in digits.char_indices() {
            let left = whole.saturating_sub(place);
            if whole > 4 && place > 0 && place < whole && left % 3 == 0 {
                out.push_str(space);
            }
            out.push(digit);
        }
        out
    };
    let minus = |minus: &str| {
        if sign {
            minus.to_string()
        } else {
            String::new()
        }
    };
    (
        minus("−") + &spaced("\u{202f}"),
        minus("-") + &spaced(r"\,"),
    )
}

fn significant(number: f64, digits: usize) -> String {
    let digits = digits.max(1);
    // `{:e}` rounds first, so that 9.99 at two digits counts as 1.0e1.
    let exponent = exponent_of(&format!("{number:.*e}", digits - 1));
    let after_point = digits as i32 - 1 - exponent;
    if after_point >= 0 {
        return format!("{number:.*}", after_point as usize);
    }
    let scale = 10f64.powi(-after_point);
    format!("{:.0}", (number / scale).round() * scale)
}

fn scientific(number: f64, digits: usize) -> (String, String) {
    let shown = format!("{number:.*e}", digits.max(1) - 1);
    let mantissa = shown.split('e').next().unwrap_or(&shown);
    let exponent = exponent_of(&shown);
    let power = (
        format!("10{}", superscript(exponent)),
        format!("10^{{{exponent}}}"),
    );
    if mantissa == "1" {
        return power;
    }
    let (text, latex) = plain(mantissa);
    (
        format!("{text} × {}", power.0),
        format!(r"{latex} \times {}", power.1),
    )
}

fn exponent_of(scientific: &str) -> i32 {
    scientific
        .rsplit('e')
        .next()
        .and_then(|digits| digits.parse().ok())
        .unwrap_or(0)
}

pub(crate) fn superscript(exponent: i32) -> String {
    exponent
        .to_string()
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            digit => char::from_u32('⁰' as u32 + (digit as u32 - '0' as u32)).unwrap_or(digit),
        })
        .collect()
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
            (0.95, Percent(0), "95\u{202f}%", r"95\,\%"),
            (6.06e-6, Scientific(2), "6.1 × 10⁻⁶", r"6.1 \times 10^{-6}"),
            (1e308, Scientific(1), "10³⁰⁸", "10^{308}"),
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
