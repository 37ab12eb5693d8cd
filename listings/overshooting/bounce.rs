//! Up to twelve steps in a bowl, at a learning rate, a curvature and a start of
//! your choice.

use crate::number::said;
use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.knob("learning_rate", 0.9, 0.05..=1.2)?;
    let curvature = cell.knob("curvature", 2.0, 0.5..=4.0)?;
    let start = cell.knob("start", 1.0, -1.5..=1.5)?;
    let steps = cell.count_knob("steps", 12, 0..=12)?;

    // ANCHOR: descent
    let loss = |w: f64| 0.5 * curvature * w * w;
    let gradient = |w: f64| curvature * w;
    let mut weights = vec![start];
    for k in 0..steps {
        weights.push(weights[k] - learning_rate * gradient(weights[k]));
    }
    // ANCHOR_END: descent

    let product = learning_rate * curvature;
    cell.mark("learning_rate", "1/λ", 1.0 / curvature);
    cell.mark("learning_rate", "2/λ", 2.0 / curvature);
    let (factor, regime) = (1.0 - product, Regime::of(product));
    let end = weights[steps];
    let (does, style) = match start {
        0.0 => ("stays", Style::Ink),
        _ => (regime.name(), regime.style()),
    };
    writeln!(cell, "eta * lambda = {product:.3}");
    writeln!(cell, "each step multiplies w by {factor:.3}");
    writeln!(cell, "after {steps} steps w = {end:.6}: it {does}");
    cell.value("product", product, Format::Decimals(3));
    cell.value("factor", factor, Format::Decimals(3));
    let loss_factor = factor * factor;
    cell.value("loss_factor", loss_factor, Format::Decimals(4));
    cell.value("final_w", end, Format::Significant(3));
    let alt = format!(
        "Left, the bowl with the weight's path from {start} to {}; right, the \
         weight by step, within the start times powers of {:.3}: it {does}.",
        said(end, 3),
        factor.abs()
    );
    let path: Vec<_> = weights.iter().map(|w| (*w, loss(*w))).collect();
    let bowl = Panel::new(
        Axis::linear("weight w").range(-2.0..=2.0),
        Axis::linear("loss L").range(0.0..=4.0),
    )
    .function("", loss, Style::Muted)
    .path("", path, style)
    .sets_x("start");
    cell.chart(alt, [bowl, history(&weights, factor, (does, style))]);
    Ok(())
}

fn history(
    weights: &[f64],
    factor: f64,
    (does, style): (&str, Style),
) -> Panel {
    let envelope = |side: f64| move |k| side * libm::pow(factor.abs(), k);
    Panel::new(
        Axis::linear("step k").range(0.0..=12.0),
        Axis::linear("weight w").range(-2.0..=2.0),
    )
    .room_for([Regime::Overshoots.name()])
    .function("", envelope(weights[0]), Style::Muted)
    .function("", envelope(-weights[0]), Style::Muted)
    .path(does, by_step(weights), style)
    .sets_y("start")
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    fn bounced(
        learning_rate: f64,
        curvature: f64,
        start: f64,
        steps: usize,
    ) -> notebook::Outputs {
        at(
            run,
            &[
                ("learning_rate", &learning_rate),
                ("curvature", &curvature),
                ("start", &start),
                ("steps", &steps),
            ],
        )
    }

    /// Red if `learning_rate * gradient(weights[k])` were
    /// `learning_rate * gradient(start)`: steps of one length.
    #[test]
    fn the_weight_after_k_steps_is_a_power() {
        for learning_rate in [0.05, 0.3, 0.8, 1.0, 1.2] {
            for curvature in [0.5, 2.0, 4.0] {
                for k in [0, 1, 5, 12] {
                    let outputs = bounced(learning_rate, curvature, 1.5, k);
                    let factor = 1.0f64 - learning_rate * curvature;
                    let closed_form = 1.5 * factor.powi(k as i32);
                    assert_relative_eq!(
                        outputs["final_w"],
                        closed_form,
                        max_relative = 1e-9,
                        epsilon = 1e-12
                    );
                    assert_relative_eq!(
                        outputs["factor"],
                        factor,
                        epsilon = 1e-12
                    );
                }
            }
        }
    }

    /// Red if `|w: f64| curvature * w` were `|w: f64| curvature * w * w`: in a
    /// bowl of another shape the start decides.
    #[test]
    fn the_start_does_not_decide() {
        for learning_rate in [0.05, 0.5, 0.9, 1.0, 1.2] {
            for curvature in [0.5, 2.0, 4.0] {
                let ended =
                    |start, k| bounced(learning_rate, curvature, start, k);
                let does = |start| {
                    let text = ended(start, 12).text;
                    text.split_whitespace().last().unwrap().to_string()
                };
                for k in [1, 2, 7, 12] {
                    let one = ended(1.0, k)["final_w"];
                    assert_eq!(one, 2.0 * ended(0.5, k)["final_w"]);
                    assert_eq!(one, -ended(-1.0, k)["final_w"]);
                }
                assert_eq!((does(1.5), does(-0.1)), (does(1.0), does(1.0)));
                assert_eq!(does(0.0), "stays");
            }
        }
    }

    /// Red if `factor * factor` were `factor`: the loss goes as the square.
    #[test]
    fn a_step_keeps_the_factor_squared_of_the_loss() {
        for learning_rate in [0.05, 0.5, 0.9, 1.0, 1.2] {
            for curvature in [0.5, 2.0, 4.0] {
                let after =
                    |steps| bounced(learning_rate, curvature, 1.0, steps);
                let loss =
                    |steps| 0.5 * curvature * after(steps)["final_w"].powi(2);
                let kept = after(12)["loss_factor"];
                assert_relative_eq!(loss(1) / loss(0), kept, epsilon = 1e-12);
            }
        }
    }

    /// Red if `0.5 * curvature` were `curvature`: a bowl of twice the
    /// curvature.
    #[test]
    fn the_figure_has_the_loss_at_each_weight_and_the_powers_of_the_factor() {
        let figure = bounced(0.9, 3.0, 1.2, 5).figure.unwrap();
        let near = |seen: f64, by_hand: f64| {
            assert_relative_eq!(
                seen,
                by_hand,
                epsilon = 1e-9,
                max_relative = 1e-5
            );
        };
        let mut curves = figure.points("").into_iter();
        for (w, loss) in curves.by_ref().take(241 + 6) {
            near(loss, 3.0 * w * w / 2.0);
        }
        for side in [1.2, -1.2] {
            for (k, power) in curves.by_ref().take(241) {
                near(power, side * 1.7f64.powf(k));
            }
        }
        assert_eq!(curves.next(), None);
        let history = figure.points("diverges");
        assert_eq!(history.len(), 6);
        for (k, w) in history {
            near(w, 1.2 * (-1.7f64).powf(k));
        }
    }
}
