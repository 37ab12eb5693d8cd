//! What ten steps achieve at each learning rate, in three bowls.

use notebook::{Axis, Cell, Format, Panel, Result, Style};

// ANCHOR: sweep
/// |w| after ten steps on ½λw² from 1.
fn distance_left(learning_rate: f64, curvature: f64) -> f64 {
    let mut w: f64 = 1.0;
    for _ in 0..10 {
        w -= learning_rate * curvature * w;
    }
    w.abs()
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.5, 0.01..=10.0)?;

    let curvatures = [0.5, 2.0, 8.0];
    writeln!(
        cell,
        "lambda  best eta  limit  |w| at eta = {learning_rate}"
    );
    for curvature in curvatures {
        let (best, limit) = (1.0 / curvature, 2.0 / curvature);
        let left = distance_left(learning_rate, curvature);
        writeln!(cell, "{curvature:6} {best:9.3} {limit:6.2}  {left:.6}");
    }
    // ANCHOR_END: sweep
    // At the rate of the page, whatever the knob says.
    for (name, curvature) in ["wide", "middle", "narrow"].iter().zip(curvatures)
    {
        let (mut of, left) = (cell.of(name), distance_left(0.5, curvature));
        of.value("left", left, Format::Significant(2));
        of.value("curvature", curvature, Format::Exact);
    }
    let alt = format!(
        "What is left of the weight after ten steps, against the learning \
         rate: three curves of one shape side by side, their lowest points at \
         {}, {} and {}; each crosses the level of the start at twice that.",
        1.0 / curvatures[0],
        1.0 / curvatures[1],
        1.0 / curvatures[2]
    );
    cell.chart(alt, [sweep(curvatures, learning_rate)]);
    Ok(())
}

fn sweep(curvatures: [f64; 3], learning_rate: f64) -> Panel {
    let axes = Panel::new(
        Axis::log("learning rate η").range(0.01..=50.0),
        Axis::log("|w| after ten steps").range(1e-4..=1e3),
    )
    .level("the start", 1.0)
    .wall(format!("η = {learning_rate}"), learning_rate)
    .sets_x("learning_rate");
    // No regime's style: along each curve one regime follows another.
    let styles = [Style::Muted, Style::Ink, Style::Muted];
    // Each name at a height of its own, so that none covers another.
    let heights: [f64; 3] = [4.0, 30.0, 300.0];
    let curves = curvatures.into_iter().zip(styles).zip(heights);
    curves.fold(axes, |panel, ((curvature, style), height)| {
        let at = ((1.0 + libm::pow(height, 0.1)) / curvature, height);
        panel
            .function("", |rate| distance_left(rate, curvature), style)
            .note(format!("λ = {curvature}"), at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    const CURVATURES: [f64; 3] = [0.5, 2.0, 8.0];

    /// What the table says of each bowl: curvature, best rate, limit, what is
    /// left.
    fn printed(rate: f64) -> Vec<Vec<f64>> {
        let text = at(run, &[("learning_rate", &rate)]).text;
        let rows = text.lines().skip(1).map(|row| {
            let words = row.split_whitespace();
            words.map(|word| word.parse().unwrap()).collect()
        });
        rows.collect()
    }

    /// Red if `1.0 / curvature, 2.0 / curvature` were
    /// `1.5 / curvature, 2.0 / curvature`: a rate at which a part is left.
    #[test]
    fn the_best_rate_is_one_over_the_curvature() {
        for row in printed(0.5) {
            let [curvature, best, ..] = row[..] else {
                panic!("{row:?}");
            };
            assert_eq!(distance_left(best, curvature), 0.0);
            for factor in (1..300).filter(|i| *i != 100) {
                let rate = best * f64::from(factor) / 100.0;
                assert!(distance_left(rate, curvature) > 0.0);
            }
        }
    }

    /// Red if `(1.0 / curvature, 2.0 / curvature)` were `(1.0 / curvature, 2.1
    /// / curvature)`: just below that it diverges already.
    #[test]
    fn descent_diverges_beyond_twice_the_best_rate_and_not_before() {
        assert_eq!(printed(0.5).len(), 3);
        let figure = at(run, &[]).figure.unwrap();
        assert!(figure.wide.contains("at 2, 0.5 and 0.125; each"));
        for (row, curvature) in printed(0.5).iter().zip(CURVATURES) {
            assert_eq!((row[0], row[2]), (curvature, 2.0 * row[1]));
            assert_eq!(distance_left(row[2], curvature), 1.0);
            for part in (1..=1000).map(|i| f64::from(i) / 1000.0) {
                assert!(
                    distance_left((1.0 - 0.999 * part) * row[2], curvature)
                        < 1.0
                );
                assert!(distance_left((1.0 + part) * row[2], curvature) > 1.0);
            }
        }
    }

    /// Red if `distance_left(0.5, curvature)` were `distance_left(0.2,
    /// curvature)`: at that rate none lands.
    #[test]
    fn a_rate_that_is_best_in_one_bowl_diverges_in_a_steeper_one() {
        let outputs = at(run, &[]);
        assert_eq!(outputs["middle_left"], 0.0);
        assert_relative_eq!(outputs["wide_left"], 0.75f64.powi(10));
        assert_relative_eq!(outputs["narrow_left"], 3f64.powi(10));
        let named = ["wide_curvature", "middle_curvature", "narrow_curvature"];
        assert_eq!(named.map(|name| outputs[name]), CURVATURES);
        let left: Vec<f64> = printed(0.5).iter().map(|row| row[3]).collect();
        assert_eq!(left, [0.056314, 0.0, 59049.0]);
    }

    /// Red if `learning_rate * curvature * w` were `learning_rate * w`: the
    /// rate alone.
    #[test]
    fn only_the_product_of_rate_and_curvature_counts() {
        for rate in (1..=100).map(|i| f64::from(i) / 20.0) {
            for factor in [0.3, 2.0, 16.0] {
                let one = distance_left(rate, 0.5);
                let other = distance_left(rate / factor, 0.5 * factor);
                assert_relative_eq!(
                    one,
                    other,
                    max_relative = 1e-9,
                    epsilon = 1e-12
                );
            }
        }
    }
}
