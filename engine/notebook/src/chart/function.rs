//! Points from what they are points of: a function, a list by step.

use super::{Axis, Panel, Style};

/// Between the points at which a function is drawn there is less than three
/// pixels.
const INTERVALS: u32 = 240;

impl Panel {
    /// The curve of a function over the whole of the x axis, which needs a range.
    pub fn function(
        self,
        label: impl Into<String>,
        mut function: impl FnMut(f64) -> f64,
        style: Style,
    ) -> Panel {
        let points: Vec<_> = self.x.grid().map(|x| (x, function(x))).collect();
        self.line(label, points, style)
    }
}

impl Axis {
    /// Numbers from one end to the other, equally far apart as they are drawn;
    /// none on an axis without a range.
    fn grid(&self) -> impl Iterator<Item = f64> + use<> {
        let parts = (0..=INTERVALS).map(|i| f64::from(i) / f64::from(INTERVALS));
        let (range, log) = (self.range, self.log);
        let along = move |part: f64| {
            let (low, high) = range?;
            Some(match part {
                // The ends as they were given, to the last bit.
                0.0 => low,
                1.0 => high,
                _ if log => low * libm::pow(high / low, part),
                _ => low + (high - low) * part,
            })
        };
        parts.filter_map(along)
    }
}

/// The numbers with their steps, from 0: (0, first), (1, second), …
pub fn by_step<'a>(numbers: impl IntoIterator<Item = &'a f64>) -> impl Iterator<Item = (f64, f64)> {
    numbers
        .into_iter()
        .enumerate()
        .map(|(step, number)| (step as f64, *number))
}
