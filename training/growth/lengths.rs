//! The losses of runs of several lengths, at many rates, as committed.

use crate::nn::fit::Fit;
use crate::optim::adam::Adam;
use crate::schedule::cosine::Cosine;
use crate::schedule::decay::Constant;
use crate::schedule::schedule::{Follow, Schedule};
use crate::schedule::warmup::WarmupStableDecay;
use crate::spread::Spread;
use crate::task::{Outcome, Task};
use anyhow::{Context, Result};

/// How often each image is used.
pub const EPOCHS: [usize; 4] = [2, 4, 8, 16];
pub const SCHEDULES: [&str; 3] = ["constant", "cosine", "branch"];
/// How many steps that makes, each time.
pub const EPOCH: usize = 45;
/// Four rates to a power of ten, from 0.001 to 0.1.
pub const RATES: usize = 9;
/// How many seeds make a median.
pub const SEEDS: u64 = 16;
const FILE: &str = include_str!("../data/scale/lengths.csv");

/// A rate of the sweep.
pub fn rate(place: usize) -> f64 {
    libm::pow(10.0, place as f64 / 4.0 - 3.0)
}

// ANCHOR: schedules
/// The schedule of so many steps from this rate; that of a branch is constant
/// up to the last fifth.
fn schedule(name: &str, rate: f64, steps: usize) -> Box<dyn Schedule> {
    match name {
        "constant" => Box::new(Constant::new(rate)),
        "cosine" => Box::new(Cosine::new(rate, 0.0, steps)),
        _ => Box::new(WarmupStableDecay::new(rate, 0, steps / 5, steps)),
    }
}
// ANCHOR_END: schedules

/// The medians of training loss and test accuracy over the seeds of a group,
/// which are counted from 0.
///
/// # Errors
///
/// None while the network is compiled.
fn measure(
    task: &Task,
    (name, epochs): (&str, usize),
    rate: f64,
    group: u64,
) -> Result<Outcome> {
    let run = |seed| -> Result<Outcome> {
        let mut model = (task.model)(seed);
        model.compile(Adam::new(rate));
        let plan = Fit {
            epochs,
            batch_size: task.batch_size,
            shuffle: Some(seed),
        };
        let mut schedule = schedule(name, rate, epochs * EPOCH);
        model.fit_with(&task.train, plan, &mut Follow(&mut *schedule))?;
        Ok(task.outcome(&mut model))
    };
    let seeds = group * SEEDS..(group + 1) * SEEDS;
    let outcomes = seeds.map(run).collect::<Result<Vec<Outcome>>>()?;
    let median =
        |of: fn(&Outcome) -> f64| Spread::of(outcomes.iter().map(of)).median;
    Ok(Outcome {
        loss: median(|outcome| outcome.loss),
        accuracy: median(|outcome| outcome.accuracy),
    })
}

/// The file's lines, made anew.
///
/// # Errors
///
/// If the digits cannot be read, and as those of `measure`.
pub fn lines() -> Result<Vec<String>> {
    let task = Task::digits()?;
    let other = "other loss,other accuracy";
    let mut lines = vec![format!("schedule,epochs,rate,loss,accuracy,{other}")];
    for name in SCHEDULES {
        for epochs in EPOCHS {
            for rate in (0..RATES).map(rate) {
                lines.push(line(&task, (name, epochs), rate)?);
            }
        }
    }
    Ok(lines)
}

fn line(task: &Task, of: (&str, usize), rate: f64) -> Result<String> {
    let (name, epochs) = of;
    let mut line = format!("{name},{epochs},{rate:.3e}");
    for group in [0, 1] {
        let Outcome { loss, accuracy } = measure(task, of, rate, group)?;
        line += &format!(",{loss:.5},{accuracy:.4}");
    }
    Ok(line)
}

