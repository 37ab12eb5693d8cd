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
    let angle = missed_by(x, y, curvature);

    writeln!(cell, "at x = {x:.2}, y = {y:.2}, loss {:.4}\n", loss(x, y));
    writeln!(cell, "gradient                  for x        for y");
    writeln!(cell, "partial derivative {g_x:12.6} {g_y:12.6}");
    writeln!(cell, "central difference {central_x:12.6} {central_y:12.6}");
    writeln!(cell, "\n-gradient misses the minimum by {angle:.2} degrees");

    report(cell, loss, (x, y), (g_x, g_y), curvature);
    Ok(())
}

/// The angle between (-x, -λy), minus the gradient, and (-x, -y), the way to
/// the minimum, in degrees.
fn missed_by(x: f64, y: f64, curvature: f64) -> f64 {
    let across = (curvature - 1.0) * x * y;
    let along = x * x + curvature * y * y;
    libm::atan2(across.abs(), along).to_degrees()
}
// ANCHOR_END: gradient

fn report(
    cell: &mut Cell,
    loss: impl Fn(f64, f64) -> f64 + 'static,
    (x, y): (f64, f64),
    gradient: (f64, f64),
    curvature: f64,
) {
    let angle = missed_by(x, y, curvature);
    cell.value("angle", angle, Format::Decimals(1));
    // At the place of the question, whatever the knobs say.
    cell.value("asked", missed_by(2.0, 1.0, 4.0), Format::Decimals(1));
    cell.value("gradient_x", gradient.0, Format::Decimals(2));
    cell.value("gradient_y", gradient.1, Format::Decimals(2));
    let alt = format!(
        "Left, contours of the loss; at ({x:.2}, {y:.2}) the arrow of minus \
         the gradient stands at right angles to the contour and misses the \
         minimum by {angle:.1} degrees. Right, that angle against the \
         curvature along y, and the largest angle at any point."
    );
    let panels = [map(loss, (x, y), gradient), angles((x, y), curvature)];
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
    let length = libm::hypot(g_x, g_y);
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
    .sets_x("x")
    .sets_y("y")
    .note("minimum", (0.0, 0.0))
}

