//! How many steps the digits take to a loss, at many batch sizes and rates, as
//! committed.

use crate::digits::digits;
use crate::nn::dataset::Dataset;
use crate::nn::models::digits_model;
use crate::optim::library::Library;
use crate::optim::optimizers::named;
use crate::spread::Spread;
use anyhow::{Context, Result};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

pub const BATCHES: [usize; 9] = [1, 2, 4, 8, 16, 32, 64, 128, 256];
pub const OPTIMIZERS: [&str; 2] = ["SGD", "Adam"];
/// Eight rates to a power of ten, from 0.001 to 1.8.
pub const RATES: usize = 27;
/// How many seeds make a median.
pub const SEEDS: u64 = 8;
/// The training loss to come to.
pub const TARGET: f64 = 0.3;
/// A run that is not there after so many epochs never will.
const EPOCHS: usize = 16;
const FILE: &str = include_str!("../data/scale/batches.csv");

/// A rate of the sweep.
pub fn rate(place: usize) -> f64 {
    libm::pow(10.0, place as f64 / 8.0 - 3.0)
}

/// The steps of one run until the training loss is at most `TARGET`, looked at
/// after every step at first, and later each time they are a 32nd more;
/// infinite if it does not come there.
///
/// # Errors
///
/// None while the network is compiled.
fn run(
    train: &Dataset,
    (optimizer, batch_size): (&str, usize),
    rate: f64,
    seed: u64,
) -> Result<f64> {
    let mut model = digits_model(seed);
    let mut optimizer = named(optimizer, Library::Keras);
    optimizer.set_learning_rate(rate);
    model.compile(optimizer);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<usize> = (0..train.len()).collect();
    let (mut steps, mut look) = (0, 1);
    for _ in 0..EPOCHS {
        order.shuffle(&mut rng);
        for batch in order.chunks_exact(batch_size) {
            let batch = train.select(batch);
            let loss = model.train_on_batch(batch.x.view(), &batch.labels)?;
            steps += 1;
            if steps == look {
                if model.loss(train) <= TARGET {
                    return Ok(f64::from(steps));
                }
                look += 1 + steps / 32;
            }
            if !loss.is_finite() {
                return Ok(f64::INFINITY);
            }
        }
    }
    Ok(f64::INFINITY)
}

/// The median over the seeds of a group, which are counted from 0.
///
/// # Errors
///
/// As those of a run.
pub fn measure(
    train: &Dataset,
    of: (&str, usize),
    rate: f64,
    group: u64,
) -> Result<f64> {
    let seeds = group * SEEDS..(group + 1) * SEEDS;
    let steps = seeds.map(|seed| run(train, of, rate, seed));
    Ok(Spread::of(steps.collect::<Result<Vec<f64>>>()?).median)
}

/// The file's lines, made anew.
///
/// # Errors
///
/// If the digits cannot be read, and as those of a run.
pub fn lines() -> Result<Vec<String>> {
    let (train, _) = digits()?;
    let mut lines = vec!["optimizer,batch,rate,steps,other seeds".to_string()];
    for optimizer in OPTIMIZERS {
        for batch in BATCHES {
            for rate in (0..RATES).map(rate) {
                lines.push(line(&train, (optimizer, batch), rate)?);
            }
        }
    }
    Ok(lines)
}

fn line(train: &Dataset, of: (&str, usize), rate: f64) -> Result<String> {
    let steps = measure(train, of, rate, 0)?;
    let other = measure(train, of, rate, 1)?;
    let (optimizer, batch) = of;
    Ok(format!("{optimizer},{batch},{rate:.3e},{steps},{other}"))
}

/// The steps at every rate, as committed: those of an optimizer and a batch
/// size, for a group of seeds, 0 or 1.
///
/// # Errors
///
/// If a line of the file cannot be read.
pub fn steps(
    optimizer: &str,
    batch_size: usize,
    group: usize,
) -> Result<Vec<f64>> {
    let of = format!("{optimizer},{batch_size},");
    let lines = FILE.lines().filter(|line| line.starts_with(&of));
    let steps = |line: &str| line.split(',').nth(3 + group)?.parse().ok();
    let steps = lines.map(|line| steps(line).context("data/scale/batches.csv"));
    steps.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_batch_size_has_steps_at_every_rate() {
        for optimizer in OPTIMIZERS {
            for batch_size in BATCHES {
                for group in [0, 1] {
                    let steps = steps(optimizer, batch_size, group).unwrap();
                    assert_eq!(steps.len(), RATES);
                    assert!(steps.iter().all(|steps| *steps >= 1.0));
                }
            }
        }
    }

    /// Some of the lines, made anew.
    #[test]
    fn the_steps_are_not_stale() {
        let (train, _) = digits().unwrap();
        for (optimizer, batch, place) in
            [("SGD", 16, 22), ("SGD", 256, 24), ("Adam", 64, 14)]
        {
            let line = line(&train, (optimizer, batch), rate(place)).unwrap();
            assert!(
                FILE.lines().any(|committed| committed == line),
                "{line}: run the example `scale` with `batches`"
            );
        }
    }
}
