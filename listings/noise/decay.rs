//! A rate that decays with a power of the step, and the loss that it reaches.

use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use training::bowls::noisy::NoisyBowl;

const RUNS: usize = 100;
const STEPS: usize = 400;
const BOWL: NoisyBowl = NoisyBowl {
    curvature: 1.0,
    noise: 1.0,
};

// ANCHOR: decay
/// The rate at step k, where k counts from 0.
fn rate(first: f64, power: f64, k: usize) -> f64 {
    first / libm::pow(1.0 + k as f64 / 10.0, power)
}

/// 1/k, for λ = 1, where k counts from 1.
fn one_over_k(k: usize) -> f64 {
    1.0 / (k as f64 + 1.0)
}

/// The mean loss of a hundred runs from 1, before each step and at the end.
fn mean_losses(rate: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut weights = [1.0; RUNS];
    let mut losses = vec![BOWL.loss(1.0)];
    for k in 0..STEPS {
        let learning_rate = rate(k);
        for w in &mut weights {
            *w -= learning_rate * BOWL.gradient(*w, &mut rng);
        }
        let sum: f64 = weights.iter().map(|w| BOWL.loss(*w)).sum();
        losses.push(sum / RUNS as f64);
    }
    losses
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.1, 0.01..=1.0)?;
    let power = cell.knob("power", 0.75, 0.0..=3.0)?;

    let decaying = |k| rate(learning_rate, power, k);
    let losses = mean_losses(decaying);
    let expected = expected_losses(decaying);
    let exact = expected_losses(one_over_k);
    writeln!(cell, "step    rate   mean loss   expected   at 1/k");
    for k in [0, 10, 50, 100, 200, 400] {
        let rate = rate(learning_rate, power, k);
        write!(cell, "{k:4} {rate:7.4}");
        write!(cell, " {:11.4} {:10.4}", losses[k], expected[k]);
        writeln!(cell, " {:8.4}", exact[k]);
    }
    // ANCHOR_END: decay
    cell.count("steps", STEPS);
    // The question has a first rate of its own, which no knob turns.
    for (name, power) in [("constant", 0.0), ("one", 1.0), ("two", 2.0)] {
        let end = expected_losses(|k| rate(0.1, power, k))[STEPS];
        cell.value(name, end, Format::Significant(2));
    }
    cell.value("budget", budget(0.1), Format::Significant(3));
    cell.value("left", left(0.1), Format::Significant(2));
    let end = |power| expected_losses(|k| rate(learning_rate, power, k))[STEPS];
    let alt = format!(
        "The mean loss against the step, both axes logarithmic: a constant \
         rate ends at {:.3}, the power 1 at {:.4}, the power 2 at {:.3}; dots \
         measure the power {power}.",
        end(0.0),
        end(1.0),
        end(2.0)
    );
    cell.chart(alt, [panel(learning_rate, power, &losses)]);
    Ok(())
}

/// What `mean_losses` is expected to be.
fn expected_losses(rate: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut state = (1.0, 0.0);
    let mut losses = vec![BOWL.mean_loss(state)];
    for k in 0..STEPS {
        state = BOWL.expect(state, rate(k));
        losses.push(BOWL.mean_loss(state));
    }
    losses
}

/// The sum of all rates at the power 2, of first/(1 + k/10)²: the sum of 1/k²
/// from 10 is π²/6 less nine terms.
fn budget(first: f64) -> f64 {
    let nine: f64 = (1..10).map(|k| 1.0 / f64::from(k * k)).sum();
    first * 100.0 * (std::f64::consts::PI.powi(2) / 6.0 - nine)
}

/// The part of the start that is left for ever at the power 2: the product of
/// all 1 − 100·first/(10 + k)², by the gamma function.
fn left(first: f64) -> f64 {
    let root = 10.0 * first.sqrt();
    if root == 10.0 {
        return 0.0;
    }
    let log = 2.0 * libm::lgamma(10.0)
        - libm::lgamma(10.0 - root)
        - libm::lgamma(10.0 + root);
    libm::exp(log)
}

