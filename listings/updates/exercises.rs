//! The answers to the exercises, computed.

use notebook::{Cell, Format, Result};

// ANCHOR: answers
pub fn run(cell: &mut Cell) -> Result<()> {
    // 1: steps to halve the weight on w².
    cell.count("halving", steps_to_halve(0.01));
    cell.count("halving_tiny", steps_to_halve(0.0001));
    cell.count("halving_fast", steps_to_halve(0.9));
    // 2: one step on w⁴.
    for (name, w) in [("near", 2.0), ("far", 10.0)] {
        let step = 0.1 * fourth_power_slope(w);
        cell.of(name).value("step", step, Format::Significant(3));
        cell.of(name).value("w", w - step, Format::Significant(3));
    }
    // 3: one step for two weights, by the rule and in place.
    let ((a, b), (_, bug_b)) = (both(2.0, 1.0), one_by_one(2.0, 1.0));
    cell.value("rule_a", a, Format::Significant(3));
    cell.value("rule_b", b, Format::Significant(3));
    cell.value("bug_b", bug_b, Format::Significant(3));
    // 4: one step in millimetres.
    cell.count("millimetre_rate", 0.1 * 1e6);
    cell.count("millimetres", step_in(1e3, 0.1 * 1e6));
    // 5: forty steps on the coupled loss.
    let (rule, in_place) = coupled(0.8, 1.5);
    cell.value("coupled_factor", 1.0 - 1.5 * 1.8, Format::Significant(2));
    cell.value("coupled_limit", 2.0 / 1.8, Format::Significant(3));
    cell.value("coupled_rule", rule, Format::Scientific(2));
    cell.value("coupled_in_place", in_place, Format::Scientific(1));
    Ok(())
}
// ANCHOR_END: answers

/// Steps on w² from 10 until the weight is at most 5 from the minimum.
fn steps_to_halve(learning_rate: f64) -> usize {
    let mut w = 10.0;
    let mut steps = 0;
    while f64::abs(w) > 5.0 {
        w -= learning_rate * 2.0 * w;
        steps += 1;
    }
    steps
}

fn fourth_power_slope(w: f64) -> f64 {
    4.0 * w.powi(3)
}

/// One step by the rule on ½(ab − 1)² at rate 0.25.
fn both(a: f64, b: f64) -> (f64, f64) {
    let error = a * b - 1.0;
    (a - 0.25 * b * error, b - 0.25 * a * error)
}

/// The same in place, a first.
fn one_by_one(a: f64, b: f64) -> (f64, f64) {
    let a = a - 0.25 * b * (a * b - 1.0);
    (a, b - 0.25 * a * (a * b - 1.0))
}

/// Ten metres after one step on the square of the metres, reckoned in a unit
/// of which `per_metre` make a metre.
fn step_in(per_metre: f64, learning_rate: f64) -> f64 {
    let w = 10.0 * per_metre;
    w - learning_rate * 2.0 * w / (per_metre * per_metre)
}

