//! Numbers as the text that stands for a figure says them.

use notebook::{Format, Value};

/// A number with so many significant digits, times a power of ten where it is
/// far from 1: at the ends of knobs neither 0.00 nor a hundred digits.
pub fn said(number: f64, digits: usize) -> String {
    let format = match number.abs() {
        size if !size.is_finite() => return "beyond all numbers".to_string(),
        0.0 => Format::Exact,
        size if (1e-3..1e6).contains(&size) => Format::Significant(digits),
        _ => Format::Scientific(digits),
    };
    Value::new(number, format).text
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn a_number_that_is_not_zero_is_said_in_a_few_digits_that_are_not_zero() {
        for (number, words) in [
            (0.0, "0"),
            (0.001995, "0.0020"),
            (-9.978, "−10"),
            (-4e-7, "−4.0 × 10⁻⁷"),
            (9f64.powi(200), "7.1 × 10¹⁹⁰"),
            (9f64.powi(400), "beyond all numbers"),
        ] {
            assert_eq!(said(number, 2), words);
        }
    }
}
