//! A training loop that never resets its gradient, on the loss w² from 10.

use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use std::iter::successors;

// ANCHOR: loop
fn descend(learning_rate: f64, steps: usize) -> Vec<f64> {
    let (mut weights, mut gradient) = (vec![10.0], 0.0);
    for k in 0..steps {
        // Missing here: gradient = 0.0.
        gradient += 2.0 * weights[k];
        weights.push(weights[k] - learning_rate * gradient);
    }
    weights
}
// ANCHOR_END: loop

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.knob("learning_rate", 0.1, 0.01..=1.0)?;

    // The sine of half the angle is √(ηλ)/2, and the curvature λ is 2.
    let angle = 2.0 * libm::asin((learning_rate / 2.0).sqrt());
    let period = std::f64::consts::TAU / angle;
    let reach = 10.0 / libm::cos(angle / 2.0);
    writeln!(cell, "a swing takes {period:.1} steps");
    writeln!(cell, "and gets no farther than {reach:.2}");
    cell.value("period", period, Format::Significant(3));
    cell.value("reach", reach, Format::Significant(3));

    let never_reset = descend(learning_rate, 60);
    let by_the_rule = |w: &f64| Some(w - learning_rate * 2.0 * w);
    let reset = successors(Some(10.0), by_the_rule).take(61);
    let regime = Regime::of(2.0 * learning_rate);
    let panel = Panel::new(
        Axis::linear("step k").range(0.0..=60.0),
        Axis::linear("weight w").range(-16.0..=16.0),
    )
    .line("", [(0.0, reach), (60.0, reach)], Style::Muted)
    .line("", [(0.0, -reach), (60.0, -reach)], Style::Muted)
    .path("reset", by_step(&Vec::from_iter(reset)), regime.style())
    .path("never reset", by_step(&never_reset), Style::Ink);
    let alt = format!(
        "The weight in 60 steps at rate {learning_rate}. Never reset, the \
         gradient takes it to and fro between lines at {reach:.1} on either \
         side, once in {period:.1} steps; reset, it {}.",
        regime.name()
    );
    cell.chart(alt, [panel]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use notebook::at;

    /// Red if `gradient += 2.0` were `gradient = 0.99 * gradient + 2.0`: a
    /// momentum below 1, whose swings die out.
    #[test]
    fn never_reset_the_weight_swings_as_a_cosine_for_ever() {
        // The curvature is 2, so the last product is 3.998.
        let rates = [0.01f64, 0.1, 0.5, 1.0, 1.3, 1.5, 1.8, 1.95, 1.99, 1.999];
        for rate in rates {
            let half = 0.5 * (1.0 - rate).acos();
            let weights = descend(rate, 2000);
            assert_eq!(weights.len(), 2001);
            for (k, w) in weights.into_iter().enumerate() {
                let turned = (2.0 * k as f64 + 1.0) * half;
                let expected = 10.0 * turned.cos() / half.cos();
                assert_abs_diff_eq!(w, expected, epsilon = 1e-6);
            }
        }
    }

    /// At every hundredth of the knob's range. The swings come as near to the
    /// reach as one likes, unless the angle is a rational part of a turn. Its
    /// cosine is 1 less the rate, so by Niven's theorem it is one only at 0.5
    /// and at 1, and there the start is as far as they get.
    ///
    /// Red if `angle = 2.0 *` were `angle =`: half the angle, and twice the
    /// period.
    #[test]
    fn the_period_and_the_reach_are_those_of_the_swings() {
        for hundredths in 1..=100 {
            let rate = f64::from(hundredths) / 100.0;
            let outputs = at(run, &[("learning_rate", &rate)]);
            let weights = descend(rate, 10_000);
            let rises = weights
                .windows(2)
                .filter(|two| two[0] < 0.0 && two[1] >= 0.0);
            let expected = 10_000.0 / outputs["period"];
            assert_abs_diff_eq!(rises.count() as f64, expected, epsilon = 1.0);
            let farthest = weights.iter().fold(0.0, |far, w| w.abs().max(far));
            let part = farthest / outputs["reach"];
            assert!(part < 1.0 + 1e-9, "{rate}: {part}");
            match hundredths {
                50 | 100 => {
                    assert_abs_diff_eq!(farthest, 10.0, epsilon = 1e-6);
                }
                _ => assert!(part > 0.9999, "{rate}: {part}"),
            }
            let text =
                format!("and gets no farther than {:.2}\n", outputs["reach"]);
            assert!(outputs.text.ends_with(&text));
        }
        // At a product of 2 the angle is a right one.
        assert_abs_diff_eq!(
            at(run, &[("learning_rate", &1)])["period"],
            4.0,
            epsilon = 1e-9
        );
    }

    /// Red if `(learning_rate / 2.0).sqrt()` were `(learning_rate / 2.0)`: a
    /// period that goes as one over the rate.
    #[test]
    fn a_quarter_of_the_rate_makes_the_swing_about_twice_as_long() {
        for rate in (4..=100).map(|i| f64::from(i) / 100.0) {
            let period =
                |rate: f64| at(run, &[("learning_rate", &rate)])["period"];
            let times = period(rate / 4.0) / period(rate);
            assert!((2.0..2.2).contains(&times), "{rate}: {times}");
            // As long as the walk itself takes: it comes up once a swing.
            let crossings = |rate: f64| {
                let weights = descend(rate, 10_000);
                let crosses = |two: &&[f64]| two[0] < 0.0 && two[1] >= 0.0;
                weights.windows(2).filter(crosses).count() as f64
            };
            let walked = crossings(rate) / crossings(rate / 4.0);
            assert!((walked / times - 1.0).abs() < 0.01, "{rate}: {walked}");
        }
    }

    /// Red if `learning_rate * gradient` were `0.9 * learning_rate * gradient`:
    /// the wall would stand farther out.
    #[test]
    fn never_reset_it_diverges_from_a_product_of_four_on() {
        let farthest = |rate| {
            let weights = descend(rate, 2000);
            weights.iter().fold(0.0, |far: f64, w| w.abs().max(far))
        };
        for rate in [0.1, 1.0, 1.5, 1.9, 1.99, 1.999] {
            let reach = 10.0 / (1.0f64 - rate / 2.0).sqrt();
            assert!(farthest(rate) < 1.000_001 * reach, "{rate}");
        }
        // At 4 each step adds 20 to its size.
        assert_eq!(farthest(2.0), 10.0 + 20.0 * 2000.0);
        for rate in [2.01, 2.1, 3.0] {
            assert!(farthest(rate) > 1e100, "{rate}");
        }
    }

    #[test]
    fn the_figure_has_the_rule_beside_it_between_two_level_lines() {
        for (rate, does) in [(0.1f64, "creeps"), (0.9, "overshoots")] {
            let outputs = at(run, &[("learning_rate", &rate)]);
            let figure = outputs.figure.as_ref().unwrap();
            assert!(figure.wide.contains(&format!("reset, it {does}.")));
            let by_the_rule = figure.points("reset");
            assert_eq!(by_the_rule.len(), 61);
            for (k, w) in by_the_rule {
                let power = 10.0 * (1.0 - 2.0 * rate).powi(k as i32);
                assert_abs_diff_eq!(w, power, epsilon = 1e-4);
            }
            let reach = outputs["reach"];
            let sides = [reach, reach, -reach, -reach];
            assert_eq!(figure.points("").len(), sides.len());
            for ((_, line), side) in figure.points("").into_iter().zip(sides) {
                assert_abs_diff_eq!(line, side, epsilon = 1e-4);
            }
        }
    }
}