/// The larger weight of two, by the rule and in place, after forty steps from
/// a = b = 1 on ½a² + cab + ½b².
fn coupled(coupling: f64, learning_rate: f64) -> (f64, f64) {
    let (mut a, mut b) = (1.0, 1.0);
    let (mut bug_a, mut bug_b) = (1.0, 1.0);
    for _ in 0..40 {
        let (slope_a, slope_b) = (a + coupling * b, b + coupling * a);
        a -= learning_rate * slope_a;
        b -= learning_rate * slope_b;
        bug_a -= learning_rate * (bug_a + coupling * bug_b);
        bug_b -= learning_rate * (bug_b + coupling * bug_a);
    }
    let larger = |a: f64, b: f64| a.abs().max(b.abs());
    (larger(a, b), larger(bug_a, bug_b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;

    /// Red if `f64::abs(w) > 5.0` were `f64::abs(w) > 2.5`: the steps to a
    /// quarter.
    #[test]
    fn steps_to_halve_are_a_quotient_of_logarithms() {
        let quotient =
            |rate: f64| (0.5f64.ln() / (1.0 - 2.0 * rate).abs().ln()).ceil();
        let outputs = at(run, &[]);
        for (name, rate) in [
            ("halving", 0.01),
            ("halving_tiny", 0.0001),
            ("halving_fast", 0.9),
        ] {
            assert_eq!(outputs[name], quotient(rate));
        }
        for rate in (1..1000).map(|i| f64::from(i) / 1000.0) {
            let expected = if rate == 0.5 { 1.0 } else { quotient(rate) };
            // Where a power of the factor is a half, rounding decides.
            let is_half = [0.25, 0.75].contains(&rate);
            let off = steps_to_halve(rate) as f64 - expected;
            assert!(off == 0.0 || is_half && off.abs() == 1.0, "{rate}: {off}");
        }
    }

    /// Red if `4.0 * w.powi(3)` were `3.0 * w.powi(3)`: the slope of another
    /// power.
    #[test]
    fn the_slope_of_the_fourth_power_equals_a_difference_quotient() {
        let outputs = at(run, &[]);
        for (name, w) in [("near", 2.0f64), ("far", 10.0)] {
            let h = 1e-4;
            let quotient = ((w + h).powi(4) - (w - h).powi(4)) / (2.0 * h);
            let step = outputs[&*format!("{name}_step")];
            assert_relative_eq!(step, 0.1 * quotient, max_relative = 1e-7);
            let end = outputs[&*format!("{name}_w")];
            assert_relative_eq!(end, w - 0.1 * quotient, max_relative = 1e-7);
        }
        assert!(outputs["near_w"].abs() < 2.0 && outputs["far_w"].abs() > 10.0);
    }

    /// Red if `0.25 * a * (a * b` were `0.25 * a * (2.0 * b`: the old a.
    #[test]
    fn the_steps_of_two_weights_are_those_done_by_hand() {
        let outputs = at(run, &[]);
        let three = ["rule_a", "rule_b", "bug_b"].map(|name| outputs[name]);
        // 2 − ¼·1, 1 − ¼·2; and 1 − ¼·1.75·(1.75 − 1).
        assert_eq!(three, [1.75, 0.5, 0.671875]);
    }

    /// Red if `step_in(1e3, 0.1 * 1e6)` were `step_in(1e3, 0.1 * 1e3)`: the
    /// factor, not its square.
    #[test]
    fn a_smaller_unit_of_the_weight_wants_the_square_of_its_factor() {
        let outputs = at(run, &[]);
        // Of 10 m, a step at 0.1 takes 0.1 · 2 · 10 m.
        assert_relative_eq!(
            outputs["millimetres"],
            8000.0,
            max_relative = 1e-12
        );
        assert_relative_eq!(
            outputs["millimetre_rate"],
            1e5,
            max_relative = 1e-12
        );
        for per_metre in [10.0, 100.0, 1000.0] {
            let rate = 0.1 * per_metre * per_metre;
            let in_metres = step_in(per_metre, rate) / per_metre;
            assert_relative_eq!(in_metres, 8.0, max_relative = 1e-12);
        }
    }

    /// Red if `coupled(0.8, 1.5)` were `coupled(0.8, 1.1)`: a rate below both
    /// limits.
    #[test]
    fn the_rule_diverges_where_in_place_converges() {
        let outputs = at(run, &[]);
        // Along a = b the curvature is 1.8: each step multiplies by 1 − 2.7.
        let by_hand = 1.7f64.powi(40);
        assert_relative_eq!(
            outputs["coupled_rule"],
            by_hand,
            max_relative = 1e-9
        );
        assert_abs_diff_eq!(outputs["coupled_factor"], -1.7, epsilon = 1e-12);
        assert!(outputs["coupled_in_place"] < 1e-9);
    }

    /// Red if `2.0 / 1.8` were `2.0 / 0.8`: the limit is that of the larger
    /// curvature, not of the coupling.
    #[test]
    fn in_place_has_the_limit_two_and_the_rule_a_lower_one() {
        let at_eight_tenths = 2.0 / (1.0 + 0.8);
        assert_relative_eq!(at(run, &[])["coupled_limit"], at_eight_tenths);
        for coupling in [0.2, 0.5, 0.8] {
            let limit = 2.0 / (1.0 + coupling);
            assert!(coupled(coupling, 0.95 * limit).0 < 1.0);
            assert!(coupled(coupling, 1.05 * limit).0 > 1.0);
        }
        for coupling in [-0.95, -0.6, -0.2, 0.2, 0.5, 0.8, 0.95] {
            for rate in [0.1, 0.5, 1.0, 1.2, 1.5, 1.9] {
                assert!(coupled(coupling, rate).1 < 1.0, "{coupling} {rate}");
            }
            assert!(coupled(coupling, 2.1).1 > 1.0);
        }
    }
}
