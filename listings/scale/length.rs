//! The best rate of a run against its length, in the noisy bowl: a constant
//! rate, and a cosine.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use std::f64::consts::PI;
use training::bowls::noisy::NoisyBowl;
use training::growth::lowest::lowest;

const BOWL: NoisyBowl = NoisyBowl {
    curvature: 1.0,
    noise: 1.0,
};
const RATES: (f64, f64) = (1e-4, 1.5);

// ANCHOR: length
/// The expected loss after a constant rate, from 1.
fn constant(steps: usize, rate: f64) -> f64 {
    BOWL.after(steps as i32, 1.0, rate)
}

/// The same after a cosine: the part of the highest rate at each step.
fn cosine(parts: &[f64], rate: f64) -> f64 {
    let step = |state, part: &f64| BOWL.expect(state, rate * part);
    BOWL.mean_loss(parts.iter().fold((1.0, 0.0), step))
}

fn parts(steps: usize) -> Vec<f64> {
    let part = |k| 0.5 * (1.0 + libm::cos(PI * k as f64 / steps as f64));
    (0..steps).map(part).collect()
}

/// The best constant rate, and the best cosine's highest, with their losses.
fn best(steps: usize) -> [(f64, f64); 2] {
    let parts = parts(steps);
    [
        lowest(RATES.0, RATES.1, |rate| constant(steps, rate)),
        lowest(RATES.0, RATES.1, |rate| cosine(&parts, rate)),
    ]
}

/// ln(4T)/2T.
fn formula(steps: f64) -> f64 {
    libm::log(4.0 * steps) / (2.0 * steps)
}
// ANCHOR_END: length

pub fn run(cell: &mut Cell) -> Result<()> {
    let steps = cell.count_knob("steps", 400, 20..=4000)?;

    writeln!(
        cell,
        "steps   constant  ln(4T)/2T     loss    cosine     loss"
    );
    let mut rows = Vec::new();
    for length in [25, 100, 400, 1600] {
        let [constant, cosine] = best(length);
        write!(cell, "{length:5} {:10.5}", constant.0);
        write!(cell, " {:10.5} {:8.5}", formula(length as f64), constant.1);
        writeln!(cell, " {:9.5} {:8.5}", cosine.0, cosine.1);
        rows.push((length as f64, [constant, cosine]));
    }
    let [best_constant, best_cosine] = best(steps);
    let three = Format::Significant(3);
    cell.value("constant", best_constant.0, three);
    cell.value("formula", formula(steps as f64), three);
    cell.value("loss", best_constant.1, three);
    let estimate = (1.0 + libm::log(4.0 * steps as f64)) / (8.0 * steps as f64);
    cell.value("estimate", estimate, three);
    let [hundred, four] = [&rows[1], &rows[2]].map(|row| row.1[0].0);
    cell.value("hundred", hundred, three);
    cell.value("hundred_by", hundred / four, Format::Significant(2));
    cell.value("cosine", best_cosine.0, three);
    let times = best_cosine.0 / best_constant.0;
    cell.value("times", times, Format::Significant(2));
    let alt = format!(
        "Left, the loss after {steps} steps against the rate: a constant rate \
         is best at {:.4}, a cosine at {:.4}. Right, the best rate against \
         the number of steps, both axes logarithmic: two nearly parallel \
         lines, the cosine's {times:.1} times as high.",
        best_constant.0, best_cosine.0
    );
    let here = [best_constant, best_cosine];
    cell.chart(alt, [losses(steps, here), rates(&rows, steps, here)]);
    Ok(())
}

fn losses(steps: usize, here: [(f64, f64); 2]) -> Panel {
    let parts = parts(steps);
    let grid = (0..=60).map(|i| 0.001 * libm::pow(1000.0, f64::from(i) / 60.0));
    let grid = Vec::from_iter(grid);
    let of_cosine = grid.iter().map(|rate| (*rate, cosine(&parts, *rate)));
    let of_constant = grid.iter().map(|rate| (*rate, constant(steps, *rate)));
    Panel::new(
        Axis::log("rate η").range(0.001..=1.0),
        Axis::log("expected loss at the end").range(1e-4..=1.0),
    )
    .line("constant", of_constant, Style::Muted)
    .line("cosine", of_cosine, Style::Ink)
    .points("", here, Style::Ink)
}

