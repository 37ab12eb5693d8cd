//! Round numbers: 1, 2 or 5 times a power of ten, and how they are written.

use super::scale::Scale;

/// The distance between ticks: a digit times a power of ten.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub digit: u8,
    pub exponent: i32,
}

impl Step {
    pub fn at_least(size: f64) -> Step {
        let exponent = size.log10().floor() as i32;
        let mut step = Step { digit: 1, exponent };
        while step.size() < size {
            step = step.next();
        }
        step
    }

    pub fn next(self) -> Step {
        let Step { digit, exponent } = self;
        match digit {
            1 => Step { digit: 2, exponent },
            2 => Step { digit: 5, exponent },
            _ => Step {
                digit: 1,
                exponent: exponent + 1,
            },
        }
    }

    pub fn size(self) -> f64 {
        f64::from(self.digit) * 10f64.powi(self.exponent)
    }

    /// The whole numbers whose product with the step lies on the scale.
    pub fn multiples(self, scale: &Scale) -> impl Iterator<Item = f64> {
        let first = (scale.low / self.size() - 1e-6).ceil();
        let last = (scale.high / self.size() + 1e-6).floor();
        (0..)
            .map(move |count| first + f64::from(count))
            .take_while(move |&multiple| multiple <= last)
    }

    /// A multiple of the step with no more digits than the step needs; very
    /// large and very small numbers with a power of ten.
    pub fn label(self, multiple: f64, largest: f64) -> String {
        let digits = multiple * f64::from(self.digit);
        if multiple == 0.0 {
            return "0".to_string();
        }
        let plain = largest < 1e6 && self.exponent >= -5;
        let label = if plain {
            let value = digits * 10f64.powi(self.exponent);
            let decimals = (-self.exponent).max(0) as usize;
            format!("{value:.decimals$}")
        } else {
            scientific(digits, self.exponent, largest)
        };
        label.replace('-', "−")
    }
}

/// `digits` times 10 to `exponent`, its power of ten that of the largest number
/// on the axis: 0.5×10⁶ beside 1.5×10⁶.
fn scientific(digits: f64, exponent: i32, largest: f64) -> String {
    let power = largest.log10().floor() as i32;
    let decimals = (power - exponent).max(0) as usize;
    let mantissa = digits * 10f64.powi(exponent - power);
    format!("{mantissa:.decimals$}×10{}", superscript(power))
}

/// A number with three digits at most.
pub(super) fn short(number: f64) -> String {
    if number == 0.0 {
        return "0".to_string();
    }
    let exponent = number.abs().log10().floor() as i32;
    let step = Step {
        digit: 1,
        exponent: exponent - 2,
    };
    let label = step.label((number / step.size()).round(), number.abs());
    match label.contains('.') && !label.contains('×') {
        true => label
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_string(),
        false => label,
    }
}

/// A whole number as a superscript: ⁻³.
pub(super) fn superscript(number: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    number
        .to_string()
        .chars()
        .map(|c| c.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers_have_three_digits() {
        let shown = [0.0, 2.70, 0.02161, -1234.5, 6.06e-9].map(short);
        assert_eq!(shown, ["0", "2.7", "0.0216", "−1230", "6.06×10⁻⁹"]);
    }
}
