//! What can be said of a racer before the race, from the bowls at the start and
//! at the minimum.

use super::averaged;
use super::bowl::Bowl;
use super::lattice;
use super::racer::{LOST, Race, Racer};
use super::rule::{Motion, Rule};

/// What is said of one racer.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// The rate above which it leaves the bowl of the minimum.
    pub limit: f64,
    /// The same in the bowl of the start; infinite where nothing bends up.
    pub limit_at_start: f64,
    /// What plain descent and velocities do in each direction of the minimum.
    pub motions: Vec<Motion>,
    /// How far above the minimum the loss is expected to be after each step:
    /// theirs, and that of schedule-free descent.
    pub losses: Vec<f64>,
    /// Whether, but for noise that has a floor, it is expected to end no higher
    /// than it starts. Who leaves the bowl of the minimum goes where that says
    /// nothing.
    pub settles: bool,
    /// The steps it spends on leaving the place where it starts.
    pub leaving: usize,
    /// The steps after which a millionth of the loss is left.
    pub arrives: Option<usize>,
    /// The longest step of a weight, of Lion and of those that divide by the
    /// size of gradients.
    pub longest: f64,
    /// The step before which those have not made nine tenths of the way of the
    /// weight that has the longest.
    pub soonest: usize,
    /// How near to the minimum Lion can come at one rate.
    pub nearest: f64,
    /// How many steps a velocity remembers: 1 / (1 − β).
    pub memory: f64,
}

/// How far a loss has to fall.
pub const MILLIONTH: f64 = 1e-6;

impl Forecast {
    /// Of this racer from the start to the minimum.
    pub fn new(
        race: &Race,
        racer: &Racer,
        start: &Bowl,
        end: &Bowl,
    ) -> Forecast {
        let rate = racer.learning_rate;
        match racer.optimizer {
            _ if racer.finds_its_rate() => Forecast::none(),
            "schedule-free" => of_mean(race, racer, start, end),
            "Lion" => Forecast {
                nearest: lattice::nearest(race, racer, end),
                ..of_longest(race, racer, start, end)
            },
            name => match Rule::of(name, rate, race.momentum) {
                Some(rule) => of_rule(race, racer, &rule, start, end),
                None => Forecast {
                    limit: held_limit(racer, race.momentum, start, end),
                    limit_at_start: held_limit(
                        racer,
                        race.momentum,
                        start,
                        start,
                    ),
                    ..of_longest(race, racer, start, end)
                },
            },
        }
    }

    /// Nothing is said.
    fn none() -> Forecast {
        Forecast {
            limit: f64::INFINITY,
            limit_at_start: f64::INFINITY,
            motions: Vec::new(),
            losses: Vec::new(),
            settles: true,
            leaving: 0,
            arrives: None,
            longest: f64::INFINITY,
            soonest: 0,
            nearest: 0.0,
            memory: 1.0,
        }
    }

    /// With the losses that are to be expected in a race.
    fn with(
        self,
        race: &Race,
        expected: impl Fn(&Race) -> Vec<f64>,
    ) -> Forecast {
        let losses = expected(race);
        let quiet = match race.noise > 0.0 {
            true => expected(&Race {
                noise: 0.0,
                ..race.clone()
            }),
            false => losses.clone(),
        };
        let is_left =
            |loss: &f64| !(0.0..=MILLIONTH * losses[0]).contains(loss);
        let arrives = losses.iter().rposition(is_left).map_or(0, |k| k + 1);
        Forecast {
            // To some last bits.
            settles: quiet[quiet.len() - 1] <= (1.0 + 1e-9) * quiet[0]
                && losses.iter().all(|loss| loss.is_finite()),
            arrives: (arrives < losses.len()).then_some(arrives),
            losses,
            ..self
        }
    }

    /// The part of the loss that is expected to be left after the last step;
    /// with noise, in the mean of the last quarter.
    pub fn left(&self, race: &Race) -> Option<f64> {
        let last = match race.noise > 0.0 {
            true => last_quarter(&self.losses),
            false => *self.losses.last()?,
        };
        Some(last / self.losses.first()?)
    }
}

