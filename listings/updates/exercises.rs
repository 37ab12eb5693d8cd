//! The answers to the exercises, computed.

use notebook::{Cell, Format, Result};

// ANCHOR: answers
pub fn run(cell: &mut Cell) -> Result<()> {
    for (name, rate) in [
        ("halving", 0.01),
        ("halving_tiny", 0.0001),
        ("halving_fast", 0.9),
    ] {
        let steps = steps_to_halve(rate);
        writeln!(cell, "1. halved at rate {rate} after {steps} steps");
        cell.value(name, steps as f64, Format::Decimals(0));
    }
    for (name, w) in [("near", 2.0), ("far", 10.0)] {
        let step = 0.1 * fourth_power_slope(w);
        writeln!(cell, "2. w^4 at {w}: step {step:.1}, to {:.1}", w - step);
        cell.value(&format!("{name}_step"), step, Format::Significant(3));
        cell.value(&format!("{name}_w"), w - step, Format::Significant(3));
    }
    let ((a, b), (bug_a, bug_b)) = (both(2.0, 1.0), one_by_one(2.0, 1.0));
    writeln!(cell, "3. rule {a}, {b}; in place {bug_a}, {bug_b}");
    cell.value("rule_a", a, Format::Significant(3));
    cell.value("rule_b", b, Format::Significant(3));
    cell.value("bug_b", bug_b, Format::Significant(3));

    let (metres, millimetres) = (step_in(1.0, 0.1), step_in(1e3, 0.1 * 1e6));
    writeln!(cell, "4. {metres} m, {millimetres} mm");
    cell.value("millimetre_rate", 0.1 * 1e6, Format::Decimals(0));
    cell.value("millimetres", millimetres, Format::Decimals(0));

    let (rule, in_place) = coupled(0.8, 1.5);
    writeln!(cell, "5. rule {rule:.1e}, in place {in_place:.1e}");
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
    (
        f64::max(a.abs(), b.abs()),
        f64::max(bug_a.abs(), bug_b.abs()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn steps_to_halve_are_a_quotient_of_logarithms() {
        for rate in [0.01f64, 0.0001, 0.1, 0.2, 0.9] {
            let closed_form =
                (0.5f64.ln() / (1.0 - 2.0 * rate).abs().ln()).ceil();
            assert_eq!(steps_to_halve(rate) as f64, closed_form);
        }
    }

    #[test]
    fn the_slope_of_the_fourth_power_equals_a_difference_quotient() {
        for w in [2.0f64, 10.0] {
            let h = 1e-4;
            let quotient = ((w + h).powi(4) - (w - h).powi(4)) / (2.0 * h);
            let slope = fourth_power_slope(w);
            assert_relative_eq!(slope, quotient, max_relative = 1e-7);
        }
    }

    #[test]
    fn the_steps_of_two_weights_are_those_done_by_hand() {
        assert_eq!(both(2.0, 1.0), (1.75, 0.5));
        assert_eq!(one_by_one(2.0, 1.0), (1.75, 0.671875));
    }

    #[test]
    fn a_smaller_unit_of_the_weight_wants_the_square_of_its_factor() {
        let metres = step_in(1.0, 0.1);
        for per_metre in [10.0, 100.0, 1000.0] {
            let rate = 0.1 * per_metre * per_metre;
            let in_metres = step_in(per_metre, rate) / per_metre;
            assert_relative_eq!(in_metres, metres, max_relative = 1e-12);
        }
    }

    #[test]
    fn the_rule_diverges_where_in_place_converges() {
        let (rule, in_place) = coupled(0.8, 1.5);
        // Along a = b the curvature is 1.8: each step multiplies by 1 − 2.7.
        assert_relative_eq!(rule, 1.7f64.powi(40), max_relative = 1e-9);
        assert!(in_place < 1e-9);
    }

    #[test]
    fn in_place_has_the_limit_two_and_the_rule_a_lower_one() {
        for coupling in [0.2, 0.5, 0.8] {
            let limit = 2.0 / (1.0 + coupling);
            assert!(coupled(coupling, 0.95 * limit).0 < 1.0);
            assert!(coupled(coupling, 1.05 * limit).0 > 1.0);
            assert!(coupled(coupling, 1.05 * limit).1 < 1.0);
            assert!(coupled(coupling, 1.9).1 < 1.0);
            assert!(coupled(coupling, 2.1).1 > 1.0);
        }
    }
}
