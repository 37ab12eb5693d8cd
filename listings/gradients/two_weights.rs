//! The gradient of two weights, and how far it misses the minimum.

use notebook::{Axis, Cell, Format, Panel, Result, Style};

// ANCHOR: gradient
pub fn run(cell: &mut Cell) -> Result<()> {
    let x = cell.knob("x", 2.0, 0.5..=2.2)?;
    let y = cell.knob("y", 1.0, -2.2..=2.2)?;
    let curvature = cell.log_knob("curvature", 4.0, 1.0..=32.0)?;

    let loss = move |x: f64, y: f64| (x * x + curvature * y * y) / 2.0;
    let (g_x, g_y) = (x, curvature * y);
    let h = 6e-6;
    let central_x = (loss(x + h, y) - loss(x - h, y)) / (2.0 * h);
    let central_y = (loss(x, y + h) - loss(x, y - h)) / (2.0 * h);
    // From (x, y) the way to the minimum is (-x, -y).
    let angle = angle_between((-g_x, -g_y), (-x, -y));

    writeln!(cell, "at x = {x:.2}, y = {y:.2}, loss {:.4}\n", loss(x, y));
    writeln!(cell, "gradient                  for x        for y");
    writeln!(cell, "partial derivative {g_x:12.6} {g_y:12.6}");
    writeln!(cell, "central difference {central_x:12.6} {central_y:12.6}");
    writeln!(cell, "\n-gradient misses the minimum by {angle:.2} degrees");

    report(cell, loss, (x, y), (g_x, g_y), curvature);
    Ok(())
}

/// In degrees.
fn angle_between(a: (f64, f64), b: (f64, f64)) -> f64 {
    let across = (a.0 * b.1 - a.1 * b.0).abs();
    let along = a.0 * b.0 + a.1 * b.1;
    across.atan2(along).to_degrees()
}
// ANCHOR_END: gradient

fn report(
    cell: &mut Cell,
    loss: impl Fn(f64, f64) -> f64 + 'static,
    point: (f64, f64),
    gradient: (f64, f64),
    curvature: f64,
) {
    let angle = angle_between(gradient, point);
    cell.value("angle", angle, Format::Decimals(1));
    cell.value("gradient_x", gradient.0, Format::Decimals(1));
    cell.value("gradient_y", gradient.1, Format::Decimals(1));
    let alt = format!(
        "Left, contours of the loss; at ({:.2}, {:.2}) the arrow of minus \
         the gradient stands at right angles to the contour and misses the \
         minimum by {angle:.1} degrees. Right, that angle grows with the \
         curvature along y.",
        point.0, point.1
    );
    let panels = [map(loss, point, gradient), angles(point, curvature)];
    cell.chart(alt, panels);
}

/// Contours, one of them through the point, and two arrows from there.
fn map(
    loss: impl Fn(f64, f64) -> f64 + 'static,
    (x, y): (f64, f64),
    (g_x, g_y): (f64, f64),
) -> Panel {
    let level = loss(x, y);
    let levels = (1..=9).map(|i| level * f64::from(i * i) / 16.0);
    let length = g_x.hypot(g_y);
    let tip = (x - g_x / length, y - g_y / length);
    // On one scale a right angle looks right.
    Panel::new(
        Axis::linear("weight x").range(-2.4..=2.4),
        Axis::linear("weight y").range(-2.5..=2.5),
    )
    .same_scale()
    .contours(loss, levels)
    .arrow("", (x, y), (0.0, 0.0), Style::Muted)
    .arrow("−gradient", (x, y), tip, Style::Ink)
    .points("", [(x, y)], Style::Ink)
    .note("minimum", (0.0, 0.0))
}