/// The mean of the last quarter.
pub(super) fn last_quarter(losses: &[f64]) -> f64 {
    let last = &losses[losses.len() - losses.len().div_ceil(4)..];
    last.iter().sum::<f64>() / last.len() as f64
}

/// Of those whose steps have a longest.
fn of_longest(
    race: &Race,
    racer: &Racer,
    start: &Bowl,
    end: &Bowl,
) -> Forecast {
    let longest = longest_step(racer, race.momentum);
    Forecast {
        longest,
        // Where that is a whole number, rounding adds no step.
        soonest: (0.9 * end.way(start) / longest - 1e-9).ceil() as usize,
        ..Forecast::none()
    }
}

/// Of plain descent and velocities.
fn of_rule(
    race: &Race,
    racer: &Racer,
    rule: &Rule,
    start: &Bowl,
    end: &Bowl,
) -> Forecast {
    let highest = racer.learning_rate * rule.highest_curvature();
    let leaving = leaving(rule, start, end).min(race.steps);
    // Of a flat place nothing can be said, nor when a saddle or a top is left
    // at a rate that changes. Of no loss no part is left.
    let is_known = end.sharpness() > 0.0
        && (start.curvatures[0] >= 0.0 || race.schedule == "constant")
        && (start.jet.value > end.jet.value || race.noise == 0.0)
        && hears_what_is_said(race, racer);
    let motions = end.curvatures.iter().map(|c| rule.motion(*c));
    let forecast = Forecast {
        limit: limit(highest, end),
        limit_at_start: limit(highest, start),
        motions: motions.collect(),
        leaving,
        memory: 1.0 / (1.0 - rule.momentum),
        ..Forecast::none()
    };
    match is_known {
        true => forecast
            .with(race, |race| expected(race, racer, start, end, leaving)),
        false => forecast,
    }
}

/// Of schedule-free descent.
fn of_mean(race: &Race, racer: &Racer, start: &Bowl, end: &Bowl) -> Forecast {
    let highest = averaged::highest_product(race);
    let forecast = Forecast {
        limit: limit(highest, end),
        limit_at_start: limit(highest, start),
        ..Forecast::none()
    };
    // Nothing is said of how a saddle or a flat place is left.
    let is_bowl = start.curvatures[0] > 0.0 && end.curvatures[0] >= 0.0;
    let begun = shares(start, end);
    let is_known = is_bowl && hears_what_is_said(race, racer);
    match is_known && begun.iter().sum::<f64>() > 0.0 {
        true => forecast
            .with(race, |race| averaged::expected(race, racer, end, &begun)),
        false => forecast,
    }
}

/// Whether its schedule goes as it would by the losses to be expected: a
/// plateau hears those that come, which are not these with noise or a velocity.
fn hears_what_is_said(race: &Race, racer: &Racer) -> bool {
    let is_exact = ["SGD", "schedule-free"].contains(&racer.optimizer);
    race.schedule != "plateau" || is_exact && race.noise == 0.0
}

/// The rate whose product with the highest curvature is this.
fn limit(product: f64, bowl: &Bowl) -> f64 {
    match bowl.sharpness() {
        sharpness if sharpness > 0.0 => product / sharpness,
        _ => f64::INFINITY,
    }
}

/// How much of the loss above the minimum is each direction's at the start.
/// Where the loss is no bowl, what the bowl says is a share of the whole.
fn shares(start: &Bowl, end: &Bowl) -> Vec<f64> {
    let parts = end.parts(start.weights);
    let mut excess: Vec<f64> = parts
        .iter()
        .zip(&end.curvatures)
        .map(|(part, curvature)| 0.5 * curvature * part * part)
        .collect();
    let sum: f64 = excess.iter().sum();
    if sum > 0.0 {
        let whole = start.jet.value - end.jet.value;
        excess.iter_mut().for_each(|above| *above *= whole / sum);
    }
    excess
}

