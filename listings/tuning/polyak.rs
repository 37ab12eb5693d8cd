//! Polyak's step on |w|ᵖ/p: the rate from the loss that is still to go.

use crate::number::said;
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};

const STEPS: usize = 20;

// ANCHOR: polyak
/// The size of the weight at each step on |w|ᵖ/p, whose lowest loss is 0.
fn descend(
    power: f64,
    start: f64,
    rate_at: impl Fn(f64, f64) -> f64,
) -> Vec<f64> {
    let mut weights = vec![start];
    for k in 0..STEPS {
        let w = weights[k];
        let loss = libm::pow(w.abs(), power) / power;
        let gradient = libm::pow(w.abs(), power - 1.0) * w.signum();
        let learning_rate = rate_at(loss, gradient);
        weights.push(w - learning_rate * gradient);
    }
    weights
}

/// The loss still to go over the gradient's square.
fn polyak(loss: f64, gradient: f64) -> f64 {
    if loss == 0.0 {
        return 0.0; // It has arrived.
    }
    loss / (gradient * gradient)
}
// ANCHOR_END: polyak

pub fn run(cell: &mut Cell) -> Result<()> {
    let power = cell.knob("power", 4.0, 1.0..=6.0)?;
    let start = cell.knob("start", 2.0, 0.1..=4.0)?;
    let learning_rate = cell.log_knob("learning_rate", 0.3, 0.01..=10.0)?;

    let by_polyak = descend(power, start, polyak);
    let fixed = descend(power, start, |_, _| learning_rate);
    writeln!(cell, "step   Polyak's w   at a fixed rate");
    for k in 0..=5 {
        writeln!(cell, "{k:4} {:12.5} {:17.3e}", by_polyak[k], fixed[k]);
    }
    let factor = 1.0 - 1.0 / power;
    cell.value("factor", factor, Format::Significant(2));
    cell.value("final_w", by_polyak[STEPS], Format::Significant(2));
    cell.value("fixed_5", fixed[5].abs(), Format::Scientific(1));
    let falls = match power == 1.0 {
        true => "it arrives at once".to_string(),
        false => format!(
            "it falls in a straight line on the logarithmic axis, by a factor \
             of {} a step, to {}",
            said(factor, 2),
            said(by_polyak[STEPS], 2)
        ),
    };
    let alt = format!(
        "The size of the weight against the step, from {start}. By Polyak's \
         step {falls}. At the fixed rate {learning_rate} it is {} after \
         five steps.",
        said(fixed[5].abs(), 2)
    );
    let sizes =
        |weights: &[f64]| Vec::from_iter(weights.iter().map(|w| w.abs()));
    let last = fixed[STEPS].abs();
    let style = match last {
        last if last > start || last.is_nan() => Style::Vermilion,
        _ if fixed.windows(2).any(|pair| pair[0] * pair[1] < 0.0) => {
            Style::Orange
        }
        _ => Style::Blue,
    };
    let panel = Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::log("|w|").range(1e-4..=1e2),
    )
    .path("fixed", by_step(&sizes(&fixed)), style)
    .path("Polyak", by_step(&sizes(&by_polyak)), Style::Green)
    .sets_y("start");
    cell.chart(alt, [panel]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// Red if `loss / (gradient * gradient)` were
    /// `0.9 * loss / (gradient * gradient)`: a step that is shorter.
    #[test]
    fn every_step_keeps_one_less_one_over_the_power_from_any_start() {
        for power in [1.0, 1.5, 2.0, 3.0, 4.0, 6.0] {
            let factor: f64 = 1.0 - 1.0 / power;
            for start in [1e-3, 0.1, 4.0, -30.0, 1e6] {
                let weights = descend(power, start, polyak);
                assert_eq!(weights.len(), 21);
                for (k, w) in weights.iter().enumerate() {
                    assert_relative_eq!(
                        *w,
                        start * factor.powi(k as i32),
                        max_relative = 1e-9
                    );
                }
            }
            let outputs = at(run, &[("power", &power), ("start", &3)]);
            assert_relative_eq!(outputs["factor"], factor, epsilon = 1e-15);
            let last = 3.0 * factor.powi(20);
            assert_relative_eq!(outputs["final_w"], last, max_relative = 1e-9);
            let figure = outputs.figure.unwrap().wide;
            let is_line = figure.contains("it falls in a straight line");
            assert_eq!(is_line, factor > 0.0);
        }
    }

    /// As the page opens, and with the start moved to 2.8.
    ///
    /// Red if `w - learning_rate * gradient` were
    /// `w - 0.5 * learning_rate * gradient`: it would converge from there too.
    #[test]
    fn a_fixed_rate_slows_down_from_one_start_and_diverges_from_another() {
        let outputs = at(run, &[]);
        let weights = descend(outputs["power"], outputs["start"], |_, _| 0.3);
        assert_eq!(outputs["learning_rate"], 0.3);
        assert_eq!(outputs["fixed_5"], weights[5].abs());
        // From the second step on each keeps a larger part than the one before.
        let kept: Vec<f64> = weights[1..]
            .windows(2)
            .map(|pair| pair[1] / pair[0])
            .collect();
        assert_eq!(kept.len(), 19);
        assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(kept[0] > 0.9 && kept[18] < 1.0);

        let far = at(run, &[("start", &2.8)]);
        assert!(far["fixed_5"] > 1e20);
        // It does so where the first step ends further out than it began:
        // 0.3 w³ > 2w, from the root of 2/0.3 = 2.58 on.
        let edge = (2.0f64 / 0.3).sqrt();
        for (start, diverges) in [(0.99 * edge, false), (1.01 * edge, true)] {
            let last = descend(4.0, start, |_, _| 0.3)[STEPS].abs();
            assert_eq!(last.is_nan() || last > start, diverges);
        }
    }

    /// On convex losses of two weights, of which two have many minima, the
    /// squared distance to each falls by at least the loss to go squared over
    /// the gradient squared.
    ///
    /// Red if `loss / (gradient * gradient)` were
    /// `2.5 * loss / (gradient * gradient)`: too long.
    #[test]
    fn every_step_comes_nearer_by_what_polyak_promised() {
        type Loss = fn([f64; 2]) -> (f64, [f64; 2]);
        let origin = || vec![[0.0, 0.0]];
        let along = |at: fn(f64) -> [f64; 2]| {
            Vec::from_iter((-4..=4).map(|place| at(f64::from(place))))
        };
        let losses: [(Loss, Vec<[f64; 2]>); 6] = [
            (
                |[x, y]| (0.5 * x * x + 15.0 * y * y, [x, 30.0 * y]),
                origin(),
            ),
            (
                |[x, y]| (x.powi(4) + y * y, [4.0 * x.powi(3), 2.0 * y]),
                origin(),
            ),
            (
                |[x, y]| {
                    (x.abs() + 5.0 * y.abs(), [x.signum(), 5.0 * y.signum()])
                },
                origin(),
            ),
            (
                |[x, y]| {
                    let (a, b) = (x.cosh().ln(), 9.0 * (x + y).cosh().ln());
                    let g = 9.0 * (x + y).tanh();
                    (a + b, [x.tanh() + g, g])
                },
                origin(),
            ),
            // A line of minima, x + 2y = 1.
            (
                |[x, y]| {
                    let miss = x + 2.0 * y - 1.0;
                    (0.5 * miss * miss, [miss, 2.0 * miss])
                },
                along(|x| [x, (1.0 - x) / 2.0]),
            ),
            // A flat floor, |x| up to 0.05, between kinks.
            (
                |[x, y]| {
                    let off = (x.abs() - 0.05).max(0.0);
                    let push = if off > 0.0 { x.signum() } else { 0.0 };
                    (off + y * y, [push, 2.0 * y])
                },
                along(|place| [0.0125 * place, 0.0]),
            ),
        ];
        for (loss, minima) in losses {
            for minimum in &minima {
                assert!(loss(*minimum).0 < 1e-30);
            }
            for start in [[1.0, 1.0], [-3.0, 0.2], [0.1, 4.0]] {
                let mut w = start;
                for _ in 0..50 {
                    let (to_go, g) = loss(w);
                    let slope = g[0] * g[0] + g[1] * g[1];
                    if slope < 1e-12 {
                        break;
                    }
                    let rate = polyak(to_go, slope.sqrt());
                    let next = [w[0] - rate * g[0], w[1] - rate * g[1]];
                    let gain = to_go * to_go / slope;
                    for at in &minima {
                        let squared = |w: [f64; 2]| {
                            (w[0] - at[0]).powi(2) + (w[1] - at[1]).powi(2)
                        };
                        let slack = 1e-12 * squared(w) + 1e-15;
                        assert!(squared(next) <= squared(w) - gain + slack);
                    }
                    w = next;
                }
            }
        }
    }

    /// Red if `loss / (gradient * gradient)` were
    /// `0.5 * loss / (gradient * gradient)`: half as long.
    #[test]
    fn in_a_valley_its_rate_is_between_half_one_over_either_curvature() {
        let mut w = [1.0, 1.0];
        for _ in 0..200 {
            let loss = 0.5 * (w[0] * w[0] + 30.0 * w[1] * w[1]);
            let g = [w[0], 30.0 * w[1]];
            let rate = polyak(loss, g[0].hypot(g[1]));
            assert!((1.0 / 60.0 - 1e-9..=0.5 + 1e-9).contains(&rate));
            w = [w[0] - rate * g[0], w[1] - rate * g[1]];
        }
    }
}
