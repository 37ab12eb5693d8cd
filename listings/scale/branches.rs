//! One run for all lengths: a constant rate, and from it, wherever one wants to
//! stop, a decay to zero.

use notebook::{Cell, Format, Result};
use std::f64::consts::PI;
use training::bowls::noisy::NoisyBowl;
use training::growth::lowest::lowest;

const BOWL: NoisyBowl = NoisyBowl {
    curvature: 1.0,
    noise: 1.0,
};
const RATE: f64 = 0.03;

// ANCHOR: branches
/// The loss expected from 1 under these rates.
fn end(rates: impl Iterator<Item = f64>) -> f64 {
    let step = |state, rate| BOWL.expect(state, rate);
    BOWL.mean_loss(rates.fold((1.0, 0.0), step))
}

/// A constant rate that falls to zero in the last fifth.
fn branch(steps: usize, rate: f64) -> f64 {
    let decay = (steps / 5) as f64;
    let part = |k| ((steps - k) as f64 / decay).min(1.0);
    end((0..steps).map(|k| rate * part(k)))
}

/// A cosine of this length, at the rate that is best for it.
fn cosine(steps: usize) -> f64 {
    let part = |k| 0.5 * (1.0 + libm::cos(PI * k as f64 / steps as f64));
    let parts = Vec::from_iter((0..steps).map(part));
    lowest(1e-3, 1.5, |rate| end(parts.iter().map(|part| rate * part))).1
}
// ANCHOR_END: branches

pub fn run(cell: &mut Cell) -> Result<()> {
    writeln!(cell, "steps  no decay   branch   cosine   branch / cosine");
    for steps in [100, 200, 400, 800, 1600] {
        let constant = BOWL.after(steps as i32, 1.0, RATE);
        let (branch, cosine) = (branch(steps, RATE), cosine(steps));
        write!(cell, "{steps:5}  {constant:8.5} {branch:8.5} {cosine:8.5}");
        writeln!(cell, "   {:6.2}", branch / cosine);
        let mut cell = cell.of(&format!("after {steps}"));
        let times = branch / cosine;
        cell.value("times", times, Format::Significant(2));
        let undecayed = constant / cosine;
        cell.value("undecayed", undecayed, Format::Significant(2));
    }
    cell.value("rate", RATE, Format::Exact);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// Red if `(steps / 5) as f64` were `(steps / 50) as f64`: a decay of a
    /// fiftieth.
    #[test]
    fn up_to_four_times_the_length_a_branch_is_within_about_twice_the_cosine() {
        let outputs = at(run, &[]);
        for steps in [100, 200, 400] {
            let times = outputs[&*format!("after_{steps}_times")];
            assert!((1.1..2.3).contains(&times), "{steps}: {times}");
            // By steps of the mean square, the branch in its own words.
            let decay = steps / 5;
            let mut square = 1.0;
            for k in 0..steps {
                let left = (steps - k) as f64 / decay as f64;
                let eta = if left < 1.0 { 0.03 * left } else { 0.03 };
                square = (1.0 - eta) * (1.0 - eta) * square + eta * eta;
            }
            let off = 0.5 * square / branch(steps, 0.03) - 1.0;
            assert!(off.abs() < 1e-9, "{steps}: {off}");
        }
        assert!(outputs["after_400_undecayed"] > 3.5);
    }

    /// In the long run, at rates at which the decay lasts several memories.
    ///
    /// Red if `(0..steps).map(|k| rate * part(k))` were
    /// `(0..steps).map(|k| rate * part(k).powi(4))`: another decay.
    #[test]
    fn four_times_the_length_halve_the_loss_of_a_branch() {
        for rate in [0.03, 0.06, 0.1] {
            for steps in [1600, 6400, 25_600] {
                let times = branch(steps, rate) / branch(4 * steps, rate);
                assert!((1.85..2.1).contains(&times), "{rate}: {times}");
            }
        }
        for steps in [400, 1600] {
            let times = cosine(steps) / cosine(4 * steps);
            assert!((3.5..4.0).contains(&times), "{steps}: {times}");
        }
    }
}