// ANCHOR: expected
/// The loss above the minimum after each step, as it is to be expected in the
/// minimum's bowl: in each direction a step keeps so much of what lies above
/// the floor of the noise.
fn expected(
    race: &Race,
    racer: &Racer,
    start: &Bowl,
    end: &Bowl,
    leaving: usize,
) -> Vec<f64> {
    let mut excess = shares(start, end);
    let sum: f64 = excess.iter().sum();
    let whole = start.jet.value - end.jet.value;
    let mut schedule = race.schedule(racer);
    let mut losses = vec![whole];
    // Which directions bend up at the start too, and need not wait.
    let along = |direction: &[f64; 2]| start.curvature_along(*direction) > 0.0;
    let falls: Vec<bool> = end.directions.iter().map(along).collect();
    for k in 0..race.steps {
        let rate = schedule.learning_rate(k);
        schedule.observe(end.jet.value + losses[k]);
        let rule = Rule::of(racer.optimizer, rate, race.momentum);
        let Some(rule) = rule.filter(|_| rate > 0.0) else {
            losses.push(losses[k]);
            continue;
        };
        for (i, above) in excess.iter_mut().enumerate() {
            let curvature = end.curvatures[i];
            if curvature > 0.0 && (k >= leaving || falls[i]) {
                let kept = rule.kept(curvature);
                let floor = floor(&rule, curvature, race.noise);
                *above = match floor.is_finite() {
                    true => kept * kept * (*above - floor) + floor,
                    // At the limit itself noise adds up without end.
                    false => f64::INFINITY,
                };
            }
        }
        // A flat place says nothing.
        let sum = if sum > 0.0 {
            excess.iter().sum()
        } else {
            whole
        };
        if end.distance(&excess) > LOST {
            losses.push(f64::INFINITY);
            break;
        }
        losses.push(sum);
    }
    losses
}

/// The mean loss long after the start, in a direction, of noise alone.
fn floor(rule: &Rule, curvature: f64, noise: f64) -> f64 {
    match noise > 0.0 {
        true => 0.5 * curvature * noise * noise * rule.variance(curvature),
        false => 0.0,
    }
}
// ANCHOR_END: expected

// ANCHOR: leaving
/// Where the loss bends down at the start: the steps until the distance from
/// the saddle, which grows at every step, is that of the minimum.
fn leaving(rule: &Rule, start: &Bowl, end: &Bowl) -> usize {
    let way = start.parts(end.weights);
    let slopes = start.slopes();
    let mut steps = 0.0f64;
    for (i, curvature) in start.curvatures.iter().enumerate() {
        let off_saddle = (slopes[i] / curvature).abs();
        let growth = rule.kept(*curvature);
        if *curvature < 0.0 && off_saddle < way[i].abs() {
            let times = libm::log(way[i].abs() / off_saddle);
            steps = steps.max(times / libm::log(growth));
        }
    }
    steps.ceil().min(1e9) as usize
}
// ANCHOR_END: leaving

// ANCHOR: longest
/// No step of a weight is longer, whatever the gradients are, but for AdamW's
/// decay: Adam's is a mean of gradients over the root of a mean of squares.
fn longest_step(racer: &Racer, beta_1: f64) -> f64 {
    let (rho, beta_2) = (0.9f64, 0.999f64);
    let rate = racer.learning_rate;
    match racer.optimizer {
        "Adagrad" | "Lion" => rate,
        "RMSprop" => rate / (1.0 - rho).sqrt(),
        "Adam" | "AMSGrad" | "AdamW" => {
            let kept = 1.0 - beta_1 * beta_1 / beta_2;
            rate * (1.0 - beta_1) / ((1.0 - beta_2) * kept).sqrt()
        }
        _ => f64::INFINITY,
    }
}
// ANCHOR_END: longest

