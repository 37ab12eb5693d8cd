//! Schedule-free descent in a noisy bowl, exactly.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::bowls::noisy::NoisyBowl;

const STEPS: usize = 1000;
const BOWL: NoisyBowl = NoisyBowl {
    curvature: 1.0,
    noise: 1.0,
};

// ANCHOR: expect
/// What is expected of z, which steps, and x, its running mean.
#[derive(Clone, Copy)]
struct State {
    /// The means of z and x.
    z: f64,
    x: f64,
    /// The variances of both, and their covariance.
    zz: f64,
    xx: f64,
    zx: f64,
}

/// The same after step t, counted from 1.
fn expect(
    State { z, x, zz, xx, zx }: State,
    t: usize,
    (rate, beta): (f64, f64),
    bowl: NoisyBowl,
) -> State {
    // z ← a z + b x + noise, for the gradient is taken at (1 − β) z + β x.
    let product = rate * bowl.curvature;
    let (a, b) = (1.0 - product * (1.0 - beta), -product * beta);
    let noise = rate * rate * bowl.noise;
    let next_z = a * z + b * x;
    let next_zz = a * a * zz + 2.0 * a * b * zx + b * b * xx + noise;
    let with_x = a * zx + b * xx;
    // x ← (1 − c) x + c z, with the new z.
    let c = 1.0 / t as f64;
    let d = 1.0 - c;
    State {
        z: next_z,
        x: d * x + c * next_z,
        zz: next_zz,
        xx: d * d * xx + 2.0 * c * d * with_x + c * c * next_zz,
        zx: d * with_x + c * next_zz,
    }
}
// ANCHOR_END: expect

/// Before the first step.
fn begin(start: f64) -> State {
    let (z, x) = (start, start);
    let (zz, xx, zx) = (0.0, 0.0, 0.0);
    State { z, x, zz, xx, zx }
}

/// The expected loss at x after each step, from 1.
fn losses(rate: f64, beta: f64) -> Vec<f64> {
    let mut state = begin(1.0);
    let steps = (1..=STEPS).map(|t| {
        state = expect(state, t, (rate, beta), BOWL);
        BOWL.mean_loss((state.x, state.xx))
    });
    steps.collect()
}

/// The same at a constant rate.
fn constant(rate: f64) -> Vec<f64> {
    let mut state = (1.0, 0.0);
    let steps = (0..STEPS).map(|_| {
        state = BOWL.expect(state, rate);
        BOWL.mean_loss(state)
    });
    steps.collect()
}

/// Forty-one rates from a hundredth to 1.
fn rates() -> impl Iterator<Item = f64> {
    let span = libm::log(100.0) / 40.0;
    (0..=40).map(move |i| 0.01 * libm::exp(span * f64::from(i)))
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let beta = cell.knob("beta", 0.9, 0.0..=0.98)?;
    let rate = cell.log_knob("rate", 0.3, 0.01..=1.0)?;

    let steps = STEPS as f64;
    let times = |losses: &[f64]| losses[STEPS - 1] * steps;
    let free: Vec<(f64, f64)> = rates()
        .map(|rate| (rate, times(&losses(rate, beta))))
        .collect();
    let plain: Vec<(f64, f64)> = (0..=60)
        .map(|i| 0.001 * libm::exp10(f64::from(i) / 20.0))
        .map(|rate| (rate, times(&constant(rate))))
        .collect();
    let least = plain.iter().map(|x| x.1).fold(f64::INFINITY, f64::min);
    let plateau = 1.0 / (2.0 * (1.0 - beta * beta));
    writeln!(cell, "rate   loss x steps: schedule-free   constant");
    for rate in [0.01, 0.03, 0.1, 0.3, 1.0] {
        let free = times(&losses(rate, beta));
        let plain = times(&constant(rate));
        writeln!(cell, "{rate:4} {free:28.3} {plain:10.3}");
    }
    cell.count("steps", STEPS);
    cell.value("here", times(&losses(rate, beta)), Format::Significant(3));
    let all = free.iter().map(|point| point.1);
    let low = all.clone().fold(f64::INFINITY, f64::min);
    cell.value("low", low, Format::Significant(2));
    cell.value("high", all.fold(0.0, f64::max), Format::Significant(2));
    cell.value("plateau", plateau, Format::Significant(3));
    cell.value("constant", least, Format::Significant(3));
    let alt = format!(
        "Left, loss times steps after {STEPS} steps against the rate: \
         schedule-free with β = {beta}, beside its plateau of {plateau:.2}; a \
         constant rate has a valley with the bottom {least:.2}. Right, the \
         mean loss of both against the step at the rate {rate}."
    );
    let left = Panel::new(
        Axis::log("rate").range(0.001..=2.0),
        Axis::log("loss × steps").range(0.3..=100.0),
    )
    .level("σ²/2λ(1 − β²)", plateau)
    .line("constant", plain, Style::Muted)
    .line("schedule-free", free, Style::Ink);
    let right = Panel::new(
        Axis::log("step").range(1.0..=steps),
        Axis::log("mean loss").range(3e-4..=1.0),
    )
    .line("constant", by_step(&constant(rate)), Style::Muted)
    .line("schedule-free", by_step(&losses(rate, beta)), Style::Ink);
    cell.chart(alt, [left, right]);
    Ok(())
}

