//! Descent that finds the best rate anew at every step, and still zigzags.

use notebook::{Axis, Cell, Format, Panel, Result, Style};

type Point = (f64, f64);

// ANCHOR: search
/// The path from `start` on ½(x² + κy²), and the rate of each of its steps:
/// the one that leads to the lowest point in the direction of the gradient.
fn line_search(
    kappa: f64,
    start: Point,
    steps: usize,
) -> (Vec<Point>, Vec<f64>) {
    let (mut path, mut rates) = (vec![start], Vec::new());
    for k in 0..steps {
        let (x, y) = path[k];
        let (g_x, g_y) = (x, kappa * y);
        // Along the gradient the loss is a parabola of this curvature, and
        // one over the curvature leads to its lowest point.
        let curvature =
            (g_x * g_x + kappa * g_y * g_y) / (g_x * g_x + g_y * g_y);
        let rate = 1.0 / curvature;
        path.push((x - rate * g_x, y - rate * g_y));
        rates.push(rate);
    }
    (path, rates)
}
// ANCHOR_END: search

const STEPS: usize = 12;

pub fn run(cell: &mut Cell) -> Result<()> {
    let condition_number =
        cell.log_knob("condition_number", 5.0, 2.0..=30.0)?;
    let y = cell.knob("y", 1.8, 0.1..=3.0)?;

    let kappa = condition_number;
    let (path, rates) = line_search(kappa, (9.0, y), STEPS);
    let loss = move |(x, y): Point| (x * x + kappa * y * y) / 2.0;
    let kept = |k: usize| loss(path[k + 1]) / loss(path[k]);
    writeln!(cell, "step       x        y    rate  kept of the loss");
    for (k, rate) in rates.iter().enumerate().take(6) {
        let (x, y) = path[k];
        writeln!(cell, "{k:4} {x:7.3} {y:8.3} {rate:7.3} {:8.3}", kept(k));
    }
    let worst = ((kappa - 1.0) / (kappa + 1.0)).powi(2);
    writeln!(cell, "at most, from any start:  {worst:9.3}");
    cell.value("worst", worst, Format::Significant(3));
    let alt = format!(
        "Contours of a valley of condition number {kappa}, and a path from \
         (9, {y}) that turns by a right angle at every step. The first step \
         keeps {:.3} of the loss, and none may keep more than {worst:.3}.",
        kept(0)
    );
    cell.chart(alt, [map(loss, path)]);
    Ok(())
}

/// On one scale right angles look right.
fn map(loss: impl Fn(Point) -> f64 + 'static, path: Vec<Point>) -> Panel {
    // The contours through the path's own places: each step ends on one.
    let levels: Vec<f64> = path.iter().take(6).map(|at| loss(*at)).collect();
    Panel::new(
        Axis::linear("weight x").range(-3.2..=10.4),
        Axis::linear("weight y").range(-3.2..=3.2),
    )
    .same_scale()
    .contours(move |x, y| loss((x, y)), levels)
    .path("", path, Style::Orange)
    .points("", [(0.0, 0.0)], Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    const KAPPAS: [f64; 4] = [2.0, 5.0, 12.0, 30.0];

    fn losses(kappa: f64, path: &[Point]) -> Vec<f64> {
        let loss = |(x, y): &Point| 0.5 * x * x + 0.5 * kappa * y * y;
        path.iter().map(loss).collect()
    }

    #[test]
    fn no_other_rate_ends_lower() {
        for kappa in KAPPAS {
            let (path, rates) = line_search(kappa, (9.0, 1.3), 5);
            for (k, rate) in rates.iter().enumerate() {
                let (x, y) = path[k];
                for part in [0.0, 0.5, 0.9, 0.99, 1.01, 1.1, 2.0] {
                    let other = part * rate;
                    let end = (x - other * x, y - other * kappa * y);
                    let ends = losses(kappa, &[end, path[k + 1]]);
                    assert!(ends[0] > ends[1], "{kappa} {k} {part}");
                }
            }
        }
    }

    #[test]
    fn each_step_is_at_right_angles_to_the_one_before() {
        for kappa in KAPPAS {
            for y in [0.1, 1.8, 3.0] {
                let (path, _) = line_search(kappa, (9.0, y), 6);
                let steps: Vec<Point> = path
                    .windows(2)
                    .map(|pair| (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1))
                    .collect();
                for pair in steps.windows(2) {
                    let ((a, b), (c, d)) = (pair[0], pair[1]);
                    let cosine = (a * c + b * d) / (a.hypot(b) * c.hypot(d));
                    assert_abs_diff_eq!(cosine, 0.0, epsilon = 1e-9);
                }
            }
        }
    }

    #[test]
    fn from_the_worst_start_every_step_has_the_best_fixed_rate() {
        for kappa in KAPPAS {
            let (path, rates) = line_search(kappa, (9.0, 9.0 / kappa), 8);
            let worst = ((kappa - 1.0) / (kappa + 1.0)).powi(2);
            for (rate, pair) in
                rates.iter().zip(losses(kappa, &path).windows(2))
            {
                let best = 2.0 / (1.0 + kappa);
                assert_relative_eq!(*rate, best, max_relative = 1e-9);
                assert_relative_eq!(
                    pair[1] / pair[0],
                    worst,
                    max_relative = 1e-9
                );
            }
        }
    }

    #[test]
    fn no_start_keeps_more_of_the_loss_than_the_worst() {
        for kappa in KAPPAS {
            let worst = ((kappa - 1.0) / (kappa + 1.0)).powi(2);
            for degrees in 1..90 {
                let (y, x) = f64::from(degrees).to_radians().sin_cos();
                let (path, _) = line_search(kappa, (x, y), 1);
                let losses = losses(kappa, &path);
                assert!(losses[1] / losses[0] < worst * (1.0 + 1e-9));
            }
        }
    }
}
