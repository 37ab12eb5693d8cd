//! The learning-rate range test: one short run in which the rate grows from far
//! too low to far too high.

use crate::nn::dataset::Dataset;
use crate::nn::fit::{Callback, Fit};
use crate::nn::loss::Label;
use crate::nn::sequential::Sequential;
use crate::optim::optimizer::Optimizer;
use anyhow::{Result, ensure};

// ANCHOR: test
/// Rates from `low` to `high`, each the same factor times the one before.
#[derive(Clone, Copy, Debug)]
pub struct Growing {
    pub low: f64,
    pub high: f64,
    pub steps: usize,
}

impl Growing {
    pub fn rate(&self, step: usize) -> f64 {
        let part = step as f64 / (self.steps - 1) as f64;
        self.low * libm::exp(part * libm::log(self.high / self.low))
    }
}

impl Callback for Growing {
    fn before_step(&mut self, step: usize, optimizer: &mut dyn Optimizer) {
        optimizer.set_learning_rate(self.rate(step));
    }
}

/// The losses, each the mean of all up to it in which a loss counts `smoothing`
/// times as much as the one after it.
pub fn smoothed(losses: &[f64], smoothing: f64) -> Vec<f64> {
    let (mut sum, mut total) = (0.0, 0.0);
    let mean = |loss: &f64| {
        sum = smoothing * sum + loss;
        total = smoothing * total + 1.0;
        sum / total
    };
    losses.iter().map(mean).collect()
}
// ANCHOR_END: test

/// The rates of a range test, and the batch losses before the steps at them. It
/// ends early once a loss is not finite.
///
/// # Errors
///
/// If the plan does not take two steps at least, the ends are no rates above 0
/// of which the second is higher, or as those of `fit`.
pub fn range_test<L: Label>(
    model: &mut Sequential,
    data: &Dataset<L>,
    plan: Fit,
    (low, high): (f64, f64),
) -> Result<(Vec<f64>, Vec<f64>)> {
    ensure!(plan.batch_size > 0, "a batch needs at least one sample");
    let steps = plan.epochs * data.len().div_ceil(plan.batch_size);
    ensure!(steps > 1, "a range test needs at least two batches");
    let grows = 0.0 < low && low < high && high.is_finite();
    ensure!(grows, "a range test cannot go from {low} to {high}");
    let mut rates = Growing { low, high, steps };
    let losses = model.fit_with(data, plan, &mut rates)?.batch_losses;
    Ok(((0..losses.len()).map(|k| rates.rate(k)).collect(), losses))
}

