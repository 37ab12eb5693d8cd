//! Knobs: the settings a reader may turn, each with a default and a range.

use crate::Result;
use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

/// A setting that a listing asks its cell for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Knob {
    /// Its name, in snake case: `learning_rate`.
    pub name: String,
    /// What it accepts, and its default.
    pub kind: Kind,
}

/// What a knob accepts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number between `min` and `max`, both included.
    Number {
        /// The value when the reader sets none.
        default: f64,
        /// The smallest value accepted.
        min: f64,
        /// The largest value accepted.
        max: f64,
        /// Whether a slider moves by factors rather than by differences.
        log: bool,
    },
    /// A whole number between `min` and `max`, both included.
    Count {
        /// The value when the reader sets none.
        default: usize,
        /// The smallest value accepted.
        min: usize,
        /// The largest value accepted.
        max: usize,
    },
    /// One of several names.
    Choice {
        /// The name when the reader picks none.
        default: String,
        /// All names, in the order in which they are offered.
        options: Vec<String>,
    },
    /// Any text; the listing says what it makes of it.
    Text {
        /// The text when the reader types none.
        default: String,
        /// Some texts, each with a name, in the order in which they are offered.
        examples: Vec<(String, String)>,
    },
}

/// A reader's setting of a knob.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The knob's name.
    pub knob: String,
    /// What was typed.
    pub text: String,
    /// The number that it is; none if it is no number.
    pub number: Option<f64>,
}

impl Setting {
    /// What was typed, with Rust's reading of numbers.
    pub fn new(knob: &str, text: &str) -> Setting {
        Setting {
            knob: knob.to_string(),
            text: text.to_string(),
            number: text.parse().ok(),
        }
    }
}

/// A slider for a count has hardly more positions than this.
const MOST: usize = 300;

impl Knob {
    /// The name as it is typed on a command line: `--learning-rate`.
    pub fn flag(&self) -> String {
        format!("--{}", self.name.replace('_', "-"))
    }

    /// The default, as a reader would type it.
    pub fn default_setting(&self) -> String {
        match &self.kind {
            Kind::Number { default, .. } => default.to_string(),
            Kind::Count { default, .. } => default.to_string(),
            Kind::Choice { default, .. } | Kind::Text { default, .. } => default.clone(),
        }
    }

    /// What the knob accepts, in words: `0.01 to 1.2`.
    pub fn range(&self) -> String {
        match &self.kind {
            Kind::Number { min, max, .. } => format!("{min} to {max}"),
            Kind::Count { min, max, .. } => format!("{min} to {max}, whole"),
            Kind::Choice { options, .. } => options.join(", "),
            Kind::Text { .. } => "a text".to_string(),
        }
    }

    /// Whether it accepts numbers.
    pub(crate) fn is_number(&self) -> bool {
        self.numbers().is_some()
    }

    /// The least and the greatest number that it accepts, and the default; none
    /// if it accepts names or texts.
    fn numbers(&self) -> Option<[f64; 3]> {
        match self.kind {
            Kind::Number {
                default, min, max, ..
            } => Some([min, max, default]),
            Kind::Count { default, min, max } => Some([min, max, default].map(|n| n as f64)),
            Kind::Choice { .. } | Kind::Text { .. } => None,
        }
    }

    fn accepts(&self, number: f64) -> bool {
        let numbers = self.numbers();
        numbers.is_some_and(|[min, max, _]| (min..=max).contains(&number))
    }

    /// An error if no reader could turn it: a range without room, a default
    /// outside.
    pub(crate) fn check(&self) -> Result<()> {
        if let Kind::Number { min, log: true, .. } = self.kind {
            ensure!(min > 0.0, "factors do not reach {min}; begin above 0");
        }
        let is_sound = match (&self.kind, self.numbers()) {
            (_, Some([min, max, default])) => min < max && max.is_finite() && self.accepts(default),
            (Kind::Choice { default, options }, _) => {
                options.len() > 1 && options.contains(default)
            }
            (Kind::Text { default, examples }, _) => {
                examples.iter().any(|(_, example)| example == default)
            }
            _ => false,
        };
        ensure!(
            is_sound,
            "a range needs two ends, the lower first, and a default between them; it has {}, \
             default {}",
            self.range(),
            self.default_setting()
        );
        Ok(())
    }

    /// The settings that a slider or a list offers, in order: both ends and the
    /// default among them, and between them numbers of few digits.
    pub fn positions(&self) -> Vec<String> {
        let mut numbers: Vec<f64> = match &self.kind {
            Kind::Number { min, max, log, .. } if *log => factors(*min, *max),
            Kind::Number { min, max, .. } => differences(*min, *max),
            Kind::Count { min, max, .. } => {
                let counts = (*min..=*max).step_by(1 + (max - min) / MOST);
                counts.map(|count| count as f64).collect()
            }
            Kind::Choice { options, .. } => return options.clone(),
            Kind::Text { examples, .. } => {
                return examples.iter().map(|(_, text)| text.clone()).collect();
            }
        };
        numbers.extend(self.numbers().into_iter().flatten());
        numbers.retain(|number| self.accepts(*number));
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        numbers.iter().map(f64::to_string).collect()
    }

    /// The setting as a number, or an error that states the range.
    pub(crate) fn number(&self, setting: &Setting) -> Result<f64> {
        let number = setting.number;
        let number = number.with_context(|| self.refusal(&setting.text, "is not a number"))?;
        ensure!(
            self.accepts(number),
            self.refusal(&setting.text, "is out of range")
        );
        Ok(number)
    }

