//! The trial: what the card and its rivals choose on the bench, and what that
//! costs.

use super::practice::Practice;
use super::task::Task;
use crate::optim::library::Library;
use crate::optim::optimizers::named;
use crate::search::card::{
    Trials, begin, begin_without_a_test, card, last_look, lower_of_equals,
    refine, rung, short_runs,
};
use crate::search::rivals::{
    best_of, drawn, halving, lowest_over, spaced, steepest, valley,
};
use anyhow::{Context, Result};

/// How many people follow each method on each task with each optimizer.
pub const PEOPLE: u64 = 8;
const FILE: &str = include_str!("../data/bench/trial.csv");

/// A way to a rate with an optimizer; the number is a seed for chance.
type Method = fn(&str, &mut dyn Trials, u64) -> Result<f64>;

/// The methods by name; a number is that of the rates.
pub const METHODS: [(&str, Method); 20] = [
    ("card", |optimizer, trials, _| card(optimizer, trials)),
    ("card without range test", |optimizer, trials, _| {
        let tried = short_runs(begin_without_a_test(optimizer), trials)?;
        last_look(refine(tried, trials)?, trials)
    }),
    ("card without refining", |optimizer, trials, _| {
        let tried = short_runs(begin(optimizer, trials)?, trials)?;
        last_look(lower_of_equals(&tried), trials)
    }),
    ("card without last look", |optimizer, trials, _| {
        let tried = short_runs(begin(optimizer, trials)?, trials)?;
        let rate = refine(tried, trials)?;
        best_of(&[rung(rate)], trials)
    }),
    ("card without all three", |optimizer, trials, _| {
        let tried = short_runs(begin_without_a_test(optimizer), trials)?;
        best_of(&[rung(lower_of_equals(&tried))], trials)
    }),
    ("default", |optimizer, trials, _| {
        let rate = named(optimizer, Library::Keras).learning_rate();
        best_of(&[rate], trials)
    }),
    ("lowest / 10", |_, trials, _| lowest_over(10.0, trials)),
    ("lowest / 4", |_, trials, _| lowest_over(4.0, trials)),
    ("steepest", |_, trials, _| steepest(trials)),
    ("valley", |_, trials, _| valley(trials)),
    ("sweep 3", |_, trials, _| best_of(&spaced(3), trials)),
    ("sweep 5", |_, trials, _| best_of(&spaced(5), trials)),
    ("sweep 7", |_, trials, _| best_of(&spaced(7), trials)),
    ("sweep 9", |_, trials, _| best_of(&spaced(9), trials)),
    ("random 3", |_, trials, person| {
        best_of(&drawn(3, person), trials)
    }),
    ("random 5", |_, trials, seed| {
        best_of(&drawn(5, seed), trials)
    }),
    ("random 9", |_, trials, seed| {
        best_of(&drawn(9, seed), trials)
    }),
    ("halving 8", |_, trials, _| halving(spaced(8), trials)),
    ("halving 16", |_, trials, _| halving(spaced(16), trials)),
    ("halving 32", |_, trials, _| halving(spaced(32), trials)),
];

/// What somebody chose, and what it cost, in whole runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub method: String,
    /// The number of the task.
    pub task: usize,
    pub optimizer: String,
    pub rate: f64,
    pub cost: f64,
}

/// What a person finds who follows a method on a task, inputs and targets
/// scaled: the rate and the cost.
///
/// # Errors
///
/// As those of the method.
pub fn follow(
    method: &str,
    (number, task): (usize, &Task),
    optimizer: &str,
    person: u64,
) -> Result<(f64, f64)> {
    let (_, find) = METHODS
        .iter()
        .find(|(name, _)| *name == method)
        .with_context(|| format!("no method {method:?}"))?;
    let mut practice = Practice::new(task, optimizer, person);
    let seed = PEOPLE * number as u64 + person;
    let rate = find(optimizer, &mut practice, seed)?;
    Ok((rate, practice.spent))
}

/// A line of the file: the rates and costs of all who followed a method on a
/// task.
///
/// # Errors
///
/// As those of the method.
pub fn line(
    method: &str,
    (number, task): (usize, &Task),
    optimizer: &str,
) -> Result<String> {
    let mut line = format!("{method},{number},{optimizer}");
    for person in 0..PEOPLE {
        let (rate, cost) = follow(method, (number, task), optimizer, person)?;
        line += &format!(",{},{}", four(rate), four(cost));
    }
    Ok(line)
}

/// Four significant digits, and no more than it takes.
fn four(number: f64) -> f64 {
    format!("{number:.3e}").parse().unwrap_or(number)
}

/// The first line of the file.
pub fn header() -> String {
    let people =
        (0..PEOPLE).map(|person| format!("rate {person},cost {person}"));
    let people: Vec<_> = people.collect();
    format!("method,task,optimizer,{}", people.join(","))
}

/// All choices, as committed.
///
/// # Errors
///
/// If a line of the file cannot be read.
pub fn choices() -> Result<Vec<Choice>> {
    let mut choices = Vec::new();
    for line in FILE.lines().skip(1) {
        choices.extend(read(line).context("data/bench/trial.csv")?);
    }
    Ok(choices)
}

fn read(line: &str) -> Option<Vec<Choice>> {
    let fields: Vec<&str> = line.split(',').collect();
    let [method, task, optimizer, people @ ..] = &*fields else {
        return None;
    };
    let choice = |pair: &[&str]| {
        Some(Choice {
            method: method.to_string(),
            task: task.parse().ok()?,
            optimizer: optimizer.to_string(),
            rate: pair[0].parse().ok()?,
            cost: pair[1].parse().ok()?,
        })
    };
    people.chunks_exact(2).map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::tasks::{JUDGED, tasks};
    use crate::bench::truth::OPTIMIZERS;

    #[test]
    fn all_people_followed_every_method_on_every_task() {
        let choices = choices().unwrap();
        let pairs = tasks().len() * OPTIMIZERS.len();
        assert_eq!(choices.len(), METHODS.len() * pairs * PEOPLE as usize);
        assert_eq!(FILE.lines().next(), Some(&*header()));
        assert!(choices.iter().all(|choice| choice.cost > 0.0));
    }

    /// On the task whose runs are shortest, every method; on every task the
    /// card, with one optimizer each; on those that judge it, rivals too.
    #[test]
    fn the_trial_is_not_stale() {
        let committed = choices().unwrap();
        let tasks = tasks();
        let jobs = METHODS.iter().map(|(method, _)| (*method, 13));
        let of_card = (0..tasks.len()).map(|task| ("card", task));
        let rivals = ["default", "lowest / 10", "sweep 5", "halving 8"];
        let judged = rivals.iter().cycle().copied().zip(JUDGED..tasks.len());
        for (method, number) in jobs.chain(of_card).chain(judged) {
            let optimizer = OPTIMIZERS[number % 4];
            let person = number as u64 % PEOPLE;
            let task = tasks[number].clone().scaled();
            let found =
                follow(method, (number, &task), optimizer, person).unwrap();
            let mut of_it = committed.iter().filter(|choice| {
                (&*choice.method, choice.task, &*choice.optimizer)
                    == (method, number, optimizer)
            });
            let choice = of_it.nth(person as usize).unwrap();
            assert_eq!(
                (four(found.0), four(found.1)),
                (choice.rate, choice.cost),
                "{method}, task {number}: run the example `bench` with \
                 `follow`"
            );
        }
    }
}
