//! Networks that have learned upright digits and go on with few turned or
//! mirrored ones, and those that learn these from the start, as committed.

use crate::digits::Change;
use crate::nn::dataset::Dataset;
use crate::nn::fit::Fit;
use crate::nn::sequential::Sequential;
use crate::optim::adam::Adam;
use crate::spread::Spread;
use crate::task::Task;
use anyhow::{Context, Result};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// From which weights a network goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    Learned,
    Fresh,
}

const STARTS: [Start; 2] = [Start::Learned, Start::Fresh];
/// How many new images there are to learn from.
pub const IMAGES: usize = 160;
/// How often each is used, in the short runs and in the long ones.
pub const EPOCHS: [usize; 2] = [5, 20];
/// What is done to the images, and for how long.
pub const CASES: [(Change, usize); 4] = [
    (Change::Turned, EPOCHS[0]),
    (Change::Turned, EPOCHS[1]),
    (Change::Mirrored, EPOCHS[0]),
    (Change::Mirrored, EPOCHS[1]),
];
/// Four rates to a power of ten, from 0.0001 to 0.1.
pub const RATES: usize = 13;
/// How many seeds a group has, of which there are two.
pub const SEEDS: usize = 16;
const FILE: &str = include_str!("../data/scale/finetuning.csv");

/// A rate of the sweep.
pub fn rate(place: usize) -> f64 {
    libm::pow(10.0, place as f64 / 4.0 - 4.0)
}

/// What a run came to on test images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// The loss of the new ones.
    pub loss: f64,
    /// The share of the new ones that is answered rightly.
    pub new: f64,
    /// The same of the old ones.
    pub old: f64,
}

/// The median of each number over the seeds.
pub fn medians(seeds: &[Outcome]) -> Outcome {
    let median =
        |of: fn(&Outcome) -> f64| Spread::of(seeds.iter().map(of)).median;
    Outcome {
        loss: median(|seed| seed.loss),
        new: median(|seed| seed.new),
        old: median(|seed| seed.old),
    }
}

// ANCHOR: finetuning
/// Learns most of the upright images, and leaves the others for later.
fn learn(task: &Task, seed: u64) -> Result<(Sequential, Dataset)> {
    let mut order = Vec::from_iter(0..task.train.len());
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let (few, most) = order.split_at(IMAGES);
    let mut model = (task.model)(seed);
    model.compile(Adam::new(0.01));
    model.fit(&task.train.select(most), plan(5, seed))?;
    Ok((model, task.train.select(few)))
}

/// Goes on with the others, changed, at a rate; or starts afresh with them.
fn go_on(
    (model, few): &(Sequential, Dataset),
    (change, start): (Change, Start),
    (epochs, rate): (usize, f64),
    task: &Task,
    seed: u64,
) -> Result<Outcome> {
    let mut next = (task.model)(seed);
    if start == Start::Learned {
        next.weights_mut().assign(&model.weights());
    }
    next.compile(Adam::new(rate));
    next.fit(&change.of(few), plan(epochs, seed))?;
    let new = change.of(&task.test);
    Ok(Outcome {
        loss: next.loss(&new),
        new: next.accuracy(&new),
        old: next.accuracy(&task.test),
    })
}
// ANCHOR_END: finetuning

fn plan(epochs: usize, seed: u64) -> Fit {
    Fit {
        epochs,
        batch_size: 16,
        shuffle: Some(seed),
    }
}

/// What all seeds have learned, and the images left to each.
fn learned(task: &Task) -> Result<Vec<(Sequential, Dataset)>> {
    (0..2 * SEEDS as u64)
        .map(|seed| learn(task, seed))
        .collect()
}

/// The file's lines, made anew.
///
/// # Errors
///
/// If the digits cannot be read.
pub fn lines() -> Result<Vec<String>> {
    let task = Task::digits()?;
    let learned = learned(&task)?;
    let seed = |seed| format!(",loss {seed},new {seed},old {seed}");
    let seeds = (0..learned.len()).map(seed);
    let seeds = seeds.collect::<String>();
    let mut lines = vec![format!("change,start,epochs,rate{seeds}")];
    for (change, epochs) in CASES {
        for start in STARTS {
            for rate in (0..RATES).map(rate) {
                let of = (change, start);
                lines.push(line(&task, &learned, of, (epochs, rate))?);
            }
        }
    }
    Ok(lines)
}