    /// The setting as a whole number, or an error that states the range.
    pub(crate) fn count(&self, setting: &Setting) -> Result<usize> {
        let number = self.number(setting)?;
        ensure!(
            number.fract() == 0.0,
            self.refusal(&setting.text, "is not a whole number")
        );
        Ok(number as usize)
    }

    /// The place of the setting among the options, or an error that names them.
    pub(crate) fn option(&self, text: &str) -> Result<usize> {
        let place = match &self.kind {
            Kind::Choice { options, .. } => options.iter().position(|option| option == text),
            _ => None,
        };
        place.with_context(|| self.refusal(text, "is not offered"))
    }

    fn refusal(&self, text: &str, why: &str) -> String {
        format!(
            "knob {}: {text} {why}; it takes {}",
            self.name,
            self.range()
        )
    }
}

/// About a hundred multiples of a power of ten between the ends.
fn differences(min: f64, max: f64) -> Vec<f64> {
    let exponent = libm::log10((max - min) / 100.0).round() as i32;
    let multiple = |x: f64| x / 10f64.powi(exponent);
    let multiples = multiple(min).ceil() as i64..=multiple(max).floor() as i64;
    let number = |multiple| format!("{multiple}e{exponent}").parse().ok();
    multiples.filter_map(number).collect()
}

/// Twenty-four numbers a decade, each of two digits and near a power of one
/// factor.
fn factors(min: f64, max: f64) -> Vec<f64> {
    const A_DECADE: f64 = 24.0;
    let power = |x: f64| libm::log10(x) * A_DECADE;
    let powers = power(min).ceil() as i64..=power(max).floor() as i64;
    let number = |power| {
        format!("{:.1e}", libm::exp10(power as f64 / A_DECADE))
            .parse()
            .ok()
    };
    powers.filter_map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knob(default: f64, min: f64, max: f64, log: bool) -> Knob {
        Knob {
            name: "x".into(),
            kind: Kind::Number {
                default,
                min,
                max,
                log,
            },
        }
    }

    #[test]
    fn positions_hold_both_ends_and_the_default_and_are_all_accepted() {
        for (default, min, max, log) in [
            (0.9, 0.05, 1.2, false),
            (1.0, -1.5, 1.5, false),
            (1e-4, 1e-12, 1.0, true),
            (0.123, 0.01, 10.0, true),
            (500.0, 0.0, 3000.0, false),
        ] {
            let knob = knob(default, min, max, log);
            let positions = knob.positions();
            let numbers: Vec<f64> = positions
                .iter()
                .map(|p| knob.number(&Setting::new("x", p)).unwrap())
                .collect();
            assert!(numbers.is_sorted() && numbers.contains(&default));
            assert_eq!((numbers[0], numbers[numbers.len() - 1]), (min, max));
            assert!(
                (40..350).contains(&numbers.len()),
                "{} positions",
                numbers.len()
            );
        }
    }

    #[test]
    fn positions_are_numbers_of_few_digits() {
        for position in knob(0.9, 0.05, 1.2, false).positions() {
            assert!(position.len() <= 4, "{position}");
        }
        for position in knob(0.5, 0.01, 10.0, true).positions() {
            assert!(position.len() <= 5, "{position}");
        }
    }

    #[test]
    fn a_long_count_offers_some_hundred_numbers_its_ends_and_its_default() {
        for (min, max) in [(0, 12), (1, 300), (0, 1_000_000)] {
            let kind = Kind::Count {
                default: min + 7,
                min,
                max,
            };
            let name = "n".to_string();
            let positions = Knob { name, kind }.positions();
            let numbers: Vec<usize> = positions.iter().map(|p| p.parse().unwrap()).collect();
            assert!(numbers.is_sorted() && numbers.contains(&(min + 7)));
            assert_eq!((numbers[0], numbers[numbers.len() - 1]), (min, max));
            let most = 302.min(max - min + 1);
            assert!(
                (most / 2..=most).contains(&numbers.len()),
                "{}",
                numbers.len()
            );
        }
    }

    #[test]
    fn a_range_that_no_reader_could_turn_is_refused() {
        let refusal = |knob: Knob| knob.check().unwrap_err().to_string();
        let factors = refusal(knob(1.0, 0.0, 2.0, true));
        assert_eq!(factors, "factors do not reach 0; begin above 0");
        let one = refusal(knob(1.0, 1.0, 1.0, false));
        assert!(one.ends_with("it has 1 to 1, default 1"), "{one}");
        for (default, min, max) in [(3.0, 1.0, 2.0), (1.5, 2.0, 1.0), (0.0, 0.0, f64::INFINITY)] {
            refusal(knob(default, min, max, false));
        }
        let options = |names: &[&str]| Kind::Choice {
            default: "a".into(),
            options: names.iter().map(|name| name.to_string()).collect(),
        };
        for names in [&[][..], &["a"], &["b", "c"]] {
            let (name, kind) = ("x".into(), options(names));
            refusal(Knob { name, kind });
        }
        let kind = Kind::Text {
            default: "a".into(),
            examples: vec![("first".into(), "b".into())],
        };
        let text = refusal(Knob {
            name: "x".into(),
            kind,
        });
        assert!(text.ends_with("it has a text, default a"), "{text}");
        assert!(knob(1.0, 0.5, 2.0, true).check().is_ok());
    }
}
