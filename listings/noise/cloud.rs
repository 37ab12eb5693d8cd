//! Two hundred descents with noisy gradients, and what is expected of them.

use crate::number::said;
use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use training::bowls::noisy::NoisyBowl;

const RUNS: u64 = 200;
const STEPS: usize = 60;

// ANCHOR: cloud
/// The weights of one descent from 1.
fn descend(bowl: NoisyBowl, learning_rate: f64, seed: u64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut weights = vec![1.0];
    for k in 0..STEPS {
        let gradient = bowl.gradient(weights[k], &mut rng);
        weights.push(weights[k] - learning_rate * gradient);
    }
    weights
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.knob("learning_rate", 0.2, 0.02..=1.9)?;
    let batch_size = cell.count_knob("batch_size", 1, 1..=32)?;
    let steps = cell.count_knob("steps", STEPS, 0..=STEPS)?;

    let bowl = NoisyBowl {
        curvature: 1.0,
        noise: 1.0 / batch_size as f64,
    };
    let runs = (1..=RUNS).map(|seed| descend(bowl, learning_rate, seed));
    let runs: Vec<_> = runs.collect();
    let mean_loss = |k: usize| {
        let losses = runs.iter().map(|weights| bowl.loss(weights[k]));
        losses.sum::<f64>() / RUNS as f64
    };
    let expected = states(bowl, learning_rate);
    writeln!(cell, "step   mean loss of {RUNS} runs   expected");
    for k in [0, 5, 10, 20, 40, 60].into_iter().filter(|k| *k <= steps) {
        let prediction = bowl.mean_loss(expected[k]);
        writeln!(cell, "{k:4} {:22.4} {prediction:10.4}", mean_loss(k));
    }
    writeln!(cell, "floor {:32.4}", bowl.floor(learning_rate));
    // ANCHOR_END: cloud

    let floor = bowl.floor(learning_rate);
    cell.count("runs", RUNS);
    cell.value("mean_loss", mean_loss(steps), Format::Significant(3));
    cell.value("floor", floor, Format::Significant(3));
    let spread = bowl.variance(learning_rate).sqrt();
    let one = NoisyBowl { noise: 1.0, ..bowl };
    for (name, rate) in [("low", 0.05), ("high", 0.3)] {
        let loss = |k| one.mean_loss(states(one, rate)[k]);
        let mut of = cell.of(name);
        of.value("early", loss(5), Format::Significant(2));
        of.value("late", loss(60), Format::Significant(2));
    }
    let alt = format!(
        "Left, one weight from 1 to {} at step {steps}, amid dots of \
         others, in a band that tends to {:.2} on either side of 0. Right, \
         the mean loss of {RUNS} runs goes from {} to {:.3}; the floor is \
         {floor:.5}.",
        said(runs[0][steps], 2),
        2.0 * spread,
        mean_loss(0),
        mean_loss(steps)
    );
    let style = Regime::of(learning_rate).style();
    let measured: Vec<_> = (0..=steps).map(mean_loss).collect();
    cell.chart(
        alt,
        [
            weights(&runs, &expected, steps, style),
            losses(bowl, &measured, &expected, floor, style),
        ],
    );
    Ok(())
}

/// Mean and variance of the weight at each step.
fn states(bowl: NoisyBowl, learning_rate: f64) -> Vec<(f64, f64)> {
    let next = |state: &(f64, f64)| Some(bowl.expect(*state, learning_rate));
    let states = std::iter::successors(Some((1.0, 0.0)), next);
    states.take(STEPS + 1).collect()
}

fn weights(
    runs: &[Vec<f64>],
    expected: &[(f64, f64)],
    steps: usize,
    style: Style,
) -> Panel {
    let edges = expected.iter().enumerate().map(|(k, (mean, variance))| {
        let reach = 2.0 * variance.sqrt();
        (k as f64, mean - reach, mean + reach)
    });
    let others = runs[1..6].iter().flat_map(|run| by_step(&run[..=steps]));
    Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::linear("weight w").range(-3.0..=3.0),
    )
    .band("", edges, Style::Muted)
    .points("", others, Style::Muted)
    .line("", by_step(&runs[0][..=steps]), style)
}

