//! A path across the contours of a valley, at a learning rate and a condition
//! number of your choice.

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
    cell.value("factor_x", factor_x, Format::Significant(2));
    cell.value("factor_y", factor_y, Format::Significant(2));
    cell.value("x", x, Format::Decimals(2));
    cell.value("y", y, Format::Decimals(3));
    let alt = format!(
        "Contours of a valley of condition number {condition_number}. The path \
         from (9, 2.4) {} along the valley and {} across it; after {steps} \
         steps it is at ({x:.2}, {y:.2}).",
        regimes[0].name(),
        regimes[1].name()
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
    use notebook::at;

    fn end(learning_rate: f64, condition_number: f64) -> (f64, f64) {
        let outputs = at(
            run,
            &[
                ("learning_rate", &learning_rate),
                ("condition_number", &condition_number),
                ("steps", &9),
            ],
        );
        (outputs["x"], outputs["y"])
    }

    #[test]
    fn along_and_across_the_valley_each_factor_has_its_own_power() {
        for learning_rate in [0.02, 0.25, 0.45, 0.55] {
            for condition_number in [1.0, 7.0, 50.0] {
                let (x, y) = end(learning_rate, condition_number);
                let factor_x: f64 =
                    1.0 - 4.0 * learning_rate / condition_number;
                let factor_y: f64 = 1.0 - 4.0 * learning_rate;
                let expected = (9.0 * factor_x.powi(9), 2.4 * factor_y.powi(9));
                assert_relative_eq!(x, expected.0, epsilon = 1e-12);
                assert_relative_eq!(y, expected.1, epsilon = 1e-12);
            }
        }
    }

    #[test]
    fn at_every_condition_number_the_limit_is_that_of_the_steep_weight() {
        for condition_number in [2.0, 20.0, 50.0] {
            let (x, y) = end(0.49, condition_number);
            assert!(x > 0.0 && y.abs() < 2.4, "{condition_number}");
            let (x, y) = end(0.51, condition_number);
            assert!(x.abs() < 9.0 && y.abs() > 2.4, "{condition_number}");
        }
    }
}
