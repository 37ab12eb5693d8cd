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
        "lambda  best eta  limit  |w| at eta = {learning_rate:.2}"
    );
    for curvature in curvatures {
        let (best, limit) = (1.0 / curvature, 2.0 / curvature);
        let left = distance_left(learning_rate, curvature);
        writeln!(cell, "{curvature:6} {best:9.3} {limit:6.2}  {left:.6}");
    }
    // ANCHOR_END: sweep
    let names = [("wide", 0.5), ("middle", 2.0), ("narrow", 8.0)];
    for (name, curvature) in names {
        let left = distance_left(learning_rate, curvature);
        let curvature_name = format!("{name}_curvature");
        cell.value(name, left, Format::Significant(2));
        cell.value(&curvature_name, curvature, Format::Significant(1));
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
    let rates = || (0..=600).map(|i| 10f64.powf(-2.0 + f64::from(i) / 200.0));
    let curve = |curvature| {
        rates().map(move |rate| (rate, distance_left(rate, curvature)))
    };
    let axes = Panel::new(
        Axis::log("learning rate η").range(0.01..=50.0),
        Axis::log("|w| after ten steps").range(1e-4..=1e3),
    )
    .level("the start", 1.0)
    .wall(format!("η = {learning_rate:.2}"), learning_rate);
    // No regime's style: along each curve one regime follows another.
    let styles = [Style::Muted, Style::Ink, Style::Muted];
    // Each name at a height of its own, so that none covers another.
    let heights: [f64; 3] = [4.0, 30.0, 300.0];
    let curves = curvatures.into_iter().zip(styles).zip(heights);
    curves.fold(axes, |panel, ((curvature, style), height)| {
        let at = ((1.0 + height.powf(0.1)) / curvature, height);
        panel
            .line("", curve(curvature), style)
            .note(format!("λ = {curvature}"), at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_best_rate_is_one_over_the_curvature() {
        for curvature in [0.5, 2.0, 8.0] {
            let best = distance_left(1.0 / curvature, curvature);
            for factor in [0.5, 0.9, 0.99, 1.01, 1.1, 1.5] {
                assert!(distance_left(factor / curvature, curvature) > best);
            }
        }
    }

    #[test]
    fn a_rate_that_is_best_in_one_bowl_diverges_in_a_steeper_one() {
        assert_eq!(distance_left(0.5, 2.0), 0.0);
        assert!(distance_left(0.5, 8.0) > 1.0);
    }

    #[test]
    fn only_the_product_of_rate_and_curvature_counts() {
        for rate in [0.1, 0.4, 1.3] {
            let (flat, steep) =
                (distance_left(rate, 0.5), distance_left(rate / 16.0, 8.0));
            assert_relative_eq!(flat, steep, max_relative = 1e-12);
        }
    }
}
