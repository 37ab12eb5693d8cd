//! Ticks: which values an axis names, and how.

use super::axis::Scale;
use crate::value::power_of_ten;

/// A named value of an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// Its place on the unit interval.
    pub at: f64,
    pub label: String,
}

/// At most `most` ticks at round values; at least two, if `most` is five or more.
pub(super) fn ticks(scale: &Scale, most: usize) -> Vec<Tick> {
    let ticks = if scale.log {
        log_ticks(scale, most)
    } else {
        linear_ticks(scale, most)
    };
    let tick = |(value, label)| {
        let at = scale.inside(value)?;
        Some(Tick { at, label })
    };
    ticks.into_iter().filter_map(tick).collect()
}

/// Multiples of 1, 2 or 5 times a power of ten.
fn linear_ticks(scale: &Scale, most: usize) -> Vec<(f64, String)> {
    let half = scale.high / 2.0 - scale.low / 2.0;
    let least = half / (most + 1) as f64 * 2.0;
    let exponent = libm::log10(least).floor() as i32;
    let mut spacing = Spacing { digit: 1, exponent };
    while spacing.size() < least || spacing.multiples(scale).count() > most {
        spacing = spacing.next();
    }
    let largest = scale.low.abs().max(scale.high.abs());
    let multiples = spacing.multiples(scale);
    multiples
        .map(|multiple| (multiple * spacing.size(), spacing.label(multiple, largest)))
        .collect()
}

/// Powers of ten; where fewer than two fall within the axis, also multiples of
/// these; where that does not do either, as on a linear axis.
fn log_ticks(scale: &Scale, most: usize) -> Vec<(f64, String)> {
    let decades = decades(scale, most);
    if decades.len() >= 2 {
        return decades;
    }
    let choices = [&[1, 2, 5][..], &[1, 3]].map(|digits| multiples(scale, digits));
    let suits = |ticks: &Vec<_>| (2..=most).contains(&ticks.len());
    let suited = choices.into_iter().find(suits);
    suited.unwrap_or_else(|| linear_ticks(scale, most))
}

/// These multiples of powers of ten.
fn multiples(scale: &Scale, digits: &[u8]) -> Vec<(f64, String)> {
    let first = libm::log10(scale.low).floor() as i32;
    let last = libm::log10(scale.high).ceil() as i32;
    let mut ticks = Vec::new();
    for exponent in first..=last {
        for &digit in digits {
            let spacing = Spacing { digit, exponent };
            let value = spacing.size();
            if scale.inside(value).is_some() {
                ticks.push((value, spacing.label(1.0, value)));
            }
        }
    }
    ticks
}

/// Every n-th power of ten, the smallest n for which there are few enough.
fn decades(scale: &Scale, most: usize) -> Vec<(f64, String)> {
    // A hair wider, because log10 of a power of ten may not be whole.
    let first = (libm::log10(scale.low) - 1e-9).ceil() as i32;
    let last = (libm::log10(scale.high) + 1e-9).floor() as i32;
    let every = |n: i32| (first..=last).filter(move |exponent| exponent.rem_euclid(n) == 0);
    let few = (1..).find(|n| every(*n).count() <= most).unwrap_or(1);
    let is_plain = first >= -3 && last <= 3;
    let decade = |exponent| {
        let value = 10f64.powi(exponent);
        let label = if is_plain {
            value.to_string()
        } else {
            power_of_ten(exponent)
        };
        (value, label)
    };
    every(few).map(decade).collect()
}

/// The distance between ticks: a digit times a power of ten.
#[derive(Clone, Copy, Debug)]
struct Spacing {
    digit: u8,
    exponent: i32,
}

impl Spacing {
    fn next(self) -> Spacing {
        let (digit, exponent) = match self.digit {
            1 => (2, self.exponent),
            2 => (5, self.exponent),
            _ => (1, self.exponent + 1),
        };
        Spacing { digit, exponent }
    }

    fn size(self) -> f64 {
        f64::from(self.digit) * 10f64.powi(self.exponent)
    }

