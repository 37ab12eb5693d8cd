//! Axes, and their scales: from the units of an axis to the unit interval and
//! back.

use crate::Result;
use anyhow::{bail, ensure};
use std::ops::RangeInclusive;

/// An axis: what it measures, its scale, its ends.
#[derive(Clone, Debug)]
pub struct Axis {
    pub(super) label: String,
    log: bool,
    /// With the ends that the listing gives, if it does.
    pub(super) scale: Option<Scale>,
}

impl Axis {
    /// An axis on which equal distances are equal differences.
    pub fn linear(label: &str) -> Axis {
        Axis {
            label: label.to_string(),
            log: false,
            scale: None,
        }
    }

    /// An axis on which equal distances are equal factors.
    pub fn log(label: &str) -> Axis {
        Axis {
            log: true,
            ..Axis::linear(label)
        }
    }

    /// The same axis with its ends fixed; curves are cut there.
    pub fn range(mut self, range: RangeInclusive<f64>) -> Axis {
        let (log, (low, high)) = (self.log, range.into_inner());
        self.scale = Some(Scale { log, low, high });
        self
    }

    /// Numbers from one end to the other, equally far apart as they are drawn;
    /// none on an axis without a range.
    pub(super) fn grid(&self) -> impl Iterator<Item = f64> + use<> {
        let along = |scale: Scale| {
            (0..=INTERVALS).map(move |place| match f64::from(place) / f64::from(INTERVALS) {
                // The end as it was given, to the last bit.
                1.0 => scale.high,
                part if scale.log => scale.value(part),
                part => scale.low + (scale.high - scale.low) * part,
            })
        };
        self.scale.into_iter().flat_map(along)
    }
}

/// Between the points at which a function is drawn there is less than three
/// pixels.
const INTERVALS: u32 = 240;
/// The part of its length by which an axis is longer than its data, at each end.
const PADDING: f64 = 0.04;
/// How far from an end of the axis a value counts as the end itself: rounding
/// must not mark a curve as leaving that stops there.
const SNAP: f64 = 1e-9;
/// Further out than this, values are all the same to a picture, and arithmetic
/// with them cannot overflow.
const FAR: f64 = 1e100;

/// The scale of an axis, with its ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub log: bool,
    pub low: f64,
    pub high: f64,
}

impl Scale {
    /// The scale with the ends that the axis gives, or else those of `data`.
    ///
    /// # Errors
    ///
    /// If the ends given are no range, or there are neither ends nor data.
    pub fn new(axis: &Axis, data: impl Iterator<Item = f64>) -> Result<Scale> {
        if let Some(scale) = axis.scale {
            scale.check()?;
            return Ok(scale);
        }
        let shown = |value: &f64| value.is_finite() && (!axis.log || *value > 0.0);
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        let (low, high) = data
            .filter(shown)
            .fold(ends, |(low, high), value| (low.min(value), high.max(value)));
        ensure!(low <= high, "nothing to draw, no finite point");
        Ok(if axis.log {
            Scale::padded_log(low, high)
        } else {
            Scale::padded_linear(low, high)
        })
    }

    fn check(&self) -> Result<()> {
        let Scale { log, low, high } = *self;
        let why = if !low.is_finite() || !high.is_finite() {
            "is not finite; give two numbers"
        } else if low == high {
            "is empty; its ends must differ"
        } else if low > high {
            "is reversed; the lower end comes first"
        } else if log && low <= 0.0 {
            "does not suit a log axis, where all values are above zero"
        } else {
            return Ok(());
        };
        bail!("the range {low} to {high} {why}")
    }

    /// Data that are all equal stand in the middle of their axis.
    fn padded_linear(low: f64, high: f64) -> Scale {
        let apart = high - low > 1e-12 * low.abs().max(high.abs());
        let padding = match (apart, low == 0.0) {
            (true, _) => PADDING * high - PADDING * low,
            (false, true) => 1.0,
            (false, false) => low.abs() / 2.0,
        };
        // An axis begins at zero rather than a little below.
        let least = if apart && low >= 0.0 { 0.0 } else { f64::MIN };
        let most = if apart && high <= 0.0 { 0.0 } else { f64::MAX };
        Scale {
            log: false,
            low: (low - padding).max(least),
            high: (high + padding).min(most),
        }
    }

    fn padded_log(low: f64, high: f64) -> Scale {
        let factor = if high / low > 1.0 + 1e-12 {
            libm::pow((high / low).min(f64::MAX), PADDING)
        } else {
            2.0
        };
        Scale {
            log: true,
            low: (low / factor).max(f64::MIN_POSITIVE),
            high: (high * factor).min(f64::MAX),
        }
    }