fn panel(learning_rate: f64, power: f64, losses: &[f64]) -> Panel {
    let curve = |power| -> Vec<_> {
        let rate = |k| rate(learning_rate, power, k);
        by_step(&expected_losses(rate)).collect()
    };
    let dots = [
        1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 400,
    ];
    Panel::new(
        Axis::log("step k").range(1.0..=400.0),
        Axis::log("mean loss").range(1e-3..=1.0),
    )
    .line("constant", curve(0.0), Style::Muted)
    .line("power 1", curve(1.0), Style::Muted)
    .line("power 2", curve(2.0), Style::Muted)
    .line("", curve(power), Style::Ink)
    .points("", dots.map(|k| (k as f64, losses[k])), Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;

    /// The noises of the hundred runs, by step, as `mean_losses` draws them:
    /// the minimum of ½(w − x)² is x, and at 0 its gradient is −x.
    fn noises() -> Vec<Vec<f64>> {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut noise = || BOWL.gradient(0.0, &mut rng);
        let step = |_| Vec::from_iter((0..RUNS).map(|_| noise()));
        (0..STEPS).map(step).collect()
    }

    /// What `mean_losses` measures is the loss of the means of minima; what the
    /// table prints is expected of it. So for other λ and B, by the rule.
    ///
    /// Red if `1.0 / (k as f64 + 1.0)` were `1.0 / (k as f64 + 2.0)`: the start
    /// would count as a minimum.
    #[test]
    fn at_one_over_lambda_k_the_weight_is_the_running_mean() {
        let losses = mean_losses(one_over_k);
        let mut sums = [0.0; RUNS];
        for (k, noises) in noises().iter().enumerate() {
            let n = k as f64 + 1.0;
            let sums = sums.iter_mut().zip(noises);
            let halves = sums.map(|(sum, noise)| {
                *sum -= noise;
                0.5 * (*sum / n) * (*sum / n)
            });
            let loss = halves.sum::<f64>() / RUNS as f64;
            assert_relative_eq!(losses[k + 1], loss, max_relative = 1e-9);
        }
        let text = at(run, &[]).text;
        let rows = text.lines().skip(1);
        let rows = rows.zip([0, 10, 50, 100, 200, 400]).map(|(row, k)| {
            let exact = if k == 0 { 0.5 } else { 0.5 / f64::from(k) };
            assert!(row.ends_with(&format!(" {exact:.4}")), "{row}");
        });
        assert_eq!(rows.count(), 6);
        for (seed, curvature) in (0..12).zip([0.1, 1.0, 2.5, 8.0].repeat(3)) {
            let bowl = NoisyBowl {
                curvature,
                noise: 3.0,
            };
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let (mut w, mut sum) = (7.0, 0.0);
            for k in 0..300 {
                let gradient = bowl.gradient(w, &mut rng);
                sum += w - gradient / curvature;
                w -= one_over_k(k) / curvature * gradient;
                let mean = sum / (k as f64 + 1.0);
                assert_abs_diff_eq!(w, mean, epsilon = 1e-10);
            }
        }
    }

    /// A mean of k batches has the variance σ²/(λ²B) over k, whatever the
    /// start. The mean of R squares of normal numbers has the standard error
    /// √(2/R).
    ///
    /// Red if `1.0 / (k as f64 + 1.0)` were `0.5 / (k as f64 + 1.0)`: half the
    /// rate forgets the start slowly.
    #[test]
    fn the_running_mean_has_a_loss_of_sigma_squared_over_two_lambda_k() {
        let expected = expected_losses(one_over_k);
        let measured = mean_losses(one_over_k);
        assert_eq!((expected.len(), measured.len()), (401, 401));
        for k in 1..=400 {
            let exact = 1.0 / (2.0 * k as f64);
            assert_relative_eq!(expected[k], exact, max_relative = 1e-9);
            let off = measured[k] / exact - 1.0;
            assert!(off.abs() < 4.0 * (2.0 / RUNS as f64).sqrt(), "{k}: {off}");
        }
        for curvature in [0.1, 1.0, 2.5] {
            for size in [1.0, 4.0, 32.0] {
                let bowl = NoisyBowl {
                    curvature,
                    noise: 3.0 / size,
                };
                let mut state = (7.0, 0.0);
                for k in 0..300 {
                    state = bowl.expect(state, one_over_k(k) / curvature);
                    assert_relative_eq!(
                        bowl.mean_loss(state),
                        3.0 / (2.0 * curvature * size * (k as f64 + 1.0)),
                        max_relative = 1e-9
                    );
                }
            }
        }
    }

    /// To the last digits: a weight is its start and all noises, each
    /// multiplied by the factors of the steps after it.
    ///
    /// Red if `*w -= learning_rate *` were `*w -= 1.2 * learning_rate *`: the
    /// rate would be another.
    #[test]
    fn the_runs_are_the_sums_of_their_noises() {
        let noises = noises();
        for power in [0.0, 0.75, 3.0] {
            for first in [0.01, 0.1, 1.0] {
                let measured = mean_losses(|k| rate(first, power, k));
                for steps in [0, 1, 10, 100, 400] {
                    let loss = |run: usize| {
                        let (mut kept, mut w) = (1.0, 0.0);
                        for k in (0..steps).rev() {
                            let rate = rate(first, power, k);
                            w -= rate * noises[k][run] * kept;
                            kept *= 1.0 - rate;
                        }
                        0.5 * (w + kept) * (w + kept)
                    };
                    let mean = (0..RUNS).map(loss).sum::<f64>() / RUNS as f64;
                    assert_relative_eq!(
                        measured[steps],
                        mean,
                        max_relative = 1e-9
                    );
                }
            }
        }
    }

    /// The table on the page: its rates by the formula, its losses by sums over
    /// steps, in which each step's noise is kept by the factors after it.
    ///
    /// Red if `first / libm::pow(` were `0.9 * first / libm::pow(`: no rate
    /// would be that of the formula.
    #[test]
    fn the_table_has_the_rates_and_losses_of_the_formulas() {
        for power in [0.25, 0.75, 2.0] {
            let text = at(run, &[("power", &power)]).text;
            let rows = Vec::from_iter(text.lines().skip(1).map(|line| {
                let cells = line.split_whitespace();
                Vec::<f64>::from_iter(cells.map(|c| c.parse().unwrap()))
            }));
            assert_eq!(rows.len(), 6);
            for (row, steps) in rows.iter().zip([0, 10, 50, 100, 200, 400]) {
                let rate =
                    |k: i32| 0.1 * (1.0 + f64::from(k) / 10.0).powf(-power);
                let (mut kept, mut v) = (1.0, 0.0);
                for k in (0..steps).rev() {
                    v += rate(k) * rate(k) * kept;
                    kept *= (1.0 - rate(k)) * (1.0 - rate(k));
                }
                let expected = 0.5 * (kept + v);
                let spread = (2.0 * v * v + 4.0 * kept * v).sqrt();
                let error = 0.5 * spread / (RUNS as f64).sqrt();
                assert_eq!(row[0], f64::from(steps));
                assert!((row[1] - rate(steps)).abs() < 5.1e-5);
                assert!((row[2] - expected).abs() < 4.0 * error + 5.1e-5);
                assert!((row[3] - expected).abs() < 5.1e-5, "{row:?}");
            }
        }
    }

    /// For large n the sum of k⁻ᵖ from n to 2n changes by the factor 2¹⁻ᵖ when
    /// n is doubled: sums that do not shrink add up to infinity, sums that
    /// shrink by a fixed factor do not.
    ///
    /// Red if `k as f64 / 10.0, power)` were `k as f64 / 10.0, 1.5 * power)`:
    /// rates of power 1 would run out.
    #[test]
    fn rates_sum_to_infinity_up_to_one_their_squares_only_up_to_a_half() {
        let sum = |power, n, exponent| -> f64 {
            let rates = (n..2 * n).map(|k| rate(0.1, power, k));
            rates.map(|rate| rate.powi(exponent)).sum()
        };
        let growth = |power, exponent| {
            sum(power, 1 << 16, exponent) / sum(power, 1 << 15, exponent)
        };
        for power in [0.25, 0.5, 0.75, 1.0] {
            assert!(growth(power, 1) > 0.9999, "the rates at {power}");
        }
        for power in [1.25, 1.5, 2.0] {
            assert!(growth(power, 1) < 0.9, "the rates at {power}");
        }
        for power in [0.25, 0.5] {
            assert!(growth(power, 2) > 0.9999, "the squares at {power}");
        }
        for power in [0.6, 0.75, 1.0] {
            assert!(growth(power, 2) < 0.9, "the squares at {power}");
        }
    }

    /// Red if `libm::lgamma(10.0 + root)` were `libm::lgamma(10.1 + root)`: one
    /// of the factors would be off.
    #[test]
    fn at_the_power_two_a_part_of_the_start_is_never_forgotten() {
        for first in [0.01, 0.1, 0.4, 0.9] {
            let factors = (0..500_000).map(|k| 1.0 - rate(first, 2.0, k));
            let product: f64 = factors.product();
            // What is missing: the tail's sum, 100·first/500,010.
            let tail = 100.0 * first / 500_010.0;
            let left = left(first);
            let off = (product * (1.0 - tail) / left - 1.0).abs();
            assert!(left > 0.0 && off < 1e-7, "{off} at {first}");
        }
        // As printed, whatever the knob says.
        let printed = at(run, &[("learning_rate", &0.7)])["left"];
        assert_eq!(printed, left(0.1));
        assert_eq!(left(1.0), 0.0, "the first step lands");
    }

    /// Red if `first * 100.0` were `first * 101.0`: the sum
    /// would be a hundredth larger.
    #[test]
    fn the_budget_is_the_sum_of_all_rates() {
        for first in [0.01, 0.1, 1.0] {
            let sum: f64 = (0..300_000).map(|k| rate(first, 2.0, k)).sum();
            // The tail lies between the integrals from n and from n − 1.
            let missing = budget(first) - sum;
            let tail = 100.0 * first / 300_010.0;
            assert!((missing - tail).abs() < 1e-8, "{missing}");
        }
        let printed = at(run, &[("learning_rate", &0.7)])["budget"];
        assert_eq!(printed, budget(0.1));
    }

    /// The expected loss after 10,000 steps over that after 1,000, and after
    /// 100,000 over that after 10,000, at the rate of step k.
    fn falls(rate: impl Fn(usize) -> f64) -> [f64; 2] {
        let mut state = (1.0, 0.0);
        let mut losses = Vec::new();
        for k in 1..=100_000 {
            state = BOWL.expect(state, rate(k - 1));
            if [1_000, 10_000, 100_000].contains(&k) {
                losses.push(BOWL.mean_loss(state));
            }
        }
        [losses[1] / losses[0], losses[2] / losses[1]]
    }

    /// Red if `[0.6, 0.75, 1.0]` were `[0.6, 0.75, 1.5]`: that power has a
    /// finite sum.
    #[test]
    fn between_a_half_and_one_the_loss_goes_on_falling_and_at_zero_and_two_not()
    {
        for power in [0.6, 0.75, 1.0] {
            let falls = falls(|k| rate(0.1, power, k));
            assert!(falls.iter().all(|fall| *fall < 0.3), "{power}");
        }
        for power in [0.0, 2.0] {
            let falls = falls(|k| rate(0.1, power, k));
            assert!(falls.iter().all(|fall| *fall > 0.9), "{power}");
        }
    }

    /// The loss after 400 steps, by sums over steps: the mean is a product, and
    /// each step's noise is kept by the factors after it.
    ///
    /// Red if `("one", 1.0)` were `("one", 0.1)`: hardly any decay.
    #[test]
    fn of_the_powers_zero_one_and_two_one_ends_lowest() {
        let outputs = at(run, &[("learning_rate", &0.7)]);
        for (name, power) in [("constant", 0), ("one", 1), ("two", 2)] {
            let rate = |k: u32| 0.1 / (1.0 + f64::from(k) / 10.0).powi(power);
            let (mut kept, mut variance) = (1.0, 0.0);
            for k in (0..400).rev() {
                variance += rate(k) * rate(k) * kept;
                kept *= (1.0 - rate(k)) * (1.0 - rate(k));
            }
            let expected = 0.5 * (kept + variance);
            assert_relative_eq!(outputs[name], expected, max_relative = 1e-9);
        }
        assert!(outputs["one"] < 0.1 * outputs["constant"]);
        assert!(outputs["constant"] < outputs["two"]);
    }

    /// There the floor goes down with the rate, by 10⁻ᵖ in ten times the steps;
    /// at 1/(1 + ln k), which falls more slowly than any power, as that does.
    ///
    /// Red if `k as f64 / 10.0, power)` were `k as f64 / 10.0, 0.5 * power)`:
    /// the rate, and the loss with it, would fall more slowly.
    #[test]
    fn below_a_half_the_mean_loss_falls_with_the_rate() {
        for power in [0.25, 0.4] {
            let expected = 10f64.powf(-power);
            for fall in falls(|k| rate(0.1, power, k)) {
                assert_relative_eq!(fall, expected, max_relative = 0.02);
            }
        }
        let slow = |k: usize| 0.1 / (1.0 + (1.0 + k as f64).ln());
        for (fall, k) in falls(slow).into_iter().zip([1_000, 10_000]) {
            let expected = slow(10 * k) / slow(k);
            assert_relative_eq!(fall, expected, max_relative = 0.02);
        }
    }
}
