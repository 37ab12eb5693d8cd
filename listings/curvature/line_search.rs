//! Descent that finds the best rate anew at every step, and still zigzags.

use crate::number::said;
use notebook::{Axis, Cell, Format, Panel, Result, Style};

type Point = (f64, f64);

// ANCHOR: search
/// A step of descent on ½(x² + κy²).
fn step(kappa: f64, (x, y): Point, rate: f64) -> Point {
    (x - rate * x, y - rate * kappa * y)
}

/// The rate that leads to the lowest point in the direction of the gradient.
fn best_rate(kappa: f64, (x, y): Point) -> f64 {
    let (g_x, g_y) = (x, kappa * y);
    // Along the gradient the loss is a parabola of this curvature, and one
    // over the curvature leads to its lowest point.
    let curvature = (g_x * g_x + kappa * g_y * g_y) / (g_x * g_x + g_y * g_y);
    1.0 / curvature
}
// ANCHOR_END: search

const STEPS: usize = 12;

pub fn run(cell: &mut Cell) -> Result<()> {
    let condition_number =
        cell.log_knob("condition_number", 5.0, 2.0..=30.0)?;
    let y = cell.knob("y", 1.8, 0.1..=3.0)?;

    let kappa = condition_number;
    let path = search(kappa, (9.0, y));
    let loss = move |(x, y): Point| (x * x + kappa * y * y) / 2.0;
    let kept = |k: usize| loss(path[k + 1]) / loss(path[k]);
    writeln!(cell, "step       x        y    rate  kept of the loss");
    for (k, (x, y)) in path.iter().enumerate().take(6) {
        let rate = best_rate(kappa, path[k]);
        writeln!(cell, "{k:4} {x:7.3} {y:8.3} {rate:7.3} {:8.3}", kept(k));
    }
    let worst = ((kappa - 1.0) / (kappa + 1.0)).powi(2);
    writeln!(cell, "at most, from any start:  {worst:9.3}");
    let (x, y) = two_rates(kappa, path[0]);
    writeln!(
        cell,
        "1/kappa, then 1: {:.3} from the minimum",
        libm::hypot(x, y)
    );
    cell.value("worst", worst, Format::Significant(3));
    let alt = format!(
        "Contours of a valley of condition number {kappa}, and a path from \
         (9, {}) that turns by a right angle at every step. The first step \
         keeps {} of the loss, and none may keep more than {worst:.3}.",
        path[0].1,
        said(kept(0), 3)
    );
    cell.chart(alt, [map(loss, path)]);
    Ok(())
}

/// The path of exact line search from `start`.
fn search(kappa: f64, start: Point) -> Vec<Point> {
    let next = |at: &Point| Some(step(kappa, *at, best_rate(kappa, *at)));
    std::iter::successors(Some(start), next)
        .take(STEPS + 1)
        .collect()
}