/// The losses with the steps after which they are, from 1.
fn by_step(losses: &[f64]) -> Vec<(f64, f64)> {
    let steps = (1..).map(f64::from);
    steps.zip(losses.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;
    use notebook::at;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use training::normal::normal;
    use training::optim::momentum::Momentum;
    use training::optim::optimizer::Optimizer;
    use training::optim::schedule_free::ScheduleFree;

    /// Against twenty thousand runs of the optimizer itself.
    ///
    /// Red if `2.0 * c * d * with_x` were `c * d * with_x`: half of what x has
    /// in common with z.
    #[test]
    fn the_expected_loss_is_the_mean_of_many_runs() {
        for (rate, beta) in [(0.3, 0.9), (0.05, 0.5), (1.2, 0.0)] {
            let (mut sum, mut squares) = (0.0, 0.0);
            let mut rng = ChaCha8Rng::seed_from_u64(3);
            let runs = 20_000;
            for _ in 0..runs {
                let mut free = ScheduleFree::new(rate, beta);
                let mut w = array![1.0];
                for _ in 0..30 {
                    let g = array![BOWL.gradient(w[0], &mut rng)];
                    free.step(w.view_mut(), g.view());
                }
                let loss = BOWL.loss(free.mean()[0]);
                sum += loss;
                squares += loss * loss;
            }
            let mean = sum / f64::from(runs);
            let variance = squares / f64::from(runs) - mean * mean;
            let off = losses(rate, beta)[29] - mean;
            let error = (variance / f64::from(runs)).sqrt();
            assert!(off.abs() < 4.0 * error, "{rate} {beta}: {off} ± {error}");
        }
    }

    /// Any gradients, any β; after every step.
    ///
    /// Red if `(steps - k) / steps` were `1.0`: all gradients would count
    /// alike.
    #[test]
    fn its_mean_is_the_start_less_gradients_that_count_ever_less() {
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        for beta in [0.0, 0.3, 0.5, 0.9, 0.99, 1.0] {
            for (rate, start) in [(0.3, 5.0), (2.0, 0.0), (0.01, -7.0)] {
                let mut free = ScheduleFree::new(rate, beta);
                let mut w = array![start];
                let mut gradients = Vec::new();
                for length in 1..=57 {
                    gradients.push(normal(&mut rng));
                    let last = array![gradients[length - 1]];
                    free.step(w.view_mut(), last.view());
                    let steps = length as f64;
                    let counted = (0..length).map(|place| {
                        let k = place as f64;
                        (steps - k) / steps * gradients[place]
                    });
                    let expected = start - rate * counted.sum::<f64>();
                    assert!((free.mean()[0] - expected).abs() < 1e-12);
                }
            }
        }
    }

    /// At any rate, with the gradients of the bowl and any others.
    ///
    /// Red if `let momentum = (t - 2.0) / t;` were
    /// `let momentum = (t - 1.0) / t;`: another momentum.
    #[test]
    fn with_beta_one_it_is_momentum_that_grows_at_a_rate_that_falls() {
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        for (rate, slope) in [(0.4, 1.0), (0.01, 1.0), (3.0, 0.0), (1.0, 0.3)] {
            let mut free = ScheduleFree::new(rate, 1.0);
            let (mut w, mut other) = (array![2.0], array![2.0]);
            let mut ball = Momentum::new(0.0, 0.0);
            for t in 1..200 {
                let g = array![slope * w[0] + normal(&mut rng)];
                free.step(w.view_mut(), g.view());
                let t = f64::from(t);
                let momentum = (t - 2.0) / t;
                (ball.learning_rate, ball.momentum) = (rate / t, momentum);
                ball.step(other.view_mut(), g.view());
                assert!((w[0] - other[0]).abs() < 1e-12, "{rate} {t}");
            }
        }
    }

    /// In the long run, over six powers of ten of curvatures and of variances,
    /// from the distance that one noisy gradient makes of the minimum.
    ///
    /// Red if `let product = rate * bowl.curvature;` were
    /// `let product = rate;`: the curvature would drop out.
    #[test]
    fn loss_times_steps_tends_to_a_plateau_that_knows_no_rate() {
        for beta in [0.0, 0.5, 0.9, 0.98] {
            let part = 1.0 / (2.0 * (1.0 - beta * beta));
            for curvature in [1e-3, 0.2, 1.0, 30.0, 1e3] {
                for noise in [1e-3, 1.0, 1e3f64] {
                    let bowl = NoisyBowl { curvature, noise };
                    for product in [0.03, 0.3, 1.0] {
                        let rate = product / curvature;
                        let steps = 100_000;
                        let mut state = begin(noise.sqrt() / curvature);
                        for t in 1..=steps {
                            state = expect(state, t, (rate, beta), bowl);
                        }
                        let loss = bowl.mean_loss((state.x, state.xx));
                        let plateau = noise / curvature * part;
                        let ratio = loss * f64::from(steps as u32) / plateau;
                        assert!(
                            (ratio - 1.0).abs() < 0.02,
                            "{beta} {bowl:?} {product}: {ratio}"
                        );
                    }
                }
            }
            let outputs = at(run, &[("beta", &beta)]);
            assert!((outputs["plateau"] - part).abs() < 1e-12);
            let near = outputs["here"] / part;
            assert!((0.9..1.05).contains(&near), "{beta}: {near}");
        }
    }

    /// Red if `let plateau = 1.0 / (2.0 * (1.0 - beta * beta));` were
    /// `let plateau = 0.5 / (2.0 * (1.0 - beta * beta));`: half of it.
    #[test]
    fn at_the_usual_beta_it_is_flat_and_above_the_best_constant_rate() {
        let outputs = at(run, &[]);
        for rate in [0.01, 0.03, 0.1, 0.3, 1.0] {
            let here = at(run, &[("rate", &rate)])["here"];
            let ratio = here / outputs["plateau"];
            assert!((0.75..1.1).contains(&ratio), "{rate}: {ratio}");
            assert!(here > 1.5 * outputs["constant"]);
            assert!((outputs["low"]..=outputs["high"]).contains(&here));
        }
        // A tenth of the best constant rate is four times as bad as the best,
        // and so is 1, far above it.
        let plain = |rate: f64| constant(rate)[STEPS - 1] * STEPS as f64;
        assert!(plain(0.0004) > 4.0 * outputs["constant"]);
        assert!(plain(1.0) > 4.0 * outputs["constant"]);
        let band = outputs["high"] / outputs["low"];
        assert!((1.0..2.0).contains(&band), "{band}");
        assert!(outputs["low"] > outputs["constant"]);
        // With less of the mean it is below the best constant rate.
        let half = at(run, &[("beta", &0.5)]);
        assert!(half["here"] < outputs["constant"]);
    }
}
