//! The slope of w⁴ at 2 by difference quotients, and how wrong they are.

use notebook::{Axis, Cell, Format, Panel, Result, Style};

// ANCHOR: quotients
pub fn run(cell: &mut Cell) -> Result<()> {
    let chosen = cell.log_knob("h", 1e-4, 1e-12..=1.0)?;

    writeln!(cell, "h         forward error   central error");
    for h in [1e-1, 1e-2, 1e-3, 1e-5, 1e-8, 1e-11, chosen] {
        let (forward, central) = (forward(h), central(h));
        writeln!(cell, "{h:<8.0e} {forward:>14.1e} {central:>15.1e}");
    }
    report(cell, chosen);
    Ok(())
}

/// The weight at which the slope is measured.
const W: f64 = 2.0;

fn loss(w: f64) -> f64 {
    w * w * w * w
}

fn forward(h: f64) -> f64 {
    relative_error((loss(W + h) - loss(W)) / h)
}

fn central(h: f64) -> f64 {
    relative_error((loss(W + h) - loss(W - h)) / (2.0 * h))
}

fn relative_error(quotient: f64) -> f64 {
    let slope = 4.0 * W * W * W;
    (quotient - slope).abs() / slope
}
// ANCHOR_END: quotients

fn report(cell: &mut Cell, chosen: f64) {
    let best_h = f64::EPSILON.cbrt();
    cell.value("epsilon", f64::EPSILON, Format::Scientific(2));
    cell.value("best_h", best_h, Format::Scientific(1));
    cell.value("small_h_error", central(1e-5), Format::Scientific(1));
    cell.value("tiny_h_error", central(1e-11), Format::Scientific(1));
    cell.value("forward", forward(chosen), Format::Scientific(2));
    cell.value("central", central(chosen), Format::Scientific(2));
    // Products alone, so that every processor has the same h to the last bit,
    // and with it the same rounding errors.
    let steps = std::iter::successors(Some(1.0), |h| Some(0.6 * h)).take(55);
    let of_forward = steps.clone().map(|h| (h, forward(h)));
    let of_central = steps.map(|h| (h, central(h)));
    let bend = [1e-6, 1.0].map(|h| (h, h * h / 4.0));
    let rounding = [1e-12, 2e-5].map(|h| (h, f64::EPSILON / (2.0 * h)));
    let panel = Panel::new(
        Axis::log("step h").range(5e-13..=2.0),
        Axis::log("relative error of the slope").range(1e-14..=1e1),
    )
    .points("forward", of_forward, Style::Muted)
    .points("central", of_central, Style::Ink)
    .line("", bend, Style::Muted)
    .line("", rounding, Style::Muted)
    .wall(format!("h = {chosen:.0e}"), chosen)
    .note("h²/4", bend[0])
    .note("ε/2h", rounding[1]);
    let alt = format!(
        "Error of two difference quotients against h. The central one falls \
         as h² down to about {best_h:.0e}, the forward one as h; below, both \
         rise again as 1/h. At h = {chosen:.0e} the central error is {:.1e}.",
        central(chosen)
    );
    cell.chart(alt, [panel]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    fn errors(h: f64) -> (f64, f64) {
        let outputs = at(run, &[("h", &h)]);
        (outputs["forward"], outputs["central"])
    }

    #[test]
    fn error_of_the_central_quotient_falls_with_h_squared() {
        for h in [1.0, 0.1, 0.01, 0.001] {
            assert_relative_eq!(errors(h).1, h * h / 4.0, max_relative = 1e-3);
        }
    }

    #[test]
    fn error_of_the_forward_quotient_falls_with_h() {
        for h in [1e-2, 1e-3, 1e-4, 1e-5] {
            assert_relative_eq!(errors(h).0, 0.75 * h, max_relative = 1e-2);
        }
    }

    /// The root of the mean squared relative error over 200 weights near 2.
    fn typical_error(h: f64) -> f64 {
        let squares = (0..200).map(|i| {
            let w = 1.9 + 0.001 * f64::from(i);
            let quotient = (loss(w + h) - loss(w - h)) / (2.0 * h);
            (quotient / (4.0 * w.powi(3)) - 1.0).powi(2)
        });
        (squares.sum::<f64>() / 200.0).sqrt()
    }

    #[test]
    fn the_best_h_is_about_the_cube_root_of_epsilon() {
        let steps = (0..=48).map(|k| 10f64.powf(-f64::from(k) / 4.0));
        let best = steps
            .min_by(|a, b| typical_error(*a).total_cmp(&typical_error(*b)));
        let ratio = best.unwrap() / at(run, &[])["best_h"];
        assert!((0.3..3.0).contains(&ratio), "{ratio}");
    }

    #[test]
    fn below_the_best_h_rounding_grows_as_one_over_h() {
        for h in [1e-7, 1e-8, 1e-9, 1e-10, 1e-11] {
            let ratio = typical_error(h) / (f64::EPSILON / (2.0 * h));
            assert!((0.2..2.0).contains(&ratio), "{h}: {ratio}");
        }
    }

    #[test]
    fn no_central_error_exceeds_both_causes_together() {
        for k in 0..120 {
            let h = 10f64.powf(-f64::from(k) / 10.0);
            let rounding = f64::EPSILON / (2.0 * h);
            assert!(errors(h).1 <= 1.001 * h * h / 4.0 + 4.0 * rounding, "{h}");
        }
    }
}
