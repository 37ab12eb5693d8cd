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

/// The mean loss of a hundred runs from 1, before each step and at the end.
fn mean_losses(first: f64, power: f64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut weights = [1.0; RUNS];
    let mut losses = vec![BOWL.loss(1.0)];
    for k in 0..STEPS {
        let learning_rate = rate(first, power, k);
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

    let losses = mean_losses(learning_rate, power);
    let expected = expected_losses(learning_rate, power);
    writeln!(cell, "step    rate   mean loss   expected");
    for k in [0, 10, 50, 100, 200, 400] {
        let rate = rate(learning_rate, power, k);
        write!(cell, "{k:4} {rate:7.4}");
        writeln!(cell, " {:11.4} {:10.4}", losses[k], expected[k]);
    }
    // ANCHOR_END: decay
    cell.count("steps", STEPS);
    cell.value("mean_loss", losses[STEPS], Format::Significant(2));
    for (name, power) in [("constant", 0.0), ("one", 1.0), ("two", 2.0)] {
        let end = expected_losses(learning_rate, power)[STEPS];
        cell.value(name, end, Format::Significant(2));
    }
    // Of 1/(1 + k/10)², by the sum of 1/k² from 10: π²/6 less nine terms.
    let nine: f64 = (1..10).map(|k| 1.0 / f64::from(k * k)).sum();
    let budget =
        learning_rate * 100.0 * (std::f64::consts::PI.powi(2) / 6.0 - nine);
    cell.value("budget", budget, Format::Significant(3));
    cell.value("left", left(learning_rate), Format::Significant(2));
    let alt = format!(
        "The mean loss against the step, both axes logarithmic: a constant \
         rate settles at {:.3}, the power 1 goes on falling to {:.4}, the \
         power 2 stops early at {:.3}; dots measure the power {power}.",
        expected_losses(learning_rate, 0.0)[STEPS],
        expected_losses(learning_rate, 1.0)[STEPS],
        expected_losses(learning_rate, 2.0)[STEPS]
    );
    cell.chart(alt, [panel(learning_rate, power, &losses)]);
    Ok(())
}

/// What `mean_losses` is expected to be.
fn expected_losses(first: f64, power: f64) -> Vec<f64> {
    let mut state = (1.0, 0.0);
    let mut losses = vec![BOWL.mean_loss(state)];
    for k in 0..STEPS {
        state = BOWL.expect(state, rate(first, power, k));
        losses.push(BOWL.mean_loss(state));
    }
    losses
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
        by_step(&expected_losses(learning_rate, power)).collect()
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

    /// The examples are x = −noise/λ, since the gradient is λ(w − x).
    #[test]
    fn at_one_over_lambda_k_the_weight_is_the_running_mean() {
        let bowl = NoisyBowl {
            curvature: 2.5,
            noise: 3.0,
        };
        for seed in 0..10 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let (mut w, mut sum) = (7.0, 0.0);
            for k in 1..=300 {
                let gradient = bowl.gradient(w, &mut rng);
                sum += w - gradient / bowl.curvature;
                w -= gradient / (bowl.curvature * f64::from(k));
                assert_abs_diff_eq!(w, sum / f64::from(k), epsilon = 1e-12);
            }
        }
    }

    /// A mean of k examples has the variance σ²/λ² over k, whatever the start.
    #[test]
    fn the_running_mean_has_a_loss_of_sigma_squared_over_two_lambda_k() {
        let bowl = NoisyBowl {
            curvature: 2.5,
            noise: 3.0,
        };
        let mut state = (7.0, 0.0);
        for k in 1..=300 {
            state = bowl.expect(state, 1.0 / (2.5 * f64::from(k)));
            assert_relative_eq!(
                bowl.mean_loss(state),
                3.0 / (2.0 * 2.5 * f64::from(k)),
                max_relative = 1e-9
            );
        }
    }

    /// The weight is normal; the standard error of the mean of R values of ½w²
    /// is ½√((2v² + 4m²v)/R). The mean m is a product, and v what is left.
    #[test]
    fn the_runs_follow_the_expectation() {
        for power in [0.0, 0.5, 0.75, 1.0, 2.0] {
            let measured = mean_losses(0.1, power);
            let expected = expected_losses(0.1, power);
            for k in [1, 10, 100, 400] {
                let m: f64 =
                    (0..k).map(|k| 1.0 - rate(0.1, power, k)).product();
                let v = 2.0 * expected[k] - m * m;
                let spread = (2.0 * v * v + 4.0 * m * m * v).sqrt();
                let standard_error = 0.5 * spread / (RUNS as f64).sqrt();
                let off = (measured[k] - expected[k]) / standard_error;
                assert!(off.abs() < 4.0, "power {power}, step {k}: {off}");
            }
        }
    }

    /// For large n the sum of k⁻ᵖ from n to 2n changes by the factor 2¹⁻ᵖ when
    /// n is doubled: sums that do not shrink add up to infinity, sums that
    /// shrink by a fixed factor do not.
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

    #[test]
    fn at_the_power_two_a_part_of_the_start_is_never_forgotten() {
        for first in [0.03, 0.1, 0.4] {
            let factors = (0..2_000_000).map(|k| 1.0 - rate(first, 2.0, k));
            let product: f64 = factors.product();
            // What is missing: the tail's sum, 100·first/2,000,010.
            let tail = 100.0 * first / 2_000_010.0;
            let expected = left(first);
            let off = (product * (1.0 - tail) / expected - 1.0).abs();
            assert!(off < 1e-8, "{off} at {first}");
        }
        assert_eq!(left(1.0), 0.0);
    }

    #[test]
    fn the_budget_is_the_sum_of_all_rates() {
        let outputs = at(run, &[]);
        let sum: f64 = (0..1_000_000).map(|k| rate(0.1, 2.0, k)).sum();
        // The tail lies between the integrals from n and from n − 1.
        let missing = outputs["budget"] - sum;
        assert!((missing - 10.0 / 1_000_010.0).abs() < 1e-10, "{missing}");
    }

    /// The expected loss after 10,000 steps over that after 1,000, and after
    /// 100,000 over that after 10,000.
    fn falls(power: f64) -> [f64; 2] {
        let mut state = (1.0, 0.0);
        let mut losses = Vec::new();
        for k in 1..=100_000 {
            state = BOWL.expect(state, rate(0.1, power, k - 1));
            if [1_000, 10_000, 100_000].contains(&k) {
                losses.push(BOWL.mean_loss(state));
            }
        }
        [losses[1] / losses[0], losses[2] / losses[1]]
    }

    #[test]
    fn between_a_half_and_one_the_loss_goes_on_falling_and_at_zero_and_two_not()
    {
        for power in [0.6, 0.75, 1.0] {
            assert!(falls(power).iter().all(|fall| *fall < 0.3), "{power}");
        }
        for power in [0.0, 2.0] {
            assert!(falls(power).iter().all(|fall| *fall > 0.9), "{power}");
        }
    }

    /// There the floor goes down with the rate, by 10⁻ᵖ in ten times the steps.
    #[test]
    fn below_a_half_the_mean_loss_falls_with_the_rate() {
        for power in [0.25, 0.4] {
            let expected = 10f64.powf(-power);
            for fall in falls(power) {
                assert_relative_eq!(fall, expected, max_relative = 0.02);
            }
        }
    }
}
