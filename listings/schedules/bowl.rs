//! A schedule of your choice, and the loss it gives in a noisy bowl.

use crate::number::said;
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use training::bowls::noisy::NoisyBowl;
use training::schedule::schedule::Schedule;
use training::schedule::schedules::{
    NAMES, Plan, WITH_LOWEST, WITH_WARMUP, named,
};

const RUNS: usize = 100;
const STEPS: usize = 400;
const EPOCH: usize = 20;
const BOWL: NoisyBowl = NoisyBowl {
    curvature: 1.0,
    noise: 1.0,
};

// ANCHOR: train
/// A hundred runs from 1: the rate of each step, and the mean loss after it.
fn train(schedule: &mut dyn Schedule, seed: u64) -> (Vec<f64>, Vec<f64>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut weights = [1.0; RUNS];
    let (mut rates, mut losses) = (Vec::new(), Vec::new());
    for k in 0..STEPS {
        rates.push(schedule.learning_rate(k));
        for w in &mut weights {
            *w -= rates[k] * BOWL.gradient(*w, &mut rng);
        }
        let sum: f64 = weights.iter().map(|w| BOWL.loss(*w)).sum();
        losses.push(sum / RUNS as f64);
        if (k + 1) % EPOCH == 0 {
            let sum: f64 = losses[k + 1 - EPOCH..].iter().sum();
            schedule.observe(sum / EPOCH as f64);
        }
    }
    (rates, losses)
}
// ANCHOR_END: train

pub fn run(cell: &mut Cell) -> Result<()> {
    let name = cell.choice_knob("schedule", "one-cycle", &NAMES)?;
    let plan = Plan {
        learning_rate: cell.log_knob("learning_rate", 0.1, 0.01..=1.0)?,
        lowest: cell.log_knob("lowest", 0.01, 0.001..=1.0)?,
        steps: STEPS,
        warmup: cell.count_knob("warmup", 40, 1..=200)?,
        stages: 4,
    };

    if !WITH_LOWEST.contains(&name) {
        cell.idle("lowest", format!("{name} has none"));
    }
    if !WITH_WARMUP.contains(&name) {
        cell.idle("warmup", format!("{name} has none"));
    }

    let (rates, losses) = train(&mut *named(name, plan), 1);
    let expected = expected(&rates);
    writeln!(cell, "step     rate   mean loss   expected");
    for k in [0, 9, 49, 99, 199, 299, 399] {
        write!(cell, "{k:4} {:8.5}", rates[k]);
        writeln!(cell, " {:11.4} {:10.4}", losses[k], expected[k]);
    }

    let floor = BOWL.floor(plan.learning_rate);
    let cycle = named("one-cycle", plan);
    let cycle: Vec<f64> = (0..STEPS).map(|k| cycle.learning_rate(k)).collect();
    let cycle = self::expected(&cycle)[STEPS - 1];
    let (loss, end) = (losses[STEPS - 1], expected[STEPS - 1]);
    writeln!(cell, "floor of the highest rate: {floor:.4}");
    cell.count("runs", RUNS);
    cell.count("steps", STEPS);
    cell.count("epoch", EPOCH);
    cell.value("expected", end, Format::Significant(2));
    cell.value("floor", floor, Format::Significant(2));
    cell.value("gain", floor / end, Format::Significant(2));
    cell.value("cycle", cycle, Format::Significant(2));
    cell.value("cycle_gain", floor / cycle, Format::Significant(2));
    let alt = format!(
        "Left, the rate of the schedule {name} at each of {STEPS} steps, from \
         {} to {}, {} at most. Right, the mean loss of {RUNS} runs in \
         a noisy bowl: it ends at {loss:.4}; the floor of the highest rate is \
         {floor:.4}.",
        said(rates[0], 2),
        said(rates[STEPS - 1], 2),
        said(rates.iter().copied().fold(0.0, f64::max), 2)
    );
    let panels = [schedule(&rates), mean_loss(&losses, &expected, floor)];
    cell.chart(alt, panels);
    Ok(())
}

/// What the mean loss after each step is expected to be at these rates.
fn expected(rates: &[f64]) -> Vec<f64> {
    let mut state = (1.0, 0.0);
    let losses = rates.iter().map(|rate| {
        state = BOWL.expect(state, *rate);
        BOWL.mean_loss(state)
    });
    losses.collect()
}

fn schedule(rates: &[f64]) -> Panel {
    let highest = rates.iter().copied().fold(0.0, f64::max);
    Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::linear("learning rate η").range(0.0..=1.1 * highest),
    )
    .line("", by_step(rates), Style::Ink)
}

