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
    let bowl = bowl(batch_size as f64);
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
fn bowl(batch_size: f64) -> NoisyBowl {
    NoisyBowl {
        curvature: 1.0,
        noise: 1.0 / batch_size,
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
        let (steps, floor) = (losses.len() - 1, bowl(size as f64).floor(rate));
        write!(cell, "B = {size:3}, eta = {rate:.4}: {steps:3} steps, ");
        writeln!(cell, "loss {:.2e}, floor {floor:.2e}", losses[steps]);
    }
    // ANCHOR_END: scaling

    let floor = bowl(1.0).floor(learning_rate);
    let scaled_floor = bowl(batch_size as f64).floor(scaled_rate);
    cell.value("scaled_rate", scaled_rate, Format::Significant(2));
    cell.count("examples", EXAMPLES);
    cell.count("steps", scaled.len() - 1);
    cell.value("ratio", scaled_floor / floor, Format::Significant(3));
    let apart = apart(learning_rate, batch_size);
    cell.value("apart", apart, Format::Significant(2));
    let alt = format!(
        "Left, the mean loss against examples seen, one at a time at the rate \
         {learning_rate} and {batch_size} at a time at {scaled_rate:.3}. \
         Right, the floor of scaled batches against their size: from \
         {floor:.4} up; from 2 over the rate on, {:.0}, they diverge.",
        (2.0 / learning_rate).ceil()
    );
    let style = Regime::of(scaled_rate).style();
    let losses = losses(&single, &scaled, batch_size, style);
    let floors =
        floors(learning_rate, (batch_size as f64, scaled_floor), style);
    cell.chart(alt, [losses, floors]);
    Ok(())
}

/// What `mean_losses` is expected to be.
fn expected_losses(learning_rate: f64, batch_size: usize) -> Vec<f64> {
    let bowl = bowl(batch_size as f64);
    let next = |state: &(f64, f64)| Some(bowl.expect(*state, learning_rate));
    let states = std::iter::successors(Some((1.0, 0.0)), next);
    let states = states.take(EXAMPLES / batch_size + 1);
    states.map(|state| bowl.mean_loss(state)).collect()
}

