//! The range test on the digits, sixteen times for each optimizer, beside a
//! sweep of whole runs.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use std::iter::repeat;
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

/// At each rate the median training loss of whole runs, and the median share
/// of images never trained on that is read wrongly.
fn whole_runs(
    task: &Task,
    optimizer: MakeOptimizer,
) -> Result<[Vec<Tried>; 2]> {
    let runs = task.sweep(optimizer, &rates(-3, 1), RUN_EPOCHS, RUN_SEEDS)?;
    let figures: [fn(&Outcome) -> f64; 2] =
        [|run| run.loss, |run| 1.0 - run.accuracy];
    Ok(figures.map(|figure| {
        let median = |at: &[Outcome]| Spread::of(at.iter().map(figure)).median;
        runs.iter().map(|(rate, at)| (*rate, median(at))).collect()
    }))
}

/// The share of images never trained on that whole runs read, one run of each
/// seed at its rate.
fn right(
    task: &Task,
    optimizer: MakeOptimizer,
    rates: impl Iterator<Item = f64>,
) -> Result<Vec<f64>> {
    let runs = rates.zip(0..SEEDS).map(|(rate, seed)| {
        Ok(task.train(optimizer(rate), RUN_EPOCHS, seed)?.accuracy)
    });
    runs.collect()
}

