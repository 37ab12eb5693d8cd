//! A loss that sees the direction of the weights alone: rate and decay of
//! AdamW, and what of them can be told.

use ndarray::{Array1, ArrayView1};
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use training::normal::normal;
use training::optim::adamw::AdamW;
use training::optim::optimizer::Optimizer;

const STEPS: usize = 400;
const WEIGHTS: usize = 20;
const SEED: u64 = 2;
const LEARNING_RATE: f64 = 0.02;
const WEIGHT_DECAY: f64 = 0.5;

// ANCHOR: invariant
/// One less the cosine of the angle to the target.
fn loss(w: ArrayView1<f64>, target: ArrayView1<f64>) -> f64 {
    1.0 - w.dot(&target) / (w.dot(&w) * target.dot(&target)).sqrt()
}

/// Its gradient at right angles to w: `times` as long a w has one as short.
fn gradient(w: ArrayView1<f64>, target: ArrayView1<f64>) -> Array1<f64> {
    let length = w.dot(&w).sqrt();
    let cosine = 1.0 - loss(w, target);
    let along = &w * (cosine / length);
    (along - &target / target.dot(&target).sqrt()) / length
}

/// The loss before each step, towards a target seen through noise.
fn losses(rate: f64, weight_decay: f64, start: f64, seed: u64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut optimizer = AdamW::new(rate);
    optimizer.adam.epsilon = 0.0;
    optimizer.weight_decay = weight_decay;
    let mut w = Array1::from_shape_simple_fn(WEIGHTS, || normal(&mut rng));
    w *= start;
    let target = Array1::ones(WEIGHTS);
    let step = |_| {
        let loss = loss(w.view(), target.view());
        let noisy = target.map(|t| t + 2.0 * normal(&mut rng));
        let gradient = gradient(w.view(), noisy.view());
        optimizer.step(w.view_mut(), gradient.view());
        loss
    };
    (0..STEPS).map(step).collect()
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let times = cell.log_knob("times", 10.0, 0.1..=10.0)?;

    let (eta, decay) = (LEARNING_RATE, WEIGHT_DECAY);
    let one = losses(eta, decay, 1.0, SEED);
    let same = losses(times * eta, decay / times, times, SEED);
    let other = losses(times * eta, decay, 1.0, SEED);
    for (name, losses) in [
        ("rate, decay, start", &one),
        ("times · rate, decay / times, times · start", &same),
        ("times · rate, decay, start", &other),
    ] {
        let end = losses[STEPS - 1];
        writeln!(cell, "{name:42} {end:.12}");
    }
    // ANCHOR_END: invariant
    cell.value("other", other[STEPS - 1], Format::Significant(3));
    let alt = format!(
        "The loss against the step, three runs. That with rate and start \
         multiplied by {times} and the decay divided by it lies on the first \
         and ends at {:.4}; that of {times} times the rate alone ends at \
         {:.4}.",
        same[STEPS - 1],
        other[STEPS - 1]
    );
    let every = by_step(&same).step_by(10);
    let panel = Panel::new(
        Axis::linear("step").range(0.0..=STEPS as f64),
        Axis::log("loss"),
    )
    .line("rate alone", by_step(&other), Style::Muted)
    .line("first", by_step(&one), Style::Ink)
    .points("all three", every, Style::Ink);
    cell.chart(alt, [panel]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// Over the knob's range, at every step; of other rates, decays and seeds
    /// too.
    ///
    /// Red if `weight_decay = weight_decay` were `weight_decay = WEIGHT_DECAY`:
    /// the decay would not be divided.
    #[test]
    fn runs_of_one_product_and_one_ratio_to_the_start_are_one() {
        let page = (LEARNING_RATE, WEIGHT_DECAY, SEED);
        for (rate, decay, seed) in [page, (0.005, 0.0, 7), (0.1, 2.0, 8)] {
            let one = losses(rate, decay, 1.0, seed);
            for times in [0.1, 0.5, 2.0, 7.3, 10.0] {
                let same = losses(times * rate, decay / times, times, seed);
                for (one, same) in one.iter().zip(&same) {
                    assert_relative_eq!(one, same, max_relative = 1e-6);
                }
            }
            assert!(one.len() == STEPS && one[STEPS - 1] < 0.5 * one[0]);
        }
    }

    /// Red if `times * eta, decay, 1.0` were `times * eta, decay / times, 1.0`:
    /// two things changed.
    #[test]
    fn the_three_ends_are_those_of_the_three_runs() {
        for times in [0.1, 2.0, 10.0] {
            let text = at(run, &[("times", &times)]).text;
            let rate = times * LEARNING_RATE;
            let runs = [
                losses(LEARNING_RATE, WEIGHT_DECAY, 1.0, SEED),
                losses(rate, WEIGHT_DECAY / times, times, SEED),
                losses(rate, WEIGHT_DECAY, 1.0, SEED),
            ];
            for (line, run) in text.lines().zip(&runs) {
                let end = format!(" {:.12}", run[STEPS - 1]);
                assert!(line.ends_with(&end), "{line}: {end}");
            }
            assert_eq!(text.lines().count(), 3);
        }
    }

    /// Mean losses over the second half, from each of sixteen seeds.
    ///
    /// Red if `10.0 * LEARNING_RATE` were `LEARNING_RATE`: the same run twice.
    #[test]
    fn ten_times_the_rate_alone_has_at_least_twice_the_later_losses() {
        let late = |losses: Vec<f64>| {
            losses[STEPS / 2..].iter().sum::<f64>() / (STEPS / 2) as f64
        };
        for seed in 0..16 {
            let of = |rate| late(losses(rate, WEIGHT_DECAY, 1.0, seed));
            let (one, other) = (of(LEARNING_RATE), of(10.0 * LEARNING_RATE));
            assert!(other > 2.0 * one, "{seed}: {one} {other}");
        }
    }

    /// By a difference quotient in each direction, at places near and far.
    ///
    /// Red if `cosine / length` were `cosine * length`: it would not shrink.
    #[test]
    fn the_gradient_is_that_of_the_loss_and_shrinks_as_weights_grow() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let target = Array1::from_shape_simple_fn(6, || normal(&mut rng));
        for length in [0.3, 1.0, 3.0, 30.0] {
            let w =
                Array1::from_shape_simple_fn(6, || length * normal(&mut rng));
            let gradient = gradient(w.view(), target.view());
            let h = 1e-5 * length;
            for place in 0..6 {
                let at = |h: f64| {
                    let mut moved = w.clone();
                    moved[place] += h;
                    loss(moved.view(), target.view())
                };
                let quotient = (at(h) - at(-h)) / (2.0 * h);
                let off = gradient[place] - quotient;
                assert!(off.abs() < 1e-9 / length, "{length}: {off}");
            }
            for times in [0.01, 0.5, 2.0, 4.0, 100.0] {
                let other = super::gradient((&w * times).view(), target.view());
                let off = (&other * times - &gradient).map(|x| x.abs());
                assert!(off.sum() < 1e-12 * gradient.map(|g| g.abs()).sum());
            }
            assert!(w.dot(&gradient).abs() < 1e-12);
        }
    }
}
