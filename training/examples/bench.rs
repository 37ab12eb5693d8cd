//! The bench at the terminal: one run or range test, as a practitioner sees
//! them; or what is committed under `data/bench`, made anew.

#![allow(clippy::print_stdout)]

use anyhow::{Context, Result, bail, ensure};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};
use training::bench::practice::at_rate;
use training::bench::task::Task;
use training::bench::tasks::tasks;
use training::bench::trial::{self, METHODS};
use training::bench::truth::{self, OPTIMIZERS, RATES, Truth};
use training::optim::optimizers::NAMES;

const USAGE: &str = "\
cargo run --release -p training --example bench -- …
  tasks                              what there is to train
  run TASK OPTIMIZER RATE [SEED]     a whole run, epoch by epoch
  range-test TASK OPTIMIZER [SEED]   100 steps, from 0.000001 to 10
  measure                            the truth anew; takes minutes
  follow                             the trial anew; takes minutes
OPTIMIZER is SGD, momentum, Adam or AdamW; SEED is 0 where it is left out.
With --scaled inputs and targets are scaled, as line 1 of the card asks.";

fn main() -> Result<()> {
    let mut words: Vec<String> = env::args().skip(1).collect();
    let scaled = words.iter().any(|word| word == "--scaled");
    words.retain(|word| word != "--scaled");
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match &*words {
        ["tasks"] => list(),
        ["run", task, optimizer, rate, seed @ ..] => {
            let task = task_of(task, scaled)?;
            run(&task, named(optimizer)?, rate.parse()?, seed_of(seed)?)
        }
        ["range-test", task, optimizer, seed @ ..] => {
            let task = task_of(task, scaled)?;
            range_test(&task, named(optimizer)?, seed_of(seed)?)
        }
        ["measure"] => measure(),
        ["follow"] => follow(),
        _ => bail!("{USAGE}"),
    }
}

fn task_of(number: &str, scaled: bool) -> Result<Task> {
    let task = tasks().into_iter().nth(number.parse()?);
    let task = task.with_context(|| format!("no task {number}"))?;
    Ok(if scaled { task.scaled() } else { task })
}

fn named(optimizer: &str) -> Result<&str> {
    ensure!(
        NAMES.contains(&optimizer),
        "{optimizer} is none of {NAMES:?}"
    );
    Ok(optimizer)
}

fn seed_of(words: &[&str]) -> Result<u64> {
    Ok(words.first().map_or(Ok(0), |seed| seed.parse())?)
}

fn list() -> Result<()> {
    for (number, task) in tasks().iter().enumerate() {
        println!("{number:2}  {}", task.describe());
    }
    Ok(())
}

fn run(task: &Task, optimizer: &str, rate: f64, seed: u64) -> Result<()> {
    ensure!(rate >= 0.0 && rate.is_finite(), "{rate} is no rate");
    println!("{}", task.describe());
    println!("a guess costs {:.4}", task.guess());
    println!("before the first step: {:.4}", task.first_loss(seed));
    println!("epoch   training   held out");
    let run = task.run(at_rate(optimizer, rate), task.epochs, seed)?;
    for (place, epoch) in run.epochs.iter().enumerate() {
        let (train, held_out) = (epoch.train, epoch.held_out);
        println!("{:5} {train:10.4} {held_out:10.4}", place + 1);
    }
    if run.epochs.len() < task.epochs {
        println!("then the loss was no number");
    }
    println!("lowest held out: {:.4}", run.held_out());
    Ok(())
}

fn range_test(task: &Task, optimizer: &str, seed: u64) -> Result<()> {
    use training::search::range_test::smoothed;
    let optimizer = at_rate(optimizer, 0.0);
    let (rates, losses) =
        task.range_test(optimizer, 100, (1e-6, 10.0), seed)?;
    println!("step       rate       loss   smoothed");
    let smoothed = smoothed(&losses, 0.9);
    for (step, rate) in rates.iter().enumerate() {
        let (loss, smoothed) = (losses[step], smoothed[step]);
        println!("{:4} {rate:10.2e} {loss:10.4} {smoothed:10.4}", step + 1);
    }
    Ok(())
}

/// The tasks, scaled, and each number of one with each optimizer.
fn pairs() -> (Vec<Task>, Vec<(usize, &'static str)>) {
    let tasks: Vec<Task> = tasks().into_iter().map(Task::scaled).collect();
    let pairs = (0..tasks.len())
        .flat_map(|task| OPTIMIZERS.map(|optimizer| (task, optimizer)));
    let pairs = pairs.collect();
    (tasks, pairs)
}

/// Writes the truth.
fn measure() -> Result<()> {
    let (tasks, pairs) = pairs();
    let truths = side_by_side(&pairs, |(number, optimizer)| {
        let task = &tasks[*number];
        let losses = (0..RATES)
            .map(|place| Truth::measure(task, optimizer, place))
            .collect::<Result<_>>()?;
        let truth = Truth {
            task: *number,
            optimizer: optimizer.to_string(),
            guess: task.guess(),
            losses,
        };
        Ok(truth.line())
    })?;
    write("truth.csv", &truth::header(), &truths)
}

/// Writes what people choose who follow the card and its rivals.
fn follow() -> Result<()> {
    let (tasks, pairs) = pairs();
    let jobs = METHODS.iter().flat_map(|(method, _)| {
        pairs
            .iter()
            .map(move |(task, optimizer)| (method, *task, optimizer))
    });
    let jobs: Vec<_> = jobs.collect();
    let lines = side_by_side(&jobs, |(method, task, optimizer)| {
        trial::line(method, (*task, &tasks[*task]), optimizer)
    })?;
    write("trial.csv", &trial::header(), &lines)
}

fn write(name: &str, header: &str, lines: &[String]) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/bench");
    let text = format!("{header}\n{}\n", lines.join("\n"));
    Ok(fs::write(folder.join(name), text)?)
}

/// The results in the order of the jobs, done on as many threads as there are
/// processors.
fn side_by_side<J: Sync>(
    jobs: &[J],
    work: impl Fn(&J) -> Result<String> + Sync,
) -> Result<Vec<String>> {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let threads = thread::available_parallelism()?.get();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(place) else { break };
                    let result = work(job);
                    let mut results = results.lock().expect("no panic");
                    results.push((place, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no panic");
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}
