//! The book's two tasks, each a network with its data, trained at one learning
//! rate or at many.

use crate::digits::digits;
use crate::nn::dataset::Dataset;
use crate::nn::fit::Fit;
use crate::nn::models::{digits_model, patients_model};
use crate::nn::sequential::Sequential;
use crate::optim::optimizer::Optimizer;
use crate::patients::Patients;
use anyhow::Result;

/// A model with its data, and how many samples make a step.
pub struct Task {
    /// The untrained model of a seed.
    pub model: fn(u64) -> Sequential,
    /// What it is trained on.
    pub train: Dataset,
    /// What it has never seen.
    pub test: Dataset,
    /// How many samples make one step.
    pub batch_size: usize,
}

/// What a training run came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// The loss on the training data after the last step, penalty included;
    /// infinite where it is not finite.
    pub loss: f64,
    /// The share of the test data that is answered rightly.
    pub accuracy: f64,
}

impl Task {
    /// The lesson's network and its 2,100 people, tested on 2,100 others.
    pub fn patients() -> Task {
        Task {
            model: patients_model,
            train: Patients::draw(0).dataset(),
            test: Patients::draw(1).dataset(),
            batch_size: 10,
        }
    }

    /// The digits.
    ///
    /// # Errors
    ///
    /// If a line of their file is no image.
    pub fn digits() -> Result<Task> {
        let (train, test) = digits()?;
        Ok(Task {
            model: digits_model,
            train,
            test,
            batch_size: 32,
        })
    }

    /// Trains the model of this seed from its start; the seed gives the order
    /// of the samples too.
    ///
    /// # Errors
    ///
    /// If the batch size is zero.
    pub fn train(
        &self,
        optimizer: impl Optimizer + 'static,
        epochs: usize,
        seed: u64,
    ) -> Result<Outcome> {
        let mut model = (self.model)(seed);
        model.compile(optimizer);
        let plan = Fit {
            epochs,
            batch_size: self.batch_size,
            shuffle: Some(seed),
        };
        model.fit(&self.train, plan)?;
        Ok(self.outcome(&mut model))
    }

    /// What a model has come to.
    pub fn outcome(&self, model: &mut Sequential) -> Outcome {
        let loss = model.loss(&self.train);
        Outcome {
            loss: if loss.is_finite() {
                loss
            } else {
                f64::INFINITY
            },
            accuracy: model.accuracy(&self.test),
        }
    }

    /// Each of `rates` with the outcomes for the seeds from 0 on.
    ///
    /// # Errors
    ///
    /// As those of `train`.
    pub fn sweep<O: Optimizer + 'static>(
        &self,
        optimizer: impl Fn(f64) -> O,
        rates: &[f64],
        epochs: usize,
        seeds: u64,
    ) -> Result<Vec<(f64, Vec<Outcome>)>> {
        let at = |rate: &f64| {
            let runs = (0..seeds)
                .map(|seed| self.train(optimizer(*rate), epochs, seed));
            Ok((*rate, runs.collect::<Result<_>>()?))
        };
        rates.iter().map(at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim::adam::Adam;
    use crate::optim::library::Library;
    use crate::optim::optimizers::named;
    use crate::optim::sgd::Sgd;

    #[test]
    fn a_rate_of_zero_leaves_the_loss_of_the_start() {
        for task in [Task::patients(), Task::digits().unwrap()] {
            let outcome = task.train(Sgd::new(0.0), 1, 3).unwrap();
            let mut start = (task.model)(3);
            assert_eq!(outcome.loss, start.loss(&task.train));
            assert_eq!(outcome.accuracy, start.accuracy(&task.test));
        }
    }

    #[test]
    fn a_run_that_diverges_has_an_infinite_loss_and_no_right_answer() {
        let task = Task::patients();
        let outcome = task.train(Sgd::new(1e200), 1, 0).unwrap();
        let none = Outcome {
            loss: f64::INFINITY,
            accuracy: 0.0,
        };
        assert_eq!(outcome, none);
    }

    #[test]
    fn a_sweep_holds_the_run_of_every_rate_and_seed() {
        let task = Task::digits().unwrap();
        let rates = [1e-3, 1e-2];
        let sweep = task.sweep(Adam::new, &rates, 1, 2).unwrap();
        assert_eq!(sweep.len(), 2);
        for ((rate, outcomes), expected) in sweep.iter().zip(rates) {
            assert_eq!(*rate, expected);
            let runs = (0..2)
                .map(|seed| task.train(Adam::new(*rate), 1, seed).unwrap());
            assert_eq!(*outcomes, runs.collect::<Vec<_>>());
            assert_ne!(outcomes[0], outcomes[1]);
        }
        let by_name = |rate| {
            let mut optimizer = named("Adam", Library::Keras);
            optimizer.set_learning_rate(rate);
            optimizer
        };
        assert_eq!(task.sweep(by_name, &rates, 1, 2).unwrap(), sweep);
    }

    #[test]
    fn what_is_tested_on_was_not_trained_on() {
        let digits = Task::digits().unwrap();
        for test in digits.test.x.rows() {
            assert!(digits.train.x.rows().into_iter().all(|row| row != test));
        }
        let patients = Task::patients();
        assert_ne!(patients.train, patients.test);
    }
}
