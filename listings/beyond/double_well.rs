//! Descent between two valleys, at a learning rate and a start of your choice.

use crate::number::said;
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};

// ANCHOR: descent
fn loss(w: f64) -> f64 {
    (w * w - 1.0) * (w * w - 1.0) / 4.0
}

/// The weights of two thousand steps.
fn descend(learning_rate: f64, start: f64) -> Vec<f64> {
    let mut weights = vec![start];
    for k in 0..2000 {
        let w = weights[k];
        let gradient = w * w * w - w;
        weights.push(w - learning_rate * gradient);
    }
    weights
}
// ANCHOR_END: descent

/// The lowest and the highest of some weights.
fn ends(weights: &[f64]) -> (f64, f64) {
    let (low, high) = (f64::INFINITY, f64::NEG_INFINITY);
    let widen = |(low, high): (f64, f64), w: &f64| (low.min(*w), high.max(*w));
    weights.iter().fold((low, high), widen)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.knob("learning_rate", 1.1, 0.1..=2.0)?;
    let start = cell.knob("start", 0.5, -1.4..=1.4)?;

    let weights = descend(learning_rate, start);
    let (first, last) = (&weights[..=40], &weights[1985..]);
    writeln!(cell, "steps 1985 to 2000:");
    for row in last.chunks(8) {
        row.iter().for_each(|w| write!(cell, "{w:8.4}"));
        writeln!(cell);
    }
    let (low, high) = ends(last);
    // At the settings that the page asks about, whatever the knobs are.
    let (one, other) = ends(&descend(1.1, 0.5)[1985..]);
    cell.value("one", one, Format::Decimals(3));
    cell.value("other", other, Format::Decimals(3));
    let alt = format!(
        "Left, the weight over forty steps from {start} at the rate \
         {learning_rate}. Right, the loss with its two valleys and the weights \
         visited around step 2000, between {} and {}.",
        said(low, 3),
        said(high, 3)
    );
    let visited = last.iter().map(|w| (*w, loss(*w)));
    let history = Panel::new(
        Axis::linear("step k").range(0.0..=40.0),
        Axis::linear("weight w").range(-1.6..=1.6),
    )
    .path("", by_step(first), Style::Ink)
    .sets_y("start");
    let wells = Panel::new(
        Axis::linear("weight w").range(-1.6..=1.6),
        Axis::linear("loss L").range(0.0..=0.6),
    )
    .function("", loss, Style::Muted)
    .points("", visited, Style::Ink);
    cell.chart(alt, [history, wells]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use notebook::at;

    /// What is printed, four digits after the point of the last sixteen of two
    /// thousand weights, and the lowest and highest of these.
    fn last(learning_rate: f64, start: f64) -> (Vec<f64>, f64, f64) {
        let outputs =
            at(run, &[("learning_rate", &learning_rate), ("start", &start)]);
        let rows = outputs.text.lines().skip(1);
        let words = rows.flat_map(str::split_whitespace);
        let weights: Vec<f64> = words.map(|w| w.parse().unwrap()).collect();
        assert_eq!(weights.len(), 16);
        let (low, high) = ends(&descend(learning_rate, start)[1985..]);
        assert_abs_diff_eq!(ends(&weights).0, low, epsilon = 6e-5);
        assert_abs_diff_eq!(ends(&weights).1, high, epsilon = 6e-5);
        (weights, low, high)
    }

    #[test]
    fn descent_follows_the_slope_of_the_loss() {
        for w in [-1.3, -0.6, 0.2, 0.9, 1.4] {
            let slope = (loss(w + 1e-5) - loss(w - 1e-5)) / 2e-5;
            let step = w - descend(0.1, w)[1];
            assert_abs_diff_eq!(step, 0.1 * slope, epsilon = 1e-9);
        }
        assert_eq!((loss(-1.0), loss(0.0), loss(1.0)), (0.0, 0.25, 0.0));
    }

    /// Red if `w * w * w - w;` were `1.5 * (w * w * w - w);`: a gradient so
    /// much steeper, as of a loss one and a half times this one, settles below
    /// two thirds only.
    #[test]
    fn below_one_it_settles_in_a_valley_from_every_start() {
        for rate in [0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 0.99] {
            for i in -14..=14 {
                let start = f64::from(i) / 10.0;
                let (weights, low, high) = last(rate, start);
                // The hilltop alone holds what stands on it.
                let rest = if i == 0 { 0.0 } else { weights[0].signum() };
                let off = weights.iter().map(|w| (w - rest).abs());
                assert!(off.fold(0.0, f64::max) < 1e-4, "{rate} {start}");
                assert!(high - low < 1e-4);
            }
        }
        // Not so above: no longer a single marker.
        let (_, low, high) = last(1.02, 0.5);
        assert!(high - low > 0.1);
    }

    /// Red if `cell.knob("learning_rate", 1.1, 0.1..=2.0)?` were
    /// `1.05 * cell.knob("learning_rate", 1.1, 0.1..=2.0)?`: another rate than
    /// the one that the formulas are given.
    #[test]
    fn above_one_it_alternates_between_two_weights_known_exactly() {
        for rate in [1.02, 1.05, 1.1, 1.15, 1.2, 1.23] {
            for start in [0.5, -0.5, 0.1, 1.1, -1.3] {
                let (weights, low, high) = last(rate, start);
                let (v, w) = (weights[0], weights[1]);
                assert!((v - w).abs() > 0.1, "{v} {w}");
                assert_abs_diff_eq!(low * high, 1.0 / rate, epsilon = 1e-6);
                let squares = low * low + high * high;
                assert_abs_diff_eq!(squares, 1.0 + 1.0 / rate, epsilon = 1e-6);
                assert!(weights.chunks(2).all(|pair| pair == [v, w]));
            }
        }
        // Those of the page.
        let outputs = at(run, &[("learning_rate", &0.3)]);
        let (low, high) = (outputs["one"], outputs["other"]);
        assert_abs_diff_eq!(low * high, 1.0 / 1.1, epsilon = 1e-9);
        let squares = low * low + high * high;
        assert_abs_diff_eq!(squares, 1.0 + 1.0 / 1.1, epsilon = 1e-9);
        assert!(low < high);
    }

    /// A step from the border leads to the border on the other side.
    ///
    /// Red if `f64::from(i) / 10.0` were `f64::from(i) / 9.0`: rates above two.
    #[test]
    fn up_to_two_it_escapes_from_beyond_the_root_of_one_and_two_over_eta_only()
    {
        for i in 1..=20 {
            let rate = f64::from(i) / 10.0;
            let bound = (1.0 + 2.0 / rate).sqrt();
            for part in -200..=200 {
                let start = 0.9999 * bound * f64::from(part) / 200.0;
                let (low, high) = ends(&descend(rate, start));
                assert!(-bound < low && high < bound, "{rate} {start}");
            }
            for beyond in [1.001, 1.1, 2.0] {
                for start in [-beyond * bound, beyond * bound] {
                    let last = descend(rate, start)[2000];
                    assert!(!last.is_finite(), "{rate} {start}");
                }
            }
        }
    }
}