/// The angle at this point, and the largest at any point, for all curvatures.
fn angles((x, y): (f64, f64), curvature: f64) -> Panel {
    let angle = |curvature| angle_between((x, curvature * y), (x, y));
    let curvatures = (0..=60).map(|i| 32f64.powf(f64::from(i) / 60.0));
    let here = curvatures.clone().map(|c| (c, angle(c)));
    let largest = |c: f64| ((c - 1.0) / (c + 1.0)).asin().to_degrees();
    let largest = curvatures.map(|c| (c, largest(c)));
    Panel::new(
        Axis::log("curvature along y").range(1.0..=32.0),
        Axis::linear("angle (degrees)").range(0.0..=90.0),
    )
    .line("the largest at any point", largest, Style::Muted)
    .line("at this point", here, Style::Ink)
    .points("", [(curvature, angle(curvature))], Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use notebook::at;

    /// x, y and the curvature.
    type Place = (f64, f64, f64);

    const PLACES: [Place; 4] = [
        (2.0, 1.0, 4.0),
        (0.5, -2.2, 1.0),
        (1.3, 0.0, 9.0),
        (0.7, 1.9, 25.0),
    ];

    fn at_place((x, y, curvature): Place) -> notebook::Outputs {
        at(run, &[("x", &x), ("y", &y), ("curvature", &curvature)])
    }

    fn gradient(outputs: &notebook::Outputs) -> (f64, f64) {
        (outputs["gradient_x"], outputs["gradient_y"])
    }

    #[test]
    fn partial_derivatives_agree_with_central_differences() {
        for place in PLACES {
            let text = at_place(place).text;
            let row = |name: &str| -> Vec<f64> {
                let row = text.lines().find_map(|line| line.strip_prefix(name));
                row.unwrap()
                    .split_whitespace()
                    .map(|number| number.parse().unwrap())
                    .collect()
            };
            let pairs = row("partial derivative")
                .into_iter()
                .zip(row("central difference"));
            for (partial, difference) in pairs {
                assert_abs_diff_eq!(partial, difference, epsilon = 2e-6);
            }
        }
    }

    #[test]
    fn the_gradient_stands_at_right_angles_to_the_contour() {
        for place in PLACES {
            let (x, y, curvature) = place;
            // A contour is the ellipse (a cos t, b sin t).
            let a = (x * x + curvature * y * y).sqrt();
            let b = a / curvature.sqrt();
            let t = (y / b).atan2(x / a);
            let along = (-a * t.sin(), b * t.cos());
            let g = gradient(&at_place(place));
            let cosine = (g.0 * along.0 + g.1 * along.1)
                / (g.0.hypot(g.1) * along.0.hypot(along.1));
            assert_abs_diff_eq!(cosine, 0.0, epsilon = 1e-12);
        }
    }

    #[test]
    fn no_other_direction_lowers_the_loss_faster() {
        for place in PLACES {
            let (x, y, curvature) = place;
            let loss = |x: f64, y: f64| 0.5 * x * x + 0.5 * curvature * y * y;
            let after = |angle: f64| {
                loss(x + 1e-6 * angle.cos(), y + 1e-6 * angle.sin())
            };
            let angles =
                (0..3600).map(|tenth| (f64::from(tenth) / 10.0).to_radians());
            let best = angles
                .min_by(|a, b| after(*a).total_cmp(&after(*b)))
                .unwrap();
            let g = gradient(&at_place(place));
            let off = angle_between((best.cos(), best.sin()), (-g.0, -g.1));
            assert!(off < 0.2, "{off} degrees off");
        }
    }

    #[test]
    fn the_gradient_points_at_the_minimum_where_curvatures_are_equal() {
        for (x, y) in [(2.0, 1.0), (0.5, -2.2), (1.1, 2.0)] {
            let angle = at_place((x, y, 1.0))["angle"];
            assert_abs_diff_eq!(angle, 0.0, epsilon = 1e-9);
            assert!(at_place((x, y, 2.0))["angle"] > 1.0);
        }
    }

    #[test]
    fn of_unequal_curvatures_only_the_axes_lead_to_the_minimum() {
        let angle = at_place((1.3, 0.0, 9.0))["angle"];
        assert_abs_diff_eq!(angle, 0.0, epsilon = 1e-9);
        for y in [-2.2, -1.0, -0.1, 0.1, 1.7] {
            let angle = at_place((1.3, y, 9.0))["angle"];
            assert!(angle > 1.0, "{angle} at y = {y}");
        }
    }

    #[test]
    fn the_largest_angle_has_sine_of_difference_over_sum_of_curvatures() {
        let figure = at(run, &[]).figure.unwrap();
        let curve = figure.points("the largest at any point");
        for (curvature, angle) in curve.into_iter().step_by(10) {
            let largest = (0..9000).map(|i| {
                let (y, x) = (0.01 * f64::from(i)).to_radians().sin_cos();
                let (a, b) = ((x, curvature * y), (x, y));
                let cosine = (a.0 * b.0 + a.1 * b.1) / a.0.hypot(a.1);
                cosine.min(1.0).acos().to_degrees()
            });
            let largest = largest.fold(0.0, f64::max);
            assert_abs_diff_eq!(largest, angle, epsilon = 1e-3);
        }
    }
}
