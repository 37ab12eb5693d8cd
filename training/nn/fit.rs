//! Fitting: training by mini-batches, for some epochs.

use super::dataset::{Dataset, copy_rows};
use super::loss::Label;
use super::sequential::Sequential;
use crate::optim::optimizer::Optimizer;
use anyhow::{Result, ensure};
use ndarray::{Array2, Axis, Slice};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// How to fit.
#[derive(Clone, Copy, Debug)]
pub struct Fit {
    /// How many times each sample is used.
    pub epochs: usize,
    /// How many samples make one step; the last of an epoch may have fewer.
    pub batch_size: usize,
    /// The seed of the order, new in each epoch, in which samples are taken;
    /// none keeps theirs.
    pub shuffle: Option<u64>,
}

/// What fitting left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The loss of each batch, penalty included, before its step.
    pub batch_losses: Vec<f64>,
    /// The mean of these over each epoch, weighted by the size of the batch.
    pub losses: Vec<f64>,
}

/// What can be done between steps: set the rate, look at the model.
pub trait Callback {
    /// Before a step; steps are counted from 0 through all epochs.
    fn before_step(&mut self, _step: usize, _optimizer: &mut dyn Optimizer) {}

    /// After an epoch, counted from 0, with its mean loss.
    fn after_epoch(
        &mut self,
        _epoch: usize,
        _loss: f64,
        _model: &mut Sequential,
    ) {
    }
}

/// Does nothing.
impl Callback for () {}

impl Sequential {
    /// Trains on all samples, batch by batch, `epochs` times. It ends early
    /// once a loss is not finite: no later step could mend that.
    ///
    /// # Errors
    ///
    /// If the network was not compiled, the batch size is zero, there is no
    /// sample, or there are not as many labels as samples.
    pub fn fit<L: Label>(
        &mut self,
        data: &Dataset<L>,
        plan: Fit,
    ) -> Result<History> {
        self.fit_with(data, plan, &mut ())
    }

