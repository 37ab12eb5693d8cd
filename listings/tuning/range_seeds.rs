//! The range test on the digits, sixteen times for each optimizer, beside a
//! sweep of whole runs.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::nn::fit::Fit;
use training::optim::adam::Adam;
use training::optim::optimizer::Optimizer;
use training::optim::sgd::Sgd;
use training::search::grid::{Tried, best, rates};
use training::search::range_test::{lowest, range_test, smoothed};
use training::spread::Spread;
use training::task::{Outcome, Task};

const SEEDS: u64 = 16;
const TEST_EPOCHS: usize = 2;
/// As in the sweep of the chapter on networks.
const RUN_EPOCHS: usize = 5;
const RUN_SEEDS: u64 = 4;
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

/// The median training loss after whole runs at each rate.
fn whole_runs(task: &Task, optimizer: MakeOptimizer) -> Result<Vec<Tried>> {
    let runs = task.sweep(optimizer, &rates(-3, 1), RUN_EPOCHS, RUN_SEEDS)?;
    let median =
        |runs: &[Outcome]| Spread::of(runs.iter().map(|run| run.loss)).median;
    Ok(runs.iter().map(|(rate, at)| (*rate, median(at))).collect())
}

/// How many whole runs, at this part of the rate that each seed's test found,
/// read fewer than nine in ten digits.
fn spoilt(
    task: &Task,
    optimizer: MakeOptimizer,
    found: &[f64],
    part: f64,
) -> Result<usize> {
    let runs = found.iter().zip(0..).map(|(rate, seed)| {
        task.train(optimizer(part * rate), RUN_EPOCHS, seed)
    });
    let runs = runs.collect::<Result<Vec<_>>>()?;
    Ok(runs.iter().filter(|run| run.accuracy < 0.9).count())
}

