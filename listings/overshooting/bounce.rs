//! Twelve steps in a bowl, at a learning rate, a curvature and a start of your
//! choice.

use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, Style};

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

    let factor = 1.0 - learning_rate * curvature;
    let regime = Regime::of(learning_rate * curvature);
    writeln!(cell, "eta * lambda = {:.3}", learning_rate * curvature);
    writeln!(cell, "each step multiplies w by {factor:.3}");
    writeln!(
        cell,
        "after {steps} steps w = {:.6}: it {}",
        weights[steps],
        regime.name()
    );
    cell.value("product", 1.0 - factor, Format::Significant(2));
    cell.value("factor", factor, Format::Significant(2));
    cell.value("loss_factor", factor * factor, Format::Significant(2));
    cell.value("final_w", weights[steps], Format::Significant(3));
    cell.chart(
        format!(
            "Left, the bowl with the weight's path from {start} to {:.3}; \
             right, the weight by step, within powers of {:.2}: it {}.",
            weights[steps],
            factor.abs(),
            regime.name()
        ),
        [
            bowl(loss, &weights, regime),
            history(&weights, factor, regime),
        ],
    );
    Ok(())
}

fn bowl(loss: impl Fn(f64) -> f64, weights: &[f64], regime: Regime) -> Panel {
    let curve = (-80..=80)
        .map(|i| f64::from(i) / 40.0)
        .map(|w| (w, loss(w)));
    let path: Vec<_> = weights.iter().map(|w| (*w, loss(*w))).collect();
    Panel::new(
        Axis::linear("weight w").range(-2.0..=2.0),
        Axis::linear("loss L").range(0.0..=4.0),
    )
    .line("", curve, Style::Muted)
    .path("", path, regime.style())
}

fn history(weights: &[f64], factor: f64, regime: Regime) -> Panel {
    let envelope = |sign: f64| {
        let steps = (0..=12).map(f64::from);
        steps.map(move |k| (k, sign * weights[0] * factor.abs().powf(k)))
    };
    let path = weights.iter().enumerate().map(|(k, w)| (k as f64, *w));
    Panel::new(
        Axis::linear("step k").range(0.0..=12.0),
        Axis::linear("weight w").range(-2.0..=2.0),
    )
    .line("", envelope(1.0), Style::Muted)
    .line("", envelope(-1.0), Style::Muted)
    .path(regime.name(), path, regime.style())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    #[test]
    fn the_weight_after_k_steps_is_a_power() {
        for learning_rate in [0.05, 0.3, 0.8, 1.0, 1.2] {
            for curvature in [0.5, 2.0, 4.0] {
                let outputs = at(
                    run,
                    &[
                        ("learning_rate", &learning_rate),
                        ("curvature", &curvature),
                        ("start", &1.5),
                    ],
                );
                let closed_form =
                    1.5 * (1.0f64 - learning_rate * curvature).powi(12);
                assert_relative_eq!(
                    outputs["final_w"],
                    closed_form,
                    max_relative = 1e-9,
                    epsilon = 1e-12
                );
            }
        }
    }

    #[test]
    fn the_start_does_not_decide() {
        let end = |start| {
            let outputs = at(run, &[("start", &start)]);
            outputs["final_w"]
        };
        assert_relative_eq!(end("1.5") / end("0.5"), 3.0, max_relative = 1e-12);
        assert_relative_eq!(end("-1"), -end("1"), max_relative = 1e-12);
    }
}
