//! What schedule-free descent does in one direction of a bowl: its mean and its
//! variance follow step by step.

use super::bowl::Bowl;
use super::racer::{LOST, Race, Racer};

/// z, which steps, and x, its running mean, from 1: the parts of the start that
/// are to be expected, and the variances that noise makes of them.
#[derive(Clone, Copy, Debug)]
struct Averaged {
    z: f64,
    x: f64,
    zz: f64,
    zx: f64,
    xx: f64,
    /// The highest rate so far, and the sum of the squares of the highest ones.
    highest: f64,
    sum: f64,
}

impl Averaged {
    /// At the start.
    fn new() -> Averaged {
        Averaged {
            z: 1.0,
            x: 1.0,
            zz: 0.0,
            zx: 0.0,
            xx: 0.0,
            highest: 0.0,
            sum: 0.0,
        }
    }

    // ANCHOR: step
    /// One step in a direction of this curvature, with this standard deviation
    /// of the gradients.
    fn step(&mut self, rate: f64, beta: f64, curvature: f64, noise: f64) {
        // The gradient is taken at (1 − β) z + β x, so z ← a z + b x + noise.
        let a = 1.0 - rate * curvature * (1.0 - beta);
        let b = -rate * curvature * beta;
        let with_x = a * self.zx + b * self.xx;
        let with_z = a * self.zz + b * self.zx;
        self.z = a * self.z + b * self.x;
        self.zz = a * with_z + b * with_x + (rate * noise) * (rate * noise);
        // x ← (1 − c) x + c z, with the new z.
        self.highest = self.highest.max(rate);
        let weight = self.highest * self.highest;
        self.sum += weight;
        let c = if self.sum > 0.0 {
            weight / self.sum
        } else {
            0.0
        };
        let d = 1.0 - c;
        self.x = d * self.x + c * self.z;
        self.xx = d * (d * self.xx + 2.0 * c * with_x) + c * c * self.zz;
        self.zx = d * with_x + c * self.zz;
    }
    // ANCHOR_END: step

    /// The expected loss at β x + (1 − β) z, in a direction of this curvature
    /// that began with this one. With β = 1 that is x, which is judged.
    fn loss(&self, beta: f64, curvature: f64, begun: f64) -> f64 {
        let (of_z, of_x) = (1.0 - beta, beta);
        let mean = of_z * self.z + of_x * self.x;
        let both = 2.0 * of_z * of_x * self.zx;
        let variance = of_z * of_z * self.zz + both + of_x * of_x * self.xx;
        mean * mean * begun + 0.5 * curvature * variance
    }
}

/// The product of rate and curvature that is its limit. In the long run the
/// mean moves ever less, and steps are those of plain descent at (1 − β) times
/// the rate.
pub(super) fn highest_product(race: &Race) -> f64 {
    2.0 / (1.0 - race.momentum)
}

/// The loss above the minimum after each step, as it is to be expected in the
/// minimum's bowl, where each direction begins with so much of it.
pub(super) fn expected(
    race: &Race,
    racer: &Racer,
    end: &Bowl,
    begun: &[f64],
) -> Vec<f64> {
    let beta = race.momentum;
    let mut directions = vec![Averaged::new(); begun.len()];
    let mut schedule = race.schedule(racer);
    let mut losses = vec![begun.iter().sum()];
    for k in 0..race.steps {
        let rate = schedule.learning_rate(k);
        let (mut seen, mut judged) = (Vec::new(), 0.0);
        let each = directions.iter_mut().zip(&end.curvatures).zip(begun);
        for ((direction, curvature), begun) in each {
            // The schedule sees the loss where the gradient is taken.
            seen.push(direction.loss(beta, *curvature, *begun));
            direction.step(rate, beta, *curvature, race.noise);
            judged += direction.loss(1.0, *curvature, *begun);
        }
        if end.distance(&seen) > LOST {
            judged = f64::INFINITY;
        }
        schedule.observe(end.jet.value + seen.iter().sum::<f64>());
        losses.push(judged);
        if judged.is_infinite() {
            break;
        }
    }
    losses
}

