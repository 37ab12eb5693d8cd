//! What a practitioner does with a task of the bench: whole runs, short ones,
//! range tests.

use super::task::{Data, Split, Task};
use crate::nn::dataset::Dataset;
use crate::nn::fit::{Callback, Fit};
use crate::nn::loss::Label;
use crate::nn::sequential::Sequential;
use crate::optim::library::Library;
use crate::optim::optimizer::Optimizer;
use crate::optim::optimizers::named;
use crate::search::card::Trials;
use crate::search::range_test::range_test;
use anyhow::Result;
use ndarray::Array1;
use std::borrow::Cow;

/// The losses of an epoch: the mean of its batches, and that on the data held
/// out after it; infinite where it is not finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    pub train: f64,
    pub held_out: f64,
}

/// A run: its epochs, and the loss on the test data with the weights of the
/// epoch whose held-out loss is lowest, where one stops.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub epochs: Vec<Epoch>,
    pub test: f64,
}

impl Run {
    /// The lowest held-out loss.
    pub fn held_out(&self) -> f64 {
        let losses = self.epochs.iter().map(|epoch| epoch.held_out);
        losses.fold(f64::INFINITY, f64::min)
    }
}

impl Task {
    /// Trains the model of a seed, which gives the order of the samples too.
    ///
    /// # Errors
    ///
    /// As those of `fit`.
    pub fn run(
        &self,
        optimizer: impl Optimizer + 'static,
        epochs: usize,
        seed: u64,
    ) -> Result<Run> {
        let mut model = self.model(seed);
        model.compile(optimizer);
        let plan = self.plan(epochs, seed);
        match &self.data {
            Data::Classes(split) => watched(&mut model, split, plan),
            Data::Numbers(split) => watched(&mut model, split, plan),
        }
    }

    /// A range test of so many steps, however many make an epoch.
    ///
    /// # Errors
    ///
    /// As those of `range_test`.
    pub fn range_test(
        &self,
        optimizer: impl Optimizer + 'static,
        steps: usize,
        ends: (f64, f64),
        seed: u64,
    ) -> Result<(Vec<f64>, Vec<f64>)> {
        let mut model = self.model(seed);
        model.compile(optimizer);
        let (samples, plan) = (steps * self.batch_size, self.plan(1, seed));
        match &self.data {
            Data::Classes(split) => {
                let data = over_and_over(&split.train, samples);
                range_test(&mut model, &data, plan, ends)
            }
            Data::Numbers(split) => {
                let data = over_and_over(&split.train, samples);
                range_test(&mut model, &data, plan, ends)
            }
        }
    }

    /// The loss on the data trained on before any step.
    pub fn first_loss(&self, seed: u64) -> f64 {
        let mut model = self.model(seed);
        match &self.data {
            Data::Classes(split) => model.loss(&split.train),
            Data::Numbers(split) => model.loss(&split.train),
        }
    }

    fn plan(&self, epochs: usize, seed: u64) -> Fit {
        Fit {
            epochs,
            batch_size: self.batch_size,
            shuffle: Some(seed),
        }
    }
}

/// So many samples, the first again after the last.
fn over_and_over<L: Label>(data: &Dataset<L>, samples: usize) -> Dataset<L> {
    let places = (0..samples).map(|place| place % data.len());
    data.select(&places.collect::<Vec<_>>())
}

fn finite(loss: f64) -> f64 {
    if loss.is_finite() {
        loss
    } else {
        f64::INFINITY
    }
}

/// Notes the losses, and the weights at the lowest held-out one.
struct Watch<'a, L> {
    held_out: &'a Dataset<L>,
    epochs: Vec<Epoch>,
    lowest: f64,
    weights: Array1<f64>,
}

