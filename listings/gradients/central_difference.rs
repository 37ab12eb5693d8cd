//! The slope of w⁴ near 2 by difference quotients, and how wrong they are.

use notebook::{Axis, Cell, Format, Panel, Result, Style};

// ANCHOR: quotients
pub fn run(cell: &mut Cell) -> Result<()> {
    let chosen = cell.log_knob("h", 1e-4, 1e-12..=1.0)?;

    writeln!(cell, "h       forward    central    true 2h");
    for h in [1e-1, 1e-2, 1e-3, 1e-5, 1e-9, 1e-10, 1e-11, chosen] {
        write!(cell, "{h:<7e}{:>8.1e}", forward(h));
        writeln!(cell, " {:>10.1e} {:>10.1e}", central(h), exact(h));
    }
    report(cell, chosen);
    Ok(())
}

fn loss(w: f64) -> f64 {
    w * w * w * w
}

fn forward(h: f64) -> f64 {
    error(|w| (loss(w + h) - loss(w)) / h)
}

fn central(h: f64) -> f64 {
    error(|w| (loss(w + h) - loss(w - h)) / (2.0 * h))
}

/// Divided by how far apart the two points are in the computer's numbers.
fn exact(h: f64) -> f64 {
    error(|w| (loss(w + h) - loss(w - h)) / ((w + h) - (w - h)))
}

/// The root of the mean squared relative error at 200 weights near 2.
fn error(quotient: impl Fn(f64) -> f64) -> f64 {
    let weights = (0..200).map(|i| 1.9 + 0.001 * f64::from(i));
    let errors = weights.map(|w| quotient(w) / (4.0 * w * w * w) - 1.0);
    (errors.map(|error| error * error).sum::<f64>() / 200.0).sqrt()
}
// ANCHOR_END: quotients

/// The digits that the two losses have in common, at the weight 2.
fn digits_in_common(h: f64) -> f64 {
    -libm::log10(loss(2.0 + h) / loss(2.0 - h) - 1.0)
}

