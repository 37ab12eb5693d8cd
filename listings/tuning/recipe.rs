//! The card, followed on the digits: every run that it asks for, and above
//! them what nobody who tunes can see.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::bench::practice::{Practice, Tried};
use training::bench::tasks::tasks;
use training::bench::truth::{self, Truth, truths};
use training::search::card::card;

/// The digits' number on the bench.
const DIGITS: usize = 2;

pub fn run(cell: &mut Cell) -> Result<()> {
    let task = tasks().swap_remove(DIGITS).scaled();
    let truths = truths()?;
    let (mut panels, mut told) = (Vec::new(), Vec::new());
    for optimizer in ["SGD", "Adam"] {
        // ANCHOR: recipe
        let mut practice = Practice::new(&task, optimizer, 0);
        let rate = card(optimizer, &mut practice)?;
        // ANCHOR_END: recipe
        let is_its = |truth: &&Truth| {
            (truth.task, &*truth.optimizer) == (DIGITS, optimizer)
        };
        let truth = truths.iter().find(is_its).expect("all were measured");
        print(cell, optimizer, &practice.tried);
        let (mut cell, two) = (cell.of(optimizer), Format::Significant(2));
        cell.value("begin", practice.tried[0].rate, Format::Exact);
        cell.value("rate", rate, Format::Exact);
        cell.value("best", truth::rate(truth.best()), two);
        cell.value("above", truth.ratio(rate) - 1.0, Format::Percent(0));
        cell.value("cost", practice.spent, Format::Decimals(1));
        told.push(format!("{optimizer} comes to {rate}"));
        panels.push(panel(optimizer, truth, &practice.tried, task.epochs));
    }
    cell.count("epochs", task.epochs);
    cell.count("short", (0.25 * task.epochs as f64).ceil());
    let alt = format!(
        "The test loss against the rate, and the held-out losses of the runs \
         that the card asked for. {}.",
        told.join(", ")
    );
    cell.chart(alt, panels);
    Ok(())
}

/// A line for each rate and length: the lowest held-out losses, seed by seed.
fn print(cell: &mut Cell, optimizer: &str, tried: &[Tried]) {
    writeln!(cell, "{optimizer:6} rate  epochs  held out, by seed");
    let same = |a: &Tried, b: &Tried| (a.rate, a.epochs) == (b.rate, b.epochs);
    for runs in tried.chunk_by(same) {
        write!(cell, "{:11} {:7} ", runs[0].rate, runs[0].epochs);
        for run in runs {
            write!(cell, " {:7.3}", run.held_out);
        }
        writeln!(cell);
    }
}

fn panel(title: &str, truth: &Truth, tried: &[Tried], epochs: usize) -> Panel {
    let losses = truth.losses.iter().enumerate();
    let losses = losses.map(|(place, loss)| (truth::rate(place), *loss));
    let of = |whole: bool| {
        let runs = tried.iter().filter(|run| {
            (run.epochs == epochs as f64) == whole && run.held_out.is_finite()
        });
        Vec::from_iter(runs.map(|run| (run.rate, run.held_out)))
    };
    Panel::new(
        Axis::log("learning rate").range(1e-4..=10.0),
        Axis::log("loss").range(0.1..=5.0),
    )
    .title(title)
    .line("test, whole runs", Vec::from_iter(losses), Style::Muted)
    .points("short", of(false), Style::Blue)
    .points("whole", of(true), Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::{Outputs, at};
    use std::sync::LazyLock;
    use training::bench::trial::choices;

    static RUN: LazyLock<Outputs> = LazyLock::new(|| at(run, &[]));

    /// Of the committed trial, made by another program, the same search.
    ///
    /// Red if `Practice::new(&task, optimizer, 0)` were
    /// `Practice::new(&task, optimizer, 5)`: another person's seeds.
    #[test]
    fn it_is_the_search_of_the_first_person_in_the_trial() {
        let choices = choices().unwrap();
        for (name, optimizer) in [("sgd", "SGD"), ("adam", "Adam")] {
            let first = choices.iter().find(|choice| {
                choice.method == "card"
                    && choice.task == DIGITS
                    && choice.optimizer == optimizer
            });
            let first = first.unwrap();
            assert_eq!(RUN[&*format!("{name}_rate")], first.rate);
            let cost = RUN[&*format!("{name}_cost")];
            assert!((cost - first.cost).abs() < 1e-3 * cost);
        }
    }

    /// Red if `card(optimizer, &mut practice)?` were
    /// `card(optimizer, &mut practice)? / 100.0`: far too low.
    #[test]
    fn on_the_digits_it_comes_within_a_tenth_of_the_best_loss() {
        let truths = truths().unwrap();
        for (name, optimizer) in [("sgd", "SGD"), ("adam", "Adam")] {
            let truth = truths.iter().find(|truth| {
                (truth.task, &*truth.optimizer) == (DIGITS, optimizer)
            });
            let truth = truth.unwrap();
            let least = truth.losses.iter().copied().fold(9.0, f64::min);
            let best = RUN[&*format!("{name}_best")];
            assert_eq!(truth.ratio(best) * least, least);
            let above = RUN[&*format!("{name}_above")];
            assert!((0.0..=0.1).contains(&above), "{name}: {above}");
        }
    }
}
