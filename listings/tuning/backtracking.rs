//! Backtracking line search: try a rate, and shrink it until the loss falls
//! enough.

use crate::number::said;
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};

type Point = [f64; 2];

const START: Point = [1.0, 1.0];
const STEPS: usize = 40;

/// The loss ½(x² + κy²).
#[derive(Clone, Copy)]
struct Valley {
    condition_number: f64,
}

impl Valley {
    fn loss(&self, [x, y]: Point) -> f64 {
        0.5 * (x * x + self.condition_number * y * y)
    }

    fn gradient(&self, [x, y]: Point) -> Point {
        [x, self.condition_number * y]
    }
}

fn step(w: Point, learning_rate: f64, g: Point) -> Point {
    [w[0] - learning_rate * g[0], w[1] - learning_rate * g[1]]
}

fn length_squared(g: Point) -> f64 {
    g[0] * g[0] + g[1] * g[1]
}

// ANCHOR: backtrack
/// The part of the fall promised by the slope that a step has to deliver.
const ENOUGH: f64 = 0.1;

/// The first of `first_rate`, `shrink` times it, and so on, at which the loss
/// falls enough.
fn backtrack(valley: &Valley, w: Point, first_rate: f64, shrink: f64) -> f64 {
    let g = valley.gradient(w);
    let promised = |rate: f64| rate * length_squared(g);
    let mut rate = first_rate;
    while valley.loss(step(w, rate, g))
        > valley.loss(w) - ENOUGH * promised(rate)
    {
        rate *= shrink;
    }
    rate
}

/// The path from the start, and the rate of each step.
fn descend(
    valley: &Valley,
    rate_at: impl Fn(Point) -> f64,
) -> (Vec<Point>, Vec<f64>) {
    let (mut path, mut rates) = (vec![START], Vec::new());
    for k in 0..STEPS {
        rates.push(rate_at(path[k]));
        path.push(step(path[k], rates[k], valley.gradient(path[k])));
    }
    (path, rates)
}
// ANCHOR_END: backtrack

/// The path at the fixed rate that leaves least after the last step, of a fine
/// grid below the limit.
fn best_fixed(valley: &Valley, limit: f64) -> Vec<Point> {
    let rates = (400..800).map(|i| limit * f64::from(i) / 800.0);
    let paths = rates.map(|rate| descend(valley, |_| rate).0);
    let end = |path: &Vec<Point>| valley.loss(path[STEPS]);
    let least = paths.min_by(|a, b| end(a).total_cmp(&end(b)));
    least.expect("there are rates")
}

