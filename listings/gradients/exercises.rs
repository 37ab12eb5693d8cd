//! The numbers in the answers to the exercises.

use notebook::Format::{Decimals, Percent, Scientific, Significant};
use notebook::{Cell, Result};

// ANCHOR: answers
pub fn run(cell: &mut Cell) -> Result<()> {
    // 1: the loss (w - 3)², whose slope 2(w - 3) is to be -4.
    cell.value("place", 3.0 - 4.0 / 2.0, Decimals(0));

    // 2: the best h with numbers of 32 bits.
    let best_h = f32::EPSILON.cbrt();
    cell.value("epsilon_f32", f64::from(f32::EPSILON), Scientific(2));
    cell.value("best_h_f32", f64::from(best_h), Scientific(1));
    cell.value("error_f32", typical_error_f32(best_h), Scientific(1));
    cell.value("too_small_f32", typical_error_f32(6e-6), Percent(0));

    // 3: the largest angle to the minimum for a curvature of 100.
    let sine: f64 = (100.0 - 1.0) / (100.0 + 1.0);
    cell.value("largest_angle", sine.asin().to_degrees(), Decimals(1));

    // 4: the neuron at w = -4 under cross-entropy, where dL/dw = (a - 1)x.
    let a = 1.0 / (1.0 + f64::exp(9.0));
    cell.value("cross_entropy", -a.ln(), Decimals(1));
    cell.value("gradient", (a - 1.0) * 2.0, Decimals(2));

    // 5: relu at w = 2e-6 by a central difference that straddles its corner.
    let relu = |w: f64| w.max(0.0);
    let quotient = (relu(2e-6 + 6e-6) - relu(2e-6 - 6e-6)) / 12e-6;
    cell.value("relu_quotient", quotient, Significant(2));
    Ok(())
}

/// The root of the mean squared relative error of the central quotient
/// of w⁴, in 32 bits, over 100 weights near 2.
fn typical_error_f32(h: f32) -> f64 {
    let loss = |w: f32| w * w * w * w;
    let squares = (0u8..100).map(|i| {
        let w = 1.9 + 0.002 * f32::from(i);
        let quotient = f64::from((loss(w + h) - loss(w - h)) / (2.0 * h));
        let w = f64::from(w);
        (quotient / (4.0 * w * w * w) - 1.0).powi(2)
    });
    (squares.sum::<f64>() / 100.0).sqrt()
}
// ANCHOR_END: answers

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;

    fn answer(name: &str) -> f64 {
        at(run, &[])[name]
    }

    #[test]
    fn the_slope_is_minus_four_at_the_place_found() {
        let loss = |w: f64| (w - 3.0).powi(2);
        let w = answer("place");
        assert_abs_diff_eq!(
            (loss(w + 1e-5) - loss(w - 1e-5)) / 2e-5,
            -4.0,
            epsilon = 1e-8
        );
    }

    #[test]
    fn the_best_h_in_f32_is_about_the_cube_root_of_its_epsilon() {
        let steps = (0..=24).map(|k| 10f32.powf(-0.25 * k as f32));
        let error = |h: &f32| typical_error_f32(*h);
        let best = steps.min_by(|a, b| error(a).total_cmp(&error(b))).unwrap();
        let ratio = f64::from(best) / answer("best_h_f32");
        assert!((0.3..3.0).contains(&ratio), "{ratio}");
    }

    #[test]
    fn the_angle_at_ten_and_one_is_the_largest_of_all() {
        let angle = |x: f64| {
            let cosine = (x * x + 100.0) / (x.hypot(1.0) * x.hypot(100.0));
            cosine.acos().to_degrees()
        };
        let largest = (1..=4000).map(|i| angle(0.01 * f64::from(i)));
        assert_abs_diff_eq!(
            largest.fold(0.0, f64::max),
            angle(10.0),
            epsilon = 1e-9
        );
        assert_abs_diff_eq!(
            answer("largest_angle"),
            angle(10.0),
            epsilon = 1e-9
        );
    }

    #[test]
    fn cross_entropy_keeps_its_gradient_where_the_neuron_saturates() {
        let loss = |w: f64| (1.0 + (1.0 - 2.0 * w).exp()).ln();
        let quotient = (loss(-4.0 + 1e-5) - loss(-4.0 - 1e-5)) / 2e-5;
        assert_relative_eq!(
            answer("cross_entropy"),
            loss(-4.0),
            max_relative = 1e-12
        );
        assert_relative_eq!(answer("gradient"), quotient, max_relative = 1e-9);
    }

    #[test]
    fn a_quotient_across_the_corner_of_relu_is_neither_slope() {
        // Of the way from -h to h, the part right of the corner.
        let right = (2.0 + 6.0) / (2.0 * 6.0);
        assert_relative_eq!(
            answer("relu_quotient"),
            right,
            max_relative = 1e-12
        );
    }
}
