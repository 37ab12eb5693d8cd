//! The cell: where a listing finds its knobs and leaves what it made.

use crate::{Chart, Format, Kind, Knob, Outputs, Result, Run, Value};
use anyhow::{bail, ensure};
use std::fmt;
use std::ops::RangeInclusive;

/// Reads a number; none if the text is none.
pub type Read = fn(&str) -> Option<f64>;

/// What a listing is handed. It prints with `write!` and `writeln!`.
pub struct Cell {
    settings: Vec<(String, String)>,
    read: Read,
    outputs: Outputs,
    chart: Option<Chart>,
    left_twice: Option<String>,
}

/// Runs a listing at these settings (knob, value); knobs not named keep their
/// defaults.
///
/// # Errors
///
/// What the listing fails with; a setting that names no knob of the listing or
/// is out of range; a value or chart left twice; a chart that cannot be drawn.
pub fn run(listing: Run, settings: &[(&str, &str)]) -> Result<Outputs> {
    run_reading(listing, settings, |text| text.parse().ok())
}

/// The same with another reading of numbers: a browser has one, and that of the
/// standard library would be a tenth of a page's WebAssembly.
///
/// # Errors
///
/// Those of [`run`].
pub fn run_reading(listing: Run, settings: &[(&str, &str)], read: Read) -> Result<Outputs> {
    let mut cell = Cell {
        settings: settings
            .iter()
            .map(|(name, setting)| (name.to_string(), setting.to_string()))
            .collect(),
        read,
        outputs: Outputs::default(),
        chart: None,
        left_twice: None,
    };
    listing(&mut cell)?;
    cell.into_outputs()
}

impl Cell {
    /// A number between the ends of `range`, both included.
    ///
    /// # Errors
    ///
    /// If the reader's setting is no such number.
    pub fn knob(&mut self, name: &str, default: f64, range: RangeInclusive<f64>) -> Result<f64> {
        self.number(name, default, range, false)
    }

    /// A number whose slider moves by factors, as a learning rate wants it.
    ///
    /// # Errors
    ///
    /// If the reader's setting is no number in `range`.
    pub fn log_knob(
        &mut self,
        name: &str,
        default: f64,
        range: RangeInclusive<f64>,
    ) -> Result<f64> {
        self.number(name, default, range, true)
    }

    /// A whole number between the ends of `range`, both included.
    ///
    /// # Errors
    ///
    /// If the reader's setting is no such number.
    pub fn count_knob(
        &mut self,
        name: &str,
        default: usize,
        range: RangeInclusive<usize>,
    ) -> Result<usize> {
        let (min, max) = range.into_inner();
        let kind = Kind::Count { default, min, max };
        let (knob, setting) = self.ask(name, kind)?;
        knob.count(&setting)
    }

    /// One of several names.
    ///
    /// # Errors
    ///
    /// If the reader's setting is none of `options`.
    pub fn choice_knob(
        &mut self,
        name: &str,
        default: &str,
        options: &[&'static str],
    ) -> Result<&'static str> {
        let kind = Kind::Choice {
            default: default.to_string(),
            options: options.iter().map(|option| option.to_string()).collect(),
        };
        let (knob, setting) = self.ask(name, kind)?;
        Ok(options[knob.option(&setting)?])
    }

    /// Names a number for the sentences and formulas of the page.
    pub fn value(&mut self, name: &str, number: f64, format: Format) {
        let value = Value::new(number, format);
        if self
            .outputs
            .values
            .insert(name.to_string(), value)
            .is_some()
        {
            self.left_twice = Some(format!("value {name}"));
        }
    }

    /// Leaves the listing's figure.
    pub fn chart(&mut self, chart: Chart) {
        if self.chart.replace(chart).is_some() {
            self.left_twice = Some("a chart".to_string());
        }
    }

    fn number(
        &mut self,
        name: &str,
        default: f64,
        range: RangeInclusive<f64>,
        log: bool,
    ) -> Result<f64> {
        let (min, max) = range.into_inner();
        let kind = Kind::Number {
            default,
            min,
            max,
            log,
        };
        let (knob, setting) = self.ask(name, kind)?;
        knob.number(&setting, self.read)
    }