// ANCHOR: two
/// Where two steps lead, each of a rate of one over a curvature.
fn two_rates(kappa: f64, start: Point) -> Point {
    step(kappa, step(kappa, start, 1.0 / kappa), 1.0)
}
// ANCHOR_END: two

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
    .path("", path, Style::Ink)
    .sets_y("y")
    .points("", [(0.0, 0.0)], Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;

    const KAPPAS: [f64; 5] = [2.0, 3.0, 5.0, 12.0, 30.0];

    fn loss(kappa: f64, (x, y): Point) -> f64 {
        0.5 * x * x + 0.5 * kappa * y * y
    }

    /// Rates of the path's steps: x is multiplied by 1 − rate.
    fn rates(path: &[Point]) -> Vec<f64> {
        path.windows(2)
            .map(|pair| 1.0 - pair[1].0 / pair[0].0)
            .collect()
    }

    /// Red if `1.0 / curvature` were `0.98 / curvature`: a step would stop
    /// before the lowest point.
    #[test]
    fn no_other_rate_ends_lower() {
        for kappa in KAPPAS {
            let path = search(kappa, (9.0, 1.3));
            for (k, rate) in rates(&path[..6]).into_iter().enumerate() {
                let (x, y) = path[k];
                for part in [0.0, 0.5, 0.9, 0.99, 1.01, 1.1, 2.0] {
                    let other = part * rate;
                    let end = (x - other * x, y - other * kappa * y);
                    let lowest = loss(kappa, path[k + 1]);
                    assert!(loss(kappa, end) > lowest, "{kappa} {k} {part}");
                }
            }
        }
    }

    /// Red if `kappa * g_y * g_y` were `g_y * g_y`: the rate would be 1, as in
    /// a round bowl.
    #[test]
    fn each_step_is_at_right_angles_to_the_one_before() {
        for kappa in KAPPAS {
            for y in [0.1, 0.5, 1.8, 3.0] {
                let path = search(kappa, (9.0, y));
                assert_eq!(path.len(), 13);
                let steps = Vec::from_iter(path.windows(2).map(|pair| {
                    (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1)
                }));
                for pair in steps[..7].windows(2) {
                    let ((a, b), (c, d)) = (pair[0], pair[1]);
                    let cosine = (a * c + b * d) / (a.hypot(b) * c.hypot(d));
                    assert_abs_diff_eq!(cosine, 0.0, epsilon = 1e-9);
                }
            }
        }
    }

    /// Red if `9.0 / kappa` were `9.9 / kappa`: from another start no rate is
    /// that one.
    #[test]
    fn from_the_worst_start_every_step_has_the_best_fixed_rate() {
        for kappa in KAPPAS {
            let path = search(kappa, (9.0, 9.0 / kappa));
            let worst = ((kappa - 1.0) / (kappa + 1.0)).powi(2);
            assert_eq!(rates(&path).len(), 12);
            for rate in rates(&path) {
                let best = 2.0 / (1.0 + kappa);
                assert_relative_eq!(rate, best, max_relative = 1e-9);
            }
            for pair in path.windows(2) {
                let kept = loss(kappa, pair[1]) / loss(kappa, pair[0]);
                assert_relative_eq!(kept, worst, max_relative = 1e-9);
            }
        }
        // The page's own start is that one, and so is its printed table.
        let outputs = at(run, &[]);
        assert_relative_eq!(outputs["y"], 9.0 / outputs["condition_number"]);
        let rows = outputs.text.lines().skip(1).take(6);
        assert_eq!(
            rows.filter(|row| row.ends_with("  0.333    0.444")).count(),
            6
        );
    }

    /// Red if `2.0 / (1.0 + kappa)` were `1.0`: from no start is that its rate.
    #[test]
    fn no_start_keeps_more_of_the_loss_than_the_worst() {
        for kappa in KAPPAS {
            let best = 2.0 / (1.0 + kappa);
            // The best fixed rate's factor, squared.
            let worst = (1.0 - best) * (1.0 - best);
            let outputs = at(run, &[("condition_number", &kappa)]);
            assert_relative_eq!(outputs["worst"], worst, max_relative = 1e-9);
            for degrees in 1..360 {
                let (y, x) = f64::from(degrees).to_radians().sin_cos();
                let kept = |k: usize| {
                    let path = search(kappa, (x, y));
                    loss(kappa, path[k + 1]) / loss(kappa, path[k])
                };
                // On an axis one step lands.
                if degrees % 90 != 0 {
                    assert!(kept(0) < worst + 1e-9 && kept(1) < worst + 1e-9);
                }
            }
        }
    }

    /// Red if `start, 1.0 / kappa` were `start, 1.1 / kappa`: the steep weight
    /// would be off.
    #[test]
    fn two_rates_known_beforehand_reach_the_minimum_from_any_start() {
        for kappa in KAPPAS {
            for start in [(9.0, 1.8), (-3.0, 0.4), (0.0, 5.0), (1e3, -1e3)] {
                let (x, y) = two_rates(kappa, start);
                assert!(x.hypot(y) < 1e-12 * start.0.hypot(start.1));
                // In the other order too.
                let (x, y) = step(kappa, step(kappa, start, 1.0), 1.0 / kappa);
                assert!(x.hypot(y) < 1e-12 * start.0.hypot(start.1) * kappa);
            }
            let text =
                at(run, &[("condition_number", &kappa), ("y", &2.7)]).text;
            assert!(
                text.ends_with("1/kappa, then 1: 0.000 from the minimum\n")
            );
            // Line search has by then a part left that can be seen.
            assert!(search(kappa, (9.0, 2.7))[2].0 > 0.1);
        }
    }
}
