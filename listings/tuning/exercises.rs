//! The answers to the exercises, computed.

use ndarray::Array1;
use notebook::{Cell, Format, Result};
use training::optim::adam::Adam;
use training::optim::optimizer::Optimizer;
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

/// How far a sum of as many inputs of size 1 moves in Adam's first step.
fn first_move(width: usize, learning_rate: f64) -> f64 {
    let mut weights = Array1::zeros(width);
    let gradient = Array1::from_elem(width, 0.7);
    Adam::new(learning_rate).step(weights.view_mut(), gradient.view());
    weights.sum().abs()
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

    // 4: a wider layer.
    let narrow = first_move(256, 0.003);
    cell.value("narrow", narrow, Format::Significant(2));
    cell.value("wide", first_move(1024, 0.003), Format::Significant(2));
    cell.value("wide_rate", 0.003 / 4.0, Format::Significant(2));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    #[test]
    fn the_widened_and_refined_grid_comes_near_one_over_forty() {
        let outputs = at(run, &[]);
        let number = |name| outputs[name];
        assert_relative_eq!(number("added"), 0.1, max_relative = 1e-9);
        assert_relative_eq!(number("coarse"), 0.01, max_relative = 1e-9);
        // Factors: 1 - 0.4 and 1 - 0.4√10.
        let expected = (0.4 * 10f64.sqrt() - 1.0).powi(10);
        assert_relative_eq!(number("fine_left"), expected, max_relative = 1e-9);
        assert!(number("fine_left") < number("coarse_left"));
        assert!((number("fine") / 0.025) < 10f64.sqrt());
    }

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
    }

    #[test]
    fn with_the_wrong_lowest_loss_polyak_s_step_never_settles() {
        let mut w: f64 = 0.1;
        let mut far = 0;
        for _ in 0..10_000 {
            w = misled(w);
            far += usize::from(w.abs() > 1.0);
        }
        // A place that stays would need w = w/2 - 1/w, w² = -2.
        assert!(far > 1000, "{far}");
    }

    #[test]
    fn adam_s_first_step_moves_a_sum_by_width_times_rate() {
        for width in [1, 64, 256, 1024] {
            for rate in [1e-4, 0.003] {
                let expected = width as f64 * rate;
                assert_relative_eq!(
                    first_move(width, rate),
                    expected,
                    max_relative = 1e-5
                );
            }
        }
    }
}