/// The place of the lowest of some losses, the first of equal ones; 0 if none
/// is finite.
pub fn lowest<'a>(losses: impl IntoIterator<Item = &'a f64>) -> usize {
    let places = losses.into_iter().enumerate();
    let finite = places.filter(|(_, loss)| loss.is_finite());
    let lowest = finite.min_by(|(_, a), (_, b)| a.total_cmp(b));
    lowest.map_or(0, |(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim::sgd::Sgd;
    use crate::task::Task;
    use approx::assert_relative_eq;

    #[test]
    fn the_rate_grows_by_one_factor_from_end_to_end() {
        let rates = Growing {
            low: 1e-4,
            high: 10.0,
            steps: 101,
        };
        assert_relative_eq!(rates.rate(0), 1e-4, max_relative = 1e-12);
        assert_relative_eq!(rates.rate(100), 10.0, max_relative = 1e-12);
        for k in 1..101 {
            let factor = rates.rate(k) / rates.rate(k - 1);
            assert_relative_eq!(factor, 10f64.powf(0.05), max_relative = 1e-12);
        }
    }

    #[test]
    fn smoothing_weighs_old_losses_less_and_keeps_a_constant() {
        assert_eq!(smoothed(&[3.0, 1.0, 2.0], 0.0), [3.0, 1.0, 2.0]);
        let losses = smoothed(&[4.0, 1.0, 7.0], 0.5);
        assert_relative_eq!(losses[1], 3.0 / 1.5, max_relative = 1e-12);
        let third = (0.25 * 4.0 + 0.5 * 1.0 + 7.0) / 1.75;
        assert_relative_eq!(losses[2], third, max_relative = 1e-12);
        for loss in smoothed(&[2.0; 9], 0.9) {
            assert_relative_eq!(loss, 2.0, max_relative = 1e-12);
        }
    }

    /// The same walk by hand: one batch after the other, at the rate of each.
    #[test]
    fn every_step_is_taken_at_its_own_rate() {
        let task = Task::patients();
        let data = task.train.select(&(0..60).collect::<Vec<_>>());
        let plan = Fit {
            epochs: 1,
            batch_size: 10,
            shuffle: None,
        };
        let mut model = (task.model)(4);
        model.compile(Sgd::new(0.5));
        let (rates, losses) =
            range_test(&mut model, &data, plan, (0.01, 1.0)).unwrap();
        assert_eq!((rates.len(), losses.len()), (6, 6));
        assert_relative_eq!(rates[0], 0.01, max_relative = 1e-12);
        assert_relative_eq!(rates[5], 1.0, max_relative = 1e-12);
        let mut by_hand = (task.model)(4);
        for (k, (rate, loss)) in rates.iter().zip(losses).enumerate() {
            let batch = data.select(&(10 * k..10 * k + 10).collect::<Vec<_>>());
            assert_relative_eq!(
                by_hand.backpropagate(batch.x.view(), &batch.labels),
                loss,
                max_relative = 1e-12
            );
            let gradient = by_hand.gradient().to_owned();
            by_hand.weights_mut().scaled_add(-rate, &gradient);
        }
    }

    #[test]
    fn the_lowest_loss_is_a_number() {
        assert_eq!(lowest(&[2.0, 1.0, f64::NAN, f64::INFINITY]), 1);
        assert_eq!(lowest(&[f64::NAN, 3.0, -1.0]), 2);
    }

    #[test]
    fn of_equal_losses_the_first_is_lowest_and_none_is_at_the_start() {
        assert_eq!(lowest(&[2.0, 1.0, 1.0]), 1);
        assert_eq!(lowest(&[f64::INFINITY, f64::NAN]), 0);
        assert_eq!(lowest(&[]), 0);
    }

    #[test]
    fn a_range_test_that_tests_no_range_is_refused() {
        let task = Task::patients();
        let data = task.train.select(&(0..20).collect::<Vec<_>>());
        let refused = |epochs, batch_size, ends| {
            let mut model = (task.model)(4);
            model.compile(Sgd::new(0.5));
            let plan = Fit {
                epochs,
                batch_size,
                shuffle: None,
            };
            let result = range_test(&mut model, &data, plan, ends);
            result.map_err(|error| error.to_string())
        };
        let ends = (0.01, 1.0);
        assert_eq!(
            refused(1, 0, ends).unwrap_err(),
            "a batch needs at least one sample"
        );
        for (epochs, batch_size) in [(1, 20), (1, 30), (0, 5)] {
            assert_eq!(
                refused(epochs, batch_size, ends).unwrap_err(),
                "a range test needs at least two batches"
            );
        }
        for (low, high) in [
            (0.0, 1.0),
            (-0.1, 1.0),
            (1.0, 1.0),
            (1.0, 0.1),
            (0.1, f64::INFINITY),
            (f64::NAN, 1.0),
            (0.1, f64::NAN),
        ] {
            assert_eq!(
                refused(1, 10, (low, high)).unwrap_err(),
                format!("a range test cannot go from {low} to {high}")
            );
        }
        let (rates, losses) = refused(2, 20, ends).unwrap();
        assert_eq!((rates.len(), losses.len()), (2, 2));
        assert!(rates.iter().chain(&losses).all(|number| number.is_finite()));
    }

    #[test]
    fn a_range_test_that_diverges_ends_with_the_loss_that_is_none() {
        let task = Task::patients();
        let mut model = (task.model)(4);
        model.compile(Sgd::new(0.5));
        let plan = Fit {
            epochs: 1,
            batch_size: 10,
            shuffle: None,
        };
        let ends = (1.0, 1e300);
        let (rates, losses) =
            range_test(&mut model, &task.train, plan, ends).unwrap();
        assert_eq!(rates.len(), losses.len());
        assert!(1 < losses.len() && losses.len() < 210);
        let (last, before) = losses.split_last().unwrap();
        assert!(!last.is_finite() && before.iter().all(|x| x.is_finite()));
    }
}
