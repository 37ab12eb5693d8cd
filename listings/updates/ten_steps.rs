//! Ten steps on the loss w², from 10, at three learning rates.

use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result};

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.knob("learning_rate", 0.1, 0.01..=1.1)?;
    let steps = cell.count_knob("steps", 10, 0..=10)?;
    let rates = [0.01, learning_rate, 0.9];
    let paths = rates.map(|rate| descend(10.0, rate));

    let [slow, yours, fast] = rates.map(|rate| format!("rate {rate}"));
    writeln!(cell, "step{slow:>12}{yours:>12}{fast:>12}");
    for k in 0..=steps {
        let [slow, yours, fast] = paths.each_ref().map(|path| path[k]);
        writeln!(cell, "{k:>4}{slow:>12.4}{yours:>12.4}{fast:>12.4}");
    }

    for (name, path) in ["slow", "yours", "fast"].iter().zip(&paths) {
        let step = |k: usize| (path[k] - path[k - 1]).abs();
        let last = path[10];
        cell.value(&format!("{name}_w"), last, Format::Significant(3));
        cell.value(&format!("{name}_left"), last / 10.0, Format::Percent(0));
        cell.value(&format!("{name}_first"), step(1), Format::Significant(2));
        cell.value(&format!("{name}_tenth"), step(10), Format::Significant(2));
    }
    let (alt, panel) =
        figure(rates, paths.each_ref().map(|path| &path[..=steps]));
    cell.chart(alt, [panel]);
    Ok(())
}

// ANCHOR: descend
fn descend(start: f64, learning_rate: f64) -> Vec<f64> {
    let gradient = |w: f64| 2.0 * w;
    let mut weights = vec![start];
    let mut w = start;
    for _ in 0..10 {
        w -= learning_rate * gradient(w);
        weights.push(w);
    }
    weights
}
// ANCHOR_END: descend

fn figure(rates: [f64; 3], paths: [&[f64]; 3]) -> (String, Panel) {
    let weight = Axis::linear("weight w").range(-12.0..=12.0);
    let mut panel =
        Panel::new(Axis::linear("step k").range(0.0..=10.0), weight)
            .level("minimum", 0.0);
    let mut ends = Vec::new();
    for (rate, path) in rates.iter().zip(&paths) {
        let regime = Regime::of(2.0 * rate);
        let points = path.iter().enumerate().map(|(k, w)| (k as f64, *w));
        panel = panel.path(format!("rate {rate}"), points, regime.style());
        let name = regime.name();
        let end = path[path.len() - 1];
        ends.push(format!("at {rate} it {name} and ends at {end:.2}"));
    }
    let steps = paths[0].len() - 1;
    let ends = ends.join("; ");
    let alt = format!("The weight in {steps} steps, from 10: {ends}.");
    (alt, panel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    #[test]
    fn every_step_multiplies_the_weight_by_one_factor() {
        for rate in [0.01, 0.1, 0.5, 0.9, 1.1] {
            for (k, w) in descend(10.0, rate).into_iter().enumerate() {
                let power = 10.0 * (1.0 - 2.0 * rate).powi(k as i32);
                assert_relative_eq!(
                    w,
                    power,
                    epsilon = 1e-12,
                    max_relative = 1e-12
                );
            }
        }
    }

    #[test]
    fn a_tenth_and_nine_tenths_end_equally_far_from_the_minimum() {
        let outputs = at(run, &[]);
        let yours = outputs["yours_w"];
        let fast = outputs["fast_w"];
        assert_relative_eq!(yours, fast, max_relative = 1e-12);
    }

    #[test]
    fn steps_shrink_though_the_rate_stays() {
        let outputs = at(run, &[]);
        let first = outputs["yours_first"];
        let tenth = outputs["yours_tenth"];
        assert_relative_eq!(tenth, first * 0.8f64.powi(9), max_relative = 1e-9);
    }

    #[test]
    fn the_smallest_rate_has_most_of_the_way_before_it() {
        let outputs = at(run, &[]);
        let left = outputs["slow_left"];
        assert_relative_eq!(left, 0.98f64.powi(10), max_relative = 1e-12);
        assert!(left > 0.8);
    }
}