fn line(
    task: &Task,
    learned: &[(Sequential, Dataset)],
    of: (Change, Start),
    (epochs, rate): (usize, f64),
) -> Result<String> {
    let mut line = format!("{:?},{:?},{epochs},{rate:.3e}", of.0, of.1);
    for (seed, case) in (0..).zip(learned) {
        let Outcome { loss, new, old } =
            go_on(case, of, (epochs, rate), task, seed)?;
        line += &format!(",{loss:.4},{new:.3},{old:.3}");
    }
    Ok(line)
}

/// The outcomes at every rate, as committed, for the seeds of a group, 0 or 1:
/// of networks that had learned, and of fresh ones.
///
/// # Errors
///
/// If a line of the file cannot be read.
pub fn outcomes(
    change: Change,
    epochs: usize,
    group: usize,
) -> Result<[Vec<Vec<Outcome>>; 2]> {
    let [learned, fresh] = STARTS.map(|start| {
        let of = format!("{change:?},{start:?},{epochs},");
        let lines = FILE.lines().filter(|line| line.starts_with(&of));
        let all = lines.map(|line| read(line, group)).collect::<Option<_>>();
        all.context("data/scale/finetuning.csv")
    });
    Ok([learned?, fresh?])
}

fn read(line: &str, group: usize) -> Option<Vec<Outcome>> {
    let numbers = line.split(',').skip(4 + 3 * SEEDS * group).take(3 * SEEDS);
    let numbers = numbers.map(|number| number.parse().ok());
    let numbers = numbers.collect::<Option<Vec<f64>>>()?;
    let outcome = |of: &[f64]| Outcome {
        loss: of[0],
        new: of[1],
        old: of[2],
    };
    Some(numbers.chunks_exact(3).map(outcome).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_and_start_has_outcomes_at_every_rate() {
        assert_eq!(FILE.lines().count(), 1 + 2 * CASES.len() * RATES);
        for (change, epochs) in CASES {
            for group in [0, 1] {
                for rates in outcomes(change, epochs, group).unwrap() {
                    assert_eq!(rates.len(), RATES);
                    assert!(rates.iter().all(|seeds| seeds.len() == SEEDS));
                }
            }
        }
    }

    /// What is left for later was not learned, and of it a network that goes
    /// on at a rate of 0 knows as much as before.
    #[test]
    fn it_goes_on_from_what_was_learned() {
        let task = Task::digits().unwrap();
        let mut case = learn(&task, 5).unwrap();
        assert_eq!(case.1.len(), IMAGES);
        let plan = (1, 0.0);
        let of = |start| (Change::Mirrored, start);
        let on = go_on(&case, of(Start::Learned), plan, &task, 5).unwrap();
        assert_eq!(on.old, case.0.accuracy(&task.test));
        assert!(on.old > 0.9);
        let fresh = go_on(&case, of(Start::Fresh), plan, &task, 5).unwrap();
        assert_eq!(fresh.old, (task.model)(5).accuracy(&task.test));
    }

    /// Some of the lines, made anew.
    #[test]
    fn the_outcomes_are_not_stale() {
        let task = Task::digits().unwrap();
        let learned = learned(&task).unwrap();
        for (change, start, epochs, place) in [
            (Change::Turned, Start::Learned, 5, 10),
            (Change::Turned, Start::Fresh, 5, 9),
            (Change::Mirrored, Start::Learned, 5, 6),
            (Change::Mirrored, Start::Fresh, 20, 8),
        ] {
            let of = (change, start);
            let plan = (epochs, rate(place));
            let line = line(&task, &learned, of, plan).unwrap();
            assert!(
                FILE.lines().any(|committed| committed == line),
                "{line}: run the example `scale` with `finetuning`"
            );
        }
    }
}