#[cfg(test)]
mod tests {
    use super::super::bowl::minimum;
    use super::super::forecast::tests::{bowl_race, forecast, racer};
    use super::super::outcome::{Fate, Verdict};
    use super::*;
    use crate::expression::expression::Expression;
    use crate::optim::optimizer::Optimizer;
    use crate::optim::schedule_free::ScheduleFree;
    use crate::schedule::schedules;
    use ndarray::{array, aview1};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Red if `let b = -rate * curvature * beta` were `let b = 0.0`: gradients
    /// at z alone.
    #[test]
    fn in_a_bowl_schedule_free_leaves_what_was_said_under_every_schedule() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for schedule in schedules::NAMES {
            for _ in 0..12 {
                let (mut race, high) = bowl_race(&mut rng);
                (race.schedule, race.steps) = (schedule, 200);
                let rate = rng.random_range(0.05..2.2) / high;
                let racer = racer("schedule-free", rate);
                let (said, came) = forecast(&race, &racer);
                assert_eq!(said.losses.len(), 201);
                let whole = said.losses[0];
                for (said, came) in said.losses.iter().zip(&came.losses) {
                    let off = (said - came).abs();
                    assert!(off <= 1e-6 * came.max(whole), "{schedule}: {off}");
                }
                let verdict = Verdict::new(&said, &came);
                assert_eq!(verdict, Verdict::Held, "{race:?} {rate}");
            }
        }
    }

    /// The means of 200 runs, over the last hundred steps.
    ///
    /// Red if `(rate * noise) * (rate * noise)` were `rate * noise * noise`: a
    /// rate that is no square.
    #[test]
    fn in_a_noisy_bowl_the_mean_loss_of_schedule_free_is_what_was_said() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        for _ in 0..6 {
            let (mut race, high) = bowl_race(&mut rng);
            race.noise = rng.random_range(0.3..3.0);
            race.steps = 400;
            let racer =
                racer("schedule-free", rng.random_range(0.1..1.0) / high);
            let (said, _) = forecast(&race, &racer);
            let end = minimum(&race.loss, race.start).unwrap().jet.value;
            let runs = (0..200).map(|seed| {
                let late = race.run(&racer, seed).split_off(301);
                let losses = late.iter().map(|at| race.loss.value(*at) - end);
                losses.sum::<f64>() / late.len() as f64
            });
            let mean = runs.sum::<f64>() / 200.0;
            let expected = said.losses[301..].iter().sum::<f64>() / 100.0;
            let part = mean / expected;
            assert!((0.75..1.33).contains(&part), "{part} {race:?}");
        }
    }

    /// The size of the mean on a bowl in one weight, from 1, after each step.
    fn sizes(curvature: f64, rate: f64, beta: f64, steps: usize) -> Vec<f64> {
        let mut optimizer = ScheduleFree::new(rate, beta);
        let mut w = array![1.0];
        let steps = (0..steps).map(|_| {
            let gradient = [curvature * w[0]];
            optimizer.step(w.view_mut(), aview1(&gradient));
            optimizer.mean()[0].abs()
        });
        steps.collect()
    }

    /// Red if `2.0 / (1.0 - race.momentum)` were `2.2 / (1.0 - race.momentum)`:
    /// a tenth too high.
    #[test]
    fn in_the_long_run_schedule_free_leaves_above_its_limit_and_not_below() {
        for curvature in [0.5, 3.0] {
            for momentum in [0.0, 0.3, 0.6, 0.9, 0.95] {
                let text = format!("0.5*{curvature}x^2");
                let race = Race {
                    loss: Expression::parse(&text).unwrap(),
                    start: [1.0, 0.0],
                    momentum,
                    schedule: "constant",
                    noise: 0.0,
                    steps: 200,
                };
                let (said, _) = forecast(&race, &racer("schedule-free", 0.1));
                assert!((said.limit / said.limit_at_start - 1.0).abs() < 1e-9);
                let at = |part: f64| {
                    let rate = part * said.limit;
                    *sizes(curvature, rate, momentum, 20_000).last().unwrap()
                };
                assert!(at(0.97) < 1e-3, "{momentum} {}", at(0.97));
                assert!(at(1.03) > 1e100 || at(1.03).is_nan(), "{momentum}");
            }
        }
    }

    /// From 1, so far out that the race is over, which below the limit it would
    /// survive.
    #[test]
    fn whose_first_steps_lead_too_far_out_does_not_settle() {
        let race = Race {
            loss: Expression::parse("0.5x^2").unwrap(),
            start: [1.0, 0.0],
            momentum: 0.95,
            schedule: "constant",
            noise: 0.0,
            steps: 200,
        };
        for (rate, is_lost) in [(12.0, false), (24.0, true), (39.0, true)] {
            let racer = racer("schedule-free", rate);
            let (said, came) = forecast(&race, &racer);
            assert!(rate < said.limit);
            assert_eq!(said.settles, !is_lost, "{rate}");
            assert_eq!(matches!(came.fate, Fate::Lost(_)), is_lost, "{rate}");
            assert_eq!(Verdict::new(&said, &came), Verdict::Held);
        }
    }

    /// Red if `1.99 * part / curvature` were `3.0 * part / curvature`: above it
    /// the first steps lead out.
    #[test]
    fn below_two_over_the_curvature_schedule_free_goes_no_farther_out() {
        for curvature in [0.5, 3.0] {
            for momentum in [0.0, 0.3, 0.6, 0.9, 0.95] {
                for i in 1..=50 {
                    let part = f64::from(i) / 50.0;
                    let rate = 1.99 * part / curvature;
                    let sizes = sizes(curvature, rate, momentum, 2000);
                    let out = sizes.iter().fold(0.0f64, |a, w| a.max(*w));
                    assert!(out <= 1.0, "{momentum} {rate}: {out}");
                }
            }
        }
    }
}
