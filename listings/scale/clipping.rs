//! Noise with heavy tails, and gradients clipped: the floor against the length
//! at which they are cut.

use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const STEPS: usize = 1000;
/// So many of them are drawn.
const DRAWN: usize = 500;
const RUNS: u64 = 20;
const CLIPS: [f64; 6] = [0.5, 1.0, 2.0, 4.0, 8.0, f64::INFINITY];

// ANCHOR: clipping
/// Noise of either sign, farther from 0 than x with the probability
/// 1/√(1 + x)³: the mean of its square is infinite.
fn noise(rng: &mut impl Rng) -> f64 {
    let root = libm::cbrt(1.0 - rng.random::<f64>());
    let size = 1.0 / (root * root) - 1.0;
    if rng.random() { size } else { -size }
}

/// One step on ½w², its gradient clipped.
fn step(w: f64, noise: f64, learning_rate: f64, clip: f64) -> f64 {
    w - learning_rate * (w + noise).clamp(-clip, clip)
}

/// The mean of ½w² over the later steps of a run from 0, at each clip.
fn floors(learning_rate: f64, steps: usize, seed: u64) -> [f64; CLIPS.len()] {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut weights, mut sums) = ([0.0; CLIPS.len()], [0.0; CLIPS.len()]);
    for k in 0..steps {
        let noise = noise(&mut rng);
        for place in 0..CLIPS.len() {
            let w = step(weights[place], noise, learning_rate, CLIPS[place]);
            weights[place] = w;
            if k >= steps / 4 {
                sums[place] += 0.5 * w * w;
            }
        }
    }
    sums.map(|sum| sum / (steps - steps / 4) as f64)
}

/// The mean square of clipped noise, over four times the share not clipped.
fn formula(learning_rate: f64, clip: f64) -> f64 {
    let root = (1.0 + clip).sqrt();
    let mean_square = 4.0 * (root - 1.0) * (root - 1.0) / root;
    let share = 1.0 - 1.0 / (root * root * root);
    learning_rate * mean_square / (4.0 * share)
}
// ANCHOR_END: clipping

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.1, 0.02..=0.3)?;
    let clip = cell.log_knob("clip", 1.0, 0.1..=100.0)?;

    let runs = (0..RUNS).map(|seed| floors(learning_rate, STEPS, seed));
    let runs = Vec::from_iter(runs);
    writeln!(cell, "clip   formula   mean of {RUNS} runs");
    let mut measured = Vec::new();
    for (place, clip) in CLIPS.into_iter().enumerate() {
        let sum: f64 = runs.iter().map(|floors| floors[place]).sum();
        let mean = sum / RUNS as f64;
        if clip.is_finite() {
            let formula = formula(learning_rate, clip);
            writeln!(cell, "{clip:4} {formula:9.4} {mean:9.4}");
            measured.push((clip, mean));
        } else {
            writeln!(cell, "none  infinite {mean:9.4}");
        }
    }
    cell.value(
        "floor",
        formula(learning_rate, clip),
        Format::Significant(3),
    );
    let plain = path(learning_rate, f64::INFINITY);
    let clipped = path(learning_rate, clip);
    let most = |path: &[f64]| path.iter().fold(0.0, |m: f64, w| m.max(w.abs()));
    cell.value("thrown", most(&plain), Format::Significant(2));
    cell.value("held", most(&clipped), Format::Significant(2));
    let alt = format!(
        "Left, the weight of one run: without clipping single steps throw it \
         as far as {:.1}; clipped at {clip} it stays within {:.2}. Right, the \
         floor against the clip: it rises, by the formula and in runs.",
        most(&plain),
        most(&clipped)
    );
    let paths = Panel::new(
        Axis::linear("step").range(0.0..=DRAWN as f64),
        Axis::linear("weight").range(-4.0..=4.0),
    )
    .line("plain", by_step(&plain), Style::Muted)
    .line("clipped", by_step(&clipped), Style::Ink);
    let floors = Panel::new(
        Axis::log("clipped at c").range(0.1..=100.0),
        Axis::log("floor").range(1e-4..=10.0),
    )
    .function("formula", |clip| formula(learning_rate, clip), Style::Muted)
    .points("runs", measured, Style::Muted)
    .points("", [(clip, formula(learning_rate, clip))], Style::Ink);
    cell.chart(alt, [paths, floors]);
    Ok(())
}

