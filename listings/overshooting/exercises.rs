//! The answers to the exercises, computed.

use notebook::{Cell, Format, Result};

/// The weights of descent on ½λw² from `start`.
fn descend(
    learning_rate: f64,
    curvature: f64,
    start: f64,
    steps: usize,
) -> Vec<f64> {
    let step = |w: &f64| Some(w - learning_rate * curvature * w);
    std::iter::successors(Some(start), step)
        .take(steps + 1)
        .collect()
}

pub fn run(cell: &mut Cell) -> Result<()> {
    // 1: the curvature of 3w² is 6.
    let curvature = 6.0;
    cell.value("curvature", curvature, Format::Exact);
    cell.value("best", 1.0 / curvature, Format::Significant(3));
    cell.value("limit", 2.0 / curvature, Format::Significant(3));

    // 2: the steps from 8 to within 0.01, at a product of 1.5.
    let weights = descend(1.5, 1.0, 8.0, 20);
    let steps = weights.iter().take_while(|w| w.abs() > 0.01).count();
    cell.count("steps", steps);
    cell.value("w_1", weights[1], Format::Decimals(0));
    cell.value("w_2", weights[2], Format::Decimals(0));

    // 3: a curvature from two weights that were seen: w went from 2 to -1.
    let factor = -1.0 / 2.0;
    cell.value("product", 1.0 - factor, Format::Decimals(1));
    cell.value(
        "curvature_seen",
        (1.0 - factor) / 0.3,
        Format::Significant(2),
    );
    cell.value("best_rate", 0.3 / (1.0 - factor), Format::Significant(2));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    #[test]
    fn beyond_two_over_six_descent_on_three_w_squared_diverges() {
        let last = |rate| descend(rate, 6.0, 1.0, 200)[200].abs();
        assert!(last(0.99 / 3.0) < 1.0 && last(1.01 / 3.0) > 1.0);
    }

    #[test]
    fn ten_halvings_take_eight_to_a_hundredth() {
        let weights = descend(1.5, 1.0, 8.0, 10);
        assert_relative_eq!(weights[10], 8.0 / 1024.0);
        assert!(weights[9].abs() > 0.01 && weights[10].abs() <= 0.01);
    }

    #[test]
    fn one_step_tells_the_curvature() {
        let outputs = at(run, &[]);
        let curvature = (1.0 - -1.0 / 2.0) / 0.3;
        assert_relative_eq!(descend(0.3, curvature, 2.0, 1)[1], -1.0);
        let best = outputs["best_rate"];
        assert_relative_eq!(
            descend(best, curvature, 2.0, 1)[1],
            0.0,
            epsilon = 1e-12
        );
    }
}