fn report(cell: &mut Cell, chosen: f64) {
    let best_h = libm::cbrt(f64::EPSILON);
    cell.value("epsilon", f64::EPSILON, Format::Scientific(2));
    cell.value("best_h", best_h, Format::Scientific(1));
    for (name, h) in [("best", best_h), ("small", 1e-5), ("tiny", 1e-11)] {
        let mut of = cell.of(name);
        of.value("error", central(h), Format::Scientific(1));
        of.count("digits", digits_in_common(h));
    }
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
    .wall(format!("h = {chosen:e}"), chosen)
    .sets_x("h")
    .note("h²/4", bend[0])
    .note("ε/2h", rounding[1]);
    let alt = format!(
        "Error of two difference quotients against h. The central one falls \
         as h² down to about {best_h:.0e}, the forward one as h down to about \
         {:.0e}; then each rises again, about as 1/h. At h = {chosen:e} the \
         central error is {:.1e}.",
        f64::EPSILON.sqrt(),
        central(chosen)
    );
    cell.chart(alt, [panel]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// What the table prints at this h: the errors of the forward quotient, of
    /// the central one, and of that over the true distance.
    fn printed(h: f64) -> [f64; 3] {
        let text = at(run, &[("h", &h)]).text;
        let row = text.lines().last().unwrap().split_whitespace().skip(1);
        let errors: Vec<f64> = row.map(|word| word.parse().unwrap()).collect();
        errors.try_into().unwrap()
    }

    /// Red if `loss(w - h)) / (2.0 * h)` were `loss(w)) / h`: a forward
    /// difference, whose error falls as h.
    #[test]
    fn error_of_the_central_quotient_falls_with_h_squared() {
        // The bend of w⁴ is h²/w² of its slope, near 2 a quarter of h².
        for h in [1.0, 0.1, 0.01, 0.001, 0.0001] {
            assert_relative_eq!(
                printed(h)[1],
                h * h / 4.0,
                max_relative = 0.03
            );
            assert_relative_eq!(
                central(h / 10.0),
                central(h) / 100.0,
                max_relative = 0.3
            );
        }
    }

    /// Red if `loss(w)) / h` were `loss(w - h)) / (2.0 * h)`: a central
    /// difference, whose error falls as h².
    #[test]
    fn error_of_the_forward_quotient_falls_with_h() {
        // Half the curvature of w⁴, 12w², over its slope, 4w³: near 2 it is ¾.
        for h in [1e-2, 1e-3, 1e-4, 1e-5, 1e-6] {
            assert_relative_eq!(printed(h)[0], 0.75 * h, max_relative = 0.05);
        }
    }

    /// The rounding of the points goes up and down with h, so the least of all
    /// errors is a lucky one. Over 41 h within a tenth of h, the root of the
    /// mean square is within a tenth of its least.
    ///
    /// Red if `libm::cbrt(f64::EPSILON)` were `f64::EPSILON.sqrt()`: the best
    /// h of a forward difference.
    #[test]
    fn the_best_h_is_about_the_cube_root_of_epsilon() {
        let best = at(run, &[])["best_h"];
        let typical = |h: f64| {
            let near = (-20..=20).map(|i| h * 1.1f64.powf(f64::from(i) / 20.0));
            (near.map(|h| central(h).powi(2)).sum::<f64>() / 41.0).sqrt()
        };
        let steps = (0..=96).map(|k| 10f64.powf(-f64::from(k) / 8.0));
        let least = steps.map(typical).fold(f64::INFINITY, f64::min);
        let times = typical(best) / least;
        assert!(times < 1.1, "{times}");
        for factor in [0.1, 10.0] {
            assert!(typical(factor * best) > 5.0 * typical(best));
        }
        // That of the page is within a half of it, luck and all.
        let here = at(run, &[])["best_error"] / typical(best);
        assert!((0.5..1.5).contains(&here), "{here}");
    }

    /// Red if `((w + h) - (w - h))` were `(2.0 * h)`: then the points' rounding
    /// comes in, which goes up and down with h.
    #[test]
    fn below_the_best_h_a_tenth_of_it_makes_ten_times_the_error() {
        for h in [1e-6, 1e-7, 1e-8, 1e-9, 1e-10] {
            let [_, _, before] = printed(h);
            let [_, _, after] = printed(h / 10.0);
            assert!((7.0..14.0).contains(&(after / before)), "{h}");
        }
    }

    /// Red if `loss(w - h)) / (2.0 * h)` were `loss(w - 2.0 * h)) / (3.0 * h)`:
    /// for two points that do not lie evenly about w it is the bend that
    /// counts.
    #[test]
    fn the_two_roundings_are_of_the_order_of_epsilon_over_two_h() {
        for tenths in 60..=120 {
            let h = 10f64.powf(-f64::from(tenths) / 10.0);
            let ratio = central(h) / (f64::EPSILON / (2.0 * h));
            assert!((0.2..1.5).contains(&ratio), "{h}: {ratio}");
        }
    }

    /// Red if `loss(2.0 - h)` were `loss(2.0)`: half as far apart, the losses
    /// have a third of a digit more in common.
    #[test]
    fn the_two_losses_have_the_digits_of_four_h_in_common() {
        // (2 + h)⁴ and (2 − h)⁴ are apart by the part 4h of themselves.
        let outputs = at(run, &[]);
        let best = -(4.0 * outputs["best_h"]).log10();
        assert_relative_eq!(outputs["best_digits"], best, epsilon = 0.01);
        assert_relative_eq!(outputs["tiny_digits"], 10.398, epsilon = 0.01);
    }

    /// Red if `("best", best_h)` were `("best", 1e-4)`: an h larger than the
    /// best.
    #[test]
    fn at_the_best_h_ten_digits_are_right() {
        let outputs = at(run, &[]);
        assert!((1e-12..5e-11).contains(&outputs["best_error"]));
        assert!(outputs["small_error"] < 5e-11);
        assert!(outputs["tiny_error"] > 1e-6);
    }

    #[test]
    fn the_figure_has_both_causes_and_steps_a_factor_apart() {
        let figure = at(run, &[]).figure.unwrap();
        let causes = figure.points("").into_iter();
        let by_hand = [
            (1e-6, 2.5e-13),
            (1.0, 0.25),
            (1e-12, 1.1102e-4),
            (2e-5, 5.5511e-12),
        ];
        assert_eq!(causes.len(), by_hand.len());
        for (drawn, by_hand) in causes.zip(by_hand) {
            assert_relative_eq!(drawn.0, by_hand.0, max_relative = 1e-4);
            assert_relative_eq!(drawn.1, by_hand.1, max_relative = 1e-4);
        }
        for (label, error) in
            [("forward", forward as fn(f64) -> f64), ("central", central)]
        {
            let points = figure.points(label);
            assert_eq!(points.len(), 55);
            for pair in points.windows(2) {
                assert_relative_eq!(
                    pair[1].0,
                    0.6 * pair[0].0,
                    max_relative = 2e-5
                );
            }
            assert_relative_eq!(points[3].1, error(0.216), max_relative = 1e-5);
        }
    }
}