fn rates(
    rows: &[(f64, [(f64, f64); 2])],
    steps: usize,
    here: [(f64, f64); 2],
) -> Panel {
    let points = |of: usize| rows.iter().map(move |row| (row.0, row.1[of].0));
    let marks = here.map(|(rate, _)| (steps as f64, rate));
    Panel::new(
        Axis::log("steps T").range(15.0..=5000.0),
        Axis::log("best rate").range(5e-4..=1.0),
    )
    .function("ln(4T)/2T", formula, Style::Muted)
    .points("constant", points(0), Style::Muted)
    .line("cosine", points(1), Style::Ink)
    .points("", marks, Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// The lowest loss of a grid of rates a thousandth apart, steps gone
    /// through one by one, and its rate.
    fn tried(steps: usize, part: impl Fn(usize) -> f64) -> (f64, f64) {
        let end = |rate: f64| {
            let mut square = 1.0;
            for k in 0..steps {
                let eta = rate * part(k);
                square = (1.0 - eta) * (1.0 - eta) * square + eta * eta;
            }
            0.5 * square
        };
        let rates = (0..3000).map(|i| 1e-3 * 1.002f64.powi(i));
        let ends = rates.map(|rate| (rate, end(rate)));
        ends.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap()
    }

    /// To twice the rate, as a part of the loss, in runs of any length.
    ///
    /// Red if `BOWL.after(steps as i32, 1.0, rate)` were
    /// `BOWL.after(steps as i32, 1.1, rate)`: from another start.
    #[test]
    fn at_low_rates_the_loss_is_about_what_is_left_and_the_floor() {
        for rate in [0.0001, 0.001, 0.01, 0.05] {
            for steps in [0, 1, 10, 30, 100, 300, 1000, 4000] {
                let left = 0.5 * (-2.0 * rate * steps as f64).exp();
                let about = left + rate / 4.0;
                let off = constant(steps, rate) / about - 1.0;
                assert!(off.abs() < 2.0 * rate, "{rate} {steps}: {off}");
            }
        }
    }

    /// Red if `libm::log(4.0 * steps)` were `libm::log(2.0 * steps)`: the
    /// start's loss would count half.
    #[test]
    fn the_best_constant_rate_is_about_ln_4t_over_2t() {
        for steps in [20, 60, 100, 400, 1000, 4000] {
            let outputs = at(run, &[("steps", &steps)]);
            let (rate, loss) = tried(steps, |_| 1.0);
            assert_relative_eq!(
                outputs["constant"],
                rate,
                max_relative = 0.003
            );
            assert_relative_eq!(outputs["loss"], loss, max_relative = 1e-5);
            let off = outputs["formula"] / outputs["constant"] - 1.0;
            assert!((0.0..0.07).contains(&off), "{steps}: {off}");
            assert!(steps < 100 || off < 0.02, "{steps}: {off}");
            let off = (outputs["estimate"] / outputs["loss"] - 1.0).abs();
            assert!(off < 0.02, "{steps}: {off}");
        }
    }

    /// Red if `0.5 * (1.0 + libm::cos(` were `1.0 * (1.0 + libm::cos(`: from
    /// twice the rate.
    #[test]
    fn the_best_cosine_begins_at_more_than_twice_the_best_constant_rate() {
        for steps in [20, 100, 400, 1000, 4000] {
            let outputs = at(run, &[("steps", &steps)]);
            let part =
                |k: usize| 0.5 * (1.0 + (PI * k as f64 / steps as f64).cos());
            let (rate, _) = tried(steps, part);
            assert_relative_eq!(outputs["cosine"], rate, max_relative = 0.003);
            let times = outputs["times"];
            assert!((2.1..2.4).contains(&times), "{steps}: {times}");
        }
    }

    /// From a hundred steps to four hundred, and the same by the formula.
    ///
    /// Red if `hundred / four` were `four / hundred`: the wrong way round.
    #[test]
    fn four_times_the_steps_want_about_a_third_of_the_rate() {
        let times = at(run, &[])["hundred_by"];
        let by_hand = 4.0 * 400f64.ln() / 1600f64.ln();
        assert!((times / by_hand - 1.0).abs() < 0.02, "{times} {by_hand}");
        assert!((3.0..3.4).contains(&times));
    }
}
