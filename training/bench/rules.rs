//! The newer rules on the book's two networks: whole runs at many rates, or
//! from many first guesses, as committed.

use super::runs::{Runs, read};
use crate::nn::fit::Fit;
use crate::optim::adam::Adam;
use crate::optim::hypergradient::Hypergradient;
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

/// How often each sample is used.
pub const EPOCHS: usize = 5;

/// A rule, the powers of ten of its rates or first guesses, and how many there
/// are for each power.
type Rule = (&'static str, (i32, i32), i32);

/// What was tried on one network.
pub struct Trials {
    /// That of the file under `data/newer`.
    pub name: &'static str,
    /// How many starts each rule has at each rate.
    pub seeds: u64,
    pub task: fn() -> Result<Task>,
    pub rules: &'static [Rule],
    file: &'static str,
}

/// The number behind hypergradient descent is its first rate; its hyper-rates
/// stand where others have rates.
pub const DIGITS: Trials = Trials {
    name: "digits",
    seeds: 8,
    task: Task::digits,
    rules: &[
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
        ("hypergradient from 0.000001", (-6, 0), 2),
        ("hypergradient from 0.0001", (-6, 0), 2),
        ("hypergradient from 0.01", (-6, 0), 2),
        ("hypergradient from 0.1", (-6, 0), 2),
    ],
    file: include_str!("../data/newer/digits.csv"),
};

/// Rules that find their rate, and those that are given one, from more starts.
const NEAR: [Rule; 5] = [
    ("SGD", (-1, 1), 4),
    ("Adam, cosine", (-2, 0), 4),
    ("DoG", (-12, 0), 1),
    ("D-Adaptation, cosine", (-12, 0), 1),
    ("Prodigy, cosine", (-12, 0), 1),
];

pub const NEAR_DIGITS: Trials = Trials {
    name: "near_digits",
    seeds: 32,
    task: Task::digits,
    rules: &NEAR,
    file: include_str!("../data/newer/near_digits.csv"),
};

pub const NEAR_PATIENTS: Trials = Trials {
    name: "near_patients",
    seeds: 32,
    task: || Ok(Task::patients()),
    rules: &NEAR,
    file: include_str!("../data/newer/near_patients.csv"),
};

/// The rates, or first guesses, of a rule.
pub fn rates((low, high): (i32, i32), each: i32) -> Vec<f64> {
    let rate = |place| libm::exp10(f64::from(place) / f64::from(each));
    (each * low..=each * high)
        .map(|place| four(rate(place)))
        .collect()
}

/// A whole run of a rule.
///
/// # Errors
///
/// If a first rate is no number.
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
        _ => match name.strip_prefix("hypergradient from ") {
            Some(first) => Box::new(Hypergradient::new(first.parse()?, rate)),
            None => found(name, rate),
        },
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

/// Four significant digits, and no more than it takes.
fn four(number: f64) -> f64 {
    format!("{number:.3e}").parse().unwrap_or(number)
}

impl Trials {
    /// The first line of the file.
    pub fn header(&self) -> String {
        let seed = |seed| format!(";loss {seed};accuracy {seed}");
        format!("rule;rate{}", (0..self.seeds).map(seed).collect::<String>())
    }

    /// The line of a rule at one rate.
    ///
    /// # Errors
    ///
    /// As those of `run`.
    pub fn line(&self, task: &Task, rule: &str, rate: f64) -> Result<String> {
        let mut line = format!("{rule};{rate}");
        for seed in 0..self.seeds {
            let Outcome { loss, accuracy } = run(task, rule, rate, seed)?;
            line += &format!(";{};{}", four(loss), four(accuracy));
        }
        Ok(line)
    }

    /// All runs, as committed.
    ///
    /// # Errors
    ///
    /// If a line of the file cannot be read.
    pub fn all(&self) -> Result<Vec<Runs>> {
        let lines = self.file.lines().skip(1);
        lines.map(|line| read(line).context(self.name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_ran_at_all_its_rates_with_all_seeds() {
        for trials in [DIGITS, NEAR_DIGITS, NEAR_PATIENTS] {
            let runs = trials.all().unwrap();
            let expected =
                trials.rules.iter().flat_map(|(rule, powers, each)| {
                    rates(*powers, *each)
                        .into_iter()
                        .map(move |rate| (rule, rate))
                });
            let expected: Vec<_> = expected.collect();
            assert_eq!(runs.len(), expected.len());
            for (runs, (rule, rate)) in runs.iter().zip(expected) {
                assert_eq!((&*runs.rule, runs.rate), (*rule, rate));
                assert_eq!(runs.outcomes.len() as u64, trials.seeds);
            }
            let (first, _) = trials.file.split_once('\n').unwrap();
            assert_eq!(first, trials.header());
        }
    }

    /// One line in seven of each file, with all its seeds.
    ///
    /// Red if `ScheduleFree::new(rate, 0.9)` were `ScheduleFree::new(rate,
    /// 0.8)`: another mixture.
    #[test]
    fn the_files_hold_what_the_code_gives() {
        for trials in [DIGITS, NEAR_DIGITS, NEAR_PATIENTS] {
            let task = (trials.task)().unwrap();
            let lines = trials.file.lines().skip(1);
            for (here, runs) in lines.zip(trials.all().unwrap()).step_by(7) {
                let anew = trials.line(&task, &runs.rule, runs.rate).unwrap();
                assert_eq!(here, anew);
            }
        }
    }
}
