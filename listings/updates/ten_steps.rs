//! Ten steps on the loss w², from 10, at three learning rates.

use crate::number::said;
use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, by_step};

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.knob("learning_rate", 0.1, 0.01..=1.1)?;
    let steps = cell.count_knob("steps", 10, 0..=10)?;
    let curvature = 2.0;
    cell.mark("learning_rate", "1/λ", 1.0 / curvature);
    cell.mark("learning_rate", "2/λ", 2.0 / curvature);
    let rates = [0.01, learning_rate, 0.9];
    let paths = rates.map(|rate| descend(10.0, rate));

    let [slow, yours, fast] = rates.map(|rate| format!("rate {rate}"));
    writeln!(cell, "step{slow:>12}{yours:>12}{fast:>12}");
    for k in 0..=steps {
        let [slow, yours, fast] = paths.each_ref().map(|path| path[k]);
        writeln!(cell, "{k:>4}{slow:>12.4}{yours:>12.4}{fast:>12.4}");
    }

    let [slow, _, fast] = &paths;
    let length = |path: &[f64], k: usize| (path[k] - path[k - 1]).abs();
    cell.value("slow_left", slow[10] / slow[0], Format::Percent(0));
    // At that rate, whatever the knob says.
    let path = descend(10.0, 0.1);
    let mut of = cell.of("at a tenth");
    of.value("first", length(&path, 1), Format::Significant(2));
    of.value("last", length(&path, 10), Format::Significant(2));
    cell.value("fast_w", fast[10], Format::Significant(3));
    cell.value("fast_factor", fast[1] / fast[0], Format::Significant(2));
    cell.value("fast_first", length(fast, 1), Format::Significant(2));
    cell.value("fast_first_w", fast[1], Format::Significant(2));
    let (alt, panel) =
        figure(rates, paths.each_ref().map(|path| &path[..=steps]));
    cell.chart(alt, [panel]);
    Ok(())
}

// ANCHOR: descend
fn descend(start: f64, learning_rate: f64) -> Vec<f64> {
    let gradient = |w: f64| 2.0 * w;
    let mut weights = vec![start];
    for k in 0..10 {
        weights.push(weights[k] - learning_rate * gradient(weights[k]));
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
    for (rate, path) in rates.iter().zip(paths) {
        let regime = Regime::of(2.0 * rate);
        let label = format!("rate {rate}");
        panel = panel.path(label, by_step(path), regime.style());
        let (name, end) = (regime.name(), said(path[path.len() - 1], 3));
        ends.push(format!("at {rate} it {name} and ends at {end}"));
    }
    let steps = paths[0].len() - 1;
    let ends = ends.join("; ");
    let alt = format!("The weight from 10 to step {steps}: {ends}.");
    (alt, panel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// Rates over the whole range of the knob.
    fn rates() -> impl Iterator<Item = f64> {
        (1..=110).map(|hundredths| f64::from(hundredths) / 100.0)
    }

    /// Red if `2.0 * w` were `2.0 * w + 1.0`: with a minimum elsewhere than at
    /// 0.
    #[test]
    fn every_step_multiplies_the_weight_by_one_factor() {
        for rate in rates() {
            let weights = descend(10.0, rate);
            assert_eq!(weights.len(), 11);
            for (k, w) in weights.into_iter().enumerate() {
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

    /// Red if `learning_rate, 0.9]` were `learning_rate, 0.8]`: that rate comes
    /// nearer.
    #[test]
    fn a_tenth_and_nine_tenths_end_equally_far_from_the_minimum() {
        let outputs = at(run, &[]);
        let by_hand = 10.0 * 0.8f64.powi(10);
        assert_relative_eq!(outputs["fast_w"], by_hand, max_relative = 1e-12);
        assert_relative_eq!(outputs["fast_factor"], -0.8, max_relative = 1e-12);
        assert_relative_eq!(outputs["fast_first"], 18.0, max_relative = 1e-12);
        assert_relative_eq!(outputs["fast_first_w"], -8.0);
        let last = outputs.text.lines().last().unwrap().split_whitespace();
        assert_eq!(
            last.collect::<Vec<_>>(),
            ["10", "8.1707", "1.0737", "1.0737"]
        );
    }

    /// Red if `gradient(weights[k])` were `gradient(start)`: with a gradient
    /// that stays, the steps stay too.
    #[test]
    fn steps_shrink_though_the_rate_stays() {
        let outputs = at(run, &[("learning_rate", &0.7)]);
        let first = outputs["at_a_tenth_first"];
        let tenth = outputs["at_a_tenth_last"];
        assert_relative_eq!(first, 2.0, max_relative = 1e-12);
        assert_relative_eq!(tenth, first * 0.8f64.powi(9), max_relative = 1e-9);
        // The step at the rate 0.1 is that part of the slope, 2w.
        for (k, w) in descend(10.0, 0.1)[..10].iter().enumerate() {
            let step = w - descend(10.0, 0.1)[k + 1];
            assert_relative_eq!(step, 0.1 * 2.0 * w, max_relative = 1e-12);
        }
    }

    /// Red if `[0.01, learning_rate` were `[0.05, learning_rate`: that rate
    /// goes most of the way.
    #[test]
    fn the_smallest_rate_has_most_of_the_way_before_it() {
        let left = at(run, &[])["slow_left"];
        assert_relative_eq!(left, 0.98f64.powi(10), max_relative = 1e-12);
        assert!(left > 0.8);
    }

    #[test]
    fn the_figure_says_what_each_rate_does() {
        let figure = at(run, &[]).figure.unwrap();
        let expected = "The weight from 10 to step 10: at 0.01 it creeps \
                        and ends at 8.17; at 0.1 it creeps and ends at 1.07; \
                        at 0.9 it overshoots and ends at 1.07.";
        assert!(figure.wide.contains(expected));
    }
}