    /// Where the value lies: 0 at the low end, 1 at the high end; none for a
    /// value that the scale does not have.
    pub fn unit(&self, value: f64) -> Option<f64> {
        if !value.is_finite() || (self.log && value <= 0.0) {
            return None;
        }
        let unit = if self.log {
            libm::log10(value / self.low) / libm::log10(self.high / self.low)
        } else {
            // Halves, because the difference of two finite numbers may not be.
            (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0)
        };
        let ends = [0.0, 1.0];
        let snapped = ends.into_iter().find(|end| (unit - end).abs() < SNAP);
        Some(snapped.unwrap_or(unit.clamp(-FAR, FAR)))
    }

    /// Where a value between the ends lies; none for any other.
    pub fn inside(&self, value: f64) -> Option<f64> {
        let unit = self.unit(value)?;
        (0.0..=1.0).contains(&unit).then_some(unit)
    }

    /// The value at a place of the unit interval.
    pub fn value(&self, unit: f64) -> f64 {
        match self.log {
            true => self.low * libm::pow(self.high / self.low, unit),
            false => self.low * (1.0 - unit) + self.high * unit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(axis: Axis) -> String {
        let scale = Scale::new(&axis, [1.0].into_iter());
        scale.unwrap_err().to_string()
    }

    fn auto(axis: Axis, data: &[f64]) -> Scale {
        Scale::new(&axis, data.iter().copied()).unwrap()
    }

    #[test]
    fn ends_that_are_no_range_are_refused() {
        let linear = || Axis::linear("w");
        assert_eq!(
            error(linear().range(1.0..=1.0)),
            "the range 1 to 1 is empty; its ends must differ"
        );
        assert_eq!(
            error(linear().range(2.0..=1.0)),
            "the range 2 to 1 is reversed; the lower end comes first"
        );
        assert_eq!(
            error(linear().range(0.0..=f64::NAN)),
            "the range 0 to NaN is not finite; give two numbers"
        );
        assert_eq!(
            error(Axis::log("w").range(0.0..=1.0)),
            "the range 0 to 1 does not suit a log axis, where all values are above zero"
        );
    }

    #[test]
    fn ends_are_found_from_the_data_that_can_be_shown() {
        let scale = auto(Axis::linear("w"), &[f64::NAN, 1.0, 3.0, f64::INFINITY]);
        assert!(scale.low < 1.0 && scale.low > 0.8, "{scale:?}");
        assert!(scale.high > 3.0 && scale.high < 3.2, "{scale:?}");
        let scale = auto(Axis::log("w"), &[-1.0, 0.0, 0.01, 100.0]);
        assert!(scale.low < 0.01 && scale.low > 0.005, "{scale:?}");
        assert!(scale.high > 100.0 && scale.high < 200.0, "{scale:?}");
        assert!(Scale::new(&Axis::log("w"), [-1.0, 0.0].into_iter()).is_err());
    }

    #[test]
    fn padding_does_not_take_an_axis_across_zero() {
        assert_eq!(auto(Axis::linear("loss"), &[0.0, 5.0]).low, 0.0);
        assert_eq!(auto(Axis::linear("loss"), &[-5.0, 0.0]).high, 0.0);
    }

    #[test]
    fn data_that_are_all_equal_stand_in_the_middle() {
        for value in [-3.0, 0.0, 1e-300, 7.0] {
            let unit = auto(Axis::linear("w"), &[value, value]).unit(value);
            assert!((unit.unwrap() - 0.5).abs() < 1e-12, "{value}");
        }
        let unit = auto(Axis::log("w"), &[7.0]).unit(7.0);
        assert!((unit.unwrap() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn equal_distances_are_differences_or_factors() {
        let linear = auto(Axis::linear("w").range(-1.0..=3.0), &[]);
        assert_eq!(linear.unit(0.0), Some(0.25));
        let log = auto(Axis::log("w").range(1e-2..=1e2), &[]);
        assert_eq!(log.unit(10.0), Some(0.75));
        assert_eq!(log.unit(0.0), None);
        for scale in [linear, log] {
            let value = scale.value(0.3);
            assert!((scale.unit(value).unwrap() - 0.3).abs() < 1e-12);
        }
    }

    #[test]
    fn rounding_does_not_put_a_value_beyond_the_end() {
        let scale = auto(Axis::linear("w").range(0.0..=0.3), &[]);
        assert_eq!(scale.unit(0.1 + 0.2), Some(1.0));
        let widest = auto(Axis::linear("w"), &[f64::MIN, f64::MAX]);
        assert_eq!(widest.unit(0.0), Some(0.5));
    }
}