/// At how many of the steps the search accepts a rate above the limit of a
/// fixed one, trying 1 first.
fn above_in_the_first_valley(shrink: f64) -> usize {
    let valley = Valley {
        condition_number: 30.0,
    };
    let (_, rates) = descend(&valley, |w| backtrack(&valley, w, 1.0, shrink));
    rates.iter().filter(|rate| **rate > 2.0 / 30.0).count()
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let condition_number =
        cell.log_knob("condition_number", 30.0, 2.0..=100.0)?;
    let first_rate = cell.log_knob("first_rate", 1.0, 0.01..=10.0)?;
    let shrink = cell.knob("shrink", 0.5, 0.1..=0.9)?;

    let valley = Valley { condition_number };
    let (searched, rates) =
        descend(&valley, |w| backtrack(&valley, w, first_rate, shrink));
    let limit = 2.0 / condition_number;
    let fixed = best_fixed(&valley, limit);
    let promise = first_rate.min(shrink * (1.0 - ENOUGH) * limit);
    let above = rates.iter().filter(|rate| **rate > limit).count();
    let largest = rates.iter().copied().fold(0.0, f64::max);
    let smallest = rates.iter().copied().fold(f64::INFINITY, f64::min);
    writeln!(cell, "rates from {smallest:.4} to {largest:.4}");
    writeln!(cell, "at least         {promise:.4}");
    writeln!(
        cell,
        "a fixed rate's limit {limit:.4}: {above} of {STEPS} above"
    );
    let left = |path: &[Point]| valley.loss(path[STEPS]) / valley.loss(START);
    writeln!(cell, "loss left: {:.2e} searched", left(&searched));
    writeln!(cell, "           {:.2e} best fixed rate", left(&fixed));
    cell.value("enough", ENOUGH, Format::Exact);
    cell.value("limit", limit, Format::Significant(2));
    cell.value("promise", promise, Format::Significant(2));
    cell.value("largest", largest, Format::Significant(2));
    cell.value("smallest", smallest, Format::Significant(2));
    cell.count("above", above);
    cell.count("by_halves", above_in_the_first_valley(0.5));
    cell.count("by_six_tenths", above_in_the_first_valley(0.6));
    cell.value("searched", left(&searched), Format::Scientific(2));
    cell.value("fixed", left(&fixed), Format::Scientific(2));
    cell.count("steps", STEPS);
    let alt = format!(
        "Left, the accepted rate of each step, between {smallest:.3} and \
         {largest:.3}; {above} of {STEPS} are above the fixed limit \
         {limit:.3}. Right, the loss left: {} searched, {} at the best \
         fixed rate.",
        said(left(&searched), 2),
        said(left(&fixed), 2)
    );
    let losses = |path: &[Point]| -> Vec<f64> {
        let left = |w: &Point| valley.loss(*w) / valley.loss(START);
        path.iter().map(left).collect()
    };
    let accepted = Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::log("accepted rate").range(1e-3..=10.0),
    )
    .level("2/λmax", limit)
    .level("promised", promise)
    .points("", by_step(&rates), Style::Ink);
    let falls = Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::log("loss left").range(1e-6..=1.0),
    )
    .line("fixed", by_step(&losses(&fixed)), Style::Muted)
    .line("searched", by_step(&losses(&searched)), Style::Ink);
    cell.chart(alt, [accepted, falls]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    struct Search {
        kappa: f64,
        first_rate: f64,
        shrink: f64,
        path: Vec<Point>,
        rates: Vec<f64>,
    }

    /// Searches in many valleys, with many first rates and shrinks, over the
    /// whole range of the knobs.
    fn searches() -> Vec<Search> {
        let mut all = Vec::new();
        for kappa in [2.0, 7.0, 30.0, 55.0, 100.0] {
            let valley = Valley {
                condition_number: kappa,
            };
            for first_rate in [0.01, 0.1, 0.3, 1.0, 10.0] {
                for shrink in [0.1, 0.3, 0.5, 0.6, 0.9] {
                    let (path, rates) = descend(&valley, |w| {
                        backtrack(&valley, w, first_rate, shrink)
                    });
                    assert_eq!((path.len(), rates.len()), (41, 40));
                    all.push(Search {
                        kappa,
                        first_rate,
                        shrink,
                        path,
                        rates,
                    });
                }
            }
        }
        all
    }

    /// Red if `valley.loss(w) - ENOUGH * promised(rate)` were
    /// `valley.loss(w) + ENOUGH * promised(rate)`: the loss might rise.
    #[test]
    fn every_step_lowers_the_loss_whatever_the_first_rate() {
        for Search {
            kappa, path, rates, ..
        } in searches()
        {
            let loss = |w: Point| w[0] * w[0] / 2.0 + kappa * w[1] * w[1] / 2.0;
            for (pair, rate) in path.windows(2).zip(rates) {
                let slope = pair[0][0].powi(2) + (kappa * pair[0][1]).powi(2);
                let fall = loss(pair[0]) - loss(pair[1]);
                assert!(fall >= 0.1 * rate * slope * (1.0 - 1e-9));
                // A promise of more than nothing.
                assert!(rate > 0.0);
            }
        }
    }

    /// Red if `rate *= shrink` were `rate *= shrink * shrink`: it would shrink
    /// past rates that do.
    #[test]
    fn no_accepted_rate_is_below_the_promise() {
        let mut nearest = f64::INFINITY;
        for Search {
            kappa,
            first_rate,
            shrink,
            rates,
            ..
        } in searches()
        {
            let promise = f64::min(first_rate, shrink * 2.0 * 0.9 / kappa);
            let settings: [(&str, &dyn std::fmt::Display); 3] = [
                ("condition_number", &kappa),
                ("first_rate", &first_rate),
                ("shrink", &shrink),
            ];
            let printed = at(run, &settings)["promise"];
            assert_relative_eq!(printed, promise, max_relative = 1e-12);
            for rate in rates {
                assert!(rate >= promise * (1.0 - 1e-9));
                nearest = nearest.min(rate / promise);
            }
        }
        assert!(nearest < 1.1, "and the promise is not idle: {nearest}");
    }

    /// Along the gradient the loss is a parabola; it falls enough exactly up to
    /// 2(1 − c) over its curvature there.
    ///
    /// Red if `const ENOUGH: f64 = 0.1` were `const ENOUGH: f64 = 0.3`: a
    /// larger part is asked for.
    #[test]
    fn it_takes_the_first_rate_below_a_bound_set_by_the_curvature_there() {
        let mut below_first = 0;
        for Search {
            kappa,
            first_rate,
            shrink,
            path,
            rates,
        } in searches()
        {
            for (w, rate) in path.iter().zip(rates) {
                let (g_x, g_y) = (w[0], kappa * w[1]);
                if g_x.abs().max(g_y.abs()) < 1e-100 {
                    continue; // It has arrived: squares are no numbers.
                }
                let curvature =
                    (g_x * g_x + kappa * g_y * g_y) / (g_x * g_x + g_y * g_y);
                let bound = 2.0 * 0.9 / curvature;
                assert!(rate <= bound * (1.0 + 1e-6));
                let before = rate / shrink;
                assert!(rate == first_rate || before >= bound * (1.0 - 1e-6));
                below_first += usize::from(rate < first_rate);
            }
        }
        assert!(below_first > 1000, "{below_first}");
    }

    /// Red if `rate > 2.0 / 30.0` were `rate > 1.0 / 30.0`: half of the limit.
    #[test]
    fn it_takes_a_few_rates_above_the_limit_by_halves_and_most_by_six_tenths() {
        let outputs = at(run, &[]);
        assert_eq!(outputs["by_halves"], outputs["above"]);
        assert!((1.0..=5.0).contains(&outputs["by_halves"]));
        let by_six_tenths = at(run, &[("shrink", &0.6)])["above"];
        assert_eq!(outputs["by_six_tenths"], by_six_tenths);
        assert!(by_six_tenths > 20.0);
        // Counted anew, by a parabola along each gradient.
        for (shrink, name) in [(0.5, "by_halves"), (0.6, "by_six_tenths")] {
            let (mut w, mut above) = ([1.0f64, 1.0f64], 0);
            for _ in 0..40 {
                let g = [w[0], 30.0 * w[1]];
                let squares = g[0] * g[0] + g[1] * g[1];
                let bend = g[0] * g[0] + 30.0 * g[1] * g[1];
                let bound = 1.8 * squares / bend;
                let mut rate = 1.0;
                while rate > bound {
                    rate *= shrink;
                }
                let is_above = rate > 2.0 / 30.0;
                // By halves: where the steep part of the gradient is smaller
                // than the flat one.
                let is_flat = g[1].abs() < 0.93 * g[0].abs();
                assert!(shrink != 0.5 || is_above == is_flat);
                above += usize::from(is_above);
                w = [w[0] - rate * g[0], w[1] - rate * g[1]];
            }
            assert_eq!(outputs[name], above as f64);
        }
    }

    /// The closed form of both directions, on a grid a hundred times finer, for
    /// condition numbers over the range of the knob.
    ///
    /// Red if `let rates = (400..800)` were `let rates = (400..720)`: the best
    /// is not among them.
    #[test]
    fn as_the_page_opens_it_ends_a_little_lower_than_the_best_fixed_rate() {
        for kappa in [2.0, 5.0, 30.0, 100.0] {
            let outputs = at(run, &[("condition_number", &kappa)]);
            let left = |rate: f64| {
                let steep = kappa * (1.0 - kappa * rate).powi(80);
                ((1.0 - rate).powi(80) + steep) / (1.0 + kappa)
            };
            let rates = (1..80_000).map(|i| 2.0 / kappa * f64::from(i) / 8e4);
            let least = rates.map(left).fold(1.0, f64::min);
            assert_relative_eq!(
                outputs["fixed"],
                least,
                epsilon = 0.0,
                max_relative = 0.005
            );
        }
        let outputs = at(run, &[]);
        let part = outputs["searched"] / outputs["fixed"];
        assert!(part < 0.95 && part > 0.75, "{part}");
        assert!(outputs["smallest"] < outputs["limit"]);
        assert!(outputs["limit"] < outputs["largest"]);
        assert_relative_eq!(outputs["limit"], 2.0 / 30.0, max_relative = 1e-12);
    }

    /// Red if `backtrack(&valley, w, kept.get(), 0.5)` were
    /// `backtrack(&valley, w, 1.0, 0.5)`: every rate taken anew.
    #[test]
    fn a_rate_kept_from_step_to_step_can_only_fall_and_ends_higher() {
        let valley = Valley {
            condition_number: 30.0,
        };
        let kept = std::cell::Cell::new(1.0);
        let (slow, falling) = descend(&valley, |w| {
            kept.set(backtrack(&valley, w, kept.get(), 0.5));
            kept.get()
        });
        kept.set(1.0);
        let (fast, rates) =
            descend(&valley, |w| backtrack(&valley, w, 1.0, 0.5));
        assert!(falling.windows(2).all(|pair| pair[1] <= pair[0]));
        assert!(rates.windows(2).any(|pair| pair[1] > pair[0]));
        let left = |path: &[Point]| valley.loss(path[STEPS]);
        assert!(left(&slow) > 10.0 * left(&fast));
    }
}
