//! A sweep over a logarithmic grid, widened until its best rate is inside, then
//! refined.

use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::search::grid::{Tried, best, refine, sweep};

const CURVATURES: [f64; 3] = [0.3, 3.0, 30.0];
const STEPS: i32 = 50;

/// What is left of the loss after the steps: each weight starts at 1, and its
/// factor is taken that many times.
fn loss_after(learning_rate: f64) -> f64 {
    let left = CURVATURES.iter().map(|curvature| {
        let w = (1.0 - learning_rate * curvature).powi(STEPS);
        0.5 * curvature * w * w
    });
    left.sum::<f64>() / (0.5 * CURVATURES.iter().sum::<f64>())
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let start = cell.log_knob("start", 1e-4, 1e-6..=1.0)?;
    let points_per_decade = cell.count_knob("points_per_decade", 2, 1..=6)?;

    // ANCHOR: search
    let mut loss_at = |rate: f64| Ok(loss_after(rate));
    let factor = libm::exp10(1.0 / points_per_decade as f64);
    let count = points_per_decade + 1;
    let tried = sweep(&mut loss_at, (start, factor, count))?;
    let refined = refine(&mut loss_at, &tried, factor, 2)?;
    // ANCHOR_END: search
    writeln!(cell, "    rate  loss left");
    print(cell, &tried);
    writeln!(cell, "refined");
    print(cell, &refined);
    report(cell, start, &tried, &refined);
    Ok(())
}

fn print(cell: &mut Cell, tried: &[Tried]) {
    for (place, (rate, loss)) in tried.iter().enumerate() {
        let mark = if place == best(tried) { "  best" } else { "" };
        writeln!(cell, "{rate:8.2e}  {loss:8.1e}{mark}");
    }
}

fn report(cell: &mut Cell, start: f64, tried: &[Tried], refined: &[Tried]) {
    let (coarse, fine) = (tried[best(tried)], refined[best(refined)]);
    let limit = 2.0 / CURVATURES[2];
    cell.value("end", 10.0 * start, Format::Significant(2));
    cell.value("coarse", coarse.0, Format::Significant(2));
    cell.value("fine", fine.0, Format::Significant(2));
    cell.value("fine_loss", fine.1, Format::Significant(2));
    cell.count("runs", tried.len() + refined.len() - 1);
    cell.value("limit", limit, Format::Significant(2));
    cell.count("steps", STEPS);
    let alt = format!(
        "Left, the loss left after {STEPS} steps against the rate: a long way \
         down and a wall at {limit:.3}. The grid began at {start}; the \
         rates tried reach from {:.1e} to {:.1e}, the best is {:.2e}. Right, \
         refined around it: {:.2e}.",
        tried[0].0,
        tried[tried.len() - 1].0,
        coarse.0,
        fine.0
    );
    let wide = Panel::new(
        Axis::log("learning rate").range(1e-7..=10.0),
        Axis::log("loss left").range(1e-3..=10.0),
    )
    .wall("", start)
    .sets_x("start")
    .wall("", 10.0 * start);
    let close = Panel::new(
        Axis::log("learning rate").range(5e-3..=0.1),
        Axis::log("loss left").range(1e-3..=0.1),
    );
    cell.chart(alt, [with_points(wide, tried), with_points(close, refined)]);
}

