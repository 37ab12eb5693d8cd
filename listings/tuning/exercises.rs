//! The answers to the exercises, computed.

use notebook::{Cell, Format, Result};
use training::search::grid::{best, refine, sweep};

/// The size of the weight after ten steps from 1 on 20w².
fn ten_steps(learning_rate: f64) -> f64 {
    let descend = |w: f64, _| w - learning_rate * 40.0 * w;
    (0..10).fold(1.0, descend).abs()
}

/// Where Polyak's step goes on ½w² + 1 if the lowest loss is taken for 0.
fn misled(w: f64) -> f64 {
    let (loss, gradient) = (0.5 * w * w + 1.0, w);
    w - loss / (gradient * gradient) * gradient
}

pub fn run(cell: &mut Cell) -> Result<()> {
    // Twelve rates from 0.0001 to 1, by differences and by factors.
    let parts = (0..12).map(|i| f64::from(i) / 11.0);
    let even = parts.clone().map(|part| 1e-4 + part * (1.0 - 1e-4));
    let log = parts.map(|part| libm::pow(10.0, 4.0 * part - 4.0));
    let even: Vec<f64> = even.collect();
    let below = |rates: &[f64]| rates.iter().filter(|r| **r < 0.05).count();
    cell.count("even_below", below(&even));
    cell.value("even_second", even[1], Format::Significant(1));
    cell.count("log_below", below(&Vec::from_iter(log)));

    // 1: a grid from 0.0001 to 0.01 on a bowl of curvature 40.
    let mut loss_at = |rate: f64| Ok(ten_steps(rate));
    let tried = sweep(&mut loss_at, (1e-4, 10.0, 3))?;
    let refined = refine(&mut loss_at, &tried, 10.0, 1)?;
    let added = tried[3];
    let coarse = tried[best(&tried)];
    let fine = refined[best(&refined)];
    cell.value("added", added.0, Format::Significant(2));
    cell.value("added_left", added.1, Format::Scientific(1));
    cell.value("coarse", coarse.0, Format::Significant(2));
    cell.value("coarse_left", coarse.1, Format::Significant(2));
    cell.value("fine", fine.0, Format::Significant(2));
    cell.value("fine_left", fine.1, Format::Scientific(2));
    cell.value("ideal", 1.0 / 40.0, Format::Significant(2));

    // 2: backtracking from 1 by halves, on a bowl of curvature 10.
    let bound = 2.0 * (1.0 - 0.1) / 10.0;
    let halves = std::iter::successors(Some(1.0), |rate| Some(rate / 2.0));
    let accepted = halves.take_while(|rate| *rate > bound).last();
    let accepted: f64 = accepted.unwrap_or(2.0) / 2.0;
    cell.value("bound", bound, Format::Significant(2));
    cell.value("accepted", accepted, Format::Exact);
    cell.value("factor", 1.0 - 10.0 * accepted, Format::Exact);

    // 3: Polyak's step with the wrong lowest loss.
    cell.value("misled", misled(0.1), Format::Significant(3));
    cell.value("misled_again", misled(misled(0.1)), Format::Significant(3));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use ndarray::array;
    use notebook::at;
    use training::optim::momentum::Momentum;
    use training::optim::optimizer::Optimizer;

    /// Red if `4.0 * part - 4.0` were `2.0 * part - 2.0`: from a hundredth on.
    #[test]
    fn of_twelve_even_rates_one_is_below_a_twentieth_and_by_factors_most_are() {
        let outputs = at(run, &[]);
        let even = (0..12).map(|i| 1e-4 + f64::from(i) * 0.9999 / 11.0);
        let even = Vec::from_iter(even);
        let log = (0..12).map(|i| 1e-4 * 1e4f64.powf(f64::from(i) / 11.0));
        let below = |rates: &[f64]| {
            rates.iter().filter(|rate| **rate < 0.05).count() as f64
        };
        assert_eq!(outputs["even_below"], below(&even));
        assert_relative_eq!(
            outputs["even_second"],
            even[1],
            max_relative = 1e-12
        );
        assert_eq!(outputs["log_below"], below(&Vec::from_iter(log)));
        assert!(outputs["even_below"] < 2.0 && outputs["log_below"] > 6.0);
    }

    /// Red if `w - learning_rate * 40.0 * w` were
    /// `w - learning_rate * 20.0 * w`: half of the curvature.
    #[test]
    fn the_widened_and_refined_grid_comes_near_one_over_forty() {
        let outputs = at(run, &[]);
        for (name, expected) in [
            ("added", 0.1),
            ("coarse", 0.01),
            ("fine", 0.01 * 10f64.sqrt()),
            ("ideal", 0.025),
            // Factors: 1 - 4, 1 - 0.4 and 1 - 0.4√10, ten times.
            ("added_left", 3f64.powi(10)),
            ("coarse_left", 0.6f64.powi(10)),
            ("fine_left", (0.4 * 10f64.sqrt() - 1.0).powi(10)),
        ] {
            assert_relative_eq!(outputs[name], expected, max_relative = 1e-9);
        }
        // Below the best the other neighbour leaves more.
        let below: f64 = 1.0 - 0.4 / 10f64.sqrt();
        assert!(below.powi(10) > outputs["fine_left"]);
        assert!(outputs["fine_left"] < outputs["coarse_left"]);
    }

    /// Red if `2.0 * (1.0 - 0.1) / 10.0` were `1.0 * (1.0 - 0.1) / 10.0`: half
    /// of the bound.
    #[test]
    fn an_eighth_is_the_first_of_the_halves_that_falls_enough() {
        let outputs = at(run, &[]);
        // On 5w² from 1: the loss is 5, the gradient 10.
        let falls_enough = |rate: f64| {
            let w = 1.0 - rate * 10.0;
            5.0 * w * w <= 5.0 - 0.1 * rate * 100.0
        };
        let first = [1.0, 0.5, 0.25, 0.125, 0.0625]
            .into_iter()
            .find(|rate| falls_enough(*rate));
        assert_eq!(first, Some(outputs["accepted"]));
        let bound = outputs["bound"];
        assert!(falls_enough(bound - 1e-9) && !falls_enough(bound + 1e-9));
        assert_eq!(outputs["factor"], 1.0 - 10.0 * outputs["accepted"]);
    }

    /// A step that goes from w to w/2 − 1/w is |w|/2 + 1/|w| long, and that is
    /// at least √2.
    ///
    /// Red if `w - loss / (gradient * gradient) * gradient` were
    /// `w + loss / (gradient * gradient) * gradient`: a rate of the other sign.
    #[test]
    fn with_the_wrong_lowest_loss_polyak_s_step_never_settles() {
        let outputs = at(run, &[]);
        assert_relative_eq!(
            outputs["misled"],
            0.05 - 10.0,
            max_relative = 1e-12
        );
        let again = -9.95 / 2.0 + 1.0 / 9.95;
        assert_relative_eq!(
            outputs["misled_again"],
            again,
            max_relative = 1e-12
        );
        let mut w: f64 = 0.1;
        let mut turns = 0;
        for _ in 0..10_000 {
            let next = misled(w);
            let step = (next - w).abs();
            assert!(step >= 2f64.sqrt() * (1.0 - 1e-9));
            assert_relative_eq!(
                step,
                w.abs() / 2.0 + 1.0 / w.abs(),
                max_relative = 1e-9
            );
            turns += usize::from(next * w < 0.0);
            w = next;
        }
        assert!(turns > 1000, "{turns}");
    }

    /// The rate is cut to a tenth under a constant gradient: how many steps
    /// until one is within a tenth of what it will be, in units of
    /// 1/(1 − β).
    ///
    /// Red if `Momentum::new(1.0, beta)` were `Momentum::new(1.0, 0.9 * beta)`:
    /// a velocity that forgets sooner.
    #[test]
    fn after_a_cut_to_a_tenth_keras_s_velocity_takes_four_to_five_memories() {
        for beta in [0.8, 0.9, 0.95, 0.99] {
            let mut momentum = Momentum::new(1.0, beta);
            let mut weights = array![0.0];
            let mut step = |momentum: &mut Momentum| {
                let before: f64 = weights[0];
                momentum.step(weights.view_mut(), array![1.0].view());
                before - weights[0]
            };
            let steady = (0..5000).map(|_| step(&mut momentum)).last();
            let memory = 1.0 / (1.0 - beta);
            assert_relative_eq!(steady.unwrap(), memory, max_relative = 1e-9);
            momentum.set_learning_rate(0.1);
            let mut late =
                |momentum: &mut Momentum| step(momentum) > 1.1 * 0.1 * memory;
            let steps = (1..5000).find(|_| !late(&mut momentum));
            let steps = steps.expect("in the end it comes near");
            let memories = f64::from(steps) / memory;
            assert!((3.9..=5.0).contains(&memories), "{beta}: {memories}");
        }
    }
}