/// The weight of the first run, as far as it is drawn.
fn path(learning_rate: f64, clip: f64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut w = 0.0;
    let next = |_| {
        w = step(w, noise(&mut rng), learning_rate, clip);
        w
    };
    (0..DRAWN).map(next).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// The mean of a function of the noise's size, by its quantiles: the size
    /// is 1/u^(2/3) − 1 for u even between 0 and 1.
    fn mean(f: impl Fn(f64) -> f64) -> f64 {
        let count = 2_000_000;
        let at = |i: u32| (f64::from(i) + 0.5) / f64::from(count);
        let sizes = (0..count).map(|i| at(i).powf(-2.0 / 3.0) - 1.0);
        sizes.map(f).sum::<f64>() / f64::from(count)
    }

    /// Red if `4.0 * (root - 1.0)` were `2.0 * (root - 1.0)`: noise of one sign
    /// alone.
    #[test]
    fn the_formula_is_clipped_noise_over_four_times_the_share_not_clipped() {
        for clip in [0.1, 0.3, 1.0, 4.0, 20.0, 100.0] {
            let square = mean(|x| (x * x).min(clip * clip));
            let share = mean(|x| if x < clip { 1.0 } else { 0.0 });
            for rate in [0.02, 0.1, 0.3] {
                let expected = rate * square / (4.0 * share);
                let off = formula(rate, clip) / expected - 1.0;
                assert!(off.abs() < 1e-3, "{clip}: {off}");
            }
        }
        let outputs = at(run, &[("clip", &4.0)]);
        assert_eq!(outputs["floor"], formula(0.1, 4.0));
    }

    /// At a low rate, in one long run.
    ///
    /// Red if `w - learning_rate *` were `w - 1.2 * learning_rate *`: another
    /// rate.
    #[test]
    fn at_a_low_rate_the_floor_is_that_of_the_formula() {
        let floors = floors(0.02, 4_000_000, 9);
        for place in 0..CLIPS.len() - 1 {
            let off = floors[place] / formula(0.02, CLIPS[place]) - 1.0;
            assert!(off.abs() < 0.04, "{}: {off}", CLIPS[place]);
        }
    }

    /// Over the range of the knob, by the formula and in one long run.
    ///
    /// Red if `let share = 1.0 - 1.0 / (root * root * root)` were
    /// `let share = (1.0 - 1.0 / (root * root * root)).powi(4)`: tight clips
    /// would have the highest floors.
    #[test]
    fn a_tighter_clip_has_a_lower_floor() {
        let clip = |i| 0.1 * 10f64.powf(f64::from(i) / 100.0);
        let by_formula = (0..=300).map(|i| formula(0.1, clip(i)));
        assert!(by_formula.is_sorted());
        let in_a_run = floors(0.1, 1_000_000, 3);
        assert!(in_a_run[..CLIPS.len() - 1].is_sorted(), "{in_a_run:?}");
    }

    /// A hundred times the clip has about ten times the mean square, without
    /// end.
    ///
    /// Red if `1.0 / (root * root) - 1.0` were `1.0 / root - 1.0`: lighter
    /// tails.
    #[test]
    fn without_clipping_the_mean_square_of_the_noise_is_infinite() {
        let square = |clip: f64| 4.0 * formula(1.0, clip);
        for clip in [1e4, 1e6, 1e8, 1e10] {
            let times = square(100.0 * clip) / square(clip);
            assert!((9.7..10.5).contains(&times), "{clip}: {times}");
        }
        // The noise is farther than x with the probability 1/√(1 + x)³.
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let draws = (0..200_000).map(|_| noise(&mut rng));
        let draws = Vec::from_iter(draws);
        for x in [0.5, 3.0, 15.0, 99.0f64] {
            let far = draws.iter().filter(|draw| draw.abs() > x).count();
            let expected = 2e5 / (1.0 + x).powf(1.5);
            let off = far as f64 - expected;
            assert!(off.abs() < 4.0 * expected.sqrt(), "{x}: {off}");
        }
        let up = draws.iter().filter(|draw| **draw > 0.0).count() as f64;
        assert!((up - 1e5).abs() < 4.0 * 5e4f64.sqrt());
    }

    /// For every seed, at any rate and clip: no step is longer than their
    /// product, and some are as long.
    ///
    /// Red if `.clamp(-clip, clip)` were `.clamp(-100.0, 100.0)`: another clip.
    #[test]
    fn a_clipped_step_is_at_most_the_rate_times_the_clip() {
        for seed in 0..50 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let draws = Vec::from_iter((0..1000).map(|_| noise(&mut rng)));
            for (rate, clip, w) in [
                (0.1, 1.0, 1.0),
                (0.02, 0.1, -3.0),
                (0.3, 8.0, 0.0),
                (1.0, 2.0, 50.0),
            ] {
                let far = draws
                    .iter()
                    .map(|noise| (step(w, *noise, rate, clip) - w).abs());
                let most = far.fold(0.0, f64::max);
                let off = most / (rate * clip) - 1.0;
                assert!(off.abs() < 1e-9, "{rate} {clip}: {most}");
            }
        }
        let outputs = at(run, &[]);
        assert!(outputs["thrown"] > 5.0 * outputs["held"]);
    }
}
