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
    cell.value("slow_y", slow[10].1, Format::Decimals(3));
    cell.value("fast_x", fast[10].0, Format::Decimals(2));
    cell.value("fast_y", fast[10].1, Format::Decimals(1));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn at_the_higher_rate_one_weight_is_nearer_and_the_other_diverges() {
        let (slow, fast) = (descend(0.4, 10)[10], descend(0.6, 10)[10]);
        assert!(fast.0 < slow.0 && slow.1.abs() < 1.0);
        assert!(fast.1.abs() > 10.0);
    }

    #[test]
    fn each_weight_has_a_factor_of_its_own() {
        for learning_rate in [0.01f64, 0.4, 0.5, 0.6] {
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
