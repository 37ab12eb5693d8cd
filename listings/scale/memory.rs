//! Decay of weights as memory: AdamW's weight is a sum of its past steps, the
//! older the less.

use crate::number::said;
use ndarray::{aview_mut1, aview1};
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use training::normal::normal;
use training::optim::adam::Adam;
use training::optim::adamw::AdamW;
use training::optim::optimizer::Optimizer;

const STEPS: usize = 400;

/// Noisy gradients that say up, and after half the steps down.
fn gradients() -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let slope = |k| if k < STEPS / 2 { -1.0 } else { 1.0 };
    (0..STEPS).map(|k| slope(k) + normal(&mut rng)).collect()
}

// ANCHOR: memory
/// The path of a weight from 0 under these gradients.
fn path(mut optimizer: impl Optimizer, gradients: &[f64]) -> Vec<f64> {
    let mut w = [0.0];
    let step = |gradient: &f64| {
        optimizer.step(aview_mut1(&mut w), aview1(&[*gradient]));
        w[0]
    };
    gradients.iter().map(step).collect()
}

/// The part of a step that is left after so many more.
fn kept(learning_rate: f64, weight_decay: f64, steps: usize) -> f64 {
    (1.0 - learning_rate * weight_decay).powi(steps as i32)
}

/// What is left of all steps of Adam, each as long as `alone` says.
fn remembered(alone: &[f64], learning_rate: f64, weight_decay: f64) -> f64 {
    let before = [0.0].iter().chain(alone);
    let steps = alone
        .iter()
        .zip(before)
        .map(|(after, before)| after - before);
    let left = steps.enumerate().map(|(k, step)| {
        step * kept(learning_rate, weight_decay, STEPS - 1 - k)
    });
    left.sum()
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.1, 0.01..=1.0)?;
    let weight_decay = cell.log_knob("weight_decay", 0.1, 0.01..=1.0)?;

    let gradients = gradients();
    let mut adamw = AdamW::new(learning_rate);
    adamw.weight_decay = weight_decay;
    let decayed = path(adamw, &gradients);
    let alone = path(Adam::new(learning_rate), &gradients);
    let remembered = remembered(&alone, learning_rate, weight_decay);
    let memory = 1.0 / (learning_rate * weight_decay);
    writeln!(cell, "memory: {memory:.0} steps");
    writeln!(cell, "AdamW's weight:  {:9.5}", decayed[STEPS - 1]);
    writeln!(cell, "what is kept:    {remembered:9.5}");
    // ANCHOR_END: memory
    cell.value("memory", memory, Format::Significant(3));
    cell.value("end", decayed[STEPS - 1], Format::Decimals(3));
    let farthest = decayed.iter().fold(0.0, |far: f64, w| far.max(w.abs()));
    cell.value("farthest", farthest, Format::Significant(3));
    let bound = 1.0 / weight_decay;
    cell.value("bound", bound, Format::Significant(3));
    let alt = format!(
        "Left, what is left at the end of each step: all of the last, and {} \
         of the first. Right, the weight against the step: from 0 to {} in the \
         middle of the run, and {} at its end; without decay it goes farther.",
        said(kept(learning_rate, weight_decay, STEPS - 1), 2),
        said(decayed[STEPS / 2 - 1], 2),
        said(decayed[STEPS - 1], 2)
    );
    let left = |k| kept(learning_rate, weight_decay, STEPS - 1 - k);
    let left = Vec::from_iter((0..STEPS).map(left));
    let parts = Panel::new(
        Axis::linear("step").range(0.0..=STEPS as f64),
        Axis::linear("what is left of it").range(0.0..=1.0),
    )
    .line("", by_step(&left), Style::Ink)
    .level("1/e", libm::exp(-1.0));
    let paths = Panel::new(
        Axis::linear("step").range(0.0..=STEPS as f64),
        Axis::linear("weight"),
    )
    .line("Adam", by_step(&alone), Style::Muted)
    .line("AdamW", by_step(&decayed), Style::Ink);
    cell.chart(alt, [parts, paths]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;
    use serde_json::Value;
    use std::f64::consts::PI;
    use training::optim::library::Library;

    /// Over the range of both knobs.
    ///
    /// Red if `step * kept(` were `2.0 * step * kept(`: twice the steps.
    #[test]
    fn the_weight_is_what_decay_leaves_of_all_steps() {
        for rate in [0.01, 0.1, 0.7, 1.0] {
            for decay in [0.01, 0.1, 1.0] {
                let settings: [(&str, &dyn std::fmt::Display); 2] =
                    [("learning_rate", &rate), ("weight_decay", &decay)];
                let outputs = at(run, &settings);
                let alone = path(Adam::new(rate), &gradients());
                let sum = remembered(&alone, rate, decay);
                assert_abs_diff_eq!(outputs["end"], sum, epsilon = 1e-9);
                let memory = 1.0 / (rate * decay);
                assert_relative_eq!(outputs["memory"], memory);
                // From 1 what is left of that is added.
                let mut adamw = AdamW::new(rate);
                adamw.weight_decay = decay;
                let mut w = [1.0];
                for gradient in gradients() {
                    adamw.step(aview_mut1(&mut w), aview1(&[gradient]));
                }
                let left = (1.0 - rate * decay).powi(STEPS as i32);
                assert_abs_diff_eq!(w[0], left + sum, epsilon = 1e-9);
            }
        }
    }

    /// Memories from ten steps on.
    ///
    /// Red if `1.0 - learning_rate * weight_decay` were
    /// `1.0 - 2.0 * learning_rate * weight_decay`: half the memory.
    #[test]
    fn after_a_memory_about_a_third_is_left() {
        for rate in [0.001, 0.1, 1.0] {
            for memory in [10, 30, 100, 1000, 100_000] {
                let decay = 1.0 / (rate * f64::from(memory));
                let left = kept(rate, decay, memory as usize);
                let off = left * 1f64.exp() - 1.0;
                assert!((-0.06..0.0).contains(&off), "{memory}: {off}");
            }
        }
    }

    /// The longest step of Adam alone is `most` rates. Under gradients that
    /// turn, that never turn, and that turn at each step, up to ηd = 1.
    ///
    /// Red if `adamw.weight_decay = weight_decay` were
    /// `adamw.weight_decay = 0.0`: nothing would hold the weight.
    #[test]
    fn the_weight_stays_within_the_longest_step_over_the_decay() {
        let turns = |k: i32| if k % 2 == 0 { 3.0 } else { -1.0 };
        let turning = Vec::from_iter((0..400).map(turns));
        let rates = [0.01, 0.1, 0.5, 1.0, 2.0];
        for gradients in [gradients(), vec![1.0; 400], turning] {
            let alone = path(Adam::new(1.0), &gradients);
            let steps = alone.windows(2).map(|pair| (pair[1] - pair[0]).abs());
            let most = steps.fold(alone[0].abs(), f64::max);
            for (rate, decay) in rates.iter().flat_map(|rate| {
                [0.01, 0.1, 0.5, 1.0].map(|product| (*rate, product / rate))
            }) {
                let mut adamw = AdamW::new(rate);
                adamw.weight_decay = decay;
                let decayed = path(adamw, &gradients);
                let farthest = decayed.iter().map(|w| w.abs());
                let farthest = farthest.fold(0.0, f64::max);
                assert!(farthest <= most / decay * (1.0 + 1e-12));
            }
        }
        // And by what the page prints.
        for (rate, decay) in [(0.1, 0.1), (1.0, 0.5), (0.5, 1.0), (1.0, 1.0)] {
            let settings: [(&str, &dyn std::fmt::Display); 2] =
                [("learning_rate", &rate), ("weight_decay", &decay)];
            let outputs = at(run, &settings);
            let alone = path(Adam::new(1.0), &gradients());
            let steps = alone.windows(2).map(|pair| (pair[1] - pair[0]).abs());
            let most = steps.fold(alone[0].abs(), f64::max);
            assert!(outputs["farthest"] <= most / decay);
        }
    }

    /// optax's and PyTorch's path, and that of the paper's rule: ours with its
    /// decay divided by the highest rate.
    ///
    /// Red if `of("weight_decay") / of("lr")` were `of("weight_decay")`: the
    /// rate would multiply the decay in both.
    #[test]
    fn the_libraries_multiply_decay_by_the_rate_and_the_paper_does_not() {
        let file = include_str!("../../training/reference/decay.json");
        let entries: Vec<Value> = serde_json::from_str(file).unwrap();
        let numbers = |value: &Value| -> Vec<f64> {
            let list = value.as_array().unwrap().iter();
            list.map(|number| number.as_f64().unwrap()).collect()
        };
        let is_series = |entry: &&Value| !entry["gradients"].is_null();
        for entry in entries.iter().filter(is_series) {
            let of = |name: &str| entry["parameters"][name].as_f64().unwrap();
            let mut optimizer = AdamW::of(Library::PyTorch);
            optimizer.weight_decay = match entry["optimizer"].as_str() {
                Some("adamw_cosine") => of("weight_decay"),
                _ => of("weight_decay") / of("lr"),
            };
            let mut w = [1.0];
            for k in 0..30 {
                let part = 0.5 * (1.0 + (PI * k.min(25) as f64 / 25.0).cos());
                let part = of("alpha") + (1.0 - of("alpha")) * part;
                optimizer.set_learning_rate(of("lr") * part);
                let gradient = [numbers(&entry["gradients"])[k]];
                optimizer.step(aview_mut1(&mut w), aview1(&gradient));
                let expected = numbers(&entry["path"][k + 1])[0];
                assert_relative_eq!(w[0], expected, max_relative = 1e-9);
            }
        }
        assert_eq!(entries.iter().filter(is_series).count(), 2);
    }
}