    /// `fit`, with something done between the steps.
    ///
    /// # Errors
    ///
    /// As those of `fit`.
    pub fn fit_with<L: Label>(
        &mut self,
        data: &Dataset<L>,
        plan: Fit,
        callback: &mut dyn Callback,
    ) -> Result<History> {
        ensure!(plan.batch_size > 0, "a batch needs at least one sample");
        ensure!(!data.is_empty(), "there is no sample to learn from");
        let samples = data.x.nrows();
        ensure!(
            samples == data.len(),
            "{samples} samples, {} labels",
            data.len()
        );
        let mut rng = plan.shuffle.map(ChaCha8Rng::seed_from_u64);
        let mut order: Vec<usize> = (0..data.len()).collect();
        let mut x = Array2::zeros((plan.batch_size, data.x.ncols()));
        let mut labels = Vec::with_capacity(plan.batch_size);
        let mut history = History::default();
        for epoch in 0..plan.epochs {
            if let Some(rng) = &mut rng {
                order.shuffle(rng);
            }
            let mut sum = 0.0;
            for batch in order.chunks(plan.batch_size) {
                copy_rows(&data.x, batch, &mut x);
                labels.clear();
                labels.extend(batch.iter().map(|place| data.labels[*place]));
                callback
                    .before_step(history.batch_losses.len(), self.optimizer()?);
                let loss = self.train_on_batch(
                    x.slice_axis(Axis(0), Slice::from(..batch.len())),
                    &labels,
                )?;
                history.batch_losses.push(loss);
                if !loss.is_finite() {
                    history.losses.push(loss);
                    return Ok(history);
                }
                sum += loss * batch.len() as f64;
            }
            let loss = sum / data.len() as f64;
            history.losses.push(loss);
            callback.after_epoch(epoch, loss, self);
        }
        Ok(history)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::activation::Activation::{Relu, Softmax};
    use crate::nn::dense::Dense;
    use crate::optim::sgd::Sgd;
    use approx::assert_relative_eq;

    #[test]
    fn each_epoch_uses_every_sample_once_in_a_new_order() {
        // At a rate of zero a sample has the same loss in every epoch.
        let data = Dataset::some(2, 3);
        let layers = [Dense::new(3, Softmax)];
        let mut model =
            Sequential::new(2, layers, &mut ChaCha8Rng::seed_from_u64(5));
        model.compile(Sgd::new(0.0));
        let plan = Fit {
            epochs: 2,
            batch_size: 1,
            shuffle: Some(1),
        };
        let history = model.fit(&data, plan).unwrap();
        let (first, second) = history.batch_losses.split_at(data.len());
        assert_ne!(first, second);
        let sorted = |losses: &[f64]| {
            let mut losses = losses.to_vec();
            losses.sort_by(f64::total_cmp);
            losses
        };
        assert_eq!(sorted(first), sorted(second));
        assert_relative_eq!(
            history.losses[0],
            model.loss(&data),
            max_relative = 1e-12
        );
    }

    #[test]
    fn the_last_batch_may_be_smaller_and_counts_by_its_size() {
        let data = Dataset::some(2, 3);
        let layers = [Dense::new(3, Softmax)];
        let mut model =
            Sequential::new(2, layers, &mut ChaCha8Rng::seed_from_u64(6));
        model.compile(Sgd::new(0.0));
        let plan = Fit {
            epochs: 1,
            batch_size: 3,
            shuffle: None,
        };
        let history = model.fit(&data, plan).unwrap();
        assert_eq!(history.batch_losses.len(), 3);
        assert_relative_eq!(
            history.losses[0],
            model.loss(&data),
            max_relative = 1e-12
        );
    }

    #[test]
    fn a_callback_sets_the_rate_of_the_step_that_follows() {
        struct OnlyTheThird;
        impl Callback for OnlyTheThird {
            fn before_step(
                &mut self,
                step: usize,
                optimizer: &mut dyn Optimizer,
            ) {
                optimizer.set_learning_rate(if step == 2 { 0.5 } else { 0.0 });
            }
        }
        let data = Dataset::some(2, 3);
        let model = || {
            let layers = [Dense::new(3, Softmax)];
            let mut model =
                Sequential::new(2, layers, &mut ChaCha8Rng::seed_from_u64(7));
            model.compile(Sgd::new(0.5));
            model
        };
        let mut scheduled = model();
        let plan = Fit {
            epochs: 1,
            batch_size: 1,
            shuffle: None,
        };
        scheduled.fit_with(&data, plan, &mut OnlyTheThird).unwrap();
        let mut by_hand = model();
        let third = data.select(&[2]);
        by_hand
            .train_on_batch(third.x.view(), &third.labels)
            .unwrap();
        assert_eq!(scheduled.weights(), by_hand.weights());
    }

    #[test]
    fn fitting_ends_where_the_loss_is_no_number() {
        let data = Dataset::some(2, 3);
        let mut model = small_model();
        model.compile(Sgd::new(1e200));
        let plan = Fit {
            epochs: 50,
            batch_size: 7,
            shuffle: None,
        };
        let history = model.fit(&data, plan).unwrap();
        assert!(history.losses.len() < 50);
        assert!(!history.losses.last().unwrap().is_finite());
        assert_eq!(model.accuracy(&data), 0.0);
    }

    fn small_model() -> Sequential {
        let layers = [
            Dense::new(4, Relu).kernel_regularizer(0.01),
            Dense::new(3, Softmax),
        ];
        Sequential::new(2, layers, &mut ChaCha8Rng::seed_from_u64(8))
    }

    #[test]
    fn a_model_that_was_not_compiled_says_so() {
        let data = Dataset::some(2, 3);
        let mut model = small_model();
        let plan = Fit {
            epochs: 1,
            batch_size: 7,
            shuffle: None,
        };
        let error = model.fit(&data, plan).unwrap_err();
        assert_eq!(error.to_string(), "compile the model first");
    }

    #[test]
    fn data_that_cannot_be_learnt_from_are_refused() {
        let whole = Dataset::some(2, 3);
        let none = whole.select(&[]);
        let mut short = whole.clone();
        short.labels.pop();
        for (data, batch_size, expected) in [
            (&whole, 0, "a batch needs at least one sample"),
            (&none, 3, "there is no sample to learn from"),
            (&short, 3, "7 samples, 6 labels"),
        ] {
            let mut model = small_model();
            model.compile(Sgd::new(0.1));
            let plan = Fit {
                epochs: 1,
                batch_size,
                shuffle: None,
            };
            let error = model.fit(data, plan).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
