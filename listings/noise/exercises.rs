//! The answers to the exercises, computed.

use notebook::{Cell, Format, Result};
use training::digits::ink;

/// Where a weight ends that sees each image once, at the rate 1/k.
fn one_pass(ink: &[f64], start: f64) -> f64 {
    let step = |w: f64, (k, x): (usize, &f64)| w - (w - x) / (k as f64 + 1.0);
    ink.iter().enumerate().fold(start, step)
}

/// The part of the start that is left after `steps` steps on ½w² without
/// noise, at the rate η₀γᵏ.
fn left(first_rate: f64, decay: f64, steps: i32) -> f64 {
    let rate = |k| first_rate * decay.powi(k);
    (0..steps).map(|k| 1.0 - rate(k)).product()
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let ink = ink()?;
    let mean = ink.iter().sum::<f64>() / ink.len() as f64;
    let squares = ink.iter().map(|x| (x - mean) * (x - mean));
    let variance = squares.sum::<f64>() / ink.len() as f64;

    // 1: Var(w) = ησ²/(2 − η) solved for η, and for B at a rate of 0.2.
    let allowed = 0.5 * 0.5;
    let rate = 2.0 * allowed / (variance + allowed);
    let batch_size = (0.2 * variance / (allowed * (2.0 - 0.2))).ceil();
    cell.value("allowed", allowed, Format::Exact);
    cell.value("rate", rate, Format::Significant(2));
    cell.count("batch_size", batch_size);

    // 2: one pass over the images at the rate 1/k.
    cell.value("from_0", one_pass(&ink, 0.0), Format::Decimals(3));
    cell.value("from_1000", one_pass(&ink, 1000.0), Format::Decimals(3));

    // 3: the rate starts at 0.05 and loses a tenth at every step.
    cell.value("budget", 0.05 / (1.0 - 0.9), Format::Significant(2));
    cell.value("left", left(0.05, 0.9, 1000), Format::Significant(2));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// Red if `2.0 * allowed / (variance + allowed)` were
    /// `2.0 * allowed / variance`: right for low rates only.
    #[test]
    fn rate_and_batch_keep_the_spread_at_half_a_percent() {
        let outputs = at(run, &[]);
        let ink = ink().unwrap();
        let mean = ink.iter().sum::<f64>() / 1797.0;
        let square = ink.iter().map(|x| x * x).sum::<f64>() / 1797.0;
        // Where the variance stays as it is: v = (1 − η)²v + η²σ²/B.
        let spread = |rate: f64, batch_size: f64| {
            let factor = (1.0 - rate) * (1.0 - rate);
            let added = rate * rate * (square - mean * mean) / batch_size;
            let settle = |v: f64, _| factor * v + added;
            (0..2000).fold(0.0, settle).sqrt()
        };
        let rate = outputs["rate"];
        let batch_size = outputs["batch_size"];
        assert_eq!(outputs["allowed"], 0.25);
        assert_relative_eq!(spread(rate, 1.0), 0.5, max_relative = 1e-9);
        assert!(spread(0.2, batch_size) <= 0.5);
        assert!(spread(0.2, batch_size - 1.0) > 0.5);
    }

    /// Red if `(k as f64 + 1.0)` were `(k as f64 + 2.0)`: the start would count
    /// as an image.
    #[test]
    fn one_pass_at_one_over_k_ends_at_the_mean_from_any_start() {
        let outputs = at(run, &[]);
        let ink = ink().unwrap();
        // The pixels' sum, by another way: in units of 1/1024.
        let pixels: f64 = ink.iter().map(|x| (x * 10.24).round()).sum();
        let mean = pixels / 10.24 / 1797.0;
        let ends = [
            outputs["from_0"],
            outputs["from_1000"],
            one_pass(&ink, 30.0),
        ];
        for end in ends {
            assert_relative_eq!(end, mean, max_relative = 1e-12);
        }
    }

    /// Red if `1.0 - rate(k)` were `1.0 - 2.0 * rate(k)`: twice the budget
    /// would be spent.
    #[test]
    fn a_finite_budget_leaves_a_part_of_the_start() {
        let outputs = at(run, &[]);
        // ln(1 − x) = −(x + x²/2 + x³/3 + …), each power a geometric series.
        let terms = (1..20).map(|n| {
            let n_th = f64::from(n);
            0.05f64.powi(n) / n_th / (1.0 - 0.9f64.powi(n))
        });
        let for_ever = (-terms.sum::<f64>()).exp();
        assert_relative_eq!(outputs["left"], for_ever, max_relative = 1e-9);
        for steps in [1, 10, 100, 300] {
            assert!(left(0.05, 0.9, steps) > for_ever, "after {steps}");
        }
        let budget: f64 = (0..1000).map(|k| 0.05 * 0.9f64.powi(k)).sum();
        assert_relative_eq!(outputs["budget"], budget, max_relative = 1e-9);
        // The rule of thumb holds to a hundredth.
        assert!((for_ever - (-budget).exp()).abs() < 0.01);
    }
}
