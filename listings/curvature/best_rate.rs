//! By how much a step shortens the way to the minimum, at each learning rate,
//! in a bowl of five weights.

use crate::regime::Regime;
use ndarray::Array1;
use notebook::{Axis, Cell, Format, Panel, Result, Style};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use training::bowls::quadratic::Quadratic;

// ANCHOR: measure
/// The distance from the minimum after a step, divided by that before it, when
/// `steps` steps have been taken.
fn measured_factor(bowl: &Quadratic, learning_rate: f64, steps: usize) -> f64 {
    let mut weights = bowl.even_start();
    let mut factor = 0.0;
    for _ in 0..steps {
        step(bowl, &mut weights, learning_rate);
        factor = length(&weights);
        // Back to distance 1, so that no number becomes too large or small.
        weights /= factor;
    }
    factor
}

fn step(bowl: &Quadratic, weights: &mut Array1<f64>, learning_rate: f64) {
    let gradient = bowl.gradient(weights);
    weights.scaled_add(-learning_rate, &gradient);
}

/// The largest of the factors of all directions.
fn predicted_factor(curvatures: &Array1<f64>, learning_rate: f64) -> f64 {
    let factors = curvatures.iter().map(|l| (1.0 - learning_rate * l).abs());
    factors.fold(0.0, f64::max)
}
// ANCHOR_END: measure

fn length(vector: &Array1<f64>) -> f64 {
    vector.iter().map(|entry| entry * entry).sum::<f64>().sqrt()
}

const STEPS: usize = 200;

pub fn run(cell: &mut Cell) -> Result<()> {
    let condition_number =
        cell.log_knob("condition_number", 10.0, 2.0..=50.0)?;

    // Five curvatures up to 4, each the same factor above the one before.
    let root = condition_number.sqrt().sqrt();
    let curvatures = [4, 3, 2, 1, 0].map(|i| 4.0 / root.powi(i));
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let bowl = Quadratic::random(&curvatures, &mut rng);
    let (smallest, largest) = (curvatures[0], curvatures[4]);
    let limit = 2.0 / largest;
    let best = 2.0 / (smallest + largest);
    writeln!(cell, "  rate  measured  max |1 - eta lambda|");
    for rate in [0.25 * limit, 0.5 * limit, best, limit, 1.1 * limit] {
        let measured = measured_factor(&bowl, rate, STEPS);
        let predicted = predicted_factor(&bowl.curvatures, rate);
        writeln!(cell, "{rate:6.3} {measured:9.3} {predicted:9.3}");
    }
    cell.value("smallest", smallest, Format::Significant(2));
    cell.value("largest", largest, Format::Exact);
    cell.value("limit", limit, Format::Exact);
    cell.value("best", best, Format::Significant(3));
    let factor = predicted_factor(&bowl.curvatures, best);
    cell.value("best_factor", factor, Format::Significant(2));
    let alt = format!(
        "The size of the factor against the learning rate: a line for each of \
         five directions, down from 1, the steepest first at 0 and up again, \
         and measured points on the highest of them. That is lowest at a rate \
         of {best:.3}, with a factor of {factor:.2}, and passes 1 at {limit}.",
    );
    cell.chart(alt, [factors(&bowl, best, limit)]);
    Ok(())
}