// ANCHOR: held
/// The limit of those that divide by the size of gradients, as long as they
/// divide by those of the start: of the weights that have a slope there.
fn held_limit(racer: &Racer, beta_1: f64, start: &Bowl, bowl: &Bowl) -> f64 {
    let size = |g: f64| match racer.optimizer {
        _ if g == 0.0 => 0.0,
        "Adagrad" => (g * g + 0.1).sqrt(),
        "RMSprop" => (0.1 * g * g).sqrt(),
        _ => g.abs(),
    };
    let bound = match racer.optimizer {
        "Adagrad" | "RMSprop" => 2.0,
        _ => 2.0 * (1.0 + beta_1) / (1.0 - beta_1),
    };
    let [x, y] = start.jet.gradient.map(size);
    let [xx, xy, yy] = bowl.jet.hessian;
    // The highest curvature, each weight measured in units of its own root.
    let of_one = |curvature: f64, size: f64| match size {
        0.0 => 0.0,
        _ => curvature / size,
    };
    let (a, c) = (of_one(xx, x), of_one(yy, y));
    let b = of_one(xy, (x * y).sqrt());
    let highest = (a + c) / 2.0 + libm::hypot((a - c) / 2.0, b);
    match highest > 0.0 && bowl.sharpness() > 0.0 {
        true => bound / highest,
        false => f64::INFINITY,
    }
}
// ANCHOR_END: held

#[cfg(test)]
pub(super) mod tests {
    use super::super::bowl::minimum;
    use super::super::outcome::{Fate, Outcome, Verdict};
    use super::*;
    use crate::expression::expression::Expression;
    use crate::optim::optimizers::with_momentum;
    use approx::assert_relative_eq;
    use ndarray::{array, aview1};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    const LINEAR: [&str; 3] = ["SGD", "momentum", "Nesterov"];

    /// A race down a turned bowl of random curvatures, from a random start, and
    /// the higher curvature.
    pub fn bowl_race(rng: &mut ChaCha8Rng) -> (Race, f64) {
        raised_race(rng, 0.0)
    }

    /// The same with a loss that is higher everywhere.
    fn raised_race(rng: &mut ChaCha8Rng, by: f64) -> (Race, f64) {
        let low = 10f64.powf(rng.random_range(-1.0..0.5));
        let high = low * 10f64.powf(rng.random_range(0.0..1.7));
        let (sin, cos) = rng.random_range(0.0..3.0f64).sin_cos();
        let text = format!(
            "0.5*{low:.6}({cos:.6}x + {sin:.6}y)^2 \
             + 0.5*{high:.6}({cos:.6}y - {sin:.6}x)^2 + 0.3x - 0.2y + {by}"
        );
        let race = Race {
            loss: Expression::parse(&text).unwrap(),
            start: [0, 1].map(|_| rng.random_range(-3.0..3.0)),
            momentum: rng.random_range(0.0..0.95),
            schedule: "constant",
            noise: 0.0,
            steps: 2000,
        };
        (race, high)
    }

    fn limit(optimizer: &str, beta: f64, high: f64) -> f64 {
        let product = match optimizer {
            "SGD" => 2.0,
            "momentum" => 2.0 * (1.0 + beta),
            _ => 2.0 * (1.0 + beta) / (1.0 + 2.0 * beta),
        };
        product / high
    }

    pub fn forecast(race: &Race, racer: &Racer) -> (Forecast, Outcome) {
        let start = Bowl::at(&race.loss, race.start);
        let end = minimum(&race.loss, race.start).unwrap();
        let forecast = Forecast::new(race, racer, &start, &end);
        (forecast, Outcome::new(race, racer, &end))
    }

    pub fn racer(optimizer: &'static str, learning_rate: f64) -> Racer {
        Racer {
            optimizer,
            learning_rate,
        }
    }