impl<L: Label> Callback for Watch<'_, L> {
    fn after_epoch(&mut self, _: usize, train: f64, model: &mut Sequential) {
        let held_out = finite(model.loss(self.held_out));
        if held_out < self.lowest {
            self.lowest = held_out;
            self.weights = model.weights().to_owned();
        }
        let train = finite(train);
        self.epochs.push(Epoch { train, held_out });
    }
}

fn watched<L: Label>(
    model: &mut Sequential,
    split: &Split<L>,
    plan: Fit,
) -> Result<Run> {
    let mut watch = Watch {
        held_out: &split.held_out,
        epochs: Vec::new(),
        lowest: f64::INFINITY,
        weights: Array1::default(0),
    };
    model.fit_with(&split.train, plan, &mut watch)?;
    let mut test = f64::INFINITY;
    if watch.lowest.is_finite() {
        model.weights_mut().assign(&watch.weights);
        test = finite(model.loss(&split.test));
    }
    let epochs = watch.epochs;
    Ok(Run { epochs, test })
}

/// The optimizer of this name, with the defaults of Keras but for the rate.
pub fn at_rate(optimizer: &str, rate: f64) -> Box<dyn Optimizer> {
    let mut optimizer = named(optimizer, Library::Keras);
    optimizer.set_learning_rate(rate);
    optimizer
}

/// A run of somebody's: for how many epochs, from which of the two seeds, and
/// its lowest held-out loss.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tried {
    pub rate: f64,
    pub epochs: f64,
    pub seed: usize,
    pub held_out: f64,
}

/// Somebody at a task with an optimizer, and what was tried so far.
#[derive(Clone, Debug)]
pub struct Practice<'a> {
    task: Cow<'a, Task>,
    optimizer: &'a str,
    /// The seeds of this person, by number.
    seeds: [u64; 2],
    pub tried: Vec<Tried>,
    /// What it cost, in whole runs.
    pub spent: f64,
}

impl<'a> Practice<'a> {
    /// Of so many persons, counted from 0, no two share a seed.
    pub fn new(task: &'a Task, optimizer: &'a str, person: u64) -> Self {
        Practice {
            task: Cow::Borrowed(task),
            optimizer,
            seeds: [2 * person, 2 * person + 1],
            tried: Vec::new(),
            spent: 0.0,
        }
    }
}

