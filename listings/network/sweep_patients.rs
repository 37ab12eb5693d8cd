//! The lesson's network at rates from 10⁻⁵ to 10, with SGD and with Adam, eight
//! starts each.

use crate::sweep_report as report;
use notebook::{Cell, Format, Result};
use std::f64::consts::LN_2;
use training::optim::adam::Adam;
use training::optim::sgd::Sgd;
use training::search::grid::rates;
use training::task::{Outcome, Task};

const EPOCHS: usize = 4;
const SEEDS: u64 = 8;

pub fn run(cell: &mut Cell) -> Result<()> {
    // ANCHOR: sweep
    let (task, rates) = (Task::patients(), rates(-5, 1));
    let sgd = task.sweep(Sgd::new, &rates, EPOCHS, SEEDS)?;
    let adam = task.sweep(Adam::new, &rates, EPOCHS, SEEDS)?;
    report::print(cell, &sgd, &adam);
    // ANCHOR_END: sweep

    cell.count("epochs", EPOCHS);
    cell.count("rates", rates.len());
    cell.count("seeds", SEEDS);
    for (name, sweep) in [("sgd", &sgd), ("adam", &adam)] {
        let (rate, loss) = report::best(sweep);
        let (from, to) = report::within(sweep, loss + 0.05);
        let usual = report::losses(report::at(sweep, 0.01)).median;
        let mut cell = cell.of(name);
        cell.value("best", rate, Format::Exact);
        cell.value("loss", loss, Format::Significant(2));
        cell.value("from", from, Format::Exact);
        cell.value("to", to, Format::Exact);
        cell.value("usual", usual, Format::Significant(2));
    }
    cell.count("sgd_at_3", guessing(report::at(&sgd, 3.0)));
    cell.count("adam_at_0_3", guessing(report::at(&adam, 0.3)));
    let alt = format!(
        "Loss and accuracy after {EPOCHS} epochs against the learning rate. \
         SGD's loss falls to {:.2} at a rate of {} and jumps to ln 2 beyond; \
         Adam's falls to {:.2} at {} and rises to ln 2 and above.",
        report::best(&sgd).1,
        report::best(&sgd).0,
        report::best(&adam).1,
        report::best(&adam).0,
    );
    let panels = report::panels(&sgd, &adam, ("ln 2", LN_2), 0.1..=20.0);
    cell.chart(alt, panels);
    Ok(())
}

/// How many runs answer no better than a coin.
fn guessing(outcomes: &[Outcome]) -> usize {
    outcomes.iter().filter(|run| run.accuracy <= 0.51).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;
    use training::spread::Spread;

    fn outcomes(rate: f64, epochs: usize) -> Vec<Outcome> {
        let sweep = Task::patients().sweep(Sgd::new, &[rate], epochs, SEEDS);
        sweep.unwrap().remove(0).1
    }

    #[test]
    fn sgd_is_best_between_a_tenth_and_one_and_adam_below() {
        let outputs = at(run, &[]);
        let number = |name| outputs[name];
        assert!((0.1..=1.0).contains(&number("sgd_best")));
        assert!((0.001..=0.1).contains(&number("adam_best")));
        assert!(number("sgd_usual") > 2.0 * number("sgd_loss"));
        assert!(number("sgd_at_3") >= 6.0);
        assert!(number("adam_at_0_3") >= 5.0);
    }

    #[test]
    fn no_rate_up_to_ten_makes_nan() {
        let (task, rates) = (Task::patients(), [1.0, 3.0, 10.0]);
        let sgd = task.sweep(Sgd::new, &rates, EPOCHS, SEEDS).unwrap();
        let adam = task.sweep(Adam::new, &rates, EPOCHS, SEEDS).unwrap();
        for (_, outcomes) in sgd.iter().chain(&adam) {
            assert!(outcomes.iter().all(|run| run.loss.is_finite()));
        }
    }

    #[test]
    fn at_the_best_rate_of_sgd_adam_does_not_learn() {
        let outputs = at(run, &[]);
        let rate = outputs["sgd_best"];
        let sweep = Task::patients().sweep(Adam::new, &[rate], EPOCHS, SEEDS);
        for run in &sweep.unwrap()[0].1 {
            assert!(run.accuracy <= 0.51 && run.loss > 0.69);
        }
    }

    #[test]
    fn at_low_rates_a_third_of_the_rate_takes_three_times_the_epochs() {
        let (few, many) = (outcomes(0.003, 4), outcomes(0.001, 12));
        for (few, many) in few.iter().zip(&many) {
            // The start is some 0.05 above.
            assert!((few.loss - many.loss).abs() < 0.005);
        }
    }

    #[test]
    fn three_times_the_epochs_do_not_move_the_wall() {
        assert!(guessing(&outcomes(3.0, 12)) >= 6);
        let accuracies = outcomes(1.0, 12).into_iter().map(|run| run.accuracy);
        assert!(Spread::of(accuracies).low > 0.8);
    }
}
