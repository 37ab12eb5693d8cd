//! Two weights that share a loss, updated by the rule and in place.

use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, Style};
use std::iter::successors;

// ANCHOR: updates
/// The slopes of the loss ½(ab − 1)² along a and along b.
fn gradient(a: f64, b: f64) -> (f64, f64) {
    let error = a * b - 1.0;
    (b * error, a * error)
}

/// The rule: both slopes first, then both weights.
fn by_the_rule(a: f64, b: f64, learning_rate: f64) -> (f64, f64) {
    let (slope_a, slope_b) = gradient(a, b);
    (a - learning_rate * slope_a, b - learning_rate * slope_b)
}

/// The bug: b's slope is taken where a already stands elsewhere.
fn in_place(mut a: f64, mut b: f64, learning_rate: f64) -> (f64, f64) {
    a -= learning_rate * gradient(a, b).0;
    b -= learning_rate * gradient(a, b).1;
    (a, b)
}
// ANCHOR_END: updates

pub fn run(cell: &mut Cell) -> Result<()> {
    // ANCHOR: paths
    let learning_rate = cell.knob("learning_rate", 0.1, 0.02..=0.3)?;
    let start = cell.knob("start", 2.0, 0.4..=2.0)?;

    let path = |step: fn(f64, f64, f64) -> (f64, f64)| {
        successors(Some((start, start)), move |&(a, b)| {
            Some(step(a, b, learning_rate))
        })
    };
    let rule: Vec<_> = path(by_the_rule).take(201).collect();
    let bug: Vec<_> = path(in_place).take(201).collect();
    // ANCHOR_END: paths

    writeln!(cell, "        by the rule          in place");
    writeln!(cell, "step       a       b         a       b");
    for k in [0, 1, 2, 5, 10, 20, 200] {
        let ((a, b), (bug_a, bug_b)) = (rule[k], bug[k]);
        write!(cell, "{k:>4}{a:>8.4}{b:>8.4}  ");
        writeln!(cell, "{bug_a:>8.4}{bug_b:>8.4}");
    }
    cell.value("rule_a", rule[200].0, Format::Decimals(3));
    cell.value("rule_b", rule[200].1, Format::Decimals(3));
    cell.value("bug_a", bug[200].0, Format::Decimals(3));
    cell.value("bug_b", bug[200].1, Format::Decimals(3));
    let (alt, panel) = map(learning_rate, rule, bug);
    cell.chart(alt, [panel]);
    Ok(())
}

fn map(
    rate: f64,
    rule: Vec<(f64, f64)>,
    bug: Vec<(f64, f64)>,
) -> (String, Panel) {
    let alt = format!(
        "Contours of ½(ab − 1)² and two paths from a = b = {}, at rate {rate}. \
         By the rule the path keeps a = b and ends at ({:.2}, {:.2}); in place \
         it bends away and ends at ({:.2}, {:.2}).",
        rule[0].0, rule[200].0, rule[200].1, bug[200].0, bug[200].1
    );
    let valley = (45..=230).map(|i| f64::from(i) / 100.0);
    let panel = Panel::new(
        Axis::linear("weight a").range(0.0..=2.3),
        Axis::linear("weight b").range(0.0..=2.3),
    )
    .contours(
        |a, b| 0.5 * (a * b - 1.0).powi(2),
        [0.1, 0.3, 0.7, 1.5, 3.0, 6.0],
    )
    .line("loss 0", valley.map(|a| (a, 1.0 / a)), Style::Ink)
    .path("rule", rule, Regime::of(2.0 * rate).style())
    .path("in place", bug, Style::Ink);
    (alt, panel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    const RATE: f64 = 0.2;

    /// In place, with the two lines of the update exchanged.
    fn b_first(a: f64, b: f64, learning_rate: f64) -> (f64, f64) {
        let (b, a) = in_place(b, a, learning_rate);
        (a, b)
    }

    #[test]
    fn the_gradient_equals_difference_quotients() {
        let loss = |a: f64, b: f64| 0.5 * (a * b - 1.0).powi(2);
        let h = 1e-5;
        for (a, b) in [(2.0, 2.0), (0.3, -1.2), (1.7, 0.4)] {
            let along_a = (loss(a + h, b) - loss(a - h, b)) / (2.0 * h);
            let along_b = (loss(a, b + h) - loss(a, b - h)) / (2.0 * h);
            let (slope_a, slope_b) = gradient(a, b);
            assert_relative_eq!(slope_a, along_a, epsilon = 1e-8);
            assert_relative_eq!(slope_b, along_b, epsilon = 1e-8);
        }
    }

    #[test]
    fn the_rule_keeps_equal_weights_equal_to_the_last_bit() {
        let (mut a, mut b) = (2.0, 2.0);
        for _ in 0..200 {
            (a, b) = by_the_rule(a, b, RATE);
            assert_eq!(a, b);
        }
        assert_relative_eq!(a, 1.0, epsilon = 1e-9);
    }

    #[test]
    fn in_place_ends_in_another_minimum() {
        let outputs = at(run, &[]);
        let (a, b) = (outputs["bug_a"], outputs["bug_b"]);
        // A minimum it is, but one that tells a from b.
        assert_relative_eq!(a * b, 1.0, epsilon = 1e-9);
        assert!(b - a > 0.5);
    }

    #[test]
    fn in_place_depends_on_which_weight_comes_first() {
        let one = in_place(1.7, 0.9, RATE);
        let other = b_first(1.7, 0.9, RATE);
        assert!((one.0 - other.0).abs() > 0.01);
        assert!((one.1 - other.1).abs() > 0.01);
        // The rule does not ask: exchange the names, and only the names change.
        let (a, b) = by_the_rule(1.7, 0.9, RATE);
        assert_eq!(by_the_rule(0.9, 1.7, RATE), (b, a));
    }

    #[test]
    fn a_larger_rate_ends_farther_from_equal_weights() {
        let apart = [0.02, 0.05, 0.1, 0.2, 0.3].map(|rate| {
            let mut weights = (2.0, 2.0);
            for _ in 0..2000 {
                weights = in_place(weights.0, weights.1, rate);
            }
            weights.1 - weights.0
        });
        assert!(apart.is_sorted_by(|less, more| less < more));
    }

    /// ∂(move of a)/∂b − ∂(move of b)/∂a at (1.3, 0.8), by differences.
    fn curl(step: fn(f64, f64, f64) -> (f64, f64)) -> f64 {
        let (a, b, h) = (1.3, 0.8, 1e-5);
        let moved_a = |b: f64| step(a, b, RATE).0 - a;
        let moved_b = |a: f64| step(a, b, RATE).1 - b;
        (moved_a(b + h) - moved_a(b - h) - moved_b(a + h) + moved_b(a - h))
            / (2.0 * h)
    }

    #[test]
    fn the_step_in_place_is_the_gradient_of_no_loss() {
        // Second derivatives of a loss do not depend on their order.
        assert!(curl(by_the_rule).abs() < 1e-9);
        assert!(curl(in_place).abs() > 0.01);
    }

    #[test]
    fn both_agree_as_the_rate_goes_to_zero() {
        let apart =
            |rate| in_place(1.7, 0.9, rate).1 - by_the_rule(1.7, 0.9, rate).1;
        // Of second order: a tenth of the rate, a hundredth of the difference.
        let ratio = apart(1e-3) / apart(1e-4);
        assert_relative_eq!(ratio, 100.0, max_relative = 0.01);
    }
}