/// How many of the runs read fewer than nine in ten digits.
fn spoilt(right: &[f64]) -> usize {
    right.iter().filter(|share| **share < 0.9).count()
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
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
        let [runs, wrong] = whole_runs(&task, optimizer)?;
        let best_run = runs[best(&runs)].0;
        let best_read = wrong[best(&wrong)].0;
        for (smoothing, found) in SMOOTHINGS.iter().zip(&found) {
            let spread = Spread::of(found.iter().copied());
            write!(cell, "{name:4} {smoothing:10.2} {:8.1e}", spread.low);
            write!(cell, "{:8.2} {:8.2}", spread.median, spread.high);
            writeln!(cell, " {best_run:10}");
        }
        let shown = Spread::of(found[SHOWN].iter().copied());
        let found_times =
            |part: f64| found[SHOWN].iter().map(move |r| part * r);
        let at_it = right(&task, optimizer, found_times(1.0))?;
        let at_a_tenth = right(&task, optimizer, found_times(0.1))?;
        let at_best = right(&task, optimizer, repeat(best_run))?;
        let at_best_read = right(&task, optimizer, repeat(best_read))?;
        let [higher, lower] = moved(&found);
        let (mut cell, two) = (cell.of(name), Format::Significant(2));
        cell.count("moved_higher", higher);
        cell.count("moved_lower", lower);
        cell.count("spoilt", spoilt(&at_it));
        cell.count("best_spoilt", spoilt(&at_best));
        for (name, right) in [
            ("tenth_right", at_a_tenth),
            ("best_right", at_best),
            ("best_read_right", at_best_read),
        ] {
            cell.value(name, mean(&right), Format::Percent(1));
        }
        cell.value("low", shown.low, two);
        cell.value("high", shown.high, two);
        cell.value("tenth_low", shown.low / 10.0, two);
        cell.value("tenth_high", shown.high / 10.0, two);
        cell.value("best", best_run, two);
        cell.value("best_read", best_read, two);
        told.push(format!(
            "{name}: lowest at {:.2} to {:.2}, best run at {best_run}",
            shown.low, shown.high
        ));
        panels.push(panel(name, &runs, shown));
    }
    cell.count("seeds", SEEDS);
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
    }

    /// Medians of sixteen seeds at the ends of a band and between: Adam's has
    /// more than twice the loss of its best run even at its lower end, and more
    /// along it; SGD's less than that of its best on the grid at its lower end,
    /// and ten times as much from its middle on.
    ///
    /// Red if `(1, 1.0)` were `(1, 0.1)`: a tenth of it.
    #[test]
    fn adam_s_band_is_on_the_wall_and_sgd_s_reaches_from_the_bottom_there() {
        for (optimizer, part) in [(0, 1.0), (1, 1.0)] {
            let make = OPTIMIZERS[optimizer].1;
            let [low, high] =
                ["low", "high"].map(|end| part * value(optimizer, end));
            let at = [value(optimizer, "best"), low, (low * high).sqrt(), high];
            let sweep = TASK.sweep(make, &at, RUN_EPOCHS, 16).unwrap();
            let losses = sweep.iter().map(|(_, runs)| {
                Spread::of(runs.iter().map(|run| run.loss)).median
            });
            let losses = Vec::from_iter(losses);
            let times = [1, 2, 3].map(|place| losses[place] / losses[0]);
            assert!(times[0] < times[1] && times[1] < times[2], "{times:?}");
            assert!(times[1] > 10.0, "{times:?}");
            let lower = [0.5..1.0, 2.5..3.5][optimizer].clone();
            assert!(lower.contains(&times[0]), "{times:?}");
        }
    }

    fn rights(optimizer: usize, rate_of: impl Fn(usize) -> f64) -> Vec<f64> {
        let make = OPTIMIZERS[optimizer].1;
        let right = |seed: usize| {
            let run = TASK.train(make(rate_of(seed)), RUN_EPOCHS, seed as u64);
            run.unwrap().accuracy
        };
        (0..16).map(right).collect()
    }

    /// Red if `right(&task, optimizer, found_times(1.0))` were
    /// `right(&task, optimizer, found_times(0.1))`: a tenth in both.
    #[test]
    fn whole_runs_at_the_rate_of_the_lowest_loss_are_mostly_spoilt() {
        for optimizer in [0, 1] {
            let right = rights(optimizer, |seed| FOUND[optimizer][1][seed]);
            let spoilt = right.iter().filter(|share| **share < 0.9).count();
            assert_eq!(value(optimizer, "spoilt"), spoilt as f64);
            assert!(spoilt > 8 && spoilt < 16, "{spoilt}");
        }
    }

    /// From all sixteen seeds, a whole run each; in the median more than twice
    /// as much.
    ///
    /// Red if `(part, best) = (0.1,` were
    /// `(part, best) = (0.5,`: half of the rate.
    #[test]
    fn for_sgd_a_tenth_leaves_more_training_loss_from_every_seed() {
        let (part, best) = (0.1, value(0, "best"));
        let rates = &FOUND[0][SHOWN];
        assert_eq!(rates.len() as f64, RUN["seeds"]);
        assert!(value(0, "tenth_high") < best);
        let times = rates.iter().zip(0..).map(|(found, seed)| {
            let [tenth, best] = [part * found, best].map(|rate| {
                let run = TASK.train((OPTIMIZERS[0].1)(rate), RUN_EPOCHS, seed);
                run.unwrap().loss
            });
            tenth / best
        });
        let times = Spread::of(times);
        assert!(times.low > 1.05, "{times:?}");
        assert!((2.0..3.0).contains(&times.median), "{times:?}");
    }

    /// In the mean of sixteen runs within two standard errors of their
    /// differences; the rate between reads more than either.
    ///
    /// Red if `|run| 1.0 - run.accuracy` were `|run| run.accuracy`: the rate
    /// that reads fewest.
    #[test]
    fn on_new_images_a_tenth_reads_as_many_and_a_rate_between_reads_most() {
        let best = value(0, "best");
        let between = value(0, "best_read");
        assert!(value(0, "tenth_high") < between && between < value(0, "low"));
        let tenth = rights(0, |seed| 0.1 * FOUND[0][SHOWN][seed]);
        let at_best = rights(0, |_| best);
        let at_between = rights(0, |_| between);
        for (name, right) in [
            ("tenth", &tenth),
            ("best", &at_best),
            ("best_read", &at_between),
        ] {
            let shown = value(0, &format!("{name}_right"));
            let mean = right.iter().sum::<f64>() / 16.0;
            assert_relative_eq!(shown, mean, max_relative = 1e-12);
        }
        let spoilt = at_best.iter().filter(|share| **share < 0.9).count();
        assert_eq!(value(0, "best_spoilt"), spoilt as f64);
        // By how much others read more than a tenth, in standard errors.
        let ahead = |others: &[f64]| {
            let more = others.iter().zip(&tenth).map(|(a, b)| a - b);
            let mean = more.clone().sum::<f64>() / 16.0;
            let squares = more.map(|more| (more - mean).powi(2)).sum::<f64>();
            mean / (squares / 15.0 / 16.0).sqrt()
        };
        assert!(
            (-2.0..2.0).contains(&ahead(&at_best)),
            "{}",
            ahead(&at_best)
        );
        assert!(ahead(&at_between) > 3.0, "{}", ahead(&at_between));
        // At the other rates of the grid around it they read fewer.
        for rate in [0.03, 0.1, 1.0, 3.0] {
            let right = rights(0, |_| rate).iter().sum::<f64>() / 16.0;
            assert!(right < value(0, "best_read_right"), "{rate}: {right}");
        }
    }
}