impl Trials for Practice<'_> {
    fn scale(&mut self) {
        if !self.task.is_scaled {
            self.task = Cow::Owned(self.task.clone().into_owned().scaled());
        }
    }

    fn first_loss(&mut self) -> f64 {
        self.task.first_loss(self.seeds[0])
    }

    fn guess(&self) -> f64 {
        self.task.guess()
    }

    fn range_test(
        &mut self,
        steps: usize,
        ends: (f64, f64),
    ) -> Result<(Vec<f64>, Vec<f64>)> {
        self.spent += steps as f64 / self.task.steps() as f64;
        let optimizer = at_rate(self.optimizer, 0.0);
        self.task.range_test(optimizer, steps, ends, self.seeds[0])
    }

    fn run(&mut self, rate: f64, part: f64, seed: usize) -> Result<f64> {
        let whole = self.task.epochs as f64;
        let epochs = (part * whole).ceil();
        // A run that was made before, but shorter, goes on from there.
        let shorter = self.tried.iter().filter(|tried| {
            (tried.rate, tried.seed) == (rate, seed) && tried.epochs < epochs
        });
        let done = shorter.map(|tried| tried.epochs).fold(0.0, f64::max);
        self.spent += (epochs - done) / whole;
        let optimizer = at_rate(self.optimizer, rate);
        let run =
            self.task
                .run(optimizer, epochs as usize, self.seeds[seed])?;
        let held_out = run.held_out();
        self.tried.push(Tried {
            rate,
            epochs,
            seed,
            held_out,
        });
        Ok(held_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::tasks::tasks;
    use approx::assert_relative_eq;

    #[test]
    fn a_short_run_is_the_beginning_of_a_whole_one() {
        let task = tasks().swap_remove(4).scaled();
        let of = |epochs| task.run(at_rate("Adam", 0.01), epochs, 3).unwrap();
        let (short, whole) = (of(3), of(9));
        assert_eq!(whole.epochs.len(), 9);
        assert_eq!(short.epochs, whole.epochs[..3]);
        let lowest = short.epochs.iter().map(|epoch| epoch.held_out);
        assert_eq!(short.held_out(), lowest.fold(9.0, f64::min));
    }

    /// The same by hand: epoch by epoch, and tested where one stops.
    #[test]
    fn the_test_loss_is_that_of_the_epoch_where_the_held_out_loss_is_lowest() {
        let task = tasks().swap_remove(8).scaled();
        let rate = 0.03;
        let run = task.run(at_rate("Adam", rate), task.epochs, 5).unwrap();
        let losses = run.epochs.iter().map(|epoch| epoch.held_out);
        let place = losses.clone().position(|loss| loss == run.held_out());
        let place = place.unwrap();
        assert!(place + 1 < task.epochs, "it never overfits");
        let stopped = task.run(at_rate("Adam", rate), place + 1, 5).unwrap();
        assert_eq!(stopped.test, run.test);
        let mut model = task.model(5);
        model.compile(at_rate("Adam", rate));
        let Data::Classes(split) = &task.data else {
            panic!("it has classes");
        };
        model.fit(&split.train, task.plan(place + 1, 5)).unwrap();
        assert_eq!(model.loss(&split.test), run.test);
    }

    #[test]
    fn a_run_that_diverges_has_no_finite_loss() {
        let task = tasks().swap_remove(4).scaled();
        let run = task.run(at_rate("SGD", 1e6), 30, 0).unwrap();
        assert_eq!((run.held_out(), run.test), (f64::INFINITY, f64::INFINITY));
    }

    #[test]
    fn a_range_test_has_its_steps_whatever_the_size_of_the_data() {
        for place in [0, 9, 13] {
            let task = tasks().swap_remove(place).scaled();
            let optimizer = at_rate("Adam", 0.0);
            let (rates, losses) =
                task.range_test(optimizer, 100, (1e-6, 1e-2), 1).unwrap();
            assert_eq!((rates.len(), losses.len()), (100, 100));
            assert_relative_eq!(rates[0], 1e-6, max_relative = 1e-9);
            assert_relative_eq!(rates[99], 1e-2, max_relative = 1e-9);
        }
    }

    /// Red if `(epochs - done) / whole` were `epochs / whole`: a longer run would
    /// cost what the shorter one did once more.
    #[test]
    fn what_is_spent_is_what_is_new() {
        let task = tasks().swap_remove(13);
        let mut practice = Practice::new(&task, "SGD", 0);
        practice.scale();
        let mut costs = |rate, part, seed| {
            let before = practice.spent;
            practice.run(rate, part, seed).unwrap();
            practice.spent - before
        };
        // Twelve epochs.
        assert_relative_eq!(costs(0.1, 0.25, 0), 0.25);
        assert_relative_eq!(costs(0.1, 0.25, 1), 0.25);
        assert_relative_eq!(costs(0.1, 1.0, 0), 0.75);
        assert_relative_eq!(costs(0.3, 1.0, 0), 1.0);
        let before = practice.spent;
        practice.range_test(42, (1e-6, 10.0)).unwrap();
        assert_relative_eq!(practice.spent - before, 0.5);
    }

    #[test]
    fn no_two_people_share_a_seed_and_nobody_has_one_of_the_truth() {
        let task = tasks().swap_remove(13);
        let people = (0..crate::bench::trial::PEOPLE)
            .flat_map(|person| Practice::new(&task, "SGD", person).seeds);
        let mut seeds: Vec<u64> = people.collect();
        let count = seeds.len();
        seeds.sort_unstable();
        seeds.dedup();
        assert_eq!(seeds.len(), count);
        assert!(seeds.iter().all(|seed| *seed < 1000));
    }
}
