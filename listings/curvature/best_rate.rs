//! By how much a step shortens the way to the minimum, at each learning rate,
//! in a bowl of five weights.

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
        let gradient = bowl.gradient(&weights);
        weights.scaled_add(-learning_rate, &gradient);
        factor = length(&weights);
        // Back to distance 1, so that no number becomes too large or small.
        weights /= factor;
    }
    factor
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
        "The size of the factor against the learning rate: five straight lines \
         from 1 down to 0 and up again, and measured points on the highest of \
         them. The points are lowest at a rate of {best:.3}, with a factor of \
         {factor:.2}, and pass 1 at {limit}.",
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
        let size = |rate: f64| (rate, (1.0 - rate * curvature).abs());
        let corners = [0.0, 1.0 / curvature, 0.6].map(size);
        let corners = corners.into_iter().filter(|(rate, _)| *rate <= 0.6);
        panel.line(format!("λ = {curvature:.2}"), corners, Style::Muted)
    });
    let measured = |rates: std::ops::RangeInclusive<i32>| {
        let rates = rates.map(|i| f64::from(i) / 40.0);
        rates.map(|rate| (rate, measured_factor(bowl, rate, STEPS)))
    };
    panel
        .points("", measured(1..=19), Style::Green)
        .points("", measured(21..=23), Style::Vermilion)
        .wall(format!("limit {limit}"), limit)
        .wall(format!("best {best:.3}"), best)
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

        #[test]
        fn every_direction_has_its_own_factor(
            bowl in bowls(), part in 0.01..1.5
        ) {
            let learning_rate = 2.0 * part / ends(&bowl).1;
            let columns = bowl.directions.columns().into_iter();
            for (direction, curvature) in columns.zip(&bowl.curvatures) {
                let weights = direction.to_owned();
                let step = learning_rate * bowl.gradient(&weights);
                let factor = 1.0 - learning_rate * curvature;
                let off = length(&(&weights - step - factor * &weights));
                prop_assert!(off < 1e-12, "{off}");
            }
        }

        #[test]
        fn in_the_long_run_the_largest_factor_decides(
            bowl in bowls(), part in 0.01..1.5
        ) {
            let learning_rate = 2.0 * part / ends(&bowl).1;
            let factors = bowl.curvatures.mapv(|l| 1.0 - learning_rate * l);
            let largest = factors.fold(0.0, |a: f64, b: &f64| a.max(b.abs()));
            let measured = measured_factor(&bowl, learning_rate, LONG);
            let off = measured / largest - 1.0;
            let least = -tolerance(factors.len());
            prop_assert!(off > least && off < 1e-9, "{off}");
        }

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

        #[test]
        fn descent_diverges_above_two_over_the_largest_curvature_only(
            bowl in bowls()
        ) {
            let limit = 2.0 / ends(&bowl).1;
            let below = measured_factor(&bowl, limit * (1.0 - 1e-4), LONG);
            let above = measured_factor(&bowl, limit * (1.0 + 1e-4), LONG);
            prop_assert!(below < 1.0 && above > 1.0, "{below} {above}");
        }
    }

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

    #[test]
    fn the_best_factor_is_that_of_the_condition_number() {
        for kappa in [2.0, 10.0, 50.0] {
            let outputs = at(run, &[("condition_number", &kappa)]);
            let factor = outputs["best_factor"];
            let formula = (kappa - 1.0) / (kappa + 1.0);
            assert_relative_eq!(factor, formula, max_relative = 1e-12);
        }
    }
}