/// The medians at every rate, as committed: those of a schedule and a length,
/// for a group of seeds, 0 or 1.
///
/// # Errors
///
/// If a line of the file cannot be read.
pub fn outcomes(
    name: &str,
    epochs: usize,
    group: usize,
) -> Result<Vec<Outcome>> {
    let of = format!("{name},{epochs},");
    let lines = FILE.lines().filter(|line| line.starts_with(&of));
    let read = |line| read(line, group).context("data/scale/lengths.csv");
    lines.map(read).collect()
}

fn read(line: &str, group: usize) -> Option<Outcome> {
    let mut numbers = line.split(',').skip(3 + 2 * group);
    Some(Outcome {
        loss: numbers.next()?.parse().ok()?,
        accuracy: numbers.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::Range;

    #[test]
    fn every_schedule_and_length_has_outcomes_at_every_rate() {
        assert_eq!(FILE.lines().count(), 1 + 3 * 4 * RATES);
        for name in SCHEDULES {
            for epochs in EPOCHS {
                for group in [0, 1] {
                    let all = outcomes(name, epochs, group).unwrap();
                    assert_eq!(all.len(), RATES);
                    assert!(all.iter().all(|outcome| outcome.loss > 0.0));
                }
            }
        }
    }

    /// Some of the lines, made anew.
    #[test]
    fn the_medians_are_not_stale() {
        let task = Task::digits().unwrap();
        assert_eq!(task.train.len().div_ceil(task.batch_size), EPOCH);
        for (name, epochs, place) in
            [("constant", 8, 5), ("cosine", 2, 7), ("branch", 4, 6)]
        {
            let line = line(&task, (name, epochs), rate(place)).unwrap();
            assert!(
                FILE.lines().any(|committed| committed == line),
                "{line}: run the example `scale` with `lengths`"
            );
        }
    }

    /// Up to where it decays, a branch is the run at the constant rate, of
    /// whatever length.
    #[test]
    fn branches_are_of_one_run() {
        for steps in [90, 180, 360, 720] {
            let branch = schedule("branch", 0.03, steps);
            let until = steps - steps / 5;
            for k in 0..steps {
                let rate = branch.learning_rate(k);
                assert_eq!(rate == 0.03, k <= until, "{steps} {k}: {rate}");
            }
            assert!(branch.learning_rate(steps - 1) < 0.002);
        }
    }

    /// The variance of the gradients of single images, all entries together,
    /// after so many epochs at one rate; the median over seeds.
    fn noise(
        task: &Task,
        learning_rate: f64,
        epochs: usize,
        seeds: Range<u64>,
    ) -> f64 {
        let of = |seed| {
            let mut model = (task.model)(seed);
            model.compile(Adam::new(learning_rate));
            let plan = Fit {
                epochs,
                batch_size: task.batch_size,
                shuffle: Some(seed),
            };
            model.fit(&task.train, plan).unwrap();
            let mut squares = 0.0;
            for place in 0..task.train.len() {
                let one = task.train.select(&[place]);
                model.backpropagate(one.x.view(), &one.labels);
                squares += model.gradient().dot(&model.gradient());
            }
            model.backpropagate(task.train.x.view(), &task.train.labels);
            let mean = model.gradient().dot(&model.gradient());
            squares / task.train.len() as f64 - mean
        };
        Spread::of(seeds.map(of)).median
    }

    /// At the best constant rate, with both groups of seeds.
    ///
    /// Red if `let best = 0.0316;` were `let best = 0.00001;`: nothing would be
    /// learned.
    #[test]
    fn the_noise_falls_as_the_images_are_learned() {
        let task = Task::digits().unwrap();
        let best = 0.0316;
        for seeds in [0..SEEDS, SEEDS..2 * SEEDS] {
            let [two, sixteen] =
                [2, 16].map(|epochs| noise(&task, best, epochs, seeds.clone()));
            assert!(two > 0.0 && sixteen < two / 2.0, "{two} {sixteen}");
        }
    }
}
