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
    let curve = (-32..=32).map(|i| 0.1 * f64::from(i));
    let line = [w - 1.2, w + 1.2].map(|at| (at, tangent(at)));
    let panel = Panel::new(
        Axis::linear("weight w").range(-3.2..=3.2),
        Axis::linear("loss L").range(-4.0..=12.0),
    )
    .line("loss w²", curve.map(|w| (w, loss(w))), Style::Muted)
    .line("tangent", line, Style::Ink)
    .points("", [(w, loss(w))], Style::Ink);
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

    const POINTS: [&str; 5] = ["-3", "-0.7", "0", "1.5", "2.5"];

    #[test]
    fn the_slope_is_what_the_difference_quotient_tends_to() {
        for point in POINTS {
            let outputs = at(run, &[("w", &point)]);
            let w: f64 = point.parse().unwrap();
            let quotient = ((w + 1e-6).powi(2) - w.powi(2)) / 1e-6;
            assert_abs_diff_eq!(outputs["slope"], quotient, epsilon = 1e-5);
        }
    }

    #[test]
    fn the_tangent_misses_by_the_square_of_the_nudge() {
        for point in POINTS {
            let outputs = at(run, &[("w", &point)]);
            for (row, nudge) in
                outputs.text.lines().skip(3).zip([1.0f64, 0.1, 0.01])
            {
                let missed: f64 =
                    row.split_whitespace().last().unwrap().parse().unwrap();
                assert_abs_diff_eq!(missed, nudge.powi(2), epsilon = 1e-9);
            }
        }
    }

    #[test]
    fn the_sign_of_the_slope_tells_the_way_up() {
        for point in POINTS {
            let outputs = at(run, &[("w", &point)]);
            let w: f64 = point.parse().unwrap();
            let slope = outputs["slope"];
            let uphill = w + 1e-3 * slope;
            assert!(slope == 0.0 || uphill.powi(2) > w.powi(2));
            let downhill = w - 1e-3 * slope;
            assert!(slope == 0.0 || downhill.powi(2) < w.powi(2));
        }
    }
}