fn losses(
    bowl: NoisyBowl,
    measured: &[f64],
    expected: &[(f64, f64)],
    floor: f64,
    style: Style,
) -> Panel {
    let prediction: Vec<_> = expected
        .iter()
        .map(|state| bowl.mean_loss(*state))
        .collect();
    Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::log("mean loss").range(1e-4..=10.0),
    )
    .line("", by_step(&prediction), Style::Muted)
    .line("", by_step(measured), style)
    .level("floor", floor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    const SETTINGS: [(f64, f64, f64); 7] = [
        (0.05, 1.0, 1.0),
        (0.2, 1.0, 1.0),
        (0.2, 1.0, 1.0 / 16.0),
        (0.3, 4.0, 0.25),
        (1.5, 1.0, 1.0),
        (1.8, 1.0, 1.0 / 32.0),
        (3.0, 0.5, 2.0),
    ];
    const MANY: u64 = 1000;

    fn one_example() -> NoisyBowl {
        NoisyBowl {
            curvature: 1.0,
            noise: 1.0,
        }
    }

    fn runs(rate: f64, bowl: NoisyBowl, first: u64) -> Vec<Vec<f64>> {
        let seeds = first..first + MANY;
        seeds.map(|seed| descend(bowl, rate, seed)).collect()
    }

    /// Mean and variance of the weight at step k, in closed form.
    fn closed(rate: f64, bowl: NoisyBowl, k: usize) -> (f64, f64) {
        let product = rate * bowl.curvature;
        let m = (1.0 - product).powi(k as i32);
        let settled = rate * bowl.noise / (bowl.curvature * (2.0 - product));
        (m, settled * (1.0 - m * m))
    }

    /// The mean loss at step k, and the standard error of that of R runs: the
    /// weight is normal, so it is ½λ√((2v² + 4m²v)/R).
    fn predicted(rate: f64, bowl: NoisyBowl, k: usize, r: f64) -> (f64, f64) {
        let (m, v) = closed(rate, bowl, k);
        let half = 0.5 * bowl.curvature;
        let spread = (2.0 * v * v + 4.0 * m * m * v).sqrt();
        (half * (m * m + v), half * spread / r.sqrt())
    }

    /// Within four standard errors at each of four steps, in the table that the
    /// page prints, and in the band of its figure.
    ///
    /// Red if `weights[k] - learning_rate * gradient` were `weights[k] - 0.9 *
    /// learning_rate * gradient`: the rate would be another.
    #[test]
    fn the_mean_loss_follows_the_prediction_at_every_step() {
        for (i, (rate, curvature, noise)) in SETTINGS.into_iter().enumerate() {
            let bowl = NoisyBowl { curvature, noise };
            let runs = runs(rate, bowl, 1000 * (i as u64 + 1));
            for k in [1, 3, 10, 60] {
                let losses = runs.iter().map(|run| bowl.loss(run[k]));
                let measured = losses.sum::<f64>() / MANY as f64;
                let (loss, error) = predicted(rate, bowl, k, MANY as f64);
                let off = (measured - loss) / error;
                assert!(off.abs() < 4.0, "η = {rate}, step {k}: {off}");
            }
        }
        for (rate, size) in [(0.2, 1), (0.05, 16), (1.5, 4)] {
            let noise = 1.0 / f64::from(size);
            let bowl = NoisyBowl {
                noise,
                ..one_example()
            };
            let settings: [(&str, &dyn std::fmt::Display); 2] =
                [("learning_rate", &rate), ("batch_size", &size)];
            let outputs = at(run, &settings);
            let figure = outputs.figure.unwrap();
            for (edge, reach) in [("low", -2.0), ("high", 2.0)] {
                let drawn = figure.points(edge);
                assert_eq!(drawn.len(), STEPS + 1);
                for (k, (_, drawn)) in drawn.into_iter().enumerate() {
                    let (m, v) = closed(rate, bowl, k);
                    let edge = m + reach * v.sqrt();
                    approx::assert_abs_diff_eq!(drawn, edge, epsilon = 1e-5);
                }
            }
            let rows = Vec::from_iter(outputs.text.lines().map(|line| {
                let cells = line.split_whitespace();
                Vec::<f64>::from_iter(cells.filter_map(|c| c.parse().ok()))
            }));
            assert_eq!(rows.len(), 8);
            for (row, k) in rows[1..7].iter().zip([0, 5, 10, 20, 40, 60]) {
                let (loss, error) = predicted(rate, bowl, k, RUNS as f64);
                assert_eq!(row[0], k as f64);
                assert!((row[1] - loss).abs() < 4.0 * error + 5.1e-5);
                assert!((row[2] - loss).abs() < 5.1e-5, "{row:?}");
            }
            let floor = rate * noise / (2.0 * (2.0 - rate));
            assert!((rows[7][0] - floor).abs() < 5.1e-5);
        }
    }

    /// After 60 steps of a product of 0.2 a millionth of the start is left; the
    /// first setting's product is lower, so it is left out.
    ///
    /// Red if `bowl.gradient(weights[k], &mut rng)` were
    /// `bowl.gradient(weights[k], &mut rng) * 0.0 + bowl.curvature *
    /// weights[k]`: without noise there is no floor.
    #[test]
    fn the_loss_settles_on_the_floor_not_at_the_minimum() {
        for (i, (rate, curvature, noise)) in
            SETTINGS.into_iter().enumerate().skip(1)
        {
            let bowl = NoisyBowl { curvature, noise };
            let runs = runs(rate, bowl, 1000 * (20 + i as u64));
            let floor = rate * noise / (2.0 * (2.0 - rate * curvature));
            for k in [40, 50, STEPS] {
                let (loss, _) = predicted(rate, bowl, k, 1.0);
                assert!((loss / floor - 1.0).abs() < 1e-3);
                let losses = runs.iter().map(|run| bowl.loss(run[k]));
                let measured = losses.sum::<f64>() / MANY as f64;
                let error = floor * (2.0 / MANY as f64).sqrt();
                let off = (measured - floor) / error;
                assert!(off.abs() < 4.0, "η = {rate}, λ = {curvature}: {off}");
            }
        }
    }

    /// A normal number is within two standard deviations with probability
    /// 0.9545; of R weights that share has the standard error √(pq/R).
    ///
    /// Red if `Some((1.0, 0.0))` were `Some((1.0, 0.1))`: the band would be too
    /// wide at first.
    #[test]
    fn ninety_five_in_a_hundred_weights_are_in_the_band() {
        for (i, (rate, size)) in [
            (0.02, 1.0),
            (0.05, 4.0),
            (0.2, 1.0),
            (0.9, 32.0),
            (1.5, 1.0),
            (1.9, 1.0),
        ]
        .into_iter()
        .enumerate()
        {
            let bowl = NoisyBowl {
                curvature: 1.0,
                noise: 1.0 / size,
            };
            let band = states(bowl, rate);
            assert_eq!(band.len(), STEPS + 1);
            let runs = runs(rate, bowl, 50_000 + 1000 * i as u64);
            for k in [1, 5, 20, 60] {
                let (mean, variance) = band[k];
                let (m, v) = closed(rate, bowl, k);
                approx::assert_abs_diff_eq!(mean, m, epsilon = 1e-12);
                approx::assert_abs_diff_eq!(variance, v, epsilon = 1e-12);
                let is_in = |run: &&Vec<f64>| {
                    (run[k] - mean).abs() < 2.0 * variance.sqrt()
                };
                let share = runs.iter().filter(is_in).count() as f64;
                let share = share / MANY as f64;
                let p = 0.954_499_7;
                let standard_error = (p * (1.0 - p) / MANY as f64).sqrt();
                let off = (share - p) / standard_error;
                assert!(off.abs() < 4.0, "η = {rate}, step {k}: {off}");
            }
        }
    }

    /// In the mean over all runs, and in five clouds of two hundred.
    ///
    /// Red if `("high", 0.3)` were `("high", 0.03)`: that is the lower rate.
    #[test]
    fn a_higher_rate_falls_faster_to_a_higher_floor() {
        let outputs = at(run, &[("learning_rate", &0.7), ("batch_size", &9)]);
        let bowl = one_example();
        for (name, rate, k) in [
            ("low_early", 0.05, 5),
            ("low_late", 0.05, 60),
            ("high_early", 0.3, 5),
            ("high_late", 0.3, 60),
        ] {
            let loss = predicted(rate, bowl, k, 1.0).0;
            approx::assert_relative_eq!(
                outputs[name],
                loss,
                max_relative = 1e-9
            );
        }
        assert!(outputs["high_early"] < outputs["low_early"]);
        assert!(outputs["high_late"] > outputs["low_late"]);
        let (low, high) = (runs(0.05, bowl, 1), runs(0.3, bowl, 1));
        for (low, high) in low.chunks(200).zip(high.chunks(200)) {
            let mean = |runs: &[Vec<f64>], k: usize| {
                runs.iter().map(|run| bowl.loss(run[k])).sum::<f64>()
            };
            assert!(mean(high, 5) < mean(low, 5));
            assert!(mean(high, 60) > mean(low, 60));
        }
    }

    /// Red if `let floor = bowl.floor(learning_rate)` were
    /// `let floor = bowl.floor(2.0 - learning_rate)`: a lower rate would raise
    /// it.
    #[test]
    fn a_lower_rate_lowers_the_floor_and_below_one_forgets_the_start_later() {
        let floor = |rate: f64, size: u32| {
            at(run, &[("learning_rate", &rate), ("batch_size", &size)])["floor"]
        };
        let rates = [0.02, 0.05, 0.1, 0.3, 0.6, 0.9, 1.3, 1.7, 1.9];
        for pair in rates.windows(2) {
            assert!(floor(pair[0], 1) < floor(pair[1], 1));
            assert!(floor(pair[0], 32) < floor(pair[1], 32));
            // What is left of the start.
            let left = |rate| states(one_example(), rate)[5].0;
            assert!(pair[1] > 1.0 || left(pair[0]) > left(pair[1]));
        }
    }

    /// Of a settled weight and the next one either may be the larger, since
    /// both have one variance; of R pairs the share has the standard error
    /// 1/(2√R).
    ///
    /// Red if `run[60].abs() > run[59].abs()` were `run[2].abs() >
    /// run[1].abs()`: before it is settled, most steps lower it.
    #[test]
    fn on_the_floor_every_second_step_raises_the_loss() {
        let bowl = one_example();
        for (i, rate) in [0.2, 0.7, 1.5].into_iter().enumerate() {
            let runs = (0..4).flat_map(|part| {
                runs(rate, bowl, 60_000 + 4000 * i as u64 + 1000 * part)
            });
            let rises = |run: &Vec<f64>| run[60].abs() > run[59].abs();
            let share = runs.filter(rises).count() as f64 / (4 * MANY) as f64;
            let off = (share - 0.5) / (0.5 / (4.0 * MANY as f64).sqrt());
            assert!(off.abs() < 4.0, "η = {rate}: {share}");
        }
    }

    /// By the value that the page prints, and by as many runs again.
    ///
    /// Red if `1.0 / batch_size as f64` were `1.0 / (batch_size as
    /// f64).sqrt()`: the variance would fall as the standard deviation does.
    #[test]
    fn four_times_the_batch_is_a_quarter_of_the_floor() {
        let outputs = |rate: f64, size: u32| {
            at(run, &[("learning_rate", &rate), ("batch_size", &size)])
        };
        for rate in [0.1, 0.2, 0.5, 1.5] {
            for size in [1, 2, 8] {
                let (one, four) =
                    (outputs(rate, size), outputs(rate, 4 * size));
                approx::assert_relative_eq!(one["floor"] / four["floor"], 4.0);
                // Seeds are the same, so after the start has been forgotten
                // each weight is half as far off.
                let ratio = one["mean_loss"] / four["mean_loss"];
                assert!(rate < 0.15 || (ratio - 4.0).abs() < 0.05, "{ratio}");
            }
        }
    }
}