fn factors(bowl: &Quadratic, best: f64, limit: f64) -> Panel {
    let axes = Panel::new(
        Axis::linear("learning rate η").range(0.0..=0.6),
        Axis::linear("size of the factor").range(0.0..=1.4),
    );
    let panel = bowl.curvatures.iter().fold(axes, |panel, curvature| {
        let size = |rate: f64| (1.0 - rate * curvature).abs();
        panel.function(format!("λ = {curvature:.2}"), size, Style::Muted)
    });
    // Each point looks as what the steepest direction does there.
    let rates = (1..=23).map(|i| f64::from(i) / 40.0);
    let panel = rates.fold(panel, |panel, rate| {
        let measured = (rate, measured_factor(bowl, rate, STEPS));
        panel.points("", [measured], Regime::of(2.0 * rate / limit).style())
    });
    panel
        .wall(format!("limit {limit}"), limit)
        .wall("", best)
        .note(format!("best {best:.3}"), (best, 1.2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;
    use proptest::prelude::*;

    const LONG: usize = 20_000;
    /// How far below the largest factor the measured one may lie. The start has
    /// 1/√n of its length in the slowest direction, so after k steps at least
    /// factor^k/√n of it is left. The measured factors never fall from step to
    /// step (H is symmetric), so the last is no less than their mean over all
    /// steps: factor × n^(−1/2k), and that is above factor × (1 − ln n / 2k).
    fn tolerance(weights: usize) -> f64 {
        (weights as f64).ln() / (2.0 * LONG as f64) + 1e-9
    }

    /// A bowl of 2 to 12 weights, with curvatures from 0.05 to 20.
    fn bowls() -> impl Strategy<Value = Quadratic> {
        let curvatures = prop::collection::vec(0.05..20.0, 2..=12);
        (curvatures, any::<u64>()).prop_map(|(curvatures, seed)| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            Quadratic::random(&curvatures, &mut rng)
        })
    }

    fn ends(bowl: &Quadratic) -> (f64, f64) {
        let curvatures = bowl.curvatures.iter();
        let smallest = curvatures.clone().copied().fold(f64::MAX, f64::min);
        (smallest, curvatures.copied().fold(0.0, f64::max))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// The weights after k steps, from a start of random parts, against
        /// the sum of the parts' powers.
        ///
        /// Red if `weights.scaled_add(-learning_rate` were
        /// `weights.scaled_add(learning_rate`: uphill.
        #[test]
        fn every_direction_has_its_own_factor(
            bowl in bowls(), part in 0.01..1.5,
            parts in prop::collection::vec(-1.0f64..1.0, 12), steps in 0..60,
        ) {
            let learning_rate = 2.0 * part / ends(&bowl).1;
            let parts = parts.into_iter().take(bowl.curvatures.len());
            let parts = Array1::from_iter(parts);
            let mut weights = bowl.directions.dot(&parts);
            for _ in 0..steps {
                step(&bowl, &mut weights, learning_rate);
            }
            let powers = bowl.curvatures.mapv(|curvature| {
                f64::powi(1.0 - learning_rate * curvature, steps)
            });
            let sum = bowl.directions.dot(&(powers * parts));
            let off = length(&(&weights - &sum));
            let largest = f64::max(2.0 * part - 1.0, 1.0).powi(steps);
            prop_assert!(off < 1e-11 * largest, "{off}");
            // On one eigenvector alone too.
            for (direction, curvature) in
                bowl.directions.columns().into_iter().zip(&bowl.curvatures)
            {
                let mut weights = direction.to_owned();
                step(&bowl, &mut weights, learning_rate);
                let factor = 1.0 - learning_rate * curvature;
                let off = length(&(weights - factor * &direction));
                prop_assert!(off < 1e-12, "{off}");
            }
        }

        /// As measured from an even start; and from a start of random parts the
        /// distance is multiplied by that factor, and lies in the directions
        /// whose factors are within a hundredth of it: 3,000 steps leave
        /// 0.99^3,000 of the others, at most a hundred times as large at first.
        ///
        /// Red if `weights.scaled_add(-learning_rate` were
        /// `weights.scaled_add(-0.5 * learning_rate`: half the rate has other
        /// factors.
        #[test]
        fn in_the_long_run_the_largest_factor_decides(
            bowl in bowls(), part in 0.01..1.5,
            parts in prop::collection::vec(0.01..1.0, 12),
        ) {
            let learning_rate = 2.0 * part / ends(&bowl).1;
            let factors = bowl.curvatures.mapv(|l| 1.0 - learning_rate * l);
            let largest = factors.fold(0.0, |a: f64, b: &f64| a.max(b.abs()));
            let measured = measured_factor(&bowl, learning_rate, LONG);
            let off = measured / largest - 1.0;
            let least = -tolerance(factors.len());
            prop_assert!(off > least && off < 1e-9, "{off}");

            let parts = parts.into_iter().take(factors.len());
            let parts = Array1::from_iter(parts);
            let mut weights = bowl.directions.dot(&parts);
            let mut multiplied = 0.0;
            for _ in 0..3_000 {
                weights /= length(&weights);
                step(&bowl, &mut weights, learning_rate);
                multiplied = length(&weights);
            }
            let ratio = multiplied / largest;
            prop_assert!((0.99..1.0 + 1e-9).contains(&ratio), "{ratio}");
            weights /= length(&weights);
            let in_directions = bowl.directions.t().dot(&weights);
            for (part, factor) in in_directions.iter().zip(&factors) {
                let is_small = factor.abs() < 0.99 * largest;
                prop_assert!(!is_small || part.abs() < 1e-10, "{part}");
            }
        }

        /// Red if `weights.scaled_add(-learning_rate` were
        /// `weights.scaled_add(-0.9 * learning_rate`: a higher rate would beat
        /// that one.
        #[test]
        fn no_rate_beats_two_over_the_sum_of_the_extremes(
            bowl in bowls(), part in 0.01..1.5
        ) {
            let (smallest, largest) = ends(&bowl);
            let best = 2.0 / (smallest + largest);
            let kappa = largest / smallest;
            let at_best = measured_factor(&bowl, best, LONG);
            let tolerance = tolerance(bowl.curvatures.len());
            let formula = (kappa - 1.0) / (kappa + 1.0);
            prop_assert!((at_best - formula).abs() < tolerance);
            let other = measured_factor(&bowl, part * 2.0 / largest, LONG);
            prop_assert!(other > at_best * (1.0 - tolerance));
        }

        /// Red if `weights.scaled_add(-learning_rate` were
        /// `weights.scaled_add(-1.01 * learning_rate`: a little below that,
        /// descent would diverge too.
        #[test]
        fn descent_diverges_above_two_over_the_largest_curvature_only(
            bowl in bowls(), part in 0.001..0.9999, excess in 1.001..5.0
        ) {
            let limit = 2.0 / ends(&bowl).1;
            let factor = |part| measured_factor(&bowl, part * limit, LONG);
            let below = [factor(part), factor(0.9999)];
            let above = [factor(1.001), factor(excess)];
            prop_assert!(below.iter().all(|f| *f < 1.0), "{below:?}");
            prop_assert!(above.iter().all(|f| *f > 1.0), "{above:?}");
        }
    }

    /// Red if `let best = 2.0 / (1.0 + kappa)` were
    /// `let best = 0.2 / (1.0 + kappa.sqrt())`: at another rate than the best
    /// the steps grow otherwise.
    #[test]
    fn ten_times_the_condition_number_takes_about_ten_times_the_steps() {
        let steps = |kappa: f64| {
            let mut rng = ChaCha8Rng::seed_from_u64(0);
            let bowl = Quadratic::random(&[1.0, kappa], &mut rng);
            let best = 2.0 / (1.0 + kappa);
            0.5f64.ln() / measured_factor(&bowl, best, LONG).ln()
        };
        for kappa in [10.0, 30.0, 100.0] {
            let ratio = steps(10.0 * kappa) / steps(kappa);
            assert_relative_eq!(ratio, 10.0, max_relative = 0.05);
        }
    }

    const CONDITION_NUMBERS: [f64; 6] = [2.0, 4.0, 10.0, 20.0, 35.0, 50.0];

    /// The five curvatures, by powers of the fourth root.
    fn five(kappa: f64) -> [f64; 5] {
        [1.0, 0.75, 0.5, 0.25, 0.0].map(|part| 4.0 / kappa.powf(part))
    }

    /// Red if `4.0 / root.powi(i)` were `4.0 / root.powi(i).sqrt()`: the
    /// curvatures would not have the condition number of the knob.
    #[test]
    fn the_best_factor_is_that_of_the_condition_number() {
        let mut last = (0.25, 0.0);
        for kappa in CONDITION_NUMBERS {
            let outputs = at(run, &[("condition_number", &kappa)]);
            let (best, factor) = (outputs["best"], outputs["best_factor"]);
            let formula = (kappa - 1.0) / (kappa + 1.0);
            assert_relative_eq!(factor, formula, max_relative = 1e-12);
            // No rate of a fine grid has a lower factor.
            let size = |rate: f64| {
                five(kappa)
                    .map(|l| (1.0 - rate * l).abs())
                    .into_iter()
                    .fold(0.0, f64::max)
            };
            let grid = (0..=6000).map(|i| size(f64::from(i) / 10_000.0));
            assert!(grid.fold(2.0, f64::min) > factor - 1e-12);
            assert_relative_eq!(size(best), factor, max_relative = 1e-12);
            // Above half the limit, nearer to it and to 1 at each larger κ.
            assert!(
                last.0 < best && best < outputs["limit"] && last.1 < factor
            );
            last = (best, factor);
        }
    }

    /// After 200 steps from an even start the measured factor is at most
    /// ln 5/400, 0.4 %, too small; the table rounds to 0.0005.
    ///
    /// Red if `measured_factor(&bowl, rate, STEPS)` were
    /// `measured_factor(&bowl, rate, 2)`: two steps are no long run.
    #[test]
    fn what_is_measured_agrees_with_the_curvatures_to_half_a_percent() {
        for kappa in CONDITION_NUMBERS {
            let text = at(run, &[("condition_number", &kappa)]).text;
            let rows = text.lines().skip(1).map(|line| {
                let cells =
                    line.split_whitespace().map(|cell| cell.parse().unwrap());
                Vec::<f64>::from_iter(cells)
            });
            let rows = Vec::from_iter(rows);
            assert_eq!(rows.len(), 5);
            let best = 2.0 / (4.0 + 4.0 / kappa);
            for (row, rate) in rows.iter().zip([0.125, 0.25, best, 0.5, 0.55]) {
                let factors = five(kappa).map(|l| (1.0 - rate * l).abs());
                let largest = factors.into_iter().fold(0.0, f64::max);
                assert!((row[0] - rate).abs() < 0.00051);
                assert!((row[2] - largest).abs() < 0.00051, "{kappa} {row:?}");
                let least = 0.995 * largest - 0.00051;
                assert!(
                    (least..largest + 0.00051).contains(&row[1]),
                    "{row:?}"
                );
            }
        }
    }
}
