//! Two examples of different curvature, one of them a step or both together.

use crate::number::said;
use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};

const STEPS: usize = 12;

// ANCHOR: unequal
/// Two points on the line wx at w = 0, of inputs 1 and 3: their losses ½(wx)²
/// have the curvatures x².
const CURVATURES: [f64; 2] = [1.0, 9.0];

/// The mean loss by step from w = 1, over all ways to draw one example a step.
fn one_a_step(learning_rate: f64) -> Vec<f64> {
    let mut weights = vec![1.0];
    let mut losses = vec![mean_loss(&weights)];
    for _ in 0..STEPS {
        // From each weight there are two ways on.
        let next = |w: &f64| CURVATURES.map(|c| w - learning_rate * c * w);
        weights = weights.iter().flat_map(next).collect();
        losses.push(mean_loss(&weights));
    }
    losses
}
// ANCHOR_END: unequal

/// The loss by step from w = 1, with both examples in every step.
fn both_a_step(learning_rate: f64) -> Vec<f64> {
    let lambda = mean(CURVATURES);
    let next = |w: &f64| Some(w - learning_rate * lambda * w);
    let weights = std::iter::successors(Some(1.0), next).take(STEPS + 1);
    weights.map(|w| mean_loss(&[w])).collect()
}

/// Of two curvatures, that of the mean of their losses.
fn mean(two: [f64; 2]) -> f64 {
    (two[0] + two[1]) / 2.0
}

/// The mean of ½λw².
fn mean_loss(weights: &[f64]) -> f64 {
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    0.5 * mean(CURVATURES) * squares / weights.len() as f64
}

/// The rate below which the mean loss falls with batches of this size, drawn
/// from examples of two curvatures: λ is their mean, V their variance.
fn limit(curvatures: [f64; 2], batch_size: f64) -> f64 {
    let lambda = mean(curvatures);
    let v = mean(curvatures.map(|c| (c - lambda) * (c - lambda)));
    2.0 * lambda / (lambda * lambda + v / batch_size)
}