/// By what factor the two expected losses are farthest apart after equally many
/// examples.
fn apart(learning_rate: f64, batch_size: usize) -> f64 {
    let single = expected_losses(learning_rate, 1);
    let scaled = expected_losses(learning_rate * batch_size as f64, batch_size);
    let ratios = single.iter().step_by(batch_size).zip(scaled);
    let ratios = ratios.map(|(one, scaled)| (one / scaled).max(scaled / one));
    ratios.fold(1.0, f64::max)
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
    let floor = |size: f64| bowl(size).floor(size * learning_rate);
    Panel::new(
        Axis::log("batch size B").range(0.8..=160.0),
        Axis::log("floor").range(1e-3..=10.0),
    )
    .function("", floor, Style::Ink)
    .points("", [here], style)
    .sets_x("batch_size")
    .wall("2/(ηλ)", 2.0 / learning_rate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    fn at_rate(rate: f64, size: usize) -> notebook::Outputs {
        at(run, &[("learning_rate", &rate), ("batch_size", &size)])
    }

    /// The expected loss after k steps, in closed form.
    fn closed(rate: f64, size: usize, k: usize) -> f64 {
        let m = (1.0 - rate).powi(k as i32);
        let v = rate / size as f64 / (2.0 - rate) * (1.0 - m * m);
        0.5 * (m * m + v)
    }

    /// ησ²/(2B(2 − ηλ)) at Bη and B, over that at η and 1.
    ///
    /// Red if `scaled_floor / floor` were `floor / scaled_floor`: scaling would
    /// lower the floor.
    #[test]
    fn scaling_multiplies_the_floor_by_a_quotient_that_is_near_one_at_first() {
        for rate in [0.005, 0.01, 0.02, 0.05, 0.2] {
            for size in [1, 2, 8, 16, 39, 128] {
                let product = rate * size as f64;
                if product < 1.99 {
                    let ratio = at_rate(rate, size)["ratio"];
                    let expected = (2.0 - rate) / (2.0 - product);
                    assert_relative_eq!(ratio, expected, max_relative = 1e-12);
                    assert!(product > 0.05 || ratio < 1.03);
                }
            }
        }
    }

    /// Weights are normal with mean m and variance v, so the mean of R losses
    /// ½w² has the standard error ½√((2v² + 4m²v)/R).
    ///
    /// Red if `*w -= learning_rate *` were `*w -= 1.1 * learning_rate *`: the
    /// rate would be another.
    #[test]
    fn the_runs_follow_the_closed_form() {
        for (rate, size) in [(0.02, 1), (0.32, 16), (0.64, 32), (1.6, 8)] {
            let losses = mean_losses(rate, size);
            for k in [1, 4, 16] {
                let m = f64::powi(1.0 - rate, k);
                let v = rate / size as f64 / (2.0 - rate) * (1.0 - m * m);
                let spread = (2.0 * v * v + 4.0 * m * m * v).sqrt();
                let standard_error = 0.5 * spread / (RUNS as f64).sqrt();
                let expected = closed(rate, size, k as usize);
                let off = (losses[k as usize] - expected) / standard_error;
                assert!(off.abs() < 4.0, "η = {rate}, step {k}: {off}");
            }
        }
        // What the page prints: size, rate, steps, loss and floor of each.
        let text = at_rate(0.02, 16).text;
        let lines = Vec::from_iter(text.lines().map(|line| {
            let cells = line.split([' ', ',', ':']);
            Vec::<f64>::from_iter(cells.filter_map(|c| c.parse().ok()))
        }));
        for (line, size) in lines.iter().zip([1, 16]) {
            let rate = 0.02 * f64::from(size);
            let floor = rate / f64::from(size) / (2.0 * (2.0 - rate));
            let expected = [f64::from(size), rate, f64::from(512 / size)];
            assert_eq!(line[..3], expected);
            let error = floor * (2.0 / RUNS as f64).sqrt();
            assert!((line[3] - floor).abs() < 4.0 * error);
            assert!((line[4] - floor).abs() < 5.1e-5);
        }
        assert_eq!(lines.len(), 2);
    }

    /// At every batch size, and rates over the knob's whole range.
    ///
    /// Red if `step_by(batch_size)` were `step_by(1)`: it would compare after
    /// equally many steps.
    #[test]
    fn after_as_many_examples_scaled_batches_are_as_far() {
        for rate in [0.005, 0.01, 0.02, 0.05, 0.1, 0.2] {
            let apart = |size: usize| {
                let apart = apart(rate, size);
                let scaled = rate * size as f64;
                let expected = (0..=EXAMPLES / size).map(|n| {
                    closed(rate, 1, n * size) / closed(scaled, size, n)
                });
                let expected = expected.map(|r| r.max(1.0 / r));
                let expected = expected.fold(1.0, f64::max);
                assert_relative_eq!(apart, expected, max_relative = 1e-9);
                apart
            };
            let sizes = (1..=128).filter(|size| rate * *size as f64 <= 0.5);
            let sizes = Vec::from_iter(sizes.map(apart));
            assert!(sizes.len() > 1 && sizes[0] == 1.0);
            assert!(sizes.is_sorted_by(|less, more| less < more), "{rate}");
            for size in [1, 5, 16, 49, 128] {
                assert_eq!(at_rate(rate, size)["apart"], apart(size));
            }
        }
    }

    /// Of the expected loss; that of the runs beyond the wall is at least a
    /// hundredth of it.
    ///
    /// Red if `learning_rate * bowl.gradient(*w, &mut rng)` were
    /// `learning_rate.min(1.0) * bowl.gradient(*w, &mut rng)`: no rate above 1
    /// would be tried.
    #[test]
    fn beyond_the_wall_scaled_batches_diverge() {
        for (rate, below, above) in [(0.2, 9, 11), (0.1, 18, 22), (0.1, 15, 40)]
        {
            let losses = |size| mean_losses(rate * size as f64, size);
            assert!(losses(below).iter().all(|loss| *loss < 2.0));
            let beyond = losses(above);
            let growth = (1.0 - rate * above as f64).powi(2);
            let end = 0.5 * growth.powi(beyond.len() as i32 - 1);
            assert!(growth > 1.4 && beyond[beyond.len() - 1] > 0.01 * end);
            assert!(beyond[beyond.len() - 1] > 50.0);
            let ratio = &at_rate(rate, above).values["ratio"];
            assert_eq!(ratio.number, None, "{}", ratio.text);
        }
    }
}
