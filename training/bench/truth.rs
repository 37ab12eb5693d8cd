//! What nobody who tunes can see: the loss on the test data at every rate of a
//! fine sweep of whole runs.

use super::practice::at_rate;
use super::task::Task;
use anyhow::{Context, Result};

/// The optimizers of the bench.
pub const OPTIMIZERS: [&str; 4] = ["SGD", "momentum", "Adam", "AdamW"];
/// Eight rates to a power of ten, from 0.0001 to 10.
pub const RATES: usize = 41;
/// The seeds of the sweep; nobody who tunes has them.
const SEEDS: std::ops::Range<u64> = 1000..1016;
const FILE: &str = include_str!("../data/bench/truth.csv");

/// The sweep of one task with one optimizer.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// The number of the task.
    pub task: usize,
    pub optimizer: String,
    /// The loss of a guess.
    pub guess: f64,
    /// At each rate the mean of the test losses; a loss above that of a guess
    /// counts as that of a guess.
    pub losses: Vec<f64>,
}

/// A rate of the sweep.
pub fn rate(place: usize) -> f64 {
    libm::pow(10.0, place as f64 / 8.0 - 4.0)
}

impl Truth {
    /// The mean test loss of whole runs at a rate of the sweep.
    ///
    /// # Errors
    ///
    /// As those of `fit`.
    pub fn measure(task: &Task, optimizer: &str, place: usize) -> Result<f64> {
        let loss = |seed| -> Result<f64> {
            let optimizer = at_rate(optimizer, rate(place));
            let run = task.run(optimizer, task.epochs, seed)?;
            Ok(run.test.min(task.guess()))
        };
        let losses = SEEDS.map(loss).collect::<Result<Vec<f64>>>()?;
        Ok(losses.iter().sum::<f64>() / losses.len() as f64)
    }

    /// How many times the best loss a rate leaves; the rate of the sweep that
    /// is nearest stands for it, and beyond its ends that of a guess.
    pub fn ratio(&self, rate: f64) -> f64 {
        let place = (8.0 * (libm::log10(rate) + 4.0)).round();
        let inside = place >= 0.0 && place < RATES as f64;
        let loss = if inside {
            self.losses[place as usize]
        } else {
            self.guess
        };
        loss / self.losses[self.best()]
    }

    /// The place of the best rate.
    pub fn best(&self) -> usize {
        let places = 0..self.losses.len();
        let best =
            places.min_by(|a, b| self.losses[*a].total_cmp(&self.losses[*b]));
        best.unwrap_or(0)
    }

    /// As a line of the file.
    pub fn line(&self) -> String {
        let numbers = [self.guess].into_iter().chain(self.losses.clone());
        let numbers: Vec<_> = numbers.map(|n| format!("{n:.5}")).collect();
        format!("{},{},{}", self.task, self.optimizer, numbers.join(","))
    }

    fn read(line: &str) -> Option<Truth> {
        let mut fields = line.split(',');
        let task = fields.next()?.parse().ok()?;
        let optimizer = fields.next()?.to_string();
        let mut numbers = fields.map(|field| field.parse().ok());
        Some(Truth {
            task,
            optimizer,
            guess: numbers.next()??,
            losses: numbers.collect::<Option<_>>()?,
        })
    }
}

/// The sweeps of all tasks and optimizers, as committed.
///
/// # Errors
///
/// If a line of the file cannot be read.
pub fn truths() -> Result<Vec<Truth>> {
    let lines = FILE.lines().skip(1);
    let read = |line| Truth::read(line).context("data/bench/truth.csv");
    lines.map(read).collect()
}

/// The first line of the file.
pub fn header() -> String {
    let rates = (0..RATES).map(|place| format!("{:.3e}", rate(place)));
    let rates: Vec<_> = rates.collect();
    format!("task,optimizer,guess,{}", rates.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::tasks::tasks;
    use approx::assert_relative_eq;

    #[test]
    fn every_task_and_optimizer_was_measured_at_every_rate() {
        let truths = truths().unwrap();
        let tasks = tasks();
        assert_eq!(FILE.lines().next(), Some(&*header()));
        assert_eq!(truths.len(), tasks.len() * OPTIMIZERS.len());
        for (place, truth) in truths.iter().enumerate() {
            assert_eq!(truth.task, place / 4);
            assert_eq!(truth.optimizer, OPTIMIZERS[place % 4]);
            assert_eq!(truth.losses.len(), RATES);
            let guess = tasks[truth.task].clone().scaled().guess();
            assert_relative_eq!(truth.guess, guess, epsilon = 1e-5);
            assert!(truth.losses.iter().all(|loss| *loss <= guess + 1e-5));
        }
    }

    /// A few of the numbers, computed anew.
    #[test]
    fn the_truth_is_not_stale() {
        let truths = truths().unwrap();
        for (number, task) in tasks().into_iter().enumerate() {
            let truth = &truths[4 * number + number % 4];
            let place = truth.best().saturating_sub(number % 3);
            let task = task.scaled();
            let loss = Truth::measure(&task, &truth.optimizer, place).unwrap();
            assert!(
                (loss - truth.losses[place]).abs() < 6e-6,
                "task {number}: run the example `bench` with `measure`"
            );
        }
    }

    #[test]
    fn a_ratio_is_that_of_the_nearest_rate() {
        let mut losses = vec![3.0; RATES];
        losses[16] = 2.0;
        let optimizer = "SGD".to_string();
        let truth = Truth {
            task: 0,
            optimizer,
            guess: 8.0,
            losses,
        };
        assert_eq!(truth.best(), 16);
        assert_relative_eq!(rate(16), 0.01, max_relative = 1e-12);
        for (rate, ratio) in [
            (0.01, 1.0),
            (0.011, 1.0),
            (0.013, 1.5),
            (1e-5, 4.0),
            (20.0, 4.0),
        ] {
            assert_eq!(truth.ratio(rate), ratio, "{rate}");
        }
        assert_eq!(Truth::read(&truth.line()), Some(truth));
    }
}
