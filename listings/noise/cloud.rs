//! Two hundred descents with noisy gradients, and what is expected of them.

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
    let expected = expected(bowl, learning_rate);
    writeln!(cell, "step   mean loss of {RUNS} runs   expected");
    for k in [0, 5, 10, 20, 40, 60].into_iter().filter(|k| *k <= steps) {
        let prediction = bowl.mean_loss(expected[k]);
        writeln!(cell, "{k:4} {:22.4} {prediction:10.4}", mean_loss(k));
    }
    writeln!(cell, "floor {:32.4}", bowl.floor(learning_rate));
    // ANCHOR_END: cloud

    let floor = bowl.floor(learning_rate);
    let standard_error = floor * (2.0 / RUNS as f64).sqrt();
    cell.count("runs", RUNS);
    cell.value("start_loss", bowl.loss(1.0), Format::Exact);
    cell.value("mean_loss", mean_loss(steps), Format::Significant(3));
    cell.value("floor", floor, Format::Significant(3));
    cell.value("standard_error", standard_error, Format::Significant(2));
    let spread = bowl.variance(learning_rate).sqrt();
    cell.value("spread", spread, Format::Significant(2));
    let alt = format!(
        "Left, {steps} steps of one weight from 1 to {:.2}, amid dots of \
         others, in a band that settles at {:.2} on either side of 0. Right, \
         the mean loss of {RUNS} runs falls from 0.5 to {:.3}; the floor is \
         {floor:.3}.",
        runs[0][steps],
        2.0 * spread,
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
fn expected(bowl: NoisyBowl, learning_rate: f64) -> Vec<(f64, f64)> {
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

    const SETTINGS: [(f64, f64, f64); 6] = [
        (0.05, 1.0, 1.0),
        (0.2, 1.0, 1.0),
        (0.2, 1.0, 1.0 / 16.0),
        (0.3, 4.0, 0.25),
        (1.5, 1.0, 1.0),
        (3.0, 0.5, 2.0),
    ];
    const MANY: u64 = 1000;

    fn runs(rate: f64, bowl: NoisyBowl, first: u64) -> Vec<Vec<f64>> {
        let seeds = first..first + MANY;
        seeds.map(|seed| descend(bowl, rate, seed)).collect()
    }

    /// The weight is normal, so the mean of R values of ½λw² has the standard
    /// error ½λ√((2v² + 4m²v)/R). Within four of them at each of four steps.
    #[test]
    fn the_mean_loss_follows_the_prediction_at_every_step() {
        for (i, (rate, curvature, noise)) in SETTINGS.into_iter().enumerate() {
            let bowl = NoisyBowl { curvature, noise };
            let runs = runs(rate, bowl, 1000 * (i as u64 + 1));
            for k in [1, 3, 10, 60] {
                let losses = runs.iter().map(|run| bowl.loss(run[k]));
                let measured = losses.sum::<f64>() / MANY as f64;
                // In closed form, not by the recurrence of the listing.
                let factor = 1.0 - rate * curvature;
                let m = factor.powi(k as i32);
                let v = rate * noise / (curvature * (2.0 - rate * curvature))
                    * (1.0 - m * m);
                let predicted = 0.5 * curvature * (m * m + v);
                let spread = (2.0 * v * v + 4.0 * m * m * v).sqrt();
                let standard_error =
                    0.5 * curvature * spread / (MANY as f64).sqrt();
                let off = (measured - predicted) / standard_error;
                assert!(off.abs() < 4.0, "η = {rate}, step {k}: {off}");
            }
        }
    }

    /// Long after the start the mean of R losses has the standard error
    /// L√(2/R). After 60 steps of a product of 0.2 a millionth of the start is
    /// left; the first setting's product is lower, so it is left out.
    #[test]
    fn the_loss_settles_on_the_floor_not_at_the_minimum() {
        for (i, (rate, curvature, noise)) in
            SETTINGS.into_iter().enumerate().skip(1)
        {
            let bowl = NoisyBowl { curvature, noise };
            let runs = runs(rate, bowl, 1000 * (20 + i as u64));
            let losses = runs.iter().map(|run| bowl.loss(run[STEPS]));
            let measured = losses.sum::<f64>() / MANY as f64;
            let floor = rate * noise / (2.0 * (2.0 - rate * curvature));
            let off = (measured - floor) / (floor * (2.0 / MANY as f64).sqrt());
            assert!(off.abs() < 4.0, "η = {rate}, λ = {curvature}: {off}");
        }
    }

    /// A normal number is within two standard deviations with probability
    /// 0.9545; of R weights that share has the standard error √(pq/R).
    #[test]
    fn ninety_five_in_a_hundred_weights_are_in_the_band() {
        let bowl = NoisyBowl {
            curvature: 1.0,
            noise: 1.0,
        };
        for rate in [0.05, 0.2, 1.5] {
            let expected = expected(bowl, rate);
            let runs = runs(rate, bowl, 50_000);
            for k in [1, 5, 20, 60] {
                let (mean, variance) = expected[k];
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

    #[test]
    fn a_higher_rate_falls_faster_to_a_higher_floor() {
        let at = |rate: f64, steps: u32| {
            at(run, &[("learning_rate", &rate), ("steps", &steps)])
        };
        let both = |rate| (at(rate, 5)["mean_loss"], at(rate, 60)["floor"]);
        let (low, high) = (both(0.05), both(0.3));
        assert!(high.0 < low.0, "after five steps");
        assert!(high.1 > low.1, "in the end");
    }

    /// Of a settled weight and the next one either may be the larger, since
    /// both have one variance; of R pairs the share has the standard error
    /// 1/(2√R).
    #[test]
    fn on_the_floor_every_second_step_raises_the_loss() {
        for (i, rate) in [0.2, 0.7, 1.5].into_iter().enumerate() {
            let bowl = NoisyBowl {
                curvature: 1.0,
                noise: 1.0,
            };
            let runs = runs(rate, bowl, 60_000 + 1000 * i as u64);
            let rises = |run: &&Vec<f64>| run[60].abs() > run[59].abs();
            let share = runs.iter().filter(rises).count() as f64 / MANY as f64;
            let off = (share - 0.5) / (0.5 / (MANY as f64).sqrt());
            assert!(off.abs() < 4.0, "η = {rate}: {share}");
        }
    }

    #[test]
    fn four_times_the_batch_is_a_quarter_of_the_floor() {
        let floor = |size| {
            let outputs = at(run, &[("batch_size", &size)]);
            outputs["floor"]
        };
        approx::assert_relative_eq!(floor("1") / floor("4"), 4.0);
        approx::assert_relative_eq!(floor("8") / floor("32"), 4.0);
    }
}
