//! The range test on the digits, sixteen times for each optimizer, beside a
//! sweep of whole runs.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::nn::fit::Fit;
use training::optim::adam::Adam;
use training::optim::optimizer::Optimizer;
use training::optim::sgd::Sgd;
use training::search::grid::rates;
use training::search::grid::{Tried, best};
use training::search::range_test::{lowest, range_test, smoothed};
use training::spread::Spread;
use training::task::Task;

const SEEDS: u64 = 16;
const TEST_EPOCHS: usize = 2;
const RUN_EPOCHS: usize = 5;
const SMOOTHINGS: [f64; 3] = [0.0, 0.9, 0.98];
/// The smoothing that the figure shows.
const SHOWN: usize = 1;

type MakeOptimizer = fn(f64) -> Box<dyn Optimizer>;
const OPTIMIZERS: [(&str, MakeOptimizer); 2] = [
    ("SGD", |rate| Box::new(Sgd::new(rate))),
    ("Adam", |rate| Box::new(Adam::new(rate))),
];

// ANCHOR: seeds
/// For each smoothing the rates at the lowest loss, one of each seed.
fn found(task: &Task, optimizer: MakeOptimizer) -> Result<[Vec<f64>; 3]> {
    let mut found = [const { Vec::new() }; 3];
    for seed in 0..SEEDS {
        let plan = Fit {
            epochs: TEST_EPOCHS,
            batch_size: task.batch_size,
            shuffle: Some(seed),
        };
        let mut model = (task.model)(seed);
        model.compile(optimizer(0.0));
        let ends = (1e-5, 10.0);
        let (rates, losses) = range_test(&mut model, &task.train, plan, ends)?;
        for (found, smoothing) in found.iter_mut().zip(SMOOTHINGS) {
            found.push(rates[lowest(&smoothed(&losses, smoothing))]);
        }
    }
    Ok(found)
}
// ANCHOR_END: seeds

/// The training loss after a whole run at each rate.
fn whole_runs(task: &Task, optimizer: MakeOptimizer) -> Result<Vec<Tried>> {
    let runs = task.sweep(optimizer, &rates(-4, 1), RUN_EPOCHS, 1)?;
    let losses = runs.iter().map(|(rate, runs)| (*rate, runs[0].loss));
    Ok(losses.collect())
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let task = Task::digits()?;
    let mut panels = Vec::new();
    let mut told = Vec::new();
    writeln!(cell, "      smoothing  lowest  median  highest   best run");
    for (name, optimizer) in OPTIMIZERS {
        let found = found(&task, optimizer)?;
        let runs = whole_runs(&task, optimizer)?;
        let best_run = runs[best(&runs)].0;
        for (smoothing, found) in SMOOTHINGS.iter().zip(&found) {
            let spread = Spread::of(found.iter().copied());
            write!(cell, "{name:4} {smoothing:10.2} {:8.1e}", spread.low);
            write!(cell, "{:8.2} {:8.2}", spread.median, spread.high);
            writeln!(cell, " {best_run:10}");
        }
        let shown = Spread::of(found[SHOWN].iter().copied());
        let (mut cell, two) = (cell.of(name), Format::Significant(2));
        cell.value("spread", shown.high / shown.low, two);
        cell.value("tenth_low", shown.low / 10.0, two);
        cell.value("tenth_high", shown.high / 10.0, two);
        cell.value("best", best_run, two);
        told.push(format!(
            "{name}: lowest at {:.2} to {:.2}, best run at {best_run}",
            shown.low, shown.high
        ));
        panels.push(panel(name, &runs, shown));
    }
    cell.count("seeds", SEEDS);
    cell.count("epochs", TEST_EPOCHS);
    let alt = format!(
        "The loss after whole runs against the rate, and two bands: where {} \
         range tests had their lowest loss, and a tenth of that. {}.",
        SEEDS,
        told.join("; ")
    );
    cell.chart(alt, panels);
    Ok(())
}

