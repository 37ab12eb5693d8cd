//! Batches of B at B times the rate, against single examples.

use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, Style};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use training::bowls::noisy::NoisyBowl;

const RUNS: u64 = 50;
const EXAMPLES: usize = 512;

// ANCHOR: scaling
/// The mean loss of fifty runs from 1, after each batch.
fn mean_losses(learning_rate: f64, batch_size: usize) -> Vec<f64> {
    let bowl = bowl(batch_size);
    let mut rng = ChaCha8Rng::seed_from_u64(batch_size as u64);
    let mut weights = [1.0; RUNS as usize];
    let mut losses = vec![bowl.loss(1.0)];
    for _ in 0..EXAMPLES / batch_size {
        for w in &mut weights {
            *w -= learning_rate * bowl.gradient(*w, &mut rng);
        }
        let sum: f64 = weights.iter().map(|w| bowl.loss(*w)).sum();
        losses.push(sum / RUNS as f64);
    }
    losses
}

/// Examples whose gradients have the variance 1, in batches.
fn bowl(batch_size: usize) -> NoisyBowl {
    NoisyBowl {
        curvature: 1.0,
        noise: 1.0 / batch_size as f64,
    }
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.02, 0.005..=0.2)?;
    let batch_size = cell.count_knob("batch_size", 16, 1..=128)?;

    let scaled_rate = learning_rate * batch_size as f64;
    let single = mean_losses(learning_rate, 1);
    let scaled = mean_losses(scaled_rate, batch_size);
    for (rate, size, losses) in [
        (learning_rate, 1, &single),
        (scaled_rate, batch_size, &scaled),
    ] {
        let (steps, floor) = (losses.len() - 1, bowl(size).floor(rate));
        write!(cell, "B = {size:3}, eta = {rate:.3}: {steps:3} steps, ");
        writeln!(cell, "loss {:.4}, floor {floor:.4}", losses[steps]);
    }
    // ANCHOR_END: scaling

    let (floor, scaled_floor) = (
        bowl(1).floor(learning_rate),
        bowl(batch_size).floor(scaled_rate),
    );
    cell.value("scaled_rate", scaled_rate, Format::Significant(2));
    cell.count("examples", EXAMPLES);
    cell.count("steps", scaled.len() - 1);
    cell.value("floor", floor, Format::Significant(2));
    cell.value("scaled_floor", scaled_floor, Format::Significant(2));
    cell.value("ratio", scaled_floor / floor, Format::Significant(3));
    cell.count("wall", 2.0 / learning_rate);
    let alt = format!(
        "Left, the mean loss against examples seen, one at a time at the rate \
         {learning_rate} and {batch_size} at a time at {scaled_rate:.3}. \
         Right, the floor of scaled batches against their size: level at \
         {floor:.4}, then up to a wall at {:.0}.",
        2.0 / learning_rate
    );
    let style = Regime::of(scaled_rate).style();
    let losses = losses(&single, &scaled, batch_size, style);
    let floors =
        floors(learning_rate, (batch_size as f64, scaled_floor), style);
    cell.chart(alt, [losses, floors]);
    Ok(())
}

fn losses(
    single: &[f64],
    scaled: &[f64],
    batch_size: usize,
    style: Style,
) -> Panel {
    let seen = |losses: &[f64], size: usize| -> Vec<_> {
        let losses = losses.iter().enumerate();
        losses.map(|(k, loss)| ((k * size) as f64, *loss)).collect()
    };
    Panel::new(
        Axis::linear("examples seen").range(0.0..=EXAMPLES as f64),
        Axis::log("mean loss").range(1e-3..=10.0),
    )
    .line("one at a time", seen(single, 1), Style::Muted)
    .path("in batches", seen(scaled, batch_size), style)
}

fn floors(learning_rate: f64, here: (f64, f64), style: Style) -> Panel {
    let floor = |size: f64| {
        let bowl = NoisyBowl {
            curvature: 1.0,
            noise: 1.0 / size,
        };
        bowl.floor(size * learning_rate)
    };
    let wall = 2.0 / learning_rate;
    let panel = Panel::new(
        Axis::log("batch size B").range(0.8..=160.0),
        Axis::log("floor").range(1e-3..=10.0),
    )
    .function("", floor, Style::Ink)
    .points("", [here], style);
    if wall < 160.0 {
        panel.wall("2/(ηλ)", wall)
    } else {
        panel
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    fn at_rate(rate: f64, size: u32) -> notebook::Outputs {
        at(run, &[("learning_rate", &rate), ("batch_size", &size)])
    }

    /// ησ²/(2(2 − ηλ)) of B·η and σ²/B, over that of η and σ².
    #[test]
    fn scaling_multiplies_the_floor_by_a_quotient_that_is_near_one_at_first() {
        for (rate, size) in [(0.005, 8), (0.02, 16), (0.01, 128)] {
            let ratio = at_rate(rate, size)["ratio"];
            let expected = (2.0 - rate) / (2.0 - rate * f64::from(size));
            assert_relative_eq!(ratio, expected, max_relative = 1e-12);
        }
        assert!(at_rate(0.005, 8)["ratio"] < 1.02);
    }

    /// Weights are normal with mean m and variance v, so the mean of R losses
    /// ½w² has the standard error ½√((2v² + 4m²v)/R).
    #[test]
    fn the_runs_follow_the_closed_form() {
        for (rate, size) in [(0.02, 1), (0.32, 16), (0.64, 32), (1.6, 8)] {
            let losses = mean_losses(rate, size);
            for k in [1, 4, 16] {
                let m = f64::powi(1.0 - rate, k);
                let v = rate / size as f64 / (2.0 - rate) * (1.0 - m * m);
                let spread = (2.0 * v * v + 4.0 * m * m * v).sqrt();
                let standard_error = 0.5 * spread / (RUNS as f64).sqrt();
                let off =
                    (losses[k as usize] - 0.5 * (m * m + v)) / standard_error;
                assert!(off.abs() < 4.0, "η = {rate}, step {k}: {off}");
            }
        }
    }

    /// The mean of the weight is (1 − Bη)ⁿ against (1 − η)ⁿᴮ: both logarithms
    /// are −nBη to first order, and differ by less than n(Bη)² for Bη < ½.
    #[test]
    fn after_as_many_examples_scaled_batches_are_as_far() {
        let mean = |rate: f64, size: usize, steps: usize| {
            let mut state = (1.0, 0.0);
            for _ in 0..steps {
                state = bowl(size).expect(state, rate);
            }
            state.0
        };
        for (rate, size) in [(0.005, 4), (0.005, 16), (0.02, 16)] {
            let product = rate * size as f64;
            for n in 1..=8 {
                let batches = f64::ln(mean(product, size, n));
                let singles = f64::ln(mean(rate, 1, n * size));
                let bound = n as f64 * product * product;
                assert!((batches - singles).abs() < bound);
                assert!(batches < singles, "batches are a little ahead");
            }
        }
    }

    #[test]
    fn beyond_the_wall_scaled_batches_diverge() {
        let last = |size| *mean_losses(0.2 * size as f64, size).last().unwrap();
        assert!(last(9) < 2.0, "at a product of 1.8 they hold");
        assert!(last(11) > 1e3, "at 2.2 they do not: {}", last(11));
        assert_eq!(at_rate(0.2, 11).values["scaled_floor"].number, None);
    }
}