    /// Records the knob and finds its setting.
    fn ask(&mut self, name: &str, kind: Kind) -> Result<(Knob, String)> {
        let knob = Knob {
            name: name.to_string(),
            kind,
        };
        ensure!(
            self.outputs.knobs.iter().all(|other| other.name != name),
            "the listing asks for knob {name} twice"
        );
        let set = self.settings.iter().position(|(set, _)| set == name);
        let setting = match set {
            Some(place) => self.settings.swap_remove(place).1,
            None => knob.default_setting(),
        };
        self.outputs.knobs.push(knob.clone());
        Ok((knob, setting))
    }

    fn into_outputs(self) -> Result<Outputs> {
        let mut outputs = self.outputs;
        if let Some((name, _)) = self.settings.first() {
            let names: Vec<_> = outputs.knobs.iter().map(|knob| &*knob.name).collect();
            match names.as_slice() {
                [] => bail!("no knob {name}: this listing has none"),
                names => bail!("no knob {name}; it has {}", names.join(", ")),
            }
        }
        if let Some(twice) = self.left_twice {
            bail!("the listing leaves {twice} twice");
        }
        outputs.figure = self.chart.map(|chart| chart.draw()).transpose()?;
        Ok(outputs)
    }
}

impl fmt::Write for Cell {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.outputs.text.write_str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn doubles(cell: &mut Cell) -> Result<()> {
        let x = cell.knob("x", 2.0, 0.0..=3.0)?;
        let times = cell.count_knob("times", 1, 1..=4)?;
        let sign = cell.choice_knob("sign", "plus", &["plus", "minus"])?;
        let doubled = (0..times).fold(x, |x, _| 2.0 * x);
        let doubled = if sign == "minus" { -doubled } else { doubled };
        writeln!(cell, "{doubled}")?;
        cell.value("doubled", doubled, Format::Decimals(1));
        Ok(())
    }

    fn error(settings: &[(&str, &str)]) -> String {
        run(doubles, settings).unwrap_err().to_string()
    }

    #[test]
    fn knobs_have_defaults_and_can_be_set() {
        let outputs = run(doubles, &[]).unwrap();
        assert_eq!(outputs.text, "4\n");
        assert_eq!(outputs.number("doubled").unwrap(), 4.0);
        let settings = [("x", "3"), ("times", "2"), ("sign", "minus")];
        let outputs = run(doubles, &settings).unwrap();
        assert_eq!(outputs.values["doubled"].text, "−12.0");
    }

    #[test]
    fn a_setting_that_is_refused_is_told_the_range_or_the_names() {
        let out_of_range = "knob x: 3.5 is out of range; it takes 0 to 3";
        assert_eq!(error(&[("x", "3.5")]), out_of_range);
        assert_eq!(
            error(&[("x", "NaN")]),
            "knob x: NaN is out of range; it takes 0 to 3"
        );
        assert_eq!(
            error(&[("x", "two")]),
            "knob x: two is not a number; it takes 0 to 3"
        );
        assert_eq!(
            error(&[("times", "1.5")]),
            "knob times: 1.5 is not a whole number; it takes 1 to 4, whole"
        );
        assert_eq!(
            error(&[("sign", "both")]),
            "knob sign: both is not offered; it takes plus, minus"
        );
        let unknown = "no knob y; it has x, times, sign";
        assert_eq!(error(&[("y", "1")]), unknown);
    }

    #[test]
    fn a_default_out_of_range_is_an_error_too() {
        let listing: Run = |cell| cell.knob("x", 9.0, 0.0..=1.0).map(drop);
        assert!(run(listing, &[]).is_err());
    }

    #[test]
    fn a_knob_value_or_chart_left_twice_is_an_error() {
        let twice: Run = |cell| {
            cell.value("a", 1.0, Format::Decimals(0));
            cell.value("a", 2.0, Format::Decimals(0));
            Ok(())
        };
        let error = run(twice, &[]).unwrap_err().to_string();
        assert_eq!(error, "the listing leaves value a twice");
        let asked_twice: Run = |cell| {
            cell.knob("x", 1.0, 0.0..=1.0)?;
            cell.knob("x", 1.0, 0.0..=1.0).map(drop)
        };
        assert!(run(asked_twice, &[]).is_err());
    }
}
