//! Races: optimizers that descend one loss from one start.

use super::entrant::Entrant;
use crate::expression::expression::Expression;
use crate::normal::normal;
use crate::optim::newer;
use crate::schedule::schedule::Schedule;
use crate::schedule::schedules::{self, Plan};
use ndarray::{Array1, ArrayView1, aview1};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// What all racers have in common.
#[derive(Clone, Debug)]
pub struct Race {
    /// What they descend.
    pub loss: Expression,
    /// Where they begin.
    pub start: [f64; 2],
    /// β, and β₁ of those that have two.
    pub momentum: f64,
    /// The name of the schedule.
    pub schedule: &'static str,
    /// The standard deviation of a batch's gradient, in each weight.
    pub noise: f64,
    /// How many steps they make.
    pub steps: usize,
}

/// One who races.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Racer {
    /// The name of the optimizer.
    pub optimizer: &'static str,
    /// The highest rate; of those that find theirs, the first guess.
    pub learning_rate: f64,
}

impl Racer {
    /// Whether it finds its rate.
    pub fn finds_its_rate(&self) -> bool {
        newer::FOUND.contains(&self.optimizer)
    }
}

/// Farther from 0 than this a racer is lost.
pub(super) const LOST: f64 = 1e6;

impl Race {
    /// The schedule of a racer's rate, or of a factor of the rate it finds.
    pub fn schedule(&self, racer: &Racer) -> Box<dyn Schedule> {
        let plan = Plan {
            learning_rate: match racer.finds_its_rate() {
                true => 1.0,
                false => racer.learning_rate,
            },
            lowest: 0.01,
            steps: self.steps,
            warmup: self.steps / 10,
            stages: 4,
        };
        schedules::named(self.schedule, plan)
    }

    // ANCHOR: run
    /// The start and the places after each step; fewer if the racer gets lost.
    pub fn run(&self, racer: &Racer, seed: u64) -> Vec<[f64; 2]> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut schedule = self.schedule(racer);
        let mut entrant =
            Entrant::new(racer.optimizer, racer.learning_rate, self.momentum);
        let weights = self.loss.weights();
        let whole = |w: ArrayView1<f64>| {
            [w[0], w.get(1).copied().unwrap_or(self.start[1])]
        };
        let mut w = Array1::from(self.start[..weights].to_vec());
        let mut places = vec![self.start];
        for k in 0..self.steps {
            let here = self.loss.at(whole(w.view()));
            let mut gradient = here.gradient;
            if self.noise > 0.0 {
                gradient = gradient.map(|g| g + self.noise * normal(&mut rng));
            }
            entrant.set_learning_rate(schedule.learning_rate(k));
            entrant.step(w.view_mut(), aview1(&gradient[..weights]));
            schedule.observe(here.value);
            let at = whole(entrant.judged(w.view()));
            let is_near = w.dot(&w) < LOST * LOST;
            if !is_near || !self.loss.value(at).is_finite() {
                break;
            }
            places.push(at);
        }
        places
    }
    // ANCHOR_END: run
}