fn mean_loss(losses: &[f64], expected: &[f64], floor: f64) -> Panel {
    Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::log("mean loss").range(1e-3..=1.0),
    )
    .level("floor", floor)
    .line("", by_step(losses), Style::Ink)
    .line("", by_step(expected), Style::Muted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    const PLAN: Plan = Plan {
        learning_rate: 0.1,
        lowest: 0.01,
        steps: STEPS,
        warmup: 40,
        stages: 4,
    };

    /// The losses after each step of so many times a hundred runs, as means.
    fn measured(name: &str, plan: Plan, batches: u64) -> Vec<f64> {
        let mut means = vec![0.0; STEPS];
        for seed in 0..batches {
            let (_, losses) = train(&mut *named(name, plan), 100 + seed);
            let with = means.iter_mut().zip(losses);
            with.for_each(|(mean, loss)| *mean += loss / batches as f64);
        }
        means
    }

    /// Of these, the last.
    fn measured_end(name: &str) -> f64 {
        measured(name, PLAN, 20)[STEPS - 1]
    }

    /// Mean and variance of the weight after these rates, by products and sums
    /// and not by the recurrence of the listing.
    fn moments_after(rates: &[f64]) -> (f64, f64) {
        let mut kept = 1.0;
        let mut variance = 0.0;
        for rate in rates.iter().rev() {
            variance += (rate * kept) * (rate * kept);
            kept *= 1.0 - rate;
        }
        (kept, variance)
    }

    /// The weight is normal, so the mean of R values of ½w² has the standard
    /// error ½√((2v² + 4m²v)/R). Four are passed once in 16,000 times.
    ///
    /// Red if `rates[k] * BOWL.gradient` were `1.1 * rates[k] * BOWL.gradient`:
    /// longer steps than the schedule's.
    #[test]
    fn the_runs_follow_the_expectation_under_every_schedule() {
        for (learning_rate, lowest, warmup, batches) in
            [(0.1, 0.01, 40, 8), (0.5, 0.1, 1, 2), (0.02, 0.001, 200, 2)]
        {
            let plan = Plan {
                learning_rate,
                lowest,
                warmup,
                ..PLAN
            };
            let deaf = NAMES.iter().filter(|name| **name != "plateau");
            for name in deaf {
                let (rates, _) = train(&mut *named(name, plan), 0);
                let settings: [(&str, &dyn std::fmt::Display); 4] = [
                    ("schedule", name),
                    ("learning_rate", &learning_rate),
                    ("lowest", &lowest),
                    ("warmup", &warmup),
                ];
                let end = at(run, &settings)["expected"];
                let line = expected(&rates);
                let dots = measured(name, plan, batches);
                for k in [1, 10, 40, 100, 200, 300, STEPS] {
                    let (m, v) = moments_after(&rates[..k]);
                    let prediction = 0.5 * (m * m + v);
                    assert_relative_eq!(
                        line[k - 1],
                        prediction,
                        max_relative = 1e-9
                    );
                    let runs = batches as f64 * RUNS as f64;
                    let spread = (2.0 * v * v + 4.0 * m * m * v).sqrt();
                    let standard_error = 0.5 * spread / runs.sqrt();
                    let off = (dots[k - 1] - prediction) / standard_error;
                    assert!(off.abs() < 4.0, "{name} {k}: {off}");
                }
                assert_relative_eq!(end, line[STEPS - 1], max_relative = 1e-9);
            }
        }
    }

    /// ησ²/(2(2 − ηλ)), with the standard error √(2/R) of itself.
    ///
    /// Red if `schedule.learning_rate(k)` were
    /// `0.9 * schedule.learning_rate(k)`: a lower rate than the floor's.
    #[test]
    fn a_constant_rate_stays_on_its_floor() {
        let floor = 0.1 / 3.8;
        let off = measured_end("constant") / floor - 1.0;
        assert!(off.abs() < 4.0 * f64::sqrt(2.0 / 2000.0), "{off}");
        for rate in [0.03, 0.1, 1.0] {
            let settings: [(&str, &dyn std::fmt::Display); 2] =
                [("schedule", &"constant"), ("learning_rate", &rate)];
            let values = at(run, &settings);
            let floor = rate / (2.0 * (2.0 - rate));
            assert_relative_eq!(values["floor"], floor, max_relative = 1e-9);
            let expected = values["expected"];
            assert_relative_eq!(expected, floor, max_relative = 1e-6);
        }
        // One cycle at the page's settings is on the floor of its rate early,
        // and above it in the end.
        let (rates, _) = train(&mut *named("one-cycle", PLAN), 0);
        let losses = expected(&rates);
        let over = |k: usize| losses[k] / (rates[k] / (2.0 * (2.0 - rates[k])));
        assert!((60..150).all(|k| over(k) < 1.03));
        assert!(over(300) > 1.3 && over(350) > 2.0);
    }

    /// The gain of a schedule, at the page's settings but for those given.
    fn gain(name: &str) -> f64 {
        at(run, &[("schedule", &name)])["gain"]
    }

    /// Each mean of two thousand runs has a standard error of √(2/2000) of
    /// itself at most, so their quotient has 4.5 %.
    ///
    /// Red if `steps: STEPS,` were `steps: 4 * STEPS,`: the run ends before the
    /// rate has come down.
    #[test]
    fn decay_ends_far_below_the_floor_of_its_highest_rate() {
        let six = [
            "step",
            "exponential",
            "polynomial",
            "cosine",
            "restarts",
            "one-cycle",
        ];
        for name in NAMES.iter().filter(|name| **name != "plateau") {
            assert_eq!(gain(name) > 4.0, six.contains(name), "{name}");
        }
        let constant = measured_end("constant");
        for name in six {
            let gain = constant / measured_end(name);
            assert!(gain * (1.0 - 4.0 * 0.045) > 4.0, "{name}: {gain}");
        }
    }

    /// Whichever schedule is shown.
    ///
    /// Red if `let cycle = named("one-cycle", plan);` were
    /// `let cycle = named("cosine", plan);`: another schedule than the page's.
    #[test]
    fn one_cycle_gains_as_much_as_the_page_says() {
        for (name, rate) in [("one-cycle", 0.1), ("warmup", 0.5)] {
            let settings: [(&str, &dyn std::fmt::Display); 2] =
                [("schedule", &name), ("learning_rate", &rate)];
            let values = at(run, &settings);
            let plan = Plan {
                learning_rate: rate,
                ..PLAN
            };
            let (rates, _) = train(&mut *named("one-cycle", plan), 0);
            let (m, v) = moments_after(&rates);
            let end = 0.5 * (m * m + v);
            assert_relative_eq!(values["cycle"], end, max_relative = 1e-9);
            let gain = values["floor"] / end;
            assert_relative_eq!(
                values["cycle_gain"],
                gain,
                max_relative = 1e-9
            );
        }
    }

    /// For each against the closed form of the floor, and by products and sums
    /// over the rates.
    ///
    /// Red if `let rate = 0.01;` were `let rate = 0.02;`: a rate at which half
    /// the budget suffices.
    #[test]
    fn at_the_lowest_rate_of_the_knob_no_schedule_gets_below_its_floor() {
        let rate = 0.01;
        let deaf = NAMES[1..11].iter();
        let plan = Plan {
            learning_rate: rate,
            ..PLAN
        };
        let floor = rate / (2.0 * (2.0 - rate));
        for name in deaf {
            let (rates, _) = train(&mut *named(name, plan), 0);
            let (m, v) = moments_after(&rates);
            let over = 0.5 * (m * m + v) / floor;
            assert!(over > 1.0, "{name}: {over}");
            let settings: [(&str, &dyn std::fmt::Display); 2] =
                [("schedule", name), ("learning_rate", &rate)];
            let gain = at(run, &settings)["gain"];
            assert_relative_eq!(gain, 1.0 / over, max_relative = 1e-9);
            if *name == "one-cycle" {
                assert!((3.9..4.1).contains(&over), "{over}");
            }
        }
    }

    /// Red if `warmup: cell.count_knob("warmup", 40, 1..=200)?,` were
    /// `warmup: 4000,`: the rise is not over when the run is.
    #[test]
    fn warmup_ends_on_the_floor_of_the_highest_rate() {
        assert_relative_eq!(gain("warmup"), 1.0, max_relative = 1e-6);
    }

    /// Red if `schedule.observe(sum / EPOCH as f64);` were
    /// `schedule.observe(-(k as f64));`: a loss that never stops falling.
    #[test]
    fn a_plateau_lowers_the_rate_once_the_loss_is_on_its_floor() {
        for seed in 0..20 {
            let (rates, losses) = train(&mut *named("plateau", PLAN), seed);
            let first_fall = rates.iter().position(|rate| *rate < 0.1);
            let k = first_fall.expect("it falls");
            assert!(k % EPOCH == 0 && k >= 2 * EPOCH, "after an epoch: {k}");
            let floor = 0.1 / 3.8;
            let expected = expected(&rates)[k - 1] / floor;
            assert!((0.99..1.01).contains(&expected), "{expected}");
            // Losses d steps apart are correlated by 0.9²ᵈ, so the mean of
            // twenty in a hundred runs has a standard error of 8.5 %.
            let epoch = losses[k - EPOCH..k].iter().sum::<f64>() / EPOCH as f64;
            assert!((epoch / floor - 1.0).abs() < 4.0 * 0.085, "{epoch}");
        }
    }

    /// Red if `rates.push(schedule.learning_rate(k));` were
    /// `rates.push(schedule.learning_rate(k / 200 * 200));`: cycles are missed.
    #[test]
    fn each_restart_throws_the_loss_back_up() {
        let (rates, _) = train(&mut *named("restarts", PLAN), 0);
        let losses = expected(&rates);
        let restarts = (1..STEPS).filter(|k| rates[*k] > 2.0 * rates[k - 1]);
        let restarts: Vec<usize> = restarts.collect();
        assert_eq!(restarts.len(), 3);
        for (i, k) in restarts.iter().enumerate() {
            let thrown = losses[k + 15] > 2.0 * losses[k - 1];
            assert_eq!(thrown, i > 0, "step {k}");
        }
    }
}