    /// A hundred random bowls each, a twentieth below the limit and above it.
    ///
    /// Red if `racer.learning_rate * rule.highest_curvature()` were
    /// `1.1 * racer.learning_rate * rule.highest_curvature()`: a limit a tenth
    /// too high.
    #[test]
    fn in_a_bowl_the_limits_are_where_racers_stop_settling() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for optimizer in LINEAR {
            for _ in 0..100 {
                let (race, high) = bowl_race(&mut rng);
                let (said, _) = forecast(&race, &racer(optimizer, 0.01));
                let known = limit(optimizer, race.momentum, high);
                assert_relative_eq!(said.limit, known, max_relative = 1e-4);
                assert_relative_eq!(
                    said.limit_at_start,
                    known,
                    max_relative = 1e-4
                );
                let at = |part: f64| {
                    let places =
                        race.run(&racer(optimizer, part * said.limit), 0);
                    let high = |at: &[f64; 2]| race.loss.at(*at).value;
                    (places.len(), high(&places[places.len() - 1]))
                };
                let diverges = |part: f64| {
                    let racer = racer(optimizer, part * known);
                    let (said, _) = forecast(&race, &racer);
                    said.motions.contains(&Motion::Diverges)
                };
                assert!(diverges(1.05) && !diverges(0.95), "{race:?}");
                let (steps, below) = at(0.95);
                assert!(steps == 2001 && below <= high_of(&race), "{race:?}");
                assert!(at(1.05).0 < 2001, "{optimizer} {race:?}");
            }
        }
    }

    fn high_of(race: &Race) -> f64 {
        race.loss.at(race.start).value
    }

    /// Red if `kept * kept * (*above - floor)` were `kept * (*above - floor)`:
    /// a loss is a square.
    #[test]
    fn in_a_bowl_plain_descent_arrives_at_the_step_that_was_said() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let (mut arrived, mut bounced) = (0, 0);
        for _ in 0..200 {
            let (race, high) = bowl_race(&mut rng);
            let rate = 10f64.powf(rng.random_range(-1.5..0.0)) * 1.98 / high;
            let (said, came) = forecast(&race, &racer("SGD", rate));
            match (said.arrives, came.fate) {
                (Some(said), Fate::Arrives(came)) => {
                    assert!(said.abs_diff(came) <= 1, "{said} {came}");
                    arrived += 1;
                }
                (None, Fate::Left(_)) => {}
                other => panic!("{other:?}"),
            }
            assert_eq!(Verdict::new(&said, &came), Verdict::Held);
            // Exactly at the limit it bounces, as was said.
            let (said, came) = forecast(&race, &racer("SGD", said.limit));
            bounced += usize::from(came.fate == Fate::Cycle(2));
            assert_eq!(Verdict::new(&said, &came), Verdict::Held);
        }
        assert!(arrived > 140 && bounced > 180, "{arrived} {bounced}");
    }

    /// Red if `kept * kept * (*above - floor)` were `kept * (*above - floor)`:
    /// a loss is a square.
    #[test]
    fn in_a_bowl_a_velocity_arrives_within_six_memories_of_the_step_said() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for optimizer in ["momentum", "Nesterov"] {
            let (mut arrived, mut held) = (0, 0);
            for _ in 0..250 {
                let (race, high) = bowl_race(&mut rng);
                let part = 0.97 * 10f64.powf(rng.random_range(-1.5..0.0));
                let rate = part * limit(optimizer, race.momentum, high);
                let (said, came) = forecast(&race, &racer(optimizer, rate));
                let (Some(n), Fate::Arrives(k)) = (said.arrives, came.fate)
                else {
                    continue;
                };
                let off = n.abs_diff(k) as f64 * (1.0 - race.momentum);
                assert!(off <= 6.0, "{optimizer} {n} {k} {race:?}");
                arrived += 1;
                let verdict = Verdict::new(&said, &came);
                held += usize::from(verdict == Verdict::Held);
            }
            assert!(arrived > 175, "{arrived}");
            assert!(held * 100 >= arrived * 98, "{held} of {arrived}");
        }
        // Nearer to the limit it may be off by more.
        let mut race = bowl_race(&mut rng).0;
        race.loss = Expression::parse("0.5x^2").unwrap();
        (race.start, race.momentum, race.steps) = ([1.0, 0.0], 0.5, 4000);
        let rate = 0.999 * limit("momentum", 0.5, 1.0);
        let (said, came) = forecast(&race, &racer("momentum", rate));
        let Fate::Arrives(came) = came.fate else {
            panic!("{}", came.fate)
        };
        assert!(came.abs_diff(said.arrives.unwrap()) > 12, "{came}");
    }

    /// A plateau's patience depends on the loss of the minimum too.
    ///
    /// Red if `schedule.observe(end.jet.value + losses[k]);` were
    /// `schedule.observe(end.jet.value);`: a plateau from the start.
    #[test]
    fn in_a_bowl_plain_descent_leaves_what_was_said_under_every_schedule() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut lowered = 0;
        for schedule in crate::schedule::schedules::NAMES {
            for i in 0..10 {
                let by = [0.0, 1.0, 1000.0][i % 3];
                let (mut race, high) = raised_race(&mut rng, by);
                (race.schedule, race.steps) = (schedule, 200);
                let rate = rng.random_range(0.05..1.9) / high;
                let (said, came) = forecast(&race, &racer("SGD", rate));
                for k in 0..=200 {
                    let off = (said.losses[k] - came.losses[k]).abs();
                    let bound = 1e-6 * said.losses[0];
                    assert!(off <= bound, "{schedule} {k}: {off}");
                }
                let mut plateau = race.schedule(&racer("SGD", rate));
                let places = came.places.iter();
                let losses = places.map(|at| race.loss.at(*at).value);
                losses.for_each(|loss| plateau.observe(loss));
                let is_lowered = plateau.learning_rate(200) < rate;
                lowered += usize::from(schedule == "plateau" && is_lowered);
            }
        }
        assert!(lowered >= 3, "{lowered}");
    }

    /// The rate falls below the limit only when the race is over.
    ///
    /// Red if `if end.distance(&excess) > LOST {` were `if false {`: it would
    /// come back from wherever it was.
    #[test]
    fn who_gets_lost_before_the_rate_falls_does_not_settle_as_was_said() {
        let mut rng = ChaCha8Rng::seed_from_u64(12);
        let mut lost = 0;
        for schedule in ["polynomial", "exponential", "cosine", "step"] {
            for times in [1.01, 1.3, 3.0, 10.0] {
                for optimizer in ["SGD", "schedule-free"] {
                    let (mut race, high) = bowl_race(&mut rng);
                    race.schedule = schedule;
                    let limit = match optimizer {
                        "SGD" => 2.0 / high,
                        _ => averaged::highest_product(&race) / high,
                    };
                    let racer = racer(optimizer, times * limit);
                    let (said, came) = forecast(&race, &racer);
                    let is_lost = matches!(came.fate, Fate::Lost(_));
                    lost += usize::from(is_lost);
                    let of = format!("{schedule} {times}: {}", came.fate);
                    let is_short = said.losses.len() <= race.steps;
                    assert_eq!(is_short, is_lost, "{of}");
                    assert!(!is_lost || !said.settles, "{of}");
                    let verdict = Verdict::new(&said, &came);
                    assert_eq!(verdict, Verdict::Held, "{of}");
                }
            }
        }
        assert!((10..32).contains(&lost), "{lost}");
    }

    /// A plateau's losses are not foreseen with noise or a velocity, and
    /// nothing is said; it would be wrong by far.
    ///
    /// Red if `is_exact && race.noise == 0.0` were `is_exact`: it would be said
    /// with noise too.
    #[test]
    fn of_a_plateau_with_noise_or_a_velocity_nothing_is_said() {
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        let (mut race, high) = bowl_race(&mut rng);
        race.schedule = "plateau";
        for (noise, optimizer) in [
            (0.0, "SGD"),
            (0.0, "schedule-free"),
            (0.0, "momentum"),
            (1.0, "SGD"),
            (0.0, "Nesterov"),
            (1.0, "schedule-free"),
            (1.0, "Nesterov"),
        ] {
            race.noise = noise;
            let (said, came) = forecast(&race, &racer(optimizer, 0.5 / high));
            let is_exact = noise == 0.0 && optimizer.starts_with(['S', 's']);
            assert_eq!(said.losses.is_empty(), !is_exact, "{optimizer}");
            let verdict = Verdict::new(&said, &came);
            assert_eq!(verdict == Verdict::Silent, !is_exact, "{optimizer}");
        }
    }

    /// The mean of twenty thousand late losses, whose standard error is a few
    /// hundredths.
    ///
    /// Red if `0.5 * curvature * noise * noise` were
    /// `curvature * noise * noise`: twice the floor.
    #[test]
    fn in_a_noisy_bowl_the_mean_loss_ends_at_the_floor_that_was_said() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        for optimizer in LINEAR {
            // From where the loss falls to its floor, and from where it rises.
            for far in [1.0, 1.0, 1.0, 1.0, 1e-3, 1e-3] {
                let (mut race, high) = bowl_race(&mut rng);
                race.noise = rng.random_range(0.1..3.0);
                (race.steps, race.momentum) = (4000, 0.7);
                let end = minimum(&race.loss, race.start).unwrap();
                for (at, end) in race.start.iter_mut().zip(end.weights) {
                    *at = end + far * (*at - end);
                }
                let rate = 0.3 * limit(optimizer, 0.7, high);
                let racer = racer(optimizer, rate);
                let (said, _) = forecast(&race, &racer);
                assert!(said.settles);
                assert!(far == 1.0 || said.losses[4000] > said.losses[0]);
                let runs = (100..112).map(|seed| {
                    let late = race.run(&racer, seed).split_off(2000);
                    let losses = late.iter().map(|at| race.loss.at(*at).value);
                    losses.sum::<f64>() / late.len() as f64
                });
                let mean = runs.sum::<f64>() / 12.0 - end.jet.value;
                let floor = said.losses[4000];
                let part = mean / floor;
                assert!((0.8..1.25).contains(&part), "{optimizer}: {part}");
            }
        }
        // At the limit itself there is none, and from the minimum no part of
        // the loss is left.
        let mut race = bowl_race(&mut rng).0;
        race.loss = Expression::parse("0.5x^2").unwrap();
        (race.start, race.momentum, race.noise) = ([1.0, 0.0], 0.9, 1.0);
        for (optimizer, limit) in [("SGD", 2.0), ("momentum", 3.8)] {
            let (said, came) = forecast(&race, &racer(optimizer, limit));
            assert!(!said.settles, "{:?}", said.losses);
            assert!(!said.losses.iter().any(|loss| loss.is_nan()));
            assert_eq!(Verdict::new(&said, &came), Verdict::Held);
        }
        race.start = [0.0, 0.0];
        let (said, came) = forecast(&race, &racer("SGD", 0.1));
        assert_eq!(Verdict::new(&said, &came), Verdict::Silent);
        assert_eq!(came.fate.to_string(), "leaves the minimum");
    }

    /// By the worst gradients, each β₂/β₁ times the one before, by one after a
    /// silence, and by random ones.
    ///
    /// Red if `rate * (1.0 - beta_1) /` were `0.9 * rate * (1.0 - beta_1) /`: a
    /// tenth shorter.
    #[test]
    fn no_gradients_make_a_longer_step_than_was_said() {
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        for name in ["Adagrad", "RMSprop", "Adam", "AMSGrad"] {
            let racer = racer(name, 0.1);
            let mut longest = 0.0f64;
            for beta in [0.0, 0.5, 0.9, 0.95] {
                let bound = longest_step(&racer, beta);
                for sequence in 0..40 {
                    let mut optimizer = with_momentum(name, beta);
                    optimizer.set_learning_rate(0.1);
                    let mut w = array![0.0];
                    let last = if sequence < 3 { 6000 } else { 300 };
                    for k in 0..=last {
                        let silent = k < last - 50;
                        let g: f64 = match sequence {
                            0 if silent => 0.0,
                            0 => (0.999 / beta.max(0.1)).powi(k - last),
                            1 => f64::from(k / last),
                            2 => 1e6 * f64::from(k / last) + 1e-3,
                            _ => rng.random_range(-1.0f64..1.0).powi(9),
                        };
                        let before = w[0];
                        optimizer.step(w.view_mut(), aview1(&[g]));
                        let step = (w[0] - before).abs();
                        assert!(step <= bound * 1.000_001, "{name} {step}");
                        longest = longest.max(step / bound);
                    }
                }
            }
            assert!(longest > 0.97, "{name}: {longest}");
        }
    }

    /// By the recurrence of the mean with what divides held, in both weights at
    /// once; or in the one weight that has a slope at the start.
    ///
    /// Red if `2.0 * (1.0 + beta_1) / (1.0 - beta_1)` were
    /// `2.2 * (1.0 + beta_1) / (1.0 - beta_1)`: a tenth too high.
    #[test]
    fn with_squares_held_they_diverge_above_the_limits_said_and_not_below() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        for optimizer in ["Adagrad", "RMSprop", "Adam", "AMSGrad", "AdamW"] {
            for i in 0..10 {
                let (mut race, _) = bowl_race(&mut rng);
                if i == 0 {
                    let text = "0.5(x^2 + 38y^2)";
                    race.loss = Expression::parse(text).unwrap();
                    race.start[1] = 0.0;
                }
                let (said, _) = forecast(&race, &racer(optimizer, 0.01));
                // Keras' first accumulator, and ρ of the first square.
                let slopes = race.loss.at(race.start).gradient;
                let (size, beta) = match optimizer {
                    "Adagrad" => (slopes.map(|g| (0.1 + g * g).sqrt()), 0.0),
                    "RMSprop" => (slopes.map(|g| g.abs() * 0.1f64.sqrt()), 0.0),
                    _ => (slopes.map(f64::abs), race.momentum),
                };
                let mut end = minimum(&race.loss, race.start).unwrap();
                if i == 0 {
                    end.weights[1] = 0.0;
                }
                let grows = |rate: f64| {
                    let mut w = [1e-3, 2e-3];
                    let mut m = [0.0; 2];
                    if i == 0 {
                        w[1] = 0.0;
                    }
                    for _ in 0..20_000 {
                        let at = [0, 1].map(|i| end.weights[i] + w[i]);
                        let g = race.loss.at(at).gradient;
                        for i in [0, 1] {
                            m[i] = beta * m[i] + (1.0 - beta) * g[i];
                            if m[i] != 0.0 {
                                w[i] -= rate * m[i] / size[i];
                            }
                        }
                    }
                    let off = w[0].hypot(w[1]);
                    off.is_nan() || off > 0.01
                };
                assert!(!grows(0.97 * said.limit), "{optimizer} {race:?}");
                assert!(grows(1.03 * said.limit), "{optimizer} {race:?}");
            }
        }
    }

    /// Red if `steps.max(times / libm::log(growth))` were
    /// `steps.max(times / growth)`: the growth itself for its logarithm.
    #[test]
    fn a_saddle_is_left_about_when_it_was_said() {
        for near in [1e-2, 1e-4, 1e-6] {
            for (optimizer, rate) in [
                ("SGD", 0.1),
                ("SGD", 0.4),
                ("momentum", 0.05),
                ("Nesterov", 0.05),
            ] {
                let text = "0.5x^2 - 0.5y^2 + 0.25y^4";
                let race = Race {
                    loss: Expression::parse(text).unwrap(),
                    start: [1.0, near],
                    momentum: 0.8,
                    schedule: "constant",
                    noise: 0.0,
                    steps: 1000,
                };
                let (said, came) = forecast(&race, &racer(optimizer, rate));
                let half = |at: &[f64; 2]| at[1].abs() > 0.5;
                let left = came.places.iter().position(half).unwrap() as f64;
                let part = left / said.leaving as f64;
                assert!((0.7..1.35).contains(&part), "{near} {rate} {part}");
                assert!(said.settles);
                // As much is left while it leaves, to the end of a short race.
                let short = Race {
                    steps: said.leaving - 1,
                    ..race.clone()
                };
                let (said, _) = forecast(&short, &racer(optimizer, rate));
                let left = said.losses[short.steps] / said.losses[0];
                assert!(said.settles && left > 0.3, "{near} {rate}: {left}");
                let falls = Race {
                    schedule: "exponential",
                    ..race
                };
                let (said, _) = forecast(&falls, &racer(optimizer, rate));
                assert!(said.losses.is_empty());
            }
        }
        // Nothing but the top is left in such a race, and its loss stays, to
        // some last bits.
        for start in [0.02, 0.04, 0.07, 0.12, 0.19] {
            let race = Race {
                loss: Expression::parse("0.25(x^2 - 1)^2").unwrap(),
                start: [start, 0.0],
                momentum: 0.8,
                schedule: "constant",
                noise: 0.0,
                steps: 200,
            };
            for rate in [0.00189, 0.003, 0.01] {
                let (said, _) = forecast(&race, &racer("SGD", rate));
                assert!(said.settles, "{start} {rate}");
            }
        }
    }
}