    /// The whole numbers whose product with it lies on the scale.
    fn multiples(self, scale: &Scale) -> impl Iterator<Item = f64> {
        let first = (scale.low / self.size() - 1e-6).ceil();
        let last = (scale.high / self.size() + 1e-6).floor();
        let multiples = (0..).map(move |count| first + f64::from(count));
        multiples.take_while(move |&multiple| multiple <= last)
    }

    /// A multiple of it with no more digits than it needs. Where the largest
    /// number on the axis is very large or all are very small, with that one's
    /// power of ten: 0.5×10⁶ beside 1.5×10⁶.
    fn label(self, multiple: f64, largest: f64) -> String {
        if multiple == 0.0 {
            return "0".to_string();
        }
        let is_plain = largest < 1e6 && self.exponent >= -5;
        let power = if is_plain {
            0
        } else {
            libm::log10(largest).floor() as i32
        };
        let decimals = (power - self.exponent).max(0) as usize;
        let number = multiple * f64::from(self.digit) * 10f64.powi(self.exponent - power);
        let label = format!("{number:.decimals$}").replace('-', "−");
        if is_plain {
            label
        } else {
            label + "×" + &power_of_ten(power)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(log: bool, low: f64, high: f64, most: usize) -> Vec<String> {
        let scale = Scale { log, low, high };
        let ticks = ticks(&scale, most).into_iter();
        ticks.map(|tick| tick.label).collect()
    }

    #[test]
    fn any_axis_has_from_two_to_the_most_ticks_in_order() {
        for (log, most, power) in [false, true]
            .into_iter()
            .flat_map(|log| (5..=7).map(move |most| (log, most)))
            .flat_map(|(log, most)| (-12..12).map(move |power| (log, most, power)))
        {
            for step in 1..60 {
                let low = 10f64.powi(power) * (1.0 + f64::from(step) / 7.0);
                let high = low * 1.7f64.powi(step);
                let ticks = ticks(&Scale { log, low, high }, most);
                let context = format!("log {log}, {low} to {high}: {ticks:?}");
                assert!(
                    (2..=most).contains(&ticks.len()),
                    "at most {most}, {context}"
                );
                assert!(ticks.is_sorted_by(|a, b| a.at < b.at), "{context}");
                assert!(ticks.is_sorted_by(|a, b| a.label != b.label), "{context}");
            }
        }
    }

    #[test]
    fn ticks_stand_where_their_labels_say() {
        let scale = Scale {
            log: false,
            low: -0.3,
            high: 0.9,
        };
        for tick in ticks(&scale, 6) {
            let named: f64 = tick.label.replace('−', "-").parse().unwrap();
            assert!((scale.value(tick.at) - named).abs() < 1e-12, "{tick:?}");
        }
    }

    #[test]
    fn decades_are_thinned_and_written_as_powers() {
        assert_eq!(labels(true, 0.005, 20.0, 5), ["0.01", "0.1", "1", "10"]);
        assert_eq!(
            labels(true, 1e-4, 1.0, 5),
            ["10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰"]
        );
        assert_eq!(
            labels(true, 1e-16, 1.0, 4),
            ["10⁻¹⁵", "10⁻¹⁰", "10⁻⁵", "10⁰"]
        );
        assert_eq!(labels(true, 1.5, 12.0, 5), ["2", "5", "10"]);
    }

    #[test]
    fn linear_labels_have_the_digits_they_need() {
        assert_eq!(
            labels(false, -1.0, 1.0, 5),
            ["−1.0", "−0.5", "0", "0.5", "1.0"]
        );
        assert_eq!(labels(false, 0.0, 30.0, 4), ["0", "10", "20", "30"]);
        assert_eq!(labels(false, 0.0, 2e7, 3), ["0", "1×10⁷", "2×10⁷"]);
        assert_eq!(labels(false, 0.0, 2e-6, 5)[1], "0.5×10⁻⁶");
    }
}
