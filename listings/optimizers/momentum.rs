//! Momentum beside plain descent, at the same rate and at a larger one.

use crate::number::said;
use crate::regime::Regime;
use ndarray::{array, aview1};
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use training::optim::momentum::Momentum;
use training::optim::optimizer::Optimizer;
use training::optim::sgd::Sgd;

const STEPS: usize = 200;

// ANCHOR: descend
/// The weights of a descent on ½w² from 1.
fn descend(optimizer: &mut dyn Optimizer) -> Vec<f64> {
    let mut weights = array![1.0];
    let mut path = vec![1.0];
    for _ in 0..STEPS {
        let gradient = [weights[0]];
        optimizer.step(weights.view_mut(), aview1(&gradient));
        path.push(weights[0]);
    }
    path
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.002, 1e-3..=0.1)?;
    let momentum = cell.knob("momentum", 0.9, 0.0..=0.99)?;

    let effective = learning_rate / (1.0 - momentum);
    let plain = descend(&mut Sgd::new(learning_rate));
    let pushed = descend(&mut Momentum::new(learning_rate, momentum));
    let larger = descend(&mut Sgd::new(effective));

    writeln!(cell, "                     rate   w after {STEPS} steps");
    let (w, rate) = (end(&plain), learning_rate);
    writeln!(cell, "plain           {rate:9.4} {w:>11}");
    let w = end(&pushed);
    writeln!(cell, "momentum {momentum:<6} {rate:9.4} {w:>11}");
    let w = end(&larger);
    writeln!(cell, "plain           {effective:9.4} {w:>11}");
    // ANCHOR_END: descend
    cell.value("gain", 1.0 / (1.0 - momentum), Format::Significant(3));
    let alt = format!(
        "Weight against step, from 1. After {STEPS} steps plain descent at \
         {learning_rate} is at {}, momentum of {momentum} at the same rate at \
         {}, and plain descent at {} at {}.",
        said(plain[STEPS], 3),
        said(pushed[STEPS], 3),
        said(effective, 3),
        said(larger[STEPS], 3)
    );
    let style = regime(learning_rate, momentum).style();
    let panel = Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::linear("weight w").range(-1.0..=1.0),
    )
    .line("plain, η", by_step(&plain), Style::Muted)
    .line("plain, η/(1 − β)", by_step(&larger), Style::Ink)
    .line("momentum, η", by_step(&pushed), style);
    cell.chart(alt, [panel]);
    Ok(())
}

/// The last weight, with an exponent where it is large.
fn end(path: &[f64]) -> String {
    match path[STEPS] {
        w if w.abs() < 1e4 => format!("{w:.5}"),
        w => format!("{w:.4e}"),
    }
}

