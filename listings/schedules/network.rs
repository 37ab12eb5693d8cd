//! The lesson's network under every schedule, at one highest rate.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::nn::fit::Fit;
use training::optim::sgd::Sgd;
use training::schedule::schedule::{Follow, Schedule};
use training::schedule::schedules::{NAMES, Plan, named};
use training::spread::Spread;
use training::task::Task;

const SEEDS: u64 = 3;
const EPOCHS: usize = 8;
const EPOCH: usize = 210;
const PLAN: Plan = Plan {
    learning_rate: 1.0,
    lowest: 0.01,
    steps: EPOCHS * EPOCH,
    warmup: EPOCH,
    stages: 3,
};

/// A schedule, and what came of it for each seed.
struct Trained {
    name: &'static str,
    runs: Vec<(Vec<f64>, f64)>,
}

impl Trained {
    fn end(&self) -> Spread {
        Spread::of(self.runs.iter().map(|(_, end)| *end))
    }
}

// ANCHOR: train
/// The mean loss of each epoch, and the loss at the end.
fn train(
    task: &Task,
    schedule: &mut dyn Schedule,
    seed: u64,
) -> Result<(Vec<f64>, f64)> {
    let mut model = (task.model)(seed);
    model.compile(Sgd::default());
    let fit = Fit {
        epochs: EPOCHS,
        batch_size: task.batch_size,
        shuffle: Some(seed),
    };
    let history = model.fit_with(&task.train, fit, &mut Follow(schedule))?;
    Ok((history.losses, model.loss(&task.train)))
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let task = Task::patients();
    let mut all = Vec::new();
    writeln!(cell, "                        loss at the end");
    for (number, name) in (1..).zip(NAMES) {
        let run = |seed| train(&task, &mut *named(name, PLAN), seed);
        let runs = (0..SEEDS).map(run).collect::<Result<_>>()?;
        let trained = Trained { name, runs };
        let Spread { low, median, high } = trained.end();
        write!(cell, "{number:2} {name:20} {median:.4}");
        writeln!(cell, "  ({low:.4} to {high:.4})");
        all.push(trained);
    }
    // ANCHOR_END: train

    let constant = all[0].end().median;
    cell.value("learning_rate", PLAN.learning_rate, Format::Exact);
    cell.count("epochs", EPOCHS);
    cell.count("seeds", SEEDS);
    cell.value("constant", constant, Format::Decimals(3));
    let ends = all[1..]
        .iter()
        .map(|trained| format!("{} {:.3}", trained.name, trained.end().median));
    let alt = format!(
        "The rates of twelve schedules over {EPOCHS} epochs, side by side, \
         and under each the loss of the network. A constant rate ends at \
         {constant:.3}; the others: {}.",
        ends.collect::<Vec<_>>().join(", ")
    );
    let last = Spread::of(all[0].runs.iter().map(|(l, _)| l[EPOCHS - 1]));
    let (left, right) = all.split_at(STRIPS);
    let panels = [
        rates(left, 1),
        rates(right, 1 + STRIPS),
        losses(left, 1, last.median),
        losses(right, 1 + STRIPS, last.median),
    ];
    cell.chart(alt, panels);
    Ok(())
}

/// How many schedules stand side by side in a panel.
const STRIPS: usize = NAMES.len() / 2;

/// Axes with a strip for each schedule, numbered from `first`.
fn strips(first: usize, y: Axis, top: f64) -> Panel {
    let (from, to) = (first as f64 - 0.5, (first + STRIPS) as f64 - 0.5);
    let axes = Panel::new(Axis::linear("schedule").range(from..=to), y);
    (first..first + STRIPS).fold(axes, |panel, number| {
        panel.note(number.to_string(), (number as f64 - 0.15, top))
    })
}

/// Where a time from 0 to 1 stands in the strip of that number.
fn in_strip(number: usize, time: f64) -> f64 {
    number as f64 - 0.4 + 0.8 * time
}

fn rates(all: &[Trained], first: usize) -> Panel {
    let axis = Axis::linear("learning rate").range(0.0..=1.2);
    let panel = strips(first, axis, 1.1);
    (first..).zip(all).fold(panel, |panel, (number, trained)| {
        let mut schedule = named(trained.name, PLAN);
        let mut rates = Vec::new();
        // The rates of the first seed, by feeding it the losses again.
        for (epoch, loss) in trained.runs[0].0.iter().enumerate() {
            // A point for every tenth step is enough to draw.
            for k in (epoch * EPOCH..(epoch + 1) * EPOCH).step_by(10) {
                let time = k as f64 / PLAN.steps as f64;
                rates.push((in_strip(number, time), schedule.learning_rate(k)));
            }
            schedule.observe(*loss);
        }
        panel.line("", rates, Style::Ink)
    })
}

