//! The newer rules on the digits: whole runs at many rates, or from many first
//! guesses, as committed.

use crate::nn::fit::Fit;
use crate::optim::adam::Adam;
use crate::optim::momentum::Momentum;
use crate::optim::newer::{found, known};
use crate::optim::optimizer::Optimizer;
use crate::optim::schedule_free::ScheduleFree;
use crate::optim::sgd::Sgd;
use crate::schedule::cosine::Cosine;
use crate::schedule::schedule::Follow;
use crate::task::{Outcome, Task};
use anyhow::{Context, Result};
use std::cell::RefCell;
use std::rc::Rc;

/// How many starts each rule has at each rate.
pub const SEEDS: u64 = 8;
/// How often each image is used.
pub const EPOCHS: usize = 5;
const FILE: &str = include_str!("../data/newer/digits.csv");

/// The rules, each with the powers of ten of its rates or first guesses, and
/// how many there are for each power.
pub const RULES: [(&str, (i32, i32), i32); 13] = [
    ("SGD", (-3, 1), 4),
    ("Adam", (-4, 0), 4),
    ("Lion", (-5, -1), 4),
    ("Muon", (-4, 0), 4),
    ("SGD, cosine", (-2, 1), 4),
    ("momentum, cosine", (-3, 0), 4),
    ("Adam, cosine", (-4, 0), 4),
    ("schedule-free", (-2, 1), 4),
    ("D-Adaptation", (-12, 2), 1),
    ("Prodigy", (-12, 2), 1),
    ("DoG", (-12, 2), 1),
    ("D-Adaptation, cosine", (-12, 2), 1),
    ("Prodigy, cosine", (-12, 2), 1),
];

/// The runs of a rule at one rate, or from one first guess.
#[derive(Clone, Debug, PartialEq)]
pub struct Runs {
    pub rule: String,
    pub rate: f64,
    /// One for each seed.
    pub outcomes: Vec<Outcome>,
}

/// The rates, or first guesses, of a rule.
pub fn rates((low, high): (i32, i32), each: i32) -> Vec<f64> {
    let rate = |place| libm::exp10(f64::from(place) / f64::from(each));
    (each * low..=each * high)
        .map(|place| four(rate(place)))
        .collect()
}

/// A whole run of a rule on the digits.
///
/// # Errors
///
/// If the rule has no such name.
pub fn run(task: &Task, rule: &str, rate: f64, seed: u64) -> Result<Outcome> {
    let (name, cosine) = match rule.strip_suffix(", cosine") {
        Some(name) => (name, true),
        None => (rule, false),
    };
    let mut model = (task.model)(seed);
    let shapes = model.shapes();
    let optimizer: Box<dyn Optimizer> = match name {
        "schedule-free" => return run_schedule_free(task, rate, seed),
        "SGD" => Box::new(Sgd::new(rate)),
        "momentum" => Box::new(Momentum::new(rate, 0.9)),
        "Adam" => Box::new(Adam::new(rate)),
        "Lion" | "Muon" => known(name, rate, &shapes),
        _ => found(name, rate),
    };
    let highest = optimizer.learning_rate();
    model.compile(optimizer);
    let steps = EPOCHS * task.train.len().div_ceil(task.batch_size);
    let mut schedule = Cosine::new(highest, 0.0, steps);
    if cosine {
        model.fit_with(
            &task.train,
            plan(task, seed),
            &mut Follow(&mut schedule),
        )?;
    } else {
        model.fit(&task.train, plan(task, seed))?;
    }
    Ok(task.outcome(&mut model))
}

/// Judged at the mean of the weights.
fn run_schedule_free(task: &Task, rate: f64, seed: u64) -> Result<Outcome> {
    let free = Rc::new(RefCell::new(ScheduleFree::new(rate, 0.9)));
    let mut model = (task.model)(seed);
    model.compile(Rc::clone(&free));
    model.fit(&task.train, plan(task, seed))?;
    model.weights_mut().assign(&free.borrow().mean());
    Ok(task.outcome(&mut model))
}

fn plan(task: &Task, seed: u64) -> Fit {
    Fit {
        epochs: EPOCHS,
        batch_size: task.batch_size,
        shuffle: Some(seed),
    }
}

/// A line of the file.
///
/// # Errors
///
/// As those of `run`.
pub fn line(task: &Task, rule: &str, rate: f64) -> Result<String> {
    let mut line = format!("{rule};{rate}");
    for seed in 0..SEEDS {
        let Outcome { loss, accuracy } = run(task, rule, rate, seed)?;
        line += &format!(";{};{}", four(loss), four(accuracy));
    }
    Ok(line)
}

/// Four significant digits, and no more than it takes.
fn four(number: f64) -> f64 {
    format!("{number:.3e}").parse().unwrap_or(number)
}

/// The first line of the file.
pub fn header() -> String {
    let seeds = (0..SEEDS).map(|seed| format!(";loss {seed};accuracy {seed}"));
    format!("rule;rate{}", seeds.collect::<String>())
}

/// All runs, as committed.
///
/// # Errors
///
/// If a line of the file cannot be read.
pub fn all() -> Result<Vec<Runs>> {
    let lines = FILE.lines().skip(1);
    lines
        .map(|line| read(line).context("data/newer/digits.csv"))
        .collect()
}

fn read(line: &str) -> Option<Runs> {
    let fields: Vec<&str> = line.split(';').collect();
    let [rule, rate, outcomes @ ..] = &*fields else {
        return None;
    };
    let outcome = |pair: &[&str]| {
        Some(Outcome {
            loss: pair[0].parse().ok()?,
            accuracy: pair[1].parse().ok()?,
        })
    };
    Some(Runs {
        rule: rule.to_string(),
        rate: rate.parse().ok()?,
        outcomes: outcomes
            .chunks_exact(2)
            .map(outcome)
            .collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_ran_at_all_its_rates_with_all_seeds() {
        let runs = all().unwrap();
        let expected = RULES.iter().flat_map(|(rule, powers, each)| {
            rates(*powers, *each)
                .into_iter()
                .map(move |rate| (rule, rate))
        });
        let expected: Vec<_> = expected.collect();
        assert_eq!(runs.len(), expected.len());
        for (runs, (rule, rate)) in runs.iter().zip(expected) {
            assert_eq!((&*runs.rule, runs.rate), (*rule, rate));
            assert_eq!(runs.outcomes.len() as u64, SEEDS);
        }
        let (first, _) = FILE.split_once('\n').unwrap();
        assert_eq!(first, header());
    }

    /// One line in five of the file, with all its seeds.
    ///
    /// Red if `ScheduleFree::new(rate, 0.9)` were `ScheduleFree::new(rate,
    /// 0.8)`: another mixture.
    #[test]
    fn the_file_holds_what_the_code_gives() {
        let task = Task::digits().unwrap();
        let lines: Vec<&str> = FILE.lines().skip(1).collect();
        for (here, runs) in lines.iter().zip(all().unwrap()).step_by(5) {
            let anew = line(&task, &runs.rule, runs.rate).unwrap();
            assert_eq!(**here, anew);
        }
    }
}
