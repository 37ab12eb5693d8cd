//! The answers to the exercises of this chapter.

use notebook::{Cell, Format, Result};
use training::bowls::noisy::NoisyBowl;
use training::schedule::cosine::Cosine;
use training::schedule::decay::{Polynomial, Step};
use training::schedule::schedule::Schedule;

// ANCHOR: answers
pub fn run(cell: &mut Cell) -> Result<()> {
    // 1. Which is the first step below a hundredth?
    let halves = Step::new(0.1, 0.5, 10);
    let mut k = 0;
    while halves.learning_rate(k) >= 0.01 {
        k += 1;
    }
    cell.count("first", k);

    // 2. The sum of all rates, as a part of a constant rate's.
    let steps = 3000;
    let (learning_rate, lowest) = (1.0, 0.0);
    let share = |schedule: &dyn Schedule| {
        let rates = (0..steps).map(|k| schedule.learning_rate(k));
        rates.sum::<f64>() / steps as f64
    };
    let (gamma, every, power) = (0.1, steps / 3, 1.0);
    let line = share(&Polynomial::new(learning_rate, steps, power));
    let cosine = share(&Cosine::new(learning_rate, lowest, steps));
    let stairs = share(&Step::new(learning_rate, gamma, every));
    cell.value("line", line, Format::Significant(2));
    cell.value("cosine", cosine, Format::Significant(2));
    cell.value("stairs", stairs, Format::Significant(2));

    // 3. From the floor of 0.2 to that of 0.02.
    let bowl = NoisyBowl {
        curvature: 1.0,
        noise: 1.0,
    };
    let (from, to) = (bowl.variance(0.2), bowl.variance(0.02));
    let mut state = (0.0, from);
    let mut steps = 0;
    while state.1 > 1.1 * to {
        state = bowl.expect(state, 0.02);
        steps += 1;
    }
    cell.value("lower", from / to, Format::Significant(2));
    cell.count("steps", steps);
    Ok(())
}
// ANCHOR_END: answers

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    fn value(name: &str) -> f64 {
        at(run, &[])[name]
    }

    /// ⌈log₂ 10⌉ halvings, one every ten steps.
    ///
    /// Red if `>= 0.01` were `> 0.02`: above a fiftieth.
    #[test]
    fn four_halvings_take_a_tenth_below_a_hundredth() {
        assert_eq!(value("first"), 10.0 * f64::log2(10.0).ceil());
    }

    /// The areas under a line, half a wave and three stairs.
    ///
    /// Red if `(0.1, steps / 3, 1.0)` were `(0.5, steps / 3, 2.0)`: other
    /// stairs and a curve.
    #[test]
    fn line_and_cosine_have_half_the_budget_and_the_stairs_less() {
        let near = |name, area| {
            assert_relative_eq!(value(name), area, max_relative = 1e-3);
        };
        near("line", 0.5);
        near("cosine", 0.5);
        near("stairs", 1.11 / 3.0);
    }

    /// (1 − η)²ᵏ of the excess is left, and a tenth of the new floor may be.
    ///
    /// Red if `state.1 > 1.1 * to` were `state.1 > 1.2 * to`: within a fifth.
    #[test]
    fn the_way_down_to_a_lower_floor_is_a_quotient_of_logarithms() {
        let (from, to) = (0.2 / 1.8, 0.02 / 1.98);
        let steps = f64::ln(0.1 * to / (from - to)) / (2.0 * f64::ln(0.98));
        assert_eq!(value("steps"), steps.ceil());
        assert_relative_eq!(value("lower"), from / to, max_relative = 1e-12);
    }
}
