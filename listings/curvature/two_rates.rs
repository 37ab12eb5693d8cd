//! Two weights with one learning rate: at the higher rate one converges faster,
//! and the other diverges.

use notebook::{Cell, Format, Result};

// ANCHOR: descent
/// (x, y) before each step of descent on 0.1x² + 2y² from (1, 1), and after
/// the last.
fn descend(learning_rate: f64, steps: usize) -> Vec<(f64, f64)> {
    let mut path = vec![(1.0, 1.0)];
    for k in 0..steps {
        let (x, y) = path[k];
        let (g_x, g_y) = (0.2 * x, 4.0 * y);
        path.push((x - learning_rate * g_x, y - learning_rate * g_y));
    }
    path
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let (slow, fast) = (descend(0.4, 10), descend(0.6, 10));
    writeln!(cell, "         rate 0.4             rate 0.6");
    writeln!(cell, "step        x         y          x         y");
    for k in [0, 1, 2, 3, 5, 10] {
        let ((x, y), (fast_x, fast_y)) = (slow[k], fast[k]);
        write!(cell, "{k:4} {x:8.4} {y:9.4}");
        writeln!(cell, "   {fast_x:8.4} {fast_y:9.4}");
    }
    // ANCHOR_END: descent

    cell.value("slow_x", slow[10].0, Format::Decimals(2));
    cell.value("fast_x", fast[10].0, Format::Decimals(2));
    cell.value("fast_y", fast[10].1, Format::Decimals(1));
    // From 1, the first step leaves the factor itself.
    cell.value("fast_factor", fast[1].1, Format::Decimals(1));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// Red if `4.0 * y` were `3.0 * y`: y would come nearer at both rates.
    #[test]
    fn at_the_higher_rate_one_weight_is_nearer_and_the_other_diverges() {
        let outputs = at(run, &[]);
        assert!(
            0.0 < outputs["fast_x"] && outputs["fast_x"] < outputs["slow_x"]
        );
        assert_relative_eq!(
            outputs["fast_x"],
            0.88f64.powi(10),
            epsilon = 1e-12
        );
        assert_relative_eq!(
            outputs["slow_x"],
            0.92f64.powi(10),
            epsilon = 1e-12
        );
        assert_relative_eq!(outputs["fast_y"], 1.4f64.powi(10), epsilon = 1e-9);
        assert_relative_eq!(outputs["fast_factor"], -1.4, epsilon = 1e-12);
        // And so on: at 0.4 both come nearer, at 0.6 y moves away.
        let steps = |rate| {
            Vec::from_iter(descend(rate, 200)[..].windows(2).map(|pair| {
                (
                    pair[1].0.abs() / pair[0].0.abs(),
                    pair[1].1.abs() / pair[0].1.abs(),
                )
            }))
        };
        assert_eq!((steps(0.4).len(), steps(0.6).len()), (200, 200));
        assert!(steps(0.4).iter().all(|(x, y)| *x < 0.93 && *y < 0.61));
        assert!(steps(0.6).iter().all(|(x, y)| *x < 0.89 && *y > 1.39));
    }

    /// Red if `x - learning_rate * g_x` were `x - learning_rate * g_y`: x would
    /// go by the curvature of y.
    #[test]
    fn each_weight_has_a_factor_of_its_own() {
        for learning_rate in [0.01f64, 0.2, 0.4, 0.5, 0.6, 1.0] {
            assert_eq!(descend(learning_rate, 20).len(), 21);
            for (k, (x, y)) in descend(learning_rate, 20).iter().enumerate() {
                let k = k as i32;
                let factor_x = 1.0 - 0.2 * learning_rate;
                let factor_y = 1.0 - 4.0 * learning_rate;
                assert_relative_eq!(*x, factor_x.powi(k), max_relative = 1e-12);
                let expected = factor_y.powi(k);
                assert_relative_eq!(*y, expected, max_relative = 1e-12);
            }
        }
    }

    /// Red if `0.2 * x, 4.0 * y` were `0.1 * x, 4.0 * y`: the two in front of
    /// a square's derivative would be forgotten.
    #[test]
    fn the_gradient_is_that_of_the_loss() {
        let loss = |x: f64, y: f64| 0.1 * x * x + 2.0 * y * y;
        let h = 1e-5;
        let after = descend(1.0, 1)[1];
        let slope_x = (loss(1.0 + h, 1.0) - loss(1.0 - h, 1.0)) / (2.0 * h);
        let slope_y = (loss(1.0, 1.0 + h) - loss(1.0, 1.0 - h)) / (2.0 * h);
        assert_relative_eq!(1.0 - after.0, slope_x, max_relative = 1e-8);
        assert_relative_eq!(1.0 - after.1, slope_y, max_relative = 1e-8);
    }
}
