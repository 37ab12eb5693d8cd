//! Scales: from the units of an axis to the unit interval and back.

use super::Axis;
use crate::Result;
use anyhow::{bail, ensure};

/// The part of its length by which an axis is longer than its data, at each end.
const PADDING: f64 = 0.04;
/// How far from an end of the axis a value counts as the end itself: rounding
/// must not mark a curve as leaving that stops there.
const SNAP: f64 = 1e-9;
/// Further out than this, values are all the same to a picture, and arithmetic
/// with them cannot overflow.
const FAR: f64 = 1e100;

/// An axis with its ends known.
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
        if let Some((low, high)) = axis.range {
            check(low, high, axis.log)?;
            return Ok(Scale {
                log: axis.log,
                low,
                high,
            });
        }
        let shown = |value: &f64| value.is_finite() && (!axis.log || *value > 0.0);
        let ends = data.filter(shown).fold(None, |ends, value| match ends {
            None => Some((value, value)),
            Some((low, high)) => Some((value.min(low), value.max(high))),
        });
        let Some((low, high)) = ends else {
            bail!("nothing to draw: no finite point");
        };
        Ok(if axis.log {
            padded_log(low, high)
        } else {
            padded_linear(low, high)
        })
    }

    /// Where the value lies: 0 at the low end, 1 at the high end; none for a
    /// value that the scale does not have.
    pub fn unit(&self, value: f64) -> Option<f64> {
        if !value.is_finite() || (self.log && value <= 0.0) {
            return None;
        }
        let unit = if self.log {
            (value / self.low).log10() / (self.high / self.low).log10()
        } else {
            // Halves, because the difference of two finite numbers may not be.
            (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0)
        };
        let ends = [0.0, 1.0];
        let snapped = ends.into_iter().find(|end| (unit - end).abs() < SNAP);
        Some(snapped.unwrap_or(unit.clamp(-FAR, FAR)))
    }

    /// The value at a place of the unit interval.
    pub fn value(&self, unit: f64) -> f64 {
        if self.log {
            self.low * (self.high / self.low).powf(unit)
        } else {
            self.low * (1.0 - unit) + self.high * unit
        }
    }

    /// Whether the value lies between the ends.
    pub fn has(&self, value: f64) -> bool {
        self.unit(value)
            .is_some_and(|unit| (0.0..=1.0).contains(&unit))
    }
}

fn check(low: f64, high: f64, log: bool) -> Result<()> {
    let range = format!("the range {low} to {high}");
    ensure!(
        low.is_finite() && high.is_finite(),
        "{range} is not finite; give two numbers"
    );
    ensure!(low != high, "{range} is empty; its ends must differ");
    ensure!(low < high, "{range} is reversed; the lower end comes first");
    ensure!(
        !log || low > 0.0,
        "{range} does not suit a log axis, where all values are above zero"
    );
    Ok(())
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
    let below = if low >= 0.0 && low < padding && apart {
        0.0
    } else {
        low - padding
    };
    let above = if high <= 0.0 && -high < padding && apart {
        0.0
    } else {
        high + padding
    };
    Scale {
        log: false,
        low: below.max(f64::MIN),
        high: above.min(f64::MAX),
    }
}

fn padded_log(low: f64, high: f64) -> Scale {
    let factor = if high / low > 1.0 + 1e-12 {
        (high / low).min(f64::MAX).powf(PADDING)
    } else {
        2.0
    };
    Scale {
        log: true,
        low: (low / factor).max(f64::MIN_POSITIVE),
        high: (high * factor).min(f64::MAX),
    }
}
