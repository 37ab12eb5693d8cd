//! The optimizer of a racer, by name, and the weights by which it is judged.

use crate::optim::dadaptation::DAdaptation;
use crate::optim::dog::{Dog, FirstStep};
use crate::optim::lion::Lion;
use crate::optim::optimizer::Optimizer;
use crate::optim::optimizers;
use crate::optim::prodigy::Prodigy;
use crate::optim::schedule_free::ScheduleFree;
use ndarray::{ArrayView1, ArrayViewMut1};

/// An optimizer that races.
pub enum Entrant {
    /// One that is judged at the weights that it steps with.
    Stepping(Box<dyn Optimizer>),
    /// One that is judged at their mean.
    Averaging(ScheduleFree),
}

impl Entrant {
    // ANCHOR: new
    /// The optimizer of this name, with Keras' defaults or those of its paper,
    /// but for momentum, which is β, or β₁ of those that have two.
    pub fn new(name: &str, rate: f64, momentum: f64) -> Entrant {
        let optimizer: Box<dyn Optimizer> = match name {
            "schedule-free" => {
                return Entrant::Averaging(ScheduleFree::new(rate, momentum));
            }
            "Lion" => {
                let mut lion = Lion::new(rate);
                lion.beta_1 = momentum;
                Box::new(lion)
            }
            "DoG" => Box::new(Dog::new(FirstStep::Distance(rate))),
            "D-Adaptation" => {
                let mut dadaptation = DAdaptation::new(rate);
                dadaptation.beta_1 = momentum;
                Box::new(dadaptation)
            }
            "Prodigy" => {
                let mut prodigy = Prodigy::new(rate);
                prodigy.beta_1 = momentum;
                Box::new(prodigy)
            }
            name => optimizers::with_momentum(name, momentum),
        };
        Entrant::Stepping(optimizer)
    }
    // ANCHOR_END: new

    /// The weights by which it is judged, given those that it steps with.
    pub fn judged<'a>(
        &'a self,
        weights: ArrayView1<'a, f64>,
    ) -> ArrayView1<'a, f64> {
        match self {
            Entrant::Stepping(_) => weights,
            Entrant::Averaging(optimizer) => optimizer.mean(),
        }
    }

    fn optimizer(&mut self) -> &mut dyn Optimizer {
        match self {
            Entrant::Stepping(optimizer) => &mut **optimizer,
            Entrant::Averaging(optimizer) => optimizer,
        }
    }

    pub fn set_learning_rate(&mut self, learning_rate: f64) {
        self.optimizer().set_learning_rate(learning_rate);
    }

    pub fn step(
        &mut self,
        weights: ArrayViewMut1<f64>,
        gradient: ArrayView1<f64>,
    ) {
        self.optimizer().step(weights, gradient);
    }
}

#[cfg(test)]
mod tests {
    use super::super::forecast::tests::{bowl_race, racer};
    use super::*;
    use crate::optim::newer::{FOUND, found};
    use crate::schedule::schedules::{self, Plan};
    use ndarray::{array, aview1};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Where they go beside loops of our own, without a schedule and with one.
    ///
    /// Red if `FirstStep::Distance(rate)` were `FirstStep::Rate(rate)`: a guess
    /// of a rate.
    #[test]
    fn the_rate_is_a_first_guess_and_a_schedule_a_factor_of_what_is_found() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for name in FOUND {
            for schedule in ["constant", "cosine", "warmup"] {
                let (mut race, _) = bowl_race(&mut rng);
                (race.schedule, race.steps) = (schedule, 100);
                race.momentum = 0.9;
                let guess = 10f64.powf(rng.random_range(-4.0..1.0));
                let places = race.run(&racer(name, guess), 0);
                let mut optimizer = found(name, guess);
                let plan = Plan {
                    learning_rate: 1.0,
                    lowest: 0.01,
                    steps: 100,
                    warmup: 10,
                    stages: 4,
                };
                let factor = schedules::named(schedule, plan);
                let mut w = array![race.start[0], race.start[1]];
                for (k, place) in places.iter().enumerate() {
                    assert_eq!(w, array![place[0], place[1]], "{name} {k}");
                    let gradient = race.loss.at(*place).gradient;
                    optimizer.set_learning_rate(factor.learning_rate(k));
                    optimizer.step(w.view_mut(), aview1(&gradient));
                }
                assert_eq!(places.len(), 101);
            }
        }
    }

    /// Red if `Prodigy::new(rate)` were `Prodigy::new(2.0 * rate)`: twice the
    /// guess.
    #[test]
    fn the_first_step_is_as_long_as_the_guess() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        for name in FOUND {
            for _ in 0..100 {
                let (race, _) = bowl_race(&mut rng);
                let guess = 10f64.powf(rng.random_range(-4.0..1.0));
                let gradient = race.loss.at(race.start).gradient;
                if gradient.iter().any(|g| g.abs() < 0.01) {
                    continue; // ε would be seen.
                }
                let places = race.run(&racer(name, guess), 0);
                let step = [0, 1].map(|i| places[1][i] - places[0][i]);
                let lengths = match name {
                    "DoG" => vec![step[0].hypot(step[1])],
                    _ => vec![step[0].abs(), step[1].abs()],
                };
                for length in lengths {
                    let part = length / guess;
                    assert!((0.999..1.001).contains(&part), "{name} {part}");
                }
            }
        }
    }
}