/// The rate above which a typical run moves away: there (1 − η)(9η − 1) = 1, so
/// that a step of each kind leaves the weight as far out as it was.
fn typical_limit() -> f64 {
    let [flat, steep] = CURVATURES;
    let (sum, product) = (flat + steep, flat * steep);
    (sum - (sum * sum - 8.0 * product).sqrt()) / (2.0 * product)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.3, 0.02..=0.5)?;

    let both = both_a_step(learning_rate);
    let one = one_a_step(learning_rate);
    writeln!(cell, "step   both together   one a step");
    for k in [0, 1, 2, 4, 8, 12] {
        writeln!(cell, "{k:4} {:15.1e} {:12.1e}", both[k], one[k]);
    }
    let lambda = mean(CURVATURES);
    let factor = |curvature: f64| 1.0 - learning_rate * curvature;
    cell.value("flat_factor", factor(1.0), Format::Decimals(3));
    cell.value("steep_factor", factor(9.0), Format::Decimals(3));
    cell.value("both_factor", factor(lambda), Format::Decimals(3));
    cell.value("growth", one[1] / one[0], Format::Significant(3));
    cell.value("full_limit", 2.0 / lambda, Format::Exact);
    cell.value("limit", limit(CURVATURES, 1.0), Format::Significant(3));
    cell.value("typical_limit", typical_limit(), Format::Significant(3));
    let of_4 = limit(CURVATURES, 4.0);
    cell.value("limit_of_4", of_4, Format::Significant(3));
    let alt = format!(
        "The mean loss by step at a rate of {learning_rate}: with both \
         examples in each step from {} to {}, with one to {}.",
        both[0],
        said(both[STEPS], 2),
        said(one[STEPS], 2)
    );
    let style = Regime::of(learning_rate * lambda).style();
    let panel = Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::log("mean loss").range(1e-6..=1e6),
    )
    .path("both together", by_step(&both), style)
    .path("one a step", by_step(&one), Style::Ink);
    cell.chart(alt, [panel]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Red if `w - learning_rate * c * w` were `w - learning_rate * 5.0 * w`:
    /// each example would have the curvature of both.
    #[test]
    fn one_example_a_step_diverges_where_both_together_converge() {
        let printed = at(run, &[]).values["limit"].text.parse().unwrap();
        for rate in [printed, 0.25, 0.3, 0.35, 0.39] {
            let outputs = at(run, &[("learning_rate", &rate)]);
            assert!(outputs["limit"] < rate && rate < outputs["full_limit"]);
            let (both, one) = (both_a_step(rate), one_a_step(rate));
            assert_eq!((both.len(), one.len()), (13, 13));
            for k in 1..=12 {
                assert!(both[k] < both[k - 1] && one[k] > one[k - 1], "{rate}");
            }
        }
    }

    /// For several pairs of curvatures; the last four have one mean, and lie
    /// ever farther apart.
    ///
    /// Red if `v / batch_size` were `v`: a batch would be as good as one.
    #[test]
    fn the_limit_of_a_batch_is_lower_the_more_curvatures_differ() {
        // All batches of B draws, and the mean square of their factors.
        let growth = |[flat, steep]: [f64; 2], rate: f64, size: u32| {
            let batches = 0..1u32 << size;
            let factor = |batch: u32| {
                let part = f64::from(batch.count_ones()) / f64::from(size);
                1.0 - rate * (steep * part + flat * (1.0 - part))
            };
            let squares: f64 = batches.map(|b| factor(b).powi(2)).sum();
            squares / f64::from(1u32 << size)
        };
        let pairs = [[0.1, 0.3], [2.0, 70.0]];
        let one_mean = [[5.0, 5.0], [4.0, 6.0], CURVATURES, [0.0, 10.0]];
        for two in pairs.into_iter().chain(one_mean) {
            let mut last = 0.0;
            for size in [1, 2, 3, 4, 8] {
                let limit = limit(two, f64::from(size));
                let growth = |part| growth(two, part * limit, size);
                assert!(growth(0.999) < 1.0, "{two:?}, B = {size}");
                assert!(growth(1.001) > 1.0, "{two:?}, B = {size}");
                let full = 4.0 / (two[0] + two[1]);
                assert!(last < limit && limit < full || two[0] == two[1]);
                last = limit;
            }
        }
        let limits = one_mean.map(|two| limit(two, 2.0));
        assert!(limits.is_sorted_by(|wider, near| wider > near));
        let outputs = at(run, &[]);
        assert_relative_eq!(outputs["limit"], 10.0 / 41.0, epsilon = 1e-12);
        assert_relative_eq!(
            outputs["limit_of_4"],
            10.0 / 29.0,
            epsilon = 1e-12
        );
        assert_relative_eq!(outputs["full_limit"], 0.4, epsilon = 1e-12);
    }

    /// Red if `one[1] / one[0]` were `one[2] / one[0]`: two steps multiply by
    /// the square.
    #[test]
    fn each_step_multiplies_the_mean_loss_by_the_mean_square_of_the_factors() {
        for rate in [0.02, 0.1, 0.2, 0.24, 0.3, 0.5] {
            let outputs = at(run, &[("learning_rate", &rate)]);
            let close = |name, expected| {
                assert_relative_eq!(outputs[name], expected, epsilon = 1e-12);
            };
            let (flat, steep) = (1.0 - rate, 1.0 - 9.0 * rate);
            close("flat_factor", flat);
            close("steep_factor", steep);
            close("both_factor", (flat + steep) / 2.0);
            let growth = (flat * flat + steep * steep) / 2.0;
            close("growth", growth);
            let losses = one_a_step(rate);
            assert_eq!(losses.len(), 13);
            let rows = outputs.text.lines().skip(1);
            let rows = rows.zip([0, 1, 2, 4, 8, 12]).map(|(row, k)| {
                let (both, one) = ((flat + steep) / 2.0, growth.powi(k));
                let expected = [2.5 * both.powi(2 * k), 2.5 * one];
                assert!(row.ends_with(&format!(
                    "{:.1e} {:12.1e}",
                    expected[0], expected[1]
                )));
            });
            assert_eq!(rows.count(), 6);
            for pair in losses.windows(2) {
                assert_relative_eq!(
                    pair[1],
                    growth * pair[0],
                    epsilon = 1e-12,
                    max_relative = 1e-9
                );
            }
        }
    }

    /// In the long run the distance goes as the geometric mean of the factors'
    /// sizes. Of 100 random runs of 10,000 steps all come nearer a little below
    /// the limit, though above that of the mean loss, and all move away a
    /// little above.
    ///
    /// Red if `- 8.0 * product` were `- 7.0 * product`: the product of the
    /// factors would not be 1 there.
    #[test]
    fn a_typical_run_moves_away_where_the_product_of_the_factors_is_above_one()
    {
        let outputs = at(run, &[]);
        let limit = outputs["typical_limit"];
        let size = |rate: f64| ((1.0 - rate) * (1.0 - 9.0 * rate)).abs();
        assert_relative_eq!(size(limit), 1.0, max_relative = 1e-12);
        for part in (0..1000).map(|i| f64::from(i) / 1000.0) {
            assert!(size(part * limit) <= 1.0);
            let above = limit + part * (outputs["full_limit"] - limit);
            assert!(part == 0.0 || size(above) > 1.0);
        }
        let printed = outputs.values["typical_limit"].text.parse().unwrap();
        assert!(size(printed) > 1.0 && size(printed) < 1.01);
        assert!(outputs["limit"] < 0.25 && 0.25 < limit);
        for seed in 0..100 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let draws = (0..10_000).map(|_| rng.random_range(..2usize));
            let draws = Vec::from_iter(draws);
            let distance = |rate: f64| {
                let factor = |draw: &usize| 1.0 - rate * CURVATURES[*draw];
                let logs = draws.iter().map(|draw| factor(draw).abs().ln());
                logs.sum::<f64>()
            };
            assert!(distance(0.25) < 0.0 && distance(0.275) > 0.0, "{seed}");
        }
    }
}
