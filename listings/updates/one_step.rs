//! One step of gradient descent on the loss w², piece by piece.

use crate::number::said;
use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, Style};

pub fn run(cell: &mut Cell) -> Result<()> {
    // ANCHOR: step
    let learning_rate = cell.knob("learning_rate", 0.2, 0.01..=1.1)?;

    let loss = |w: f64| w * w;
    let gradient = |w: f64| 2.0 * w;

    let w = 10.0;
    let g = gradient(w);
    let new_w = w - learning_rate * g;

    let curvature = 2.0;
    let change = loss(new_w) - loss(w);
    let promised = -learning_rate * g * g;
    let exact = exact_change(learning_rate, g, curvature);
    // ANCHOR_END: step
    for (piece, name, number, digits) in [
        ("weight", "w", w, 0),
        ("loss", "loss", loss(w), 0),
        ("gradient", "gradient", g, 0),
        ("rate x gradient", "step", learning_rate * g, 1),
        ("new weight", "new_w", new_w, 1),
        ("new loss", "new_loss", loss(new_w), 1),
        ("change of the loss", "change", change, 1),
        ("promised by the tangent", "promised", promised, 1),
        ("  x (1 - rate curvature / 2)", "exact", exact, 1),
    ] {
        writeln!(cell, "{piece:<28}{number:>9.3}");
        cell.value(name, number, Format::Decimals(digits));
    }
    cell.value("given_back", change - promised, Format::Significant(3));
    let (alt, panel) =
        parabola(learning_rate, (w, loss(w)), (new_w, loss(new_w)));
    cell.chart(alt, [panel]);
    Ok(())
}

/// The change of a loss of constant curvature: −ηg²(1 − ηλ/2).
fn exact_change(learning_rate: f64, g: f64, curvature: f64) -> f64 {
    -learning_rate * g * g * (1.0 - learning_rate * curvature / 2.0)
}

fn parabola(rate: f64, old: (f64, f64), new: (f64, f64)) -> (String, Panel) {
    let tangent = |w: f64| old.1 + 2.0 * old.0 * (w - old.0);
    let regime = Regime::of(2.0 * rate).style();
    let alt = format!(
        "The parabola w² and its tangent at w = {}. One step at rate {rate} \
         goes from loss {} to loss {}, at weight {}; the tangent there is at \
         {}.",
        old.0,
        old.1,
        said(new.1, 3),
        said(new.0, 3),
        said(tangent(new.0), 3)
    );
    let weight = Axis::linear("weight w").range(-13.0..=13.0);
    let mut panel =
        Panel::new(weight, Axis::linear("loss L").range(0.0..=169.0))
            .line("", [(5.0, 0.0), (13.0, tangent(13.0))], Style::Muted)
            .function("", |w| w * w, Style::Ink)
            .arrow("", old, new, regime)
            .points("", [old], Style::Ink)
            .points("", [new], regime)
            .note("old", (10.4, 96.0))
            .note("tangent", (6.0, 14.0));
    if tangent(new.0) >= 0.0 {
        let gap = [(new.0, tangent(new.0)), new];
        panel = panel.line("", gap, Style::Muted);
    }
    (alt, panel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;

    /// Rates over the whole range of the knob.
    fn rates() -> impl Iterator<Item = f64> {
        (1..=110).map(|hundredths| f64::from(hundredths) / 100.0)
    }

    fn at_rate(rate: f64, name: &str) -> f64 {
        at(run, &[("learning_rate", &rate)])[name]
    }

    /// Red if `curvature = 2.0` were `curvature = 1.0`: the bend is half of
    /// that.
    #[test]
    fn the_loss_changes_by_the_closed_form() {
        for rate in rates() {
            // w² at 10 − 20η, less 100, multiplied out by hand.
            let by_hand = 400.0 * rate * rate - 400.0 * rate;
            for name in ["change", "exact"] {
                assert_abs_diff_eq!(
                    at_rate(rate, name),
                    by_hand,
                    epsilon = 1e-11
                );
            }
        }
    }

    /// Red if `curvature / 2.0` were `curvature / 3.0`: the bend gives back
    /// half of what it costs the slope.
    #[test]
    fn the_closed_form_holds_for_any_quadratic() {
        for curvature in [0.3, 2.0, 7.0, -1.5] {
            for (w, rate) in [(10.0, 0.1), (-4.0, 2.5), (0.6, 0.31), (2.0, 1.0)]
            {
                let loss = |w: f64| 0.5 * curvature * w * w - 2.0 * w + 3.0;
                let g = curvature * w - 2.0;
                let change = loss(w - rate * g) - loss(w);
                let closed_form = exact_change(rate, g, curvature);
                assert_abs_diff_eq!(change, closed_form, epsilon = 1e-9);
            }
        }
    }

    /// Red if `curvature / 2.0` were `curvature`: then it would rise from half
    /// the rate on.
    #[test]
    fn the_loss_falls_below_rate_one_and_rises_above() {
        for rate in rates() {
            for name in ["change", "exact"] {
                let change = at_rate(rate, name);
                assert_eq!(change < 0.0, rate < 1.0, "{name} at {rate}");
                assert_eq!(change > 0.0, rate > 1.0, "{name} at {rate}");
            }
        }
    }

    /// Red if `w - learning_rate * g` were `w + learning_rate * g`: uphill.
    #[test]
    fn the_new_weight_is_six() {
        // At the defaults, which the page quotes.
        let outputs = at(run, &[]);
        assert_eq!(outputs["step"], 4.0);
        assert_eq!(outputs["new_w"], 6.0);
        assert_eq!(outputs["promised"], -80.0);
        // The tangent at 6 is at 20, and 6² is 36.
        assert_relative_eq!(outputs["given_back"], 16.0, epsilon = 1e-12);
    }

    #[test]
    fn the_figure_has_the_tangent_and_what_it_promised_too_much() {
        let figure = at(run, &[]).figure.unwrap();
        let points = figure.points("");
        let (tangent, gap) = (&points[..2], &points[points.len() - 2..]);
        assert_eq!(tangent, [(5.0, 0.0), (13.0, 160.0)]);
        assert_eq!(gap, [(6.0, 20.0), (6.0, 36.0)]);
        let parabola = &points[2..points.len() - 2];
        assert_eq!(parabola.len(), 241 + 2);
        for (w, loss) in parabola {
            assert_relative_eq!(*loss, w * w, max_relative = 3e-5);
        }
    }
}
