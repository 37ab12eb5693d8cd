//! What Muon's iteration makes of a singular value.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::optim::muon::COEFFICIENTS;

// ANCHOR: iterate
/// What becomes of a singular value, as a part of the matrix's length.
fn iterate(mut s: f64, iterations: usize) -> f64 {
    let [a, b, c] = COEFFICIENTS;
    for _ in 0..iterations {
        s = a * s + b * s.powi(3) + c * s.powi(5);
    }
    s
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let iterations = cell.count_knob("iterations", 5, 0..=10)?;

    writeln!(cell, "     before   after {iterations}");
    for before in [1.0, 0.1, 0.01, 0.001, 1e-4, 0.0] {
        let after = iterate(before, iterations);
        writeln!(cell, "{before:11} {after:9.4}");
    }
    // ANCHOR_END: iterate
    let least = 0.002;
    let (low, high) = band(least, iterations);
    let gain = COEFFICIENTS[0].powi(iterations as i32);
    cell.value("least", least, Format::Exact);
    cell.value("low", low, Format::Significant(3));
    cell.value("high", high, Format::Decimals(2));
    cell.value("one", iterate(1.0, iterations), Format::Significant(2));
    cell.value("gain", gain, Format::Decimals(0));
    let alt = format!(
        "A singular value after {iterations} iterations against what it was, \
         from a hundred-thousandth to 1. From {least} on it is between \
         {low:.3} and {high:.3}."
    );
    let panel = Panel::new(
        Axis::log("before").range(1e-5..=1.0),
        Axis::linear("after").range(0.0..=1.3),
    )
    .level("1", 1.0)
    .function("unchanged", |s| s, Style::Muted)
    .function("iterated", |s| iterate(s, iterations), Style::Ink);
    cell.chart(alt, [panel]);
    Ok(())
}

/// The smallest and the largest result for values from `least` to 1.
fn band(least: f64, iterations: usize) -> (f64, f64) {
    let steps = 20_000;
    let results = (0..=steps).map(|i| {
        let part = f64::from(i) / f64::from(steps);
        iterate(libm::pow(least, part), iterations)
    });
    results.fold((f64::INFINITY, 0.0), |(low, high), s| {
        (low.min(s), high.max(s))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;
    use notebook::at;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use training::calculus::singular::singular_values;
    use training::optim::muon::orthogonalized;

    /// On matrices, by singular values found another way.
    ///
    /// Red if `b * s.powi(3)` were `b * s.powi(2)`: another polynomial.
    #[test]
    fn a_step_s_singular_values_are_iterated_ones() {
        let rng = &mut ChaCha8Rng::seed_from_u64(2);
        for shape in [(1, 5), (4, 4), (64, 32), (3, 9)] {
            let matrix =
                Array2::from_shape_fn(shape, |_| rng.random_range(-1.0..3.0));
            let length = matrix.iter().map(|x: &f64| x * x).sum::<f64>().sqrt();
            let step = orthogonalized(matrix.view(), 0.0);
            let mut expected: Vec<f64> = singular_values(matrix.view())
                .iter()
                .map(|s| iterate(s / length, 5))
                .collect();
            expected.sort_by(|a, b| b.total_cmp(a));
            for (ours, expected) in
                singular_values(step.view()).iter().zip(expected)
            {
                assert!((ours - expected).abs() < 1e-9, "{ours} {expected}");
            }
            // The directions are the matrix's own: both products are
            // symmetric.
            for product in [step.t().dot(&matrix), step.dot(&matrix.t())] {
                let turned = &product - &product.t();
                assert!(turned.iter().all(|x| x.abs() < 1e-9 * length));
            }
        }
    }

    /// The band that the reference gives, from 0.0016 on; by a finer search.
    /// After other numbers of iterations the ends are others, found as well.
    ///
    /// Red if `s = a * s` were `s = 1.01 * a * s`: the band would be another.
    #[test]
    fn from_a_five_hundredth_on_five_iterations_end_in_the_band() {
        let outputs = at(run, &[]);
        let (mut low, mut high) = (9.0f64, 0.0f64);
        for place in 0..=400_000 {
            let s = iterate(0.0016f64.powf(f64::from(place) / 4e5), 5);
            (low, high) = (low.min(s), high.max(s));
        }
        assert!((low - 0.6818).abs() < 1e-4 && (high - 1.2024).abs() < 1e-4);
        // From 0.002 on both ends are met.
        assert!((outputs["low"] - low).abs() < 1e-3);
        assert!((outputs["high"] - high).abs() < 1e-3);
        assert!((outputs["one"] - 0.6964).abs() < 1e-4);
        for iterations in 0..=10 {
            let outputs = at(run, &[("iterations", &iterations)]);
            for place in 0..=50_000 {
                let part = f64::from(place) / 5e4;
                let s = iterate(0.002f64.powf(part), iterations);
                assert!(s > outputs["low"] - 2e-4, "{iterations} {s}");
                assert!(s < outputs["high"] + 2e-4, "{iterations} {s}");
            }
        }
    }

    /// Red if `COEFFICIENTS[0].powi(iterations as i32)` were
    /// `COEFFICIENTS[0] * iterations as f64`: it multiplies, and does not add.
    #[test]
    fn a_tiny_singular_value_grows_by_a_power_of_the_first_coefficient() {
        for iterations in 0..=10 {
            let outputs = at(run, &[("iterations", &iterations)]);
            for s in [1e-12, 1e-9, 2e-8] {
                let grown = iterate(s, iterations) / s;
                assert!((grown / outputs["gain"] - 1.0).abs() < 1e-4);
            }
            assert_eq!(iterate(0.0, iterations), 0.0);
        }
    }
}