fn losses(all: &[Trained], first: usize, constant: f64) -> Panel {
    let axis = Axis::linear("loss").range(0.2..=0.7);
    let panel = strips(first, axis, 0.66).level("", constant);
    (first..).zip(all).fold(panel, |panel, (number, trained)| {
        let medians = (0..EPOCHS).map(|epoch| {
            let losses = trained.runs.iter().map(|(losses, _)| losses[epoch]);
            let time = (epoch + 1) as f64 / EPOCHS as f64;
            (in_strip(number, time), Spread::of(losses).median)
        });
        panel.line("", medians, Style::Ink)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ends of 16 seeds that the page does not show.
    fn ends(name: &str, plan: Plan) -> Vec<f64> {
        let task = Task::patients();
        let end = |seed| train(&task, &mut *named(name, plan), seed);
        (100..116).map(|seed| end(seed).unwrap().1).collect()
    }

    /// In how many seeds the one ends below the other.
    fn wins(ends: &[f64], others: &[f64]) -> usize {
        let pairs = ends.iter().zip(others);
        pairs.filter(|(end, other)| end < other).count()
    }

    /// Those that are at half of the rate or more half-way, and near zero at
    /// the end. Were both alike, the count would be 8 ± 2.
    ///
    /// Red if `&mut Follow(schedule)` were `&mut ()`: no schedule is followed.
    #[test]
    fn a_late_decay_ends_below_a_constant_rate_in_nearly_every_seed() {
        let constant = ends("constant", PLAN);
        for (number, name) in (1..).zip(NAMES) {
            let schedule = named(name, PLAN);
            let rate = |k| schedule.learning_rate(k);
            let falls = (1..1680).find(|k| rate(*k) < rate(k - 1));
            let rises = |k: &usize| rate(*k) > rate(k - 1);
            let once =
                falls.is_some_and(|falls| !(falls..1680).any(|k| rises(&k)));
            let is_late = once && rate(840) >= 0.5 && rate(1679) <= 0.011;
            assert_eq!(is_late, [6, 7, 10, 11].contains(&number), "{name}");
            if is_late {
                let wins = wins(&ends(name, PLAN), &constant);
                assert!(wins >= 15, "{name}: {wins} of 16");
            }
        }
    }

    /// Red if `[3, 4]` were `[4, 6]`: one of them falls late.
    #[test]
    fn a_decay_that_comes_early_ends_above_a_late_one_in_nearly_every_seed() {
        let of = |number: usize| ends(NAMES[number - 1], PLAN);
        let late = [6, 7, 10, 11].map(of);
        for number in [3, 4] {
            let name = NAMES[number - 1];
            let early = of(number);
            for late in &late {
                let wins = wins(late, &early);
                assert!(wins >= 15, "{name}: {wins} of 16");
            }
            assert!(named(name, PLAN).learning_rate(840) < 0.11, "{name}");
        }
    }

    /// Red if `learning_rate: 0.1,` were `learning_rate: 1.0,`: the rate at
    /// which the cosine wins.
    #[test]
    fn at_a_tenth_of_the_rate_the_constant_one_ends_lower() {
        let plan = Plan {
            learning_rate: 0.1,
            ..PLAN
        };
        let wins = wins(&ends("constant", plan), &ends("cosine", plan));
        assert!(wins >= 13, "{wins} of 16");
    }

    /// Beside the same run that goes on at the rate.
    ///
    /// Red if `lowest: 0.01,` were `lowest: 0.9,`: rates that hardly drop.
    #[test]
    fn the_loss_drops_as_soon_as_the_rate_does() {
        let task = Task::patients();
        let losses =
            |name, seed| train(&task, &mut *named(name, PLAN), seed).unwrap().0;
        let mut drops = [0; 3];
        for seed in 100..116 {
            let constant = losses("constant", seed);
            let warmup = losses("warmup", seed);
            let plateau = losses("plateau", seed);
            let mut schedule = named("plateau", PLAN);
            let lowers = |loss: &f64| {
                schedule.observe(*loss);
                schedule.learning_rate(0) < 1.0
            };
            // The first epoch that is at the lower rate from start to end.
            let falls = plateau.iter().position(lowers).map(|k| k + 1);
            for (drops, (here, other, from)) in drops.iter_mut().zip([
                (losses("step", seed), &constant, Some(3)),
                (losses("warmup-stable-decay", seed), &warmup, Some(6)),
                (plateau, &constant, falls.filter(|k| *k < EPOCHS)),
            ]) {
                let Some(from) = from else { continue };
                let part = |epoch: usize| here[epoch] / other[epoch];
                *drops += usize::from(part(from) < 0.93);
                let before = part(from - 2);
                assert!((0.93..1.07).contains(&before), "{seed}: {before}");
            }
        }
        assert!(drops.iter().all(|drops| *drops >= 14), "{drops:?}");
    }
}
