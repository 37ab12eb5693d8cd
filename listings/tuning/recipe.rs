//! The recipe, followed on the digits: range test, short sweep, edge rule,
//! refining, and one whole run.

use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use training::nn::dataset::Dataset;
use training::nn::fit::Fit;
use training::nn::sequential::Sequential;
use training::optim::adam::Adam;
use training::optim::optimizer::Optimizer;
use training::optim::sgd::Sgd;
use training::search::grid::{best, refine, sweep};
use training::search::range_test::{lowest, range_test, smoothed};
use training::spread::Spread;
use training::task::Task;

const SEEDS: u64 = 8;
/// As many as in the full sweep.
const EPOCHS: usize = 5;
const SHORT: usize = 2;
/// How many rates the grid has at first.
const GRID: usize = 3;

/// What the recipe found, and what it cost.
#[derive(Debug)]
struct Found {
    /// A tenth of the rate at the range test's lowest loss.
    guess: f64,
    /// The best of the sweep, and how many rates it tried.
    coarse: f64,
    tried: usize,
    /// The rate of the whole run, and its accuracy on the test data.
    rate: f64,
    accuracy: f64,
    /// Epochs in all.
    epochs: usize,
}

/// The training data, of which every fifth image is held out to choose by.
fn split(data: &Dataset) -> (Dataset, Dataset) {
    let held_out = |place: &usize| place % 5 == 4;
    let (held_out, kept): (Vec<_>, Vec<_>) =
        (0..data.len()).partition(held_out);
    (data.select(&kept), data.select(&held_out))
}

// ANCHOR: recipe
fn recipe<O: Optimizer + 'static>(
    optimizer: impl Fn(f64) -> O,
    task: &Task,
    seed: u64,
) -> Result<Found> {
    let (kept, held_out) = split(&task.train);
    let short = Fit {
        epochs: SHORT,
        batch_size: task.batch_size,
        shuffle: Some(seed),
    };
    let start = |rate: f64| -> Sequential {
        let mut model = (task.model)(seed);
        model.compile(optimizer(rate));
        model
    };
    let (rates, losses) =
        range_test(&mut start(0.0), &kept, short, (1e-5, 10.0))?;
    let guess = rates[lowest(&smoothed(&losses, 0.9))] / 10.0;

    let mut loss_at = |rate: f64| {
        let mut model = start(rate);
        model.fit(&kept, short)?;
        let loss = model.loss(&held_out);
        Ok(if loss.is_finite() {
            loss
        } else {
            f64::INFINITY
        })
    };
    let tried = sweep(&mut loss_at, (guess / 3.0, 3.0, GRID))?;
    let refined = refine(&mut loss_at, &tried, 3.0, 1)?;

    let rate = refined[best(&refined)].0;
    let accuracy = task.train(optimizer(rate), EPOCHS, seed)?.accuracy;
    // ANCHOR_END: recipe
    Ok(Found {
        guess,
        coarse: tried[best(&tried)].0,
        tried: tried.len(),
        rate,
        accuracy,
        epochs: SHORT * (1 + tried.len() + 2) + EPOCHS,
    })
}

/// The optimizers that the recipe is followed with.
const NAMES: [&str; 2] = ["SGD", "Adam"];

fn recipes(name: &str, task: &Task) -> Result<Vec<Found>> {
    let found = (0..SEEDS).map(|seed| match name {
        "SGD" => recipe(Sgd::new, task, seed),
        _ => recipe(Adam::new, task, seed),
    });
    found.collect()
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let task = Task::digits()?;
    let (mut panels, mut told) = (Vec::new(), Vec::new());
    for name in NAMES {
        let all = recipes(name, &task)?;
        print(cell, name, &all);
        values(cell, name, &all);
        let (guess, rate) =
            (of(&all, |one| one.guess), of(&all, |one| one.rate));
        told.push(format!(
            "{name}: guesses from {:.2} to {:.2}, chosen from {:.2} to {:.2}",
            guess.low, guess.high, rate.low, rate.high
        ));
        panels.push(panel(name, &all));
    }
    cell.count("seeds", SEEDS);
    cell.count("short", SHORT);
    cell.count("epochs", EPOCHS);
    let alt = format!(
        "For each of {SEEDS} seeds an arrow from the range test's guess to the \
         rate that was chosen. {}.",
        told.join("; ")
    );
    cell.chart(alt, panels);
    Ok(())
}

