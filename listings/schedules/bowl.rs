//! A schedule of your choice, and the loss it gives in a noisy bowl.

use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use training::bowls::noisy::NoisyBowl;
use training::schedule::schedule::Schedule;
use training::schedule::schedules::{NAMES, Plan, named};

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

    let (rates, losses) = train(&mut *named(name, plan), 1);
    let expected = expected(&rates);
    writeln!(cell, "step     rate   mean loss   expected");
    for k in [0, 9, 49, 99, 199, 299, 399] {
        write!(cell, "{k:4} {:8.5}", rates[k]);
        writeln!(cell, " {:11.4} {:10.4}", losses[k], expected[k]);
    }

    let floor = BOWL.floor(plan.learning_rate);
    let (loss, end) = (losses[STEPS - 1], expected[STEPS - 1]);
    writeln!(cell, "floor of the highest rate: {floor:.4}");
    cell.count("runs", RUNS);
    cell.count("steps", STEPS);
    cell.count("epoch", EPOCH);
    cell.value("expected", end, Format::Significant(2));
    cell.value("floor", floor, Format::Significant(2));
    cell.value("gain", floor / end, Format::Significant(2));
    let alt = format!(
        "Left, the rate of the schedule {name} at each of {STEPS} steps, from \
         {:.3} to {:.4}. Right, the mean loss of {RUNS} runs in a noisy bowl: \
         it ends at {loss:.4}; the floor of the highest rate is {floor:.4}.",
        rates[0],
        rates[STEPS - 1]
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

    const PLAN: Plan = Plan {
        learning_rate: 0.1,
        lowest: 0.01,
        steps: STEPS,
        warmup: 40,
        stages: 4,
    };

    /// The final losses of so many times a hundred runs, as a mean.
    fn measured(name: &str, batches: u64) -> f64 {
        let ends = (0..batches).map(|seed| {
            let (_, losses) = train(&mut *named(name, PLAN), 100 + seed);
            losses[STEPS - 1]
        });
        ends.sum::<f64>() / batches as f64
    }

    /// Mean and variance of the last weight by products and sums over the
    /// rates, not by the recurrence of the listing.
    fn last_moments(rates: &[f64]) -> (f64, f64) {
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
    #[test]
    fn the_runs_follow_the_expectation_under_every_schedule() {
        let deaf = NAMES.iter().filter(|name| **name != "plateau");
        for name in deaf {
            let (rates, _) = train(&mut *named(name, PLAN), 0);
            let (m, v) = last_moments(&rates);
            let prediction = 0.5 * (m * m + v);
            let off = expected(&rates)[STEPS - 1] / prediction - 1.0;
            assert!(off.abs() < 1e-9, "{name}: {off}");
            let runs = 20.0 * RUNS as f64;
            let spread = (2.0 * v * v + 4.0 * m * m * v).sqrt();
            let standard_error = 0.5 * spread / runs.sqrt();
            let off = (measured(name, 20) - prediction) / standard_error;
            assert!(off.abs() < 4.0, "{name}: {off}");
        }
    }

    /// ησ²/(2(2 − ηλ)) = 0.1/3.8, with the standard error √(2/R) of itself.
    #[test]
    fn a_constant_rate_stays_on_its_floor() {
        let floor = 0.1 / 3.8;
        let off = measured("constant", 20) / floor - 1.0;
        assert!(off.abs() < 4.0 * f64::sqrt(2.0 / 2000.0), "{off}");
    }

    /// Each mean has a standard error of √(2/2000) of itself at most, so their
    /// quotient has 4.5 %.
    #[test]
    fn decay_ends_far_below_the_floor_of_its_highest_rate() {
        let constant = measured("constant", 20);
        for name in [
            "step",
            "exponential",
            "polynomial",
            "cosine",
            "restarts",
            "one-cycle",
        ] {
            let gain = constant / measured(name, 20);
            assert!(gain * (1.0 - 4.0 * 0.045) > 4.0, "{name}: {gain}");
        }
    }

    #[test]
    fn a_plateau_lowers_the_rate_once_the_loss_is_on_its_floor() {
        for seed in 0..20 {
            let (rates, losses) = train(&mut *named("plateau", PLAN), seed);
            let first_fall = rates.iter().position(|rate| *rate < 0.1);
            let k = first_fall.expect("it falls");
            assert!(k % EPOCH == 0 && k >= 2 * EPOCH, "after an epoch: {k}");
            // Losses d steps apart are correlated by 0.9²ᵈ, so the mean of
            // twenty in a hundred runs has a standard error of 8.5 %.
            let epoch = losses[k - EPOCH..k].iter().sum::<f64>() / EPOCH as f64;
            assert!(epoch < 1.34 * 0.1 / 3.8, "{epoch}");
        }
    }

    #[test]
    fn each_restart_throws_the_loss_back_up() {
        let (rates, _) = train(&mut *named("restarts", PLAN), 0);
        let losses = expected(&rates);
        let restarts = (1..STEPS).filter(|k| rates[*k] > 2.0 * rates[k - 1]);
        let restarts: Vec<usize> = restarts.collect();
        assert_eq!(restarts.len(), 3);
        for k in &restarts[1..] {
            assert!(losses[k + 15] > 2.0 * losses[k - 1], "step {k}");
        }
    }
}
