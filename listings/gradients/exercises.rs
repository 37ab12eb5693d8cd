//! The numbers in the answers to the exercises.

use notebook::Format::{Decimals, Percent, Scientific, Significant};
use notebook::{Cell, Result};

// ANCHOR: answers
pub fn run(cell: &mut Cell) -> Result<()> {
    // 1: the loss (w - 3)², whose slope 2(w - 3) is to be -4.
    cell.value("place", 3.0 - 4.0 / 2.0, Decimals(0));

    // 2: the best h with numbers of 32 bits.
    let best_h = f32::EPSILON.cbrt();
    cell.value("epsilon_f32", f32::EPSILON, Scientific(2));
    cell.value("best_h_f32", best_h, Scientific(1));
    cell.value("error_f32", typical_error_f32(best_h), Scientific(1));
    cell.value("too_small_f32", typical_error_f32(6e-6), Percent(1));

    // 3: the largest angle to the minimum for a curvature of 100.
    let sine: f64 = (100.0 - 1.0) / (100.0 + 1.0);
    cell.value("largest_angle", libm::asin(sine).to_degrees(), Decimals(1));
    cell.value("x_over_y", 100f64.sqrt(), Decimals(0));

    // 4: the neuron at w = -4 under cross-entropy, where dL/dw = (a - 1)x.
    let a = 1.0 / (1.0 + libm::exp(9.0));
    cell.value("cross_entropy", -libm::log(a), Decimals(1));
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

    /// Red if `3.0 - 4.0 / 2.0` were `3.0 + 4.0 / 2.0`: there the slope is 4.
    #[test]
    fn the_slope_is_minus_four_at_the_place_found() {
        let loss = |w: f64| (w - 3.0).powi(2);
        let w = answer("place");
        let slope = (loss(w + 1e-5) - loss(w - 1e-5)) / 2e-5;
        assert_abs_diff_eq!(slope, -4.0, epsilon = 1e-8);
    }

    /// Red if `f32::EPSILON.cbrt()` were `f32::EPSILON.sqrt()`: the best h of a
    /// forward difference.
    #[test]
    fn the_best_h_in_f32_is_about_the_cube_root_of_its_epsilon() {
        let steps = (0..=48).map(|k| 10f32.powf(-0.125 * k as f32));
        let least = steps.map(typical_error_f32).fold(f64::INFINITY, f64::min);
        let here = answer("error_f32");
        assert!((least..3.0 * least).contains(&here), "{}", here / least);
        assert!((6e-6..4e-5).contains(&here), "bend and rounding: {here}");
        let best = f64::from(f32::EPSILON).powf(1.0 / 3.0);
        assert_relative_eq!(answer("best_h_f32"), best, max_relative = 1e-6);
    }

    /// Red if `typical_error_f32(6e-6), P` were `typical_error_f32(6e-5), P`:
    /// ten times larger, that h costs a tenth as much.
    #[test]
    fn an_h_for_64_bits_costs_hundreds_of_times_as_much_in_32() {
        let times = answer("too_small_f32") / answer("error_f32");
        assert!((200.0..1000.0).contains(&times), "{times}");
    }

    /// Red if `100f64.sqrt()` were `100f64`: at (100, 1) the angle is small.
    #[test]
    fn the_angle_where_x_is_ten_y_is_the_largest_of_all() {
        let angle = |x: f64| {
            let cosine = (x * x + 100.0) / (x.hypot(1.0) * x.hypot(100.0));
            cosine.acos().to_degrees()
        };
        let largest = (1..=40000).map(|i| angle(0.01 * f64::from(i)));
        let largest = largest.fold(0.0, f64::max);
        for angle in [angle(answer("x_over_y")), answer("largest_angle")] {
            assert_abs_diff_eq!(largest, angle, epsilon = 1e-9);
        }
    }

    /// Red if `(a - 1.0) * 2.0` were `a * (a - 1.0) * 2.0`: the gradient of the
    /// square, less its factor of 2, which vanishes where the sigmoid is flat.
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
        assert!(quotient < -1.9);
    }

    /// Red if `w.max(0.0)` were `w`: without the corner the slope is 1.
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
