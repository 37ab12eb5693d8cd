//! Two weights that share a loss, updated by the rule and in place.

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
    let learning_rate = cell.knob("learning_rate", 0.1, 0.02..=0.25)?;
    let start = cell.knob("start", 2.0, 1.1..=2.0)?;

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
    for (name, (a, b)) in [("rule", rule[200]), ("bug", bug[200])] {
        cell.of(name).value("a", a, Format::Decimals(3));
        cell.of(name).value("b", b, Format::Decimals(3));
    }
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
         By the rule the path keeps a = b and ends at ({:.3}, {:.3}); in place \
         it bends away and ends at ({:.3}, {:.3}).",
        rule[0].0, rule[200].0, rule[200].1, bug[200].0, bug[200].1
    );
    let valley = |a: f64| if a < 0.45 { f64::NAN } else { 1.0 / a };
    let panel = Panel::new(
        Axis::linear("weight a").range(0.0..=2.3),
        Axis::linear("weight b").range(0.0..=2.3),
    )
    .contours(
        |a, b| 0.5 * (a * b - 1.0).powi(2),
        [0.1, 0.3, 0.7, 1.5, 3.0, 6.0],
    )
    .function("loss 0", valley, Style::Ink)
    .path("rule", rule, Style::Green)
    .sets_x("start")
    .path("in place", bug, Style::Ink);
    (alt, panel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;

    const RATE: f64 = 0.2;

    /// Rates over the whole range of the knob.
    fn rates() -> impl Iterator<Item = f64> {
        (2..=25).map(|hundredths| f64::from(hundredths) / 100.0)
    }

    /// Starts over the whole range of the knob.
    const STARTS: [f64; 6] = [1.1, 1.2, 1.4, 1.6, 1.8, 2.0];

    fn ends(rate: f64, start: f64) -> notebook::Outputs {
        at(run, &[("learning_rate", &rate), ("start", &start)])
    }

    /// In place, with the two lines of the update exchanged.
    fn b_first(a: f64, b: f64, learning_rate: f64) -> (f64, f64) {
        let (b, a) = in_place(b, a, learning_rate);
        (a, b)
    }

    /// Red if `error = a * b - 1.0` were `error = a * b - 2.0`: the gradient of
    /// another loss.
    #[test]
    fn the_gradient_equals_difference_quotients() {
        let loss = |a: f64, b: f64| 0.5 * (a * b - 1.0).powi(2);
        let h = 1e-5;
        for (a, b) in [(2.0, 2.0), (0.3, -1.2), (1.7, 0.4)] {
            let along_a = (loss(a + h, b) - loss(a - h, b)) / (2.0 * h);
            let along_b = (loss(a, b + h) - loss(a, b - h)) / (2.0 * h);
            let (slope_a, slope_b) = gradient(a, b);
            assert_abs_diff_eq!(slope_a, along_a, epsilon = 1e-8);
            assert_abs_diff_eq!(slope_b, along_b, epsilon = 1e-8);
        }
    }

    /// Red if `(b * error, a * error)` were `(error, a * error)`: a slope that
    /// does not treat the weights alike.
    #[test]
    fn the_rule_keeps_equal_weights_equal_to_the_last_bit() {
        for rate in rates() {
            for start in STARTS {
                let (mut a, mut b) = (start, start);
                for _ in 0..200 {
                    (a, b) = by_the_rule(a, b, rate);
                    assert_eq!(a, b);
                }
                assert_abs_diff_eq!(a, 1.0, epsilon = 1e-3);
                let outputs = ends(rate, start);
                assert_eq!((outputs["rule_a"], outputs["rule_b"]), (a, b));
            }
        }
    }

    /// Red if `gradient(a, b).1` were `gradient(b, b).1`: the old a, as long as
    /// the two are equal.
    #[test]
    fn in_place_ends_in_another_minimum() {
        for rate in rates() {
            for start in STARTS {
                let outputs = ends(rate, start);
                let (a, b) = (outputs["bug_a"], outputs["bug_b"]);
                // A minimum it is, but one that tells a from b.
                assert_abs_diff_eq!(a * b, 1.0, epsilon = 1e-3);
                assert!(b - a > 2e-3, "{rate} from {start}");
            }
        }
        let outputs = at(run, &[]);
        assert!(outputs["bug_b"] - outputs["bug_a"] > 0.5);
    }

    /// Red if `let (slope_a, slope_b) = gradient(a, b)` were `let slope_a =
    /// gradient(a, b).0; let slope_b = gradient(a - slope_a, b).1`: a rule that
    /// depends on the order, too.
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

    /// Red if `path(in_place)` were `path(by_the_rule)`: by the rule no rate
    /// leaves a = b.
    #[test]
    fn a_larger_rate_ends_farther_from_equal_weights() {
        for start in STARTS {
            let apart: Vec<f64> = rates()
                .map(|rate| ends(rate, start))
                .map(|end| end["bug_b"] - end["bug_a"])
                .collect();
            assert_eq!(apart.len(), 24);
            assert!(apart.is_sorted_by(|less, more| less < more));
        }
    }

    /// ∂(move of a)/∂b − ∂(move of b)/∂a at (1.3, 0.8), by differences.
    fn curl(step: fn(f64, f64, f64) -> (f64, f64), rate: f64) -> f64 {
        let (a, b, h) = (1.3, 0.8, 1e-5);
        let moved_a = |b: f64| step(a, b, rate).0 - a;
        let moved_b = |a: f64| step(a, b, rate).1 - b;
        (moved_a(b + h) - moved_a(b - h) - moved_b(a + h) + moved_b(a - h))
            / (2.0 * h)
    }

    /// Red if `(b * error, a * error)` were `(error, a * error)`: then the
    /// rule's steps are no gradients either.
    #[test]
    fn the_step_in_place_is_the_gradient_of_no_loss() {
        // Second derivatives of a loss do not depend on their order.
        for rate in rates() {
            assert!(curl(by_the_rule, rate).abs() < 1e-9);
            assert!(curl(in_place, rate).abs() > rate * rate / 2.0);
        }
    }

    /// Red if `gradient(a, b).1` were `gradient(1.01 * a, b).1`: a difference
    /// of first order.
    #[test]
    fn both_agree_as_the_rate_goes_to_zero() {
        let apart =
            |rate| in_place(1.7, 0.9, rate).1 - by_the_rule(1.7, 0.9, rate).1;
        // Of second order: a tenth of the rate, a hundredth of the difference.
        let ratio = apart(1e-3) / apart(1e-4);
        assert_relative_eq!(ratio, 100.0, max_relative = 0.01);
    }
}