/// Two weights in a row give the next, by z² − (1 + β − η)z + β = 0: with two
/// roots that are real the weight creeps, else it swings across the minimum.
fn regime(learning_rate: f64, momentum: f64) -> Regime {
    let sum = 1.0 + momentum - learning_rate;
    if sum * sum < 4.0 * momentum {
        Regime::Overshoots
    } else {
        Regime::Creeps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// The rate and the last weight of each of the three rows.
    fn printed(text: &str) -> [(f64, f64); 3] {
        let row = |row: &str| {
            let mut words = row.split_whitespace().rev();
            let mut number = || words.next().unwrap().parse().unwrap();
            let w = number();
            (number(), w)
        };
        let rows: Vec<_> = text.lines().skip(1).map(row).collect();
        rows.try_into().unwrap()
    }

    /// Red if `1.0 / (1.0 - momentum)` were `1.0 / momentum`: a gain that
    /// shrinks as momentum grows.
    #[test]
    fn on_a_slope_the_velocity_becomes_the_rate_over_one_less_beta() {
        for momentum in [0.0, 0.5, 0.9, 0.99] {
            let mut optimizer = Momentum::new(0.1, momentum);
            let mut weights = array![0.0];
            for _ in 0..5000 {
                optimizer.step(weights.view_mut(), array![3.0].view());
            }
            let before = weights[0];
            optimizer.step(weights.view_mut(), array![3.0].view());
            let times = (before - weights[0]) / (0.1 * 3.0);
            let values =
                at(run, &[("learning_rate", &0.01), ("momentum", &momentum)]);
            assert_relative_eq!(values["gain"], times, max_relative = 1e-9);
            let [_, _, (effective, _)] = printed(&values.text);
            assert_relative_eq!(effective, 0.01 * times, epsilon = 6e-5);
        }
    }

    /// The slower root of z² − (1 + β − η)z + β is 1 − η/(1 − β) up to a term
    /// in η², and the other one takes part in proportion to η.
    ///
    /// Red if `Sgd::new(effective)` were `Sgd::new(0.5 * effective)`: half of
    /// the effective rate.
    #[test]
    fn a_small_rate_with_momentum_is_a_larger_one_without() {
        let ends = printed(&at(run, &[]).text);
        let [(_, plain), (_, pushed), (_, larger)] = ends;
        assert!((pushed - larger).abs() < 0.02 && plain > 0.5);
        for hundredths in 1..100 {
            let beta = f64::from(hundredths) / 100.0;
            let paths = |rate: f64| {
                let pushed = descend(&mut Momentum::new(rate, beta));
                let larger = descend(&mut Sgd::new(rate / (1.0 - beta)));
                (pushed, larger)
            };
            let apart = |rate: f64| {
                let (pushed, larger) = paths(rate);
                let pairs = pushed.iter().zip(&larger);
                pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
            };
            // From the rate on from which it creeps.
            let creeps = (1.0 - f64::sqrt(beta)).powi(2);
            let (pushed, larger) = paths(creeps);
            assert!(larger[1] < pushed[1] && pushed[1] < 1.0, "{beta}");
            for part in [1.0, 0.9, 0.5, 0.2, 0.1] {
                let (here, lower) =
                    (apart(part * creeps), apart(0.5 * part * creeps));
                assert!(here < 0.25, "{beta} {part}: {here}");
                assert!(lower < 0.7 * here, "{beta} {part}: {here} {lower}");
            }
        }
    }

    /// Red if `sum * sum < 4.0 * momentum` were `sum * sum > 4.0 * momentum`:
    /// the two regimes change places.
    #[test]
    fn it_swings_where_the_roots_are_complex_and_only_there() {
        for hundredths in 0..100 {
            let momentum = f64::from(hundredths) / 100.0;
            let bound = (1.0 - momentum.sqrt()).powi(2);
            for tenths in 0..=20 {
                let rate = 1.001e-3 * 10f64.powf(f64::from(tenths) / 10.0);
                let above = rate > bound;
                let swings = regime(rate, momentum) == Regime::Overshoots;
                assert_eq!(swings, above, "{rate} {momentum}");
                // The angle of a step, from the roots' sum: after a whole turn
                // the weight has been on the other side, and is back.
                let cosine = (1.0 + momentum - rate) / (2.0 * momentum.sqrt());
                let turn = std::f64::consts::TAU / cosine.min(1.0).acos();
                let steps = if above { turn.ceil() } else { 1000.0 };
                let path = longer(rate, momentum, steps as usize);
                let there = path.iter().position(|w| *w < 0.0);
                assert_eq!(there.is_some(), above, "{rate} {momentum}");
                let back = |there| path[there..].iter().any(|w| *w > 0.0);
                assert!(there.is_none_or(back), "{rate} {momentum}");
            }
        }
    }

    /// The path of the figure, and on.
    fn longer(rate: f64, momentum: f64, steps: usize) -> Vec<f64> {
        let mut optimizer = Momentum::new(rate, momentum);
        let mut weights = array![1.0];
        let mut step = |_| {
            let gradient = [weights[0]];
            optimizer.step(weights.view_mut(), aview1(&gradient));
            weights[0]
        };
        (0..steps).map(&mut step).collect()
    }

    /// Red if `w if w.abs() < 1e4` were `w if w.abs() < 1e300`: all digits.
    #[test]
    fn a_weight_of_190_digits_is_printed_with_an_exponent() {
        let outputs = at(run, &[("learning_rate", &0.1), ("momentum", &0.99)]);
        assert!(outputs.text.lines().all(|line| line.len() < 50));
        let [_, _, (_, end)] = printed(&outputs.text);
        assert_relative_eq!(end, 9f64.powi(200), max_relative = 1e-4);
        assert!(outputs.figure.unwrap().wide.contains("7.06 × 10¹⁹⁰"));
    }
}
