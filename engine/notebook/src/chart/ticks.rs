//! Ticks: which values an axis names, and how.

use super::scale::Scale;

/// A named value of an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// Its place on the unit interval.
    pub at: f64,
    pub label: String,
}

/// At most `most` ticks, at least two, at round values.
pub(super) fn ticks(scale: &Scale, most: usize) -> Vec<Tick> {
    let ticks = if scale.log {
        log_ticks(scale, most)
    } else {
        linear_ticks(scale, most)
    };
    ticks
        .into_iter()
        .filter_map(|(value, label)| {
            let at = scale.unit(value)?;
            (0.0..=1.0).contains(&at).then_some(Tick { at, label })
        })
        .collect()
}

/// Multiples of 1, 2 or 5 times a power of ten.
fn linear_ticks(scale: &Scale, most: usize) -> Vec<(f64, String)> {
    let mut step = Step::at_least((scale.high / 2.0 - scale.low / 2.0) / most as f64 * 2.0);
    while step.multiples(scale).count() > most {
        step = step.next();
    }
    let largest = scale.low.abs().max(scale.high.abs());
    step.multiples(scale)
        .map(|multiple| {
            let value = multiple * step.size();
            (value, step.label(multiple, largest))
        })
        .collect()
}

/// Powers of ten; where fewer than two fall within the axis, also twice and
/// five times these; where that is not enough, as on a linear axis.
fn log_ticks(scale: &Scale, most: usize) -> Vec<(f64, String)> {
    let decades = decades(scale, most);
    if decades.len() >= 2 {
        return decades;
    }
    let first = scale.low.log10().floor() as i32;
    let last = scale.high.log10().ceil() as i32;
    let round: Vec<_> = (first..=last)
        .flat_map(|exponent| [1, 2, 5].map(|digit| (digit, exponent)))
        .map(|(digit, exponent)| Step { digit, exponent })
        .filter(|step| scale.has(step.size()))
        .map(|step| (step.size(), step.label(1.0, step.size())))
        .collect();
    if (2..=most).contains(&round.len()) {
        return round;
    }
    linear_ticks(scale, most)
}

/// Every n-th power of ten, the smallest n for which there are few enough.
fn decades(scale: &Scale, most: usize) -> Vec<(f64, String)> {
    // A hair wider, because log10 of a power of ten may not be whole.
    let first = (scale.low.log10() - 1e-9).ceil() as i32;
    let last = (scale.high.log10() + 1e-9).floor() as i32;
    let count = |every: i32| last.div_euclid(every) + (-first).div_euclid(every) + 1;
    let every = (1..)
        .find(|&every| count(every) <= most as i32)
        .unwrap_or(1);
    let plain = first >= -3 && last <= 3;
    (first..=last)
        .filter(|exponent| exponent.rem_euclid(every) == 0)
        .map(|exponent| {
            let value = 10f64.powi(exponent);
            let label = if plain {
                value.to_string()
            } else {
                format!("10{}", superscript(exponent))
            };
            (value, label)
        })
        .collect()
}

/// The distance between ticks: a digit, 1, 2 or 5, times a power of ten.
#[derive(Clone, Copy, Debug)]
struct Step {
    digit: u8,
    exponent: i32,
}

impl Step {
    fn at_least(size: f64) -> Step {
        let exponent = size.log10().floor() as i32;
        let mut step = Step { digit: 1, exponent };
        while step.size() < size {
            step = step.next();
        }
        step
    }

    fn next(self) -> Step {
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

    fn size(self) -> f64 {
        f64::from(self.digit) * 10f64.powi(self.exponent)
    }

    /// The whole numbers whose product with the step lies on the scale.
    fn multiples(self, scale: &Scale) -> impl Iterator<Item = f64> {
        let first = (scale.low / self.size() - 1e-6).ceil();
        let last = (scale.high / self.size() + 1e-6).floor();
        (0..)
            .map(move |count| first + f64::from(count))
            .take_while(move |&multiple| multiple <= last)
    }

    /// A multiple of the step with no more digits than the step needs; very
    /// large and very small numbers with a power of ten.
    fn label(self, multiple: f64, largest: f64) -> String {
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