/// The rates that were tried, each in the style of what the steepest direction
/// does there, over the curve that nobody who tunes can see.
fn with_points(panel: Panel, tried: &[Tried]) -> Panel {
    let panel = panel.function("", loss_after, Style::Muted);
    [Regime::Creeps, Regime::Overshoots, Regime::Diverges]
        .into_iter()
        .fold(panel, |panel, regime| {
            let here = tried
                .iter()
                .filter(|(rate, _)| Regime::of(rate * CURVATURES[2]) == regime);
            panel.points("", here.copied(), regime.style())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// The rate with the lowest loss, and that loss, by thirds.
    fn optimum() -> (f64, f64) {
        let (mut low, mut high) = (1e-3f64, 2.0 / CURVATURES[2]);
        for _ in 0..200 {
            let third = (high - low) / 3.0;
            if loss_after(low + third) < loss_after(high - third) {
                high -= third;
            } else {
                low += third;
            }
        }
        (low, loss_after(low))
    }

    /// Steps until the loss is a millionth of its start, by walking.
    fn steps_to_a_millionth(rate: f64) -> f64 {
        let mut weights = [1.0; 3];
        let loss = |weights: &[f64; 3]| -> f64 {
            let terms = weights.iter().zip(CURVATURES);
            terms.map(|(w, curvature)| 0.5 * curvature * w * w).sum()
        };
        let enough = 1e-6 * loss(&weights);
        let mut steps = 0;
        while loss(&weights) > enough {
            for (w, curvature) in weights.iter_mut().zip(CURVATURES) {
                *w -= rate * curvature * *w;
            }
            steps += 1;
        }
        f64::from(steps)
    }

    /// Red if `.powi(STEPS)` were `.powi(STEPS - 1)`: a step too few.
    #[test]
    fn the_loss_left_is_that_of_walking() {
        for rate in [1e-4, 1e-2, 0.05, 0.08] {
            let mut weights = [1.0; 3];
            for _ in 0..STEPS {
                for (w, curvature) in weights.iter_mut().zip(CURVATURES) {
                    *w -= rate * curvature * *w;
                }
            }
            let terms = weights.iter().zip(CURVATURES);
            let loss: f64 = terms.map(|(w, c)| c * w * w).sum();
            let start: f64 = CURVATURES.iter().sum();
            assert_relative_eq!(
                loss_after(rate),
                loss / start,
                max_relative = 1e-9
            );
        }
    }

    /// Over the whole range of both knobs.
    ///
    /// Red if `factor, 2)?` were `factor, 1)?`: one round of refining.
    #[test]
    fn wherever_the_first_grid_lies_it_finds_the_best_rate() {
        let optimum = optimum().0;
        for exponent in 0..=24 {
            let start = 10f64.powf(-6.0 + 0.25 * f64::from(exponent)).min(1.0);
            for points in 1..=6 {
                let outputs = at(
                    run,
                    &[("start", &start), ("points_per_decade", &points)],
                );
                let found = outputs["fine"];
                assert_eq!(outputs["fine_loss"], loss_after(found));
                // Two halvings of a spacing of one over the points a decade.
                let off = (found / optimum).log10().abs();
                let spacing = 1.0 / f64::from(points);
                assert!(off <= 0.25 * spacing, "{start} {points}: {found}");
            }
        }
    }

    /// Red if `let count = points_per_decade + 1` were
    /// `let count = points_per_decade + 4`: a grid that reaches further.
    #[test]
    fn it_walks_up_from_a_grid_too_low_and_down_from_one_that_diverges() {
        let outputs = at(run, &[]);
        // Factors of √10 from 0.0001: three rates, four more to the best, and
        // one that diverges.
        let limit = 2.0 / 30.0;
        let coarse = 1e-4 * 10f64.powf(5.0 / 2.0);
        assert_relative_eq!(outputs["end"], 1e-3, max_relative = 1e-9);
        assert_relative_eq!(outputs["coarse"], coarse, max_relative = 1e-9);
        assert!(coarse * 10f64.sqrt() > limit);
        assert_relative_eq!(outputs["limit"], limit, max_relative = 1e-9);
        assert_eq!(outputs["runs"], 7.0 + 4.0);
        assert!(outputs["fine"] < limit && outputs["fine"] > 0.8 * limit);
        let outputs = at(run, &[("start", &1)]);
        let swept = outputs.text.split("refined").next().unwrap();
        let rates: Vec<f64> = swept
            .lines()
            .skip(1)
            .map(|line| line.split_whitespace().next().unwrap())
            .map(|rate| rate.parse().unwrap())
            .collect();
        // The best, and one below it that is worse.
        let below = rates.iter().filter(|rate| **rate < limit).count();
        assert_eq!(below, 2, "{rates:?}");
        let first_grid = rates.iter().filter(|rate| **rate >= 1.0);
        assert_eq!(first_grid.count(), 3);
    }

    /// Red if `best / f64::powf(factor, part)` were
    /// `best / f64::powf(factor, 2.0 * part)`: two factors below the best.
    #[test]
    fn a_grid_of_a_factor_costs_at_most_about_that_factor_in_steps() {
        let best = 2.0 / (CURVATURES[0] + CURVATURES[2]);
        let rates = (0..200).map(|i| best * (0.9 + f64::from(i) / 2000.0));
        let least = rates.map(steps_to_a_millionth).fold(f64::MAX, f64::min);
        for factor in [3.0, 10.0] {
            // Wherever the grid lies, one of its rates is within a factor of
            // the best rate and not above it.
            for part in [0.0, 0.3, 0.6, 0.99] {
                let rate = best / f64::powf(factor, part);
                let steps = steps_to_a_millionth(rate);
                assert!(steps <= 1.05 * factor * least, "{factor} {part}");
            }
        }
    }
}
