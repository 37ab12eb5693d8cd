//! The answers to the exercises of this chapter.

use notebook::{Cell, Format, Result};
use training::bowls::noisy::NoisyBowl;
use training::schedule::cosine::Cosine;
use training::schedule::decay::{Polynomial, Step};
use training::schedule::schedule::Schedule;

// ANCHOR: answers
const BOWL: NoisyBowl = NoisyBowl {
    curvature: 1.0,
    noise: 1.0,
};

/// The expected loss after the best rate for each step.
fn limit(start: f64, steps: usize) -> f64 {
    let mut state = (start, 0.0);
    for _ in 0..steps {
        let m = 2.0 * BOWL.mean_loss(state);
        state = BOWL.expect(state, m / (m + 1.0));
    }
    BOWL.mean_loss(state)
}

/// The best expected loss of cosines that come down to this part; to 1: of
/// constant rates.
fn best(lowest: f64, start: f64, steps: usize) -> f64 {
    let end = |rate: f64| {
        let cosine = Cosine::new(rate, lowest * rate, steps);
        let mut state = (start, 0.0);
        for k in 0..steps {
            state = BOWL.expect(state, cosine.learning_rate(k));
        }
        BOWL.mean_loss(state)
    };
    let rates = (0..250).map(|i| 0.0005 * libm::exp(f64::from(i) / 50.0));
    rates.map(end).fold(f64::INFINITY, f64::min)
}

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
    let (from, to) = (BOWL.variance(0.2), BOWL.variance(0.02));
    let mut state = (0.0, from);
    let mut steps = 0;
    while state.1 > 1.1 * to {
        state = BOWL.expect(state, 0.02);
        steps += 1;
    }
    cell.value("lower", from / to, Format::Significant(2));
    cell.count("steps", steps);

    // 4. The best rate for each step, a cosine, and a constant rate.
    let near = limit(1.0, 400) / best(1.0, 1.0, 400);
    let constant = best(1.0, 10.0, 4000);
    let far = limit(10.0, 4000) / constant;
    let cosine = best(0.01, 10.0, 4000) / constant;
    cell.value("limit", near, Format::Significant(2));
    cell.value("far_limit", far, Format::Significant(2));
    cell.value("far_cosine", cosine, Format::Significant(2));
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

    /// By products and sums over the rates, and not by the recurrence.
    fn end(start: f64, rates: &[f64]) -> f64 {
        let (mut kept, mut variance) = (1.0, 0.0);
        for rate in rates.iter().rev() {
            variance += (rate * kept) * (rate * kept);
            kept *= 1.0 - rate;
        }
        0.5 * (start * start * kept * kept + variance)
    }

    /// The page's rates end at the page's loss, and with any one of them a
    /// little off they end higher.
    ///
    /// Red if `m / (m + 1.0)` were `m / (m + 2.0)`: too low a rate.
    #[test]
    fn the_best_rate_for_each_step_is_m_over_m_plus_one() {
        let part = |start: f64, steps: usize, lowest: f64| {
            let loss = 0.5 / (1.0 / (start * start) + steps as f64);
            let rate = |k| 1.0 / (1.0 / (start * start) + (k + 1) as f64);
            let mut rates: Vec<f64> = (0..steps).map(rate).collect();
            assert_relative_eq!(end(start, &rates), loss, max_relative = 1e-9);
            assert_relative_eq!(limit(start, steps), loss, max_relative = 1e-9);
            for k in [0, 1, 10, steps / 2, steps - 1] {
                let best = rates[k];
                for off in [0.8, 1.2] {
                    rates[k] = off * best;
                    assert!(end(start, &rates) > loss * (1.0 + 1e-9), "{k}");
                }
                rates[k] = best;
            }
            let best = |lowest: f64| {
                let end = |i: i32| {
                    let highest = 0.0004 * f64::exp(f64::from(i) / 40.0);
                    let wave = |k: usize| {
                        let angle = std::f64::consts::PI * k as f64;
                        0.5 + 0.5 * f64::cos(angle / steps as f64)
                    };
                    let rate =
                        |k| highest * (lowest + (1.0 - lowest) * wave(k));
                    end(start, &(0..steps).map(rate).collect::<Vec<_>>())
                };
                (0..160).map(end).fold(f64::INFINITY, f64::min)
            };
            (loss / best(1.0), best(lowest) / best(1.0))
        };
        let (near, _) = part(1.0, 400, 0.01);
        let (far, cosine) = part(10.0, 4000, 0.01);
        let near_value = |name, expected| {
            assert_relative_eq!(value(name), expected, max_relative = 2e-3);
        };
        near_value("limit", near);
        near_value("far_limit", far);
        near_value("far_cosine", cosine);
        assert!((0.45..0.5).contains(&near) && far < near, "{near}, {far}");
        // Either of the two leaves more to gain.
        assert!(part(1.0, 4000, 0.01).0 < near);
        assert!(part(10.0, 400, 0.01).0 < near);
    }
}