fn panel(name: &str, runs: &[Tried], found: Spread) -> Panel {
    let height = |x: f64| (x, 0.02, 20.0);
    let band =
        |part: f64| [height(part * found.low), height(part * found.high)];
    Panel::new(
        Axis::log("learning rate").range(1e-4..=10.0),
        Axis::log("loss").range(0.02..=20.0),
    )
    .title(name)
    .band("lowest", band(1.0), Style::Muted)
    .band("a tenth", band(0.1), Style::Converging)
    .path("runs", runs.iter().copied(), Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    fn outputs() -> impl Fn(&str) -> f64 {
        let outputs = at(run, &[]);
        move |name| outputs[name]
    }

    const BY_NAME: [(&str, MakeOptimizer); 2] =
        [("sgd", OPTIMIZERS[0].1), ("adam", OPTIMIZERS[1].1)];

    /// For each optimizer the lowest and the highest rate of its shown tests.
    fn ends() -> [(&'static str, f64, f64); 2] {
        let task = Task::digits().unwrap();
        BY_NAME.map(|(name, optimizer)| {
            let rates = &found(&task, optimizer).unwrap()[SHOWN];
            assert_eq!(rates.len(), 16);
            let low = rates.iter().copied().fold(f64::INFINITY, f64::min);
            (name, low, rates.iter().copied().fold(0.0, f64::max))
        })
    }

    #[test]
    fn seeds_differ_by_more_than_a_factor_of_two_and_less_than_ten() {
        let value = outputs();
        for (name, low, high) in ends() {
            let spread = high / low;
            assert!((2.0..10.0).contains(&spread), "{name}: {spread}");
            let shown = value(&format!("{name}_spread"));
            assert_relative_eq!(shown, spread, max_relative = 1e-12);
        }
    }

    #[test]
    fn more_smoothing_finds_higher_rates() {
        let task = Task::digits().unwrap();
        for (name, optimizer) in OPTIMIZERS {
            let found = found(&task, optimizer).unwrap();
            // From none to most, one seed of 16 at the most finds a lower
            // rate, and more than half of them a higher one.
            let ends = || found[0].iter().zip(&found[2]);
            let lower = ends().filter(|(none, most)| most < none).count();
            let higher = ends().filter(|(none, most)| most > none).count();
            assert!(lower <= 1 && higher > 8, "{name}: {lower} {higher}");
            let medians = found.map(|found| Spread::of(found).median);
            let rise = medians.windows(2).all(|pair| pair[0] < pair[1]);
            assert!(rise, "{name}: {medians:?}");
            assert!(medians[2] > 1.2 * medians[0], "{name}: {medians:?}");
        }
    }

    #[test]
    fn the_best_run_is_within_a_decade_around_a_tenth_of_the_lowest() {
        let value = outputs();
        for (name, low, high) in ends() {
            let best = value(&format!("{name}_best"));
            for (end, lowest) in [("tenth_low", low), ("tenth_high", high)] {
                let tenth = value(&format!("{name}_{end}"));
                assert_relative_eq!(10.0 * tenth, lowest, max_relative = 1e-12);
                let decades = (best / tenth).log10().abs();
                assert!(decades < 1.0, "{name} {end}: {decades}");
            }
        }
        // Whole runs at every other rate of the grid leave more loss.
        let task = Task::digits().unwrap();
        for (name, optimizer) in BY_NAME {
            let best = value(&format!("{name}_best"));
            let loss = |rate: f64| {
                let run = task.train(optimizer(rate), RUN_EPOCHS, 0);
                run.unwrap().loss
            };
            let least = loss(best);
            for rate in rates(-4, 1).into_iter().filter(|rate| *rate != best) {
                assert!(least < loss(rate), "{name}: {best} {rate}");
            }
        }
        // Adam's best is among the tenths, SGD's above all of them.
        assert!(value("adam_tenth_low") < value("adam_best"));
        assert!(value("adam_best") < value("adam_tenth_high"));
        assert!(value("sgd_tenth_high") < value("sgd_best"));
    }

    #[test]
    fn whole_runs_at_the_rate_of_the_lowest_loss_are_mostly_spoilt() {
        let task = Task::digits().unwrap();
        for (name, optimizer) in OPTIMIZERS {
            let found = &found(&task, optimizer).unwrap()[SHOWN];
            let ends = |seed: usize, part: f64| {
                let rate = part * found[seed];
                let run = task.train(optimizer(rate), RUN_EPOCHS, seed as u64);
                run.unwrap().accuracy
            };
            let count = |part: f64, is: fn(f64) -> bool| {
                (0..16).filter(|seed| is(ends(*seed, part))).count()
            };
            assert!(count(1.0, |accuracy| accuracy < 0.9) > 8, "{name}");
            assert!(count(0.1, |accuracy| accuracy > 0.9) >= 15, "{name}");
        }
    }
}
