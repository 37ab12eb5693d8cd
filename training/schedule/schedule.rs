//! What every schedule does: say which rate a step has.

use crate::nn::fit::Callback;
use crate::nn::sequential::Sequential;
use crate::optim::optimizer::Optimizer;

// ANCHOR: schedule
/// A learning rate that changes as training goes on.
pub trait Schedule {
    /// The rate of step k; steps are counted from 0.
    fn learning_rate(&self, k: usize) -> f64;

    /// Takes note of the loss of an epoch. Most schedules do not care.
    fn observe(&mut self, _loss: f64) {}
}

/// Has `fit` follow a schedule, whatever the optimizer.
pub struct Follow<'a>(pub &'a mut dyn Schedule);

impl Callback for Follow<'_> {
    fn before_step(&mut self, step: usize, optimizer: &mut dyn Optimizer) {
        optimizer.set_learning_rate(self.0.learning_rate(step));
    }

    fn after_epoch(&mut self, _: usize, loss: f64, _: &mut Sequential) {
        self.0.observe(loss);
    }
}
// ANCHOR_END: schedule

/// How far step k is on a way of so many steps: from 0 to 1, and 1 after it. A
/// way of no steps is behind it.
pub(super) fn progress(k: usize, steps: usize) -> f64 {
    match steps {
        0 => 1.0,
        _ => k.min(steps) as f64 / steps as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::models::patients_model;
    use crate::optim::library::Library;
    use crate::optim::optimizers::{NAMES, named};
    use crate::schedule::plateau::ReduceOnPlateau;
    use crate::{nn::fit::Fit, patients::Patients};

    /// Records the rates that `fit` has set when each step begins.
    struct Recording<'a> {
        follow: Follow<'a>,
        rates: Vec<f64>,
        losses: Vec<f64>,
    }

    impl Callback for Recording<'_> {
        fn before_step(&mut self, step: usize, optimizer: &mut dyn Optimizer) {
            self.follow.before_step(step, optimizer);
            self.rates.push(optimizer.learning_rate());
        }

        fn after_epoch(&mut self, epoch: usize, loss: f64, m: &mut Sequential) {
            self.follow.after_epoch(epoch, loss, m);
            self.losses.push(loss);
        }
    }

    /// Halves a rate of 0.001 at every step.
    struct Halves;

    impl Schedule for Halves {
        fn learning_rate(&self, k: usize) -> f64 {
            0.001 / 2f64.powi(k as i32)
        }
    }

    const PLAN: Fit = Fit {
        epochs: 3,
        batch_size: 700,
        shuffle: Some(0),
    };

    /// Red if `optimizer.set_learning_rate(self.0.learning_rate(step));` were
    /// `optimizer.set_learning_rate(self.0.learning_rate(step + 1));`: each step
    /// at the rate of the next.
    #[test]
    fn fit_follows_a_schedule_with_any_optimizer() {
        let data = Patients::draw(0).dataset();
        for name in NAMES {
            let mut model = patients_model(0);
            model.compile(named(name, Library::Keras));
            let mut recording = Recording {
                follow: Follow(&mut Halves),
                rates: Vec::new(),
                losses: Vec::new(),
            };
            model.fit_with(&data, PLAN, &mut recording).unwrap();
            let halves: Vec<f64> =
                (0..9).map(|k| 0.001 * 0.5f64.powi(k)).collect();
            assert_eq!(recording.rates, halves, "{name}");
        }
    }

    /// Red if `self.0.observe(loss);` were `self.0.observe(-loss);`: the loss
    /// upside down, or any other.
    #[test]
    fn a_plateau_acts_on_the_losses_of_epochs() {
        let data = Patients::draw(0).dataset();
        let mut model = patients_model(0);
        model.compile(named("SGD", Library::Keras));
        // No epoch but the first is good: a loss would have to fall to a
        // hundredth.
        let mut plateau = ReduceOnPlateau::new(0.1, 0.5, 0, 0.99);
        let mut recording = Recording {
            follow: Follow(&mut plateau),
            rates: Vec::new(),
            losses: Vec::new(),
        };
        model.fit_with(&data, PLAN, &mut recording).unwrap();
        // The first loss is the best so far, whatever the threshold.
        let expected = [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05];
        assert_eq!(recording.rates, expected);
    }
}