/// The angle at this point, and the largest at any point, for all curvatures.
fn angles((x, y): (f64, f64), curvature: f64) -> Panel {
    // At the point (√λ, 1).
    let largest = |curvature: f64| missed_by(curvature.sqrt(), 1.0, curvature);
    Panel::new(
        Axis::log("curvature along y").range(1.0..=32.0),
        Axis::linear("angle (degrees)").range(0.0..=90.0),
    )
    .function("the largest at any point", largest, Style::Muted)
    .function("at this point", |c| missed_by(x, y, c), Style::Ink)
    .points("", [(curvature, missed_by(x, y, curvature))], Style::Ink)
    .sets_x("curvature")
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;

    /// x, y and the curvature.
    type Place = (f64, f64, f64);

    /// Places over the whole range of the knobs, on the axis and off it.
    fn places() -> impl Iterator<Item = Place> {
        [0.5, 2.2].into_iter().flat_map(|x| {
            [-2.2, 0.0, 0.1, 1.7].into_iter().flat_map(move |y| {
                [1.0, 1.1, 4.0, 32.0].map(|curvature| (x, y, curvature))
            })
        })
    }

    fn at_place((x, y, curvature): Place) -> notebook::Outputs {
        at(run, &[("x", &x), ("y", &y), ("curvature", &curvature)])
    }

    fn gradient(place: Place) -> (f64, f64) {
        let outputs = at_place(place);
        (outputs["gradient_x"], outputs["gradient_y"])
    }

    /// In degrees, by the cosine, where the listing uses the tangent.
    fn angle_between(a: (f64, f64), b: (f64, f64)) -> f64 {
        let cosine =
            (a.0 * b.0 + a.1 * b.1) / (a.0.hypot(a.1) * b.0.hypot(b.1));
        cosine.clamp(-1.0, 1.0).acos().to_degrees()
    }

    /// As the page prints them, with six decimals.
    ///
    /// Red if `(2.0 * h); let central_y` were `h; let central_y`: the distance
    /// of the two points is 2h.
    #[test]
    fn partial_derivatives_agree_with_central_differences() {
        for place in places() {
            let text = at_place(place).text;
            let row = |name: &str| -> Vec<f64> {
                let row = text.lines().find_map(|line| line.strip_prefix(name));
                let numbers = row.unwrap().split_whitespace();
                numbers.map(|number| number.parse().unwrap()).collect()
            };
            let partial = row("partial derivative");
            let difference = row("central difference");
            assert_eq!((partial.len(), difference.len()), (2, 2));
            for entry in [0, 1] {
                assert_abs_diff_eq!(
                    partial[entry],
                    difference[entry],
                    epsilon = 1.000_001e-6
                );
            }
        }
    }

    /// Red if `(x, curvature * y)` were `(curvature * x, y)`: the curvature of
    /// the other axis.
    #[test]
    fn the_gradient_stands_at_right_angles_to_the_contour() {
        for (x, y, curvature) in places() {
            // A contour is the ellipse (a cos t, b sin t).
            let a = (x * x + curvature * y * y).sqrt();
            let b = a / curvature.sqrt();
            let t = (y / b).atan2(x / a);
            let along = (-a * t.sin(), b * t.cos());
            let angle = angle_between(gradient((x, y, curvature)), along);
            assert_abs_diff_eq!(angle, 90.0, epsilon = 1e-6);
        }
    }

    /// Red if `(x, curvature * y)` were `(x, y)`: the way to the minimum, which
    /// is not the steepest.
    #[test]
    fn no_other_direction_lowers_the_loss_faster() {
        for place in places() {
            let (x, y, curvature) = place;
            let loss = |x: f64, y: f64| 0.5 * x * x + 0.5 * curvature * y * y;
            let after = |angle: f64| {
                loss(x + 1e-6 * angle.cos(), y + 1e-6 * angle.sin())
            };
            let angles =
                (0..720).map(|half| (f64::from(half) / 2.0).to_radians());
            let by_loss = |a: &f64, b: &f64| after(*a).total_cmp(&after(*b));
            let down = angles.clone().min_by(by_loss).unwrap();
            let up = angles.max_by(by_loss).unwrap();
            let g = gradient(place);
            for (angle, g) in [(down, (-g.0, -g.1)), (up, g)] {
                let off = angle_between((angle.cos(), angle.sin()), g);
                assert!(off < 0.3, "{off} degrees off");
            }
        }
    }

    /// Red if `(x, curvature * y)` were `(x, y)`: no more of y than the way to
    /// the minimum has.
    #[test]
    fn the_gradient_has_lambda_times_as_much_of_y_as_the_way_to_the_minimum() {
        for (x, y, curvature) in places() {
            let (g_x, g_y) = gradient((x, y, curvature));
            assert_relative_eq!(
                g_y * x,
                curvature * y * g_x,
                max_relative = 1e-12
            );
        }
        let asked = at_place((0.5, -2.2, 32.0))["asked"];
        let by_hand = angle_between((2.0, 4.0), (2.0, 1.0));
        assert_relative_eq!(asked, by_hand, max_relative = 1e-9);
    }

    /// Red if `(curvature - 1.0) * x * y` were `(curvature - 0.9) * x * y`:
    /// then it misses in round contours, too.
    #[test]
    fn the_gradient_points_at_the_minimum_where_curvatures_are_equal() {
        for (x, y, curvature) in places() {
            let misses = at_place((x, y, curvature))["angle"] > 1e-9;
            assert_eq!(misses, curvature > 1.0 && y != 0.0);
        }
    }

    /// Red if `(curvature - 1.0) * x * y` were `(curvature - 1.0) * x`: it
    /// would miss from the axes.
    #[test]
    fn of_unequal_curvatures_only_the_axes_lead_to_the_minimum() {
        for curvature in [1.1, 2.0, 4.0, 9.0, 32.0] {
            for on_the_axes in
                [(1.3, 0.0), (0.0, 1.3), (0.0, -0.2), (-2.0, 0.0)]
            {
                let (x, y) = on_the_axes;
                assert_eq!(missed_by(x, y, curvature), 0.0);
                assert_abs_diff_eq!(
                    angle_between((x, curvature * y), (x, y)),
                    0.0
                );
            }
        }
        for place in
            places().filter(|(_, y, curvature)| *y != 0.0 && *curvature > 1.0)
        {
            let (angle, between) = (
                at_place(place)["angle"],
                angle_between(gradient(place), (place.0, place.1)),
            );
            assert!(angle > 0.1, "{angle} at {place:?}");
            assert_relative_eq!(angle, between, max_relative = 1e-6);
        }
    }

    /// Red if `missed_by(curvature.sqrt(), 1.0, curvature)` were
    /// `missed_by(1.0, 1.0, curvature)`: the diagonal is not where the angle is
    /// largest.
    #[test]
    fn the_largest_angle_has_sine_of_difference_over_sum_of_curvatures() {
        let figure = at(run, &[]).figure.unwrap();
        let curve = figure.points("the largest at any point");
        assert!(curve.len() > 100);
        for (curvature, drawn) in curve.into_iter().step_by(20) {
            let largest = (0..9000).map(|i| {
                let (y, x) = (0.01 * f64::from(i)).to_radians().sin_cos();
                angle_between((x, curvature * y), (x, y))
            });
            let largest = largest.fold(0.0, f64::max);
            let formula = ((curvature - 1.0) / (curvature + 1.0)).asin();
            assert_abs_diff_eq!(largest, drawn, epsilon = 1e-3);
            assert_abs_diff_eq!(formula.to_degrees(), drawn, epsilon = 1e-3);
        }
    }
}
