//! The loss w², its slope at a point, and what the tangent there predicts.

use notebook::{Axis, Cell, Format, Panel, Result, Style};

pub fn run(cell: &mut Cell) -> Result<()> {
    // ANCHOR: tangent
    let w = cell.knob("w", 1.5, -3.0..=3.0)?;

    let loss = |w: f64| w * w;
    let slope = 2.0 * w;
    let tangent = |at: f64| loss(w) + slope * (at - w);

    writeln!(cell, "w {w:.2}, loss {:.4}, slope {slope:.2}\n", loss(w));
    writeln!(cell, "nudge   tangent says      loss is    missed by");
    for nudge in [1.0, 0.1, 0.01] {
        let (says, is) = (tangent(w + nudge), loss(w + nudge));
        let by = is - says;
        writeln!(cell, "{nudge:<5} {says:>14.4} {is:>12.4} {by:>12.4}");
    }
    // ANCHOR_END: tangent
    cell.value("loss", loss(w), Format::Decimals(2));
    cell.value("slope", slope, Format::Decimals(1));
    cell.value("rise_predicted", slope * 0.1, Format::Decimals(2));
    cell.value("rise", loss(w + 0.1) - loss(w), Format::Decimals(2));
    let panel = Panel::new(
        Axis::linear("weight w").range(-3.2..=3.2),
        Axis::linear("loss L").range(-4.0..=12.0),
    )
    .function("loss w²", loss, Style::Muted)
    .line(
        "tangent",
        [w - 1.2, w + 1.2].map(|at| (at, tangent(at))),
        Style::Ink,
    )
    .points("", [(w, loss(w))], Style::Ink)
    .sets_x("w");
    let alt = format!(
        "The parabola w² and its tangent of slope {slope:.2} at {w:.2}."
    );
    cell.chart(alt, [panel]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use notebook::at;

    /// Weights over the whole range of the knob.
    fn weights() -> impl Iterator<Item = f64> {
        (-30..=30).map(|tenths| f64::from(tenths) / 10.0)
    }

    /// Red if `2.0 * w` were `3.0 * w`: the slope of another loss.
    #[test]
    fn the_slope_is_what_the_difference_quotient_tends_to() {
        for w in weights() {
            let quotient = ((w + 1e-6).powi(2) - w.powi(2)) / 1e-6;
            let slope = at(run, &[("w", &w)])["slope"];
            assert_abs_diff_eq!(slope, quotient, epsilon = 1e-5);
        }
    }

    /// Red if `2.0 * w` were `w`: a line with half the slope is no tangent.
    #[test]
    fn the_tangent_misses_by_the_square_of_the_nudge() {
        for w in weights() {
            let text = at(run, &[("w", &w)]).text;
            let missed = text.lines().skip(3).map(|row| {
                row.split_whitespace().last().unwrap().parse().unwrap()
            });
            assert_eq!(missed.collect::<Vec<f64>>(), [1.0, 0.01, 0.0001]);
        }
    }

    /// Red if `2.0 * w` were `-2.0 * w`: downhill and uphill change places.
    #[test]
    fn the_sign_of_the_slope_tells_the_way_up() {
        for w in weights() {
            let slope = at(run, &[("w", &w)])["slope"];
            let nudged = |by: f64| (w + by * slope.signum()).powi(2);
            let (here, flat) = (w.powi(2), w == 0.0);
            assert!(flat || nudged(1e-3) > here && nudged(-1e-3) < here);
            assert_eq!(slope == 0.0, flat);
        }
    }

    /// Red if `slope * 0.1` were `slope * 0.01`: the rise of another nudge.
    #[test]
    fn the_loss_rises_by_a_hundredth_more_than_the_tangent() {
        for w in weights() {
            let outputs = at(run, &[("w", &w)]);
            let by_hand = (w + 0.1) * (w + 0.1) - w * w;
            assert_abs_diff_eq!(outputs["rise"], by_hand, epsilon = 1e-12);
            let bend = outputs["rise"] - outputs["rise_predicted"];
            assert_abs_diff_eq!(bend, 0.01, epsilon = 1e-12);
        }
    }

    #[test]
    fn the_figure_has_the_tangent_through_the_point() {
        for w in [-2.0, 0.0, 1.5] {
            let figure = at(run, &[("w", &w)]).figure.unwrap();
            let ends =
                [w - 1.2, w + 1.2].map(|at| (at, w * w + 2.0 * w * (at - w)));
            for (drawn, end) in figure.points("tangent").into_iter().zip(ends) {
                assert_abs_diff_eq!(drawn.0, end.0, epsilon = 1e-4);
                assert_abs_diff_eq!(drawn.1, end.1, epsilon = 1e-4);
            }
        }
    }
}
