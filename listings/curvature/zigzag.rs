//! A path across the contours of a valley, at a learning rate and a condition
//! number of your choice.

use crate::number::said;
use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, Style};

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.knob("learning_rate", 0.45, 0.02..=0.55)?;
    let condition_number =
        cell.log_knob("condition_number", 20.0, 1.0..=50.0)?;
    let steps = cell.count_knob("steps", 20, 0..=30)?;

    // ANCHOR: descent
    // Across the valley, along y, the curvature is always 4.
    let (lambda_x, lambda_y) = (4.0 / condition_number, 4.0);
    let mut path = vec![(9.0, 2.4)];
    for k in 0..steps {
        let (x, y) = path[k];
        let (g_x, g_y) = (lambda_x * x, lambda_y * y);
        path.push((x - learning_rate * g_x, y - learning_rate * g_y));
    }
    // ANCHOR_END: descent

    cell.mark("learning_rate", "1/λ", 1.0 / lambda_y);
    cell.mark("learning_rate", "2/λ", 2.0 / lambda_y);
    let (x, y) = path[steps];
    let factor_x = 1.0 - learning_rate * lambda_x;
    let factor_y = 1.0 - learning_rate * lambda_y;
    let regimes = [lambda_x, lambda_y]
        .map(|curvature| Regime::of(learning_rate * curvature));
    writeln!(cell, "          curvature  factor  after {steps} steps");
    for (name, lambda, factor, end, regime) in [
        ("x, along ", lambda_x, factor_x, x, regimes[0]),
        ("y, across", lambda_y, factor_y, y, regimes[1]),
    ] {
        let does = regime.name();
        writeln!(cell, "{name} {lambda:9.3} {factor:7.3} {end:10.4}  {does}");
    }
    cell.value("factor_x", factor_x, Format::Decimals(3));
    cell.value("factor_y", factor_y, Format::Decimals(3));
    cell.value("x", x, Format::Decimals(2));
    cell.value("y", y, Format::Decimals(3));
    let alt = format!(
        "Contours of a valley of condition number {condition_number}. The path \
         from (9, 2.4) {} along the valley and {} across it; at step \
         {steps} it is at ({}, {}).",
        regimes[0].name(),
        regimes[1].name(),
        said(x, 2),
        said(y, 2)
    );
    let loss =
        move |x: f64, y: f64| (lambda_x * x * x + lambda_y * y * y) / 2.0;
    cell.chart(alt, [map(loss, path, regimes[1])]);
    Ok(())
}

/// Both axes have one scale in the wide form.
fn map(
    loss: impl Fn(f64, f64) -> f64 + 'static,
    path: Vec<(f64, f64)>,
    regime: Regime,
) -> Panel {
    let highest = loss(path[0].0, path[0].1);
    let levels = (1..=6).map(|i| highest * f64::from(i * i) / 25.0);
    Panel::new(
        Axis::linear("weight x").range(-3.2..=10.4),
        Axis::linear("weight y").range(-3.2..=3.2),
    )
    .contours(loss, levels)
    .path("", path, regime.style())
    .points("", [(0.0, 0.0)], Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::{Outputs, at};

    const CONDITION_NUMBERS: [f64; 6] = [1.0, 1.5, 2.0, 7.0, 20.0, 50.0];

    fn after(learning_rate: f64, condition_number: f64, steps: i32) -> Outputs {
        at(
            run,
            &[
                ("learning_rate", &learning_rate),
                ("condition_number", &condition_number),
                ("steps", &steps),
            ],
        )
    }

    /// Red if `lambda_x * x, lambda_y * y` were `lambda_y * x, lambda_y * y`:
    /// both weights would have the factor of y.
    #[test]
    fn along_and_across_the_valley_each_factor_has_its_own_power() {
        for rate in [0.02, 0.1, 0.25, 0.45, 0.55] {
            for kappa in CONDITION_NUMBERS {
                for steps in [0, 1, 9, 30] {
                    let outputs = after(rate, kappa, steps);
                    let (x, y) = (1.0 - 4.0 * rate / kappa, 1.0 - 4.0 * rate);
                    let close = |name, expected| {
                        assert_relative_eq!(
                            outputs[name],
                            expected,
                            epsilon = 1e-12,
                            max_relative = 1e-12
                        );
                    };
                    let printed = |factor: f64, start: f64| {
                        let end = start * factor.powi(steps);
                        format!("{factor:7.3} {end:10.4}")
                    };
                    let rows = [printed(x, 9.0), printed(y, 2.4)];
                    for (row, line) in
                        rows.iter().zip(outputs.text.lines().skip(1))
                    {
                        assert!(line.contains(row), "{line}: {row}");
                    }
                    assert_eq!(outputs.text.lines().count(), 3);
                    close("factor_x", x);
                    close("factor_y", y);
                    close("x", 9.0 * x.powi(steps));
                    close("y", 2.4 * y.powi(steps));
                }
            }
        }
    }

    /// Red if `4.0 / condition_number, 4.0` were `4.0 / condition_number, 5.0`:
    /// a steeper y would have a lower limit.
    #[test]
    fn at_every_condition_number_the_limit_is_that_of_the_steep_weight() {
        for kappa in CONDITION_NUMBERS {
            for rate in [0.02, 0.1, 0.25, 0.4, 0.49] {
                let end = after(rate, kappa, 30);
                assert!(
                    end["x"].abs() < 9.0 && end["y"].abs() < 2.4,
                    "{kappa}"
                );
            }
            for rate in [0.51, 0.53, 0.55] {
                let end = after(rate, kappa, 30);
                assert!(end["y"].abs() > 2.4, "{kappa} {rate}");
                // Of x alone the limit is κ times as high.
                assert!(kappa < 1.1 || end["x"].abs() < 9.0, "{kappa} {rate}");
            }
        }
    }

    /// Red if `kappa = 1.0` were `kappa = 1.1`: the path would bend.
    #[test]
    fn in_a_round_bowl_the_path_goes_to_and_fro_on_one_line() {
        let kappa = 1.0;
        for steps in 0..30 {
            let (here, next) =
                (after(0.45, kappa, steps), after(0.45, kappa, steps + 1));
            assert_relative_eq!(
                here["x"] * 2.4,
                here["y"] * 9.0,
                epsilon = 1e-12
            );
            assert!(here["x"] * next["x"] < 0.0 && here["y"] * next["y"] < 0.0);
        }
    }
}