/// How many seeds find a higher rate with the most smoothing than with none,
/// and how many a lower one.
fn moved(found: &[Vec<f64>; 3]) -> [usize; 2] {
    let ends = || found[0].iter().zip(&found[2]);
    [
        ends().filter(|(none, most)| most > none).count(),
        ends().filter(|(none, most)| most < none).count(),
    ]
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
        let [at_it, at_a_tenth] =
            [1.0, 0.1].map(|p| spoilt(&task, optimizer, &found[SHOWN], p));
        let [higher, lower] = moved(&found);
        let (mut cell, two) = (cell.of(name), Format::Significant(2));
        cell.count("moved_higher", higher);
        cell.count("moved_lower", lower);
        cell.count("spoilt", at_it?);
        cell.count("spoilt_at_a_tenth", at_a_tenth?);
        cell.value("low", shown.low, two);
        cell.value("high", shown.high, two);
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
        Axis::log("learning rate").range(1e-3..=10.0),
        Axis::log("loss").range(0.02..=20.0),
    )
    .title(name)
    .band("lowest", band(1.0), Style::Muted)
    .band("a tenth", band(0.1), Style::Green)
    .path("runs", runs.iter().copied(), Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::{Outputs, at};
    use std::sync::LazyLock;

    static RUN: LazyLock<Outputs> = LazyLock::new(|| at(run, &[]));
    static TASK: LazyLock<Task> = LazyLock::new(|| Task::digits().unwrap());
    /// What the tests found, SGD's and Adam's.
    static FOUND: LazyLock<[[Vec<f64>; 3]; 2]> = LazyLock::new(|| {
        OPTIMIZERS.map(|(_, optimizer)| found(&TASK, optimizer).unwrap())
    });

    fn value(optimizer: usize, what: &str) -> f64 {
        let name = ["sgd", "adam"][optimizer];
        RUN[&*format!("{name}_{what}")]
    }

    /// Red if `found[SHOWN].iter().copied()` were `found[0].iter().copied()`:
    /// without smoothing.
    #[test]
    fn the_bands_are_from_the_lowest_to_the_highest_of_sixteen_seeds() {
        for (optimizer, found) in FOUND.iter().enumerate() {
            let rates = &found[1];
            assert_eq!(rates.len(), 16);
            let low = rates.iter().copied().fold(f64::INFINITY, f64::min);
            let high = rates.iter().copied().fold(0.0, f64::max);
            let two = value(optimizer, "high") / value(optimizer, "low");
            assert!((2.0..10.0).contains(&two), "{two}");
            for (name, expected) in [
                ("low", low),
                ("high", high),
                ("tenth_low", low / 10.0),
                ("tenth_high", high / 10.0),
            ] {
                let shown = value(optimizer, name);
                assert_relative_eq!(shown, expected, max_relative = 1e-12);
            }
        }
    }

    /// Red if `[0.0, 0.9, 0.98]` were `[0.98, 0.9, 0.0]`: the other way round.
    #[test]
    fn more_smoothing_finds_higher_rates_mostly_with_adam() {
        let moved = |optimizer: usize, sign: f64| {
            let ends = FOUND[optimizer][0].iter().zip(&FOUND[optimizer][2]);
            let moves = ends.map(|(none, most)| sign * (most - none));
            moves.filter(|rise| *rise > 0.0).count()
        };
        for (optimizer, [higher, lower]) in [(0, [9, 1]), (1, [15, 0])] {
            assert_eq!(moved(optimizer, 1.0), higher);
            assert_eq!(moved(optimizer, -1.0), lower);
            let of = |what: &str| value(optimizer, what);
            assert_eq!(of("moved_higher"), higher as f64);
            assert_eq!(of("moved_lower"), lower as f64);
        }
    }

    /// Whole runs of the network chapter's four seeds, and of twelve more.
    ///
    /// Red if `let best_run = runs[best(&runs)].0` were
    /// `let best_run = runs[best(&runs) - 1].0`: the rate below the best.
    #[test]
    fn the_best_run_of_sgd_is_in_its_band_and_adam_s_among_the_tenths() {
        for (optimizer, expected) in [(0, [1.0, 1.0]), (1, [0.03, 0.03])] {
            let make = OPTIMIZERS[optimizer].1;
            let grid = rates(-2, 1);
            let sweep = TASK.sweep(make, &grid, RUN_EPOCHS, 16).unwrap();
            let best = [4, 16].map(|seeds| {
                let medians = sweep.iter().map(|(rate, runs)| {
                    let losses = runs[..seeds].iter().map(|run| run.loss);
                    (*rate, Spread::of(losses).median)
                });
                let medians = Vec::from_iter(medians);
                medians.iter().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0
            });
            assert_eq!(best, expected);
            assert_eq!(value(optimizer, "best"), best[0]);
        }
        let sgd = value(0, "best");
        assert!(value(0, "low") < sgd && sgd < value(0, "high"));
        let adam = value(1, "best");
        assert!(value(1, "tenth_low") < adam && adam < value(1, "tenth_high"));
        assert!(adam < value(1, "low"));
    }

    /// Red if `part * rate` were `0.1 * rate`: a tenth in both.
    #[test]
    fn whole_runs_at_the_rate_of_the_lowest_loss_are_mostly_spoilt() {
        for (optimizer, (_, make)) in OPTIMIZERS.into_iter().enumerate() {
            let spoilt = |part: f64| {
                let seeds = 0..16;
                let accuracy = |seed: usize| {
                    let rate = part * FOUND[optimizer][1][seed];
                    let run = TASK.train(make(rate), RUN_EPOCHS, seed as u64);
                    run.unwrap().accuracy
                };
                seeds.filter(|seed| accuracy(*seed) < 0.9).count() as f64
            };
            assert_eq!(value(optimizer, "spoilt"), spoilt(1.0));
            assert_eq!(value(optimizer, "spoilt_at_a_tenth"), spoilt(0.1));
            assert!(spoilt(1.0) > 8.0 && spoilt(0.1) <= 1.0);
        }
    }

    /// From all sixteen seeds, a whole run each.
    ///
    /// Red if `(part, best) = (0.1,` were
    /// `(part, best) = (0.5,`: half of the rate.
    #[test]
    fn for_sgd_a_tenth_of_the_rate_is_too_low_from_every_seed() {
        let (part, best) = (0.1, value(0, "best"));
        let rates = &FOUND[0][SHOWN];
        assert_eq!(rates.len() as f64, RUN["seeds"]);
        assert!(value(0, "tenth_high") < best);
        for (found, seed) in rates.iter().zip(0..) {
            let [tenth, best] = [part * found, best].map(|rate| {
                let run = TASK.train((OPTIMIZERS[0].1)(rate), RUN_EPOCHS, seed);
                run.unwrap().loss
            });
            assert!(tenth > best, "{seed}: {found} {tenth} {best}");
        }
    }
}
