//! Twenty steps of descent on ½λw², at a learning rate of your choice.

use crate::regime::Regime;
use notebook::{Axis, Cell, Chart, Format, Panel, Result};
use std::fmt::Write;

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.knob("learning_rate", 0.9, 0.05..=1.2)?;
    let curvature = cell.knob("curvature", 2.0, 0.5..=4.0)?;
    let start = cell.knob("start", 1.0, -2.0..=2.0)?;

    // ANCHOR: loop
    let gradient = |w: f64| curvature * w;
    let mut weights = vec![start];
    let mut w = start;
    for _ in 0..20 {
        w -= learning_rate * gradient(w);
        weights.push(w);
    }
    // ANCHOR_END: loop

    let regime = Regime::of(learning_rate * curvature);
    writeln!(cell, "eta * lambda = {:.2}", learning_rate * curvature)?;
    writeln!(cell, "the weight {}", regime.name())?;
    cell.value("final_w", w, Format::Significant(3));
    let path = weights.iter().enumerate().map(|(k, w)| (k as f64, *w));
    cell.chart(Chart::new(
        format!("Twenty steps from {start}: the weight {}, and ends at {w:.4}.", regime.name()),
        [Panel::new(Axis::linear("step k"), Axis::linear("weight w"))
            .path(regime.name(), path, regime.style())],
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use approx::assert_relative_eq;

    #[test]
    fn the_weight_after_k_steps_is_a_power() {
        let outputs = notebook::run(super::run, &[("learning_rate", "0.8")]).unwrap();
        let closed_form = (1.0f64 - 0.8 * 2.0).powi(20);
        assert_relative_eq!(outputs.number("final_w").unwrap(), closed_form, max_relative = 1e-12);
    }
}
