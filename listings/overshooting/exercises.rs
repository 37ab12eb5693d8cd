//! The answers to the exercises, computed.

use notebook::{Cell, Format, Result};

/// The weights of twenty steps on ½λw² from `start`.
fn descend(eta_lambda: f64, start: f64) -> Vec<f64> {
    let step = |w: &f64| Some(w - eta_lambda * w);
    std::iter::successors(Some(start), step).take(20).collect()
}

pub fn run(cell: &mut Cell) -> Result<()> {
    // 1: the curvature of 3w² is 6.
    let curvature = 6.0;
    cell.value("curvature", curvature, Format::Exact);
    cell.value("best", 1.0 / curvature, Format::Significant(3));
    cell.value("limit", 2.0 / curvature, Format::Significant(3));

    // 2: the steps from 8 to within 0.01, at a product of 1.5.
    let weights = descend(1.5, 8.0);
    let steps = weights.iter().take_while(|w| w.abs() > 0.01).count();
    cell.count("steps", steps);
    cell.count("w_1", weights[1]);
    cell.count("w_2", weights[2]);

    // 3: a curvature from two weights that were seen: w went from 2 to -1.
    let product = 1.0 - -1.0 / 2.0;
    cell.value("product", product, Format::Decimals(1));
    cell.value("curvature_seen", product / 0.3, Format::Significant(2));
    cell.value("best_rate", 0.3 / product, Format::Significant(2));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;

    fn answer(name: &str) -> f64 {
        at(run, &[])[name]
    }

    /// Red if `curvature = 6.0` were `curvature = 3.0`: the ½ of the bowl is
    /// forgotten.
    #[test]
    fn beyond_two_over_six_descent_on_three_w_squared_diverges() {
        // The slope of 3w², by a difference that is exact for a square.
        let slope = |w: f64| 3.0 * ((w + 0.5).powi(2) - (w - 0.5).powi(2));
        let last =
            |rate: f64| (0..200).fold(1.0f64, |w, _| w - rate * slope(w)).abs();
        assert_abs_diff_eq!(last(answer("best")), 0.0, epsilon = 1e-12);
        assert!(
            last(0.99 * answer("limit")) < 0.1
                && last(1.01 * answer("limit")) > 10.0
        );
        assert_eq!(answer("curvature"), slope(1.0) - slope(0.0));
    }

    /// Red if `descend(1.5, 8.0)` were `descend(1.4, 8.0)`: then
    /// each step leaves less than a half.
    #[test]
    fn ten_halvings_take_eight_to_a_hundredth() {
        assert_eq!((answer("w_1"), answer("w_2")), (-4.0, 2.0));
        let steps = answer("steps") as i32;
        assert!(
            8.0 / 2f64.powi(steps) <= 0.01 && 8.0 / 2f64.powi(steps - 1) > 0.01
        );
    }

    /// Red if `1.0 - -1.0 / 2.0` were `1.0 - 1.0 / 2.0`: the sign that was seen
    /// is lost.
    #[test]
    fn one_step_tells_the_curvature() {
        let step = |rate: f64| 2.0 - rate * answer("curvature_seen") * 2.0;
        assert_relative_eq!(step(0.3), -1.0, max_relative = 1e-12);
        assert_abs_diff_eq!(step(answer("best_rate")), 0.0, epsilon = 1e-12);
        assert_relative_eq!(answer("product"), 0.3 * answer("curvature_seen"));
    }
}