fn print(cell: &mut Cell, name: &str, all: &[Found]) {
    writeln!(
        cell,
        "{name:4} seed  guess  tried  swept  refined  right  epochs"
    );
    for (seed, one) in all.iter().enumerate() {
        write!(cell, "{seed:9} {:6.3} {:6} ", one.guess, one.tried);
        write!(cell, "{:6.3} {:8.3} ", one.coarse, one.rate);
        writeln!(cell, "{:5.1}% {:7}", 100.0 * one.accuracy, one.epochs);
    }
}

fn of(all: &[Found], what: fn(&Found) -> f64) -> Spread {
    Spread::of(all.iter().map(what))
}

fn values(cell: &mut Cell, name: &str, all: &[Found]) {
    let (mut cell, two) = (cell.of(name), Format::Significant(2));
    let right = of(all, |one| one.accuracy);
    cell.value("right_low", right.low, Format::Percent(1));
    cell.value("right_high", right.high, Format::Percent(1));
    let rate = of(all, |one| one.rate);
    cell.value("rate_spread", rate.high / rate.low, two);
    cell.count("epochs", of(all, |one| one.epochs as f64).high);
    let widened = all.iter().filter(|one| one.tried > GRID).count();
    cell.count("widened", widened);
}

/// An arrow for each seed, from the guess to the rate that was chosen.
fn panel(name: &str, all: &[Found]) -> Panel {
    let row = |what: fn(&Found) -> f64| {
        let rates: Vec<f64> = all.iter().map(what).collect();
        Vec::from_iter(by_step(&rates))
    };
    let (guesses, chosen) = (row(|one| one.guess), row(|one| one.rate));
    let panel = Panel::new(
        Axis::linear("seed").range(-0.5..=SEEDS as f64 - 0.5),
        Axis::log("learning rate").range(1e-2..=1.0),
    )
    .title(name);
    let pairs = guesses.iter().zip(&chosen);
    let moved = pairs.filter(|(a, b)| (b.1 / a.1 - 1.0).abs() > 0.01);
    moved
        .fold(panel, |panel, (guess, chosen)| {
            panel.arrow("", *guess, *chosen, Style::Muted)
        })
        .points("guess", guesses, Style::Muted)
        .points("chosen", chosen, Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{ArrayView1, ArrayViewMut1};
    use notebook::{Outputs, at};
    use std::rc::Rc;
    use std::sync::LazyLock;
    use training::search::grid::rates;

    static RUN: LazyLock<Outputs> = LazyLock::new(|| at(run, &[]));
    static TASK: LazyLock<Task> = LazyLock::new(|| Task::digits().unwrap());
    /// What was found with SGD and with Adam.
    static FOUND: LazyLock<[Vec<Found>; 2]> =
        LazyLock::new(|| NAMES.map(|name| recipes(name, &TASK).unwrap()));

    /// The sweep of the chapter on networks: its rates, epochs and seeds.
    fn best_of_the_full_sweep() -> f64 {
        let rates = rates(-5, 1);
        let sgd = TASK.sweep(Sgd::new, &rates, 5, 4).unwrap();
        let adam = TASK.sweep(Adam::new, &rates, 5, 4).unwrap();
        let runs = sgd.iter().chain(&adam).flat_map(|(_, runs)| runs);
        runs.map(|run| run.accuracy).fold(0.0, f64::max)
    }

    /// Red if `refined[best(&refined)].0` were `10.0 * refined[0].0`: a rate
    /// beyond the wall.
    #[test]
    fn from_all_seeds_it_comes_within_a_tenth_of_the_full_sweep_s_best() {
        let best = best_of_the_full_sweep();
        for (name, found) in ["sgd", "adam"].iter().zip(&*FOUND) {
            assert_eq!(found.len() as f64, RUN["seeds"]);
            let near = found.iter().all(|one| one.accuracy >= 0.9 * best);
            assert!(near, "{name}: {best} {found:?}");
            let right = Spread::of(found.iter().map(|one| one.accuracy));
            assert_eq!(RUN[&*format!("{name}_right_low")], right.low);
            assert_eq!(RUN[&*format!("{name}_right_high")], right.high);
            let rates = Spread::of(found.iter().map(|one| one.rate));
            let spread = RUN[&*format!("{name}_rate_spread")];
            assert_eq!(spread, rates.high / rates.low);
            // The accuracies differ by much less.
            assert!(right.high / right.low < 1.0 + 0.2 * (spread - 1.0));
        }
    }

    /// Red if `/ 10.0;` were `/ 2.0;`: half of the rate at the lowest loss.
    #[test]
    fn the_edge_rule_mends_every_guess_for_sgd() {
        let [sgd, adam] = &*FOUND;
        for found in sgd {
            // One rate more, and the one before it is best.
            assert_eq!(found.tried, GRID + 1);
            assert!((found.coarse / found.guess - 3.0).abs() < 1e-9);
            assert!(found.rate >= 2.9 * found.guess);
        }
        assert_eq!(RUN["sgd_widened"], sgd.len() as f64);
        let widened = adam.iter().filter(|found| found.tried > 3).count();
        assert_eq!(RUN["adam_widened"], widened as f64);
        for found in adam {
            assert!((0.5..2.0).contains(&(found.rate / found.guess)));
        }
    }

    /// An optimizer that counts its steps.
    struct Counting(Sgd, Rc<std::cell::Cell<usize>>);

    impl Optimizer for Counting {
        fn learning_rate(&self) -> f64 {
            self.0.learning_rate()
        }

        fn set_learning_rate(&mut self, learning_rate: f64) {
            self.0.set_learning_rate(learning_rate);
        }

        fn step(
            &mut self,
            weights: ArrayViewMut1<'_, f64>,
            gradient: ArrayView1<'_, f64>,
        ) {
            self.1.set(self.1.get() + 1);
            self.0.step(weights, gradient);
        }
    }

    /// An epoch has 36 steps on the 1,152 images that are kept, and 45 in the
    /// whole run.
    ///
    /// Red if `SHORT * (1 + tried.len() + 2) + EPOCHS` were
    /// `SHORT * (1 + tried.len()) + EPOCHS`: refining not counted.
    #[test]
    fn it_costs_a_third_of_a_full_sweep_at_most() {
        let full_sweep = rates(-5, 1).len() * 5;
        assert_eq!(full_sweep, 65);
        for found in FOUND.iter().flatten() {
            assert!(3 * found.epochs <= full_sweep);
        }
        for seed in 0..2 {
            let steps = Rc::new(std::cell::Cell::new(0));
            let counting = |rate| Counting(Sgd::new(rate), steps.clone());
            let found = recipe(counting, &TASK, seed).unwrap();
            let short = (steps.get() - 5 * 45) / 36;
            assert_eq!(short + 5, found.epochs);
            assert_eq!(found.rate, FOUND[0][seed as usize].rate);
        }
    }

    /// Red if `place % 5 == 4` were `place % 5 != 9`: everything held out.
    #[test]
    fn what_it_chooses_by_is_neither_trained_on_nor_tested_on() {
        let (kept, held_out) = split(&TASK.train);
        assert_eq!((kept.len(), held_out.len()), (1152, 288));
        for image in held_out.x.rows() {
            assert!(kept.x.rows().into_iter().all(|other| other != image));
            assert!(TASK.test.x.rows().into_iter().all(|other| other != image));
        }
    }
}
