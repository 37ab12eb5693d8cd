//! The answers to the exercises, computed.

use notebook::{Cell, Format, Result};

pub fn run(cell: &mut Cell) -> Result<()> {
    // 1: on w⁴, |w₀| < 1/√(2η) and so η < 1/(2w₀²).
    let learning_rate: f64 = 0.02;
    let start = 1.0 / (2.0 * learning_rate).sqrt();
    cell.value("largest_start", start, Format::Significant(3));
    let rate = 1.0 / (2.0 * 10.0 * 10.0);
    cell.value("largest_rate", rate, Format::Significant(3));

    // 2: vw = 1/η and v² + w² = 1 + 1/η give v + w and v - w.
    let product = 1.0 / 1.2;
    let squares = 1.0 + product;
    let sum = f64::sqrt(squares + 2.0 * product);
    let difference = f64::sqrt(squares - 2.0 * product);
    cell.value("v", (sum + difference) / 2.0, Format::Decimals(3));
    cell.value("w", (sum - difference) / 2.0, Format::Decimals(3));

    // 3: at ab = 1 the sharpness is a² + b².
    let limit = |a: f64, b: f64| 2.0 / (a * a + b * b);
    cell.value("sharpness", 2.0 / limit(4.0, 0.25), Format::Decimals(4));
    cell.value("limit", limit(4.0, 0.25), Format::Decimals(4));
    cell.value("flattest_limit", limit(1.0, 1.0), Format::Decimals(0));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use notebook::at;

    fn answer(name: &str) -> f64 {
        at(run, &[])[name]
    }

    fn converges(learning_rate: f64, start: f64) -> bool {
        let step = |w: f64, _| w - learning_rate * 4.0 * w * w * w;
        (0..1000).fold(start, step).abs() < start
    }

    /// Red if `let rate = 1.0 / (2.0 * 10.0 * 10.0);` were
    /// `let rate = 1.0 / (4.0 * 10.0 * 10.0);`: half of that rate.
    #[test]
    fn on_w_to_the_fourth_start_and_rate_bound_each_other() {
        let (start, rate) = (answer("largest_start"), answer("largest_rate"));
        assert!(converges(0.02, 0.999 * start));
        assert!(!converges(0.02, 1.001 * start));
        assert!(converges(0.999 * rate, 10.0));
        assert!(!converges(1.001 * rate, 10.0));
    }

    /// Red if `let squares = 1.0 + product;` were `let squares = 1.1 +
    /// product;`: no two weights that a step exchanges.
    #[test]
    fn at_1_2_the_double_well_alternates_between_two_weights() {
        let step = |w: f64| w - 1.2 * (w * w * w - w);
        let (v, w) = (answer("v"), answer("w"));
        assert_abs_diff_eq!(step(v), w, epsilon = 1e-12);
        assert_abs_diff_eq!(step(w), v, epsilon = 1e-12);
        let settled = (0..1000).fold(0.5, |w, _| step(w));
        let off = (settled - v).abs().min((settled - w).abs());
        assert_abs_diff_eq!(off, 0.0, epsilon = 1e-9);
    }

    /// How far from (a, b) descent on ½(ab − 1)² gets that starts beside it.
    fn strays(learning_rate: f64, (a, b): (f64, f64)) -> f64 {
        let (mut v, mut w) = (a, b + 1e-6);
        let mut furthest: f64 = 0.0;
        for _ in 0..2000 {
            let error = v * w - 1.0;
            (v, w) =
                (v - learning_rate * error * w, w - learning_rate * error * v);
            furthest = furthest.max((v - a).hypot(w - b));
        }
        furthest
    }

    /// Red if `2.0 / (a * a + b * b)` were `1.9 / (a * a + b * b)`: a lower
    /// rate.
    #[test]
    fn a_minimum_holds_rates_up_to_two_over_its_sharpness() {
        for (place, limit) in [
            ((4.0, 0.25), answer("limit")),
            ((1.0, 1.0), answer("flattest_limit")),
        ] {
            assert!(strays(0.99 * limit, place) < 1e-5);
            assert!(strays(1.01 * limit, place) > 1e-2);
        }
        let bend = answer("sharpness") * answer("limit");
        assert_abs_diff_eq!(bend, 2.0, epsilon = 1e-9);
    }
}
