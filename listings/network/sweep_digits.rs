//! The network for the digits at the same rates, four starts each.

use crate::sweep_report as report;
use notebook::{Cell, Format, Result};
use training::nn::loss::EPSILON;
use training::optim::adam::Adam;
use training::optim::sgd::Sgd;
use training::search::grid::rates;
use training::task::Task;

const EPOCHS: usize = 5;
const SEEDS: u64 = 4;

pub fn run(cell: &mut Cell) -> Result<()> {
    // ANCHOR: sweep
    let (task, rates) = (Task::digits()?, rates(-5, 1));
    let sgd = task.sweep(Sgd::new, &rates, EPOCHS, SEEDS)?;
    let adam = task.sweep(Adam::new, &rates, EPOCHS, SEEDS)?;
    report::print(cell, &sgd, &adam);
    // ANCHOR_END: sweep

    cell.count("epochs", EPOCHS);
    cell.count("seeds", SEEDS);
    cell.count("train", task.train.len());
    cell.count("test", task.test.len());
    for (name, sweep) in [("sgd", &sgd), ("adam", &adam)] {
        let (rate, loss) = report::best(sweep);
        let accuracy = report::accuracies(report::at(sweep, rate));
        let mut cell = cell.of(name);
        cell.value("best", rate, Format::Exact);
        cell.value("loss", loss, Format::Significant(2));
        cell.value("right", accuracy.median, Format::Percent(1));
        cell.value("right_low", accuracy.low, Format::Percent(1));
        cell.value("right_high", accuracy.high, Format::Percent(1));
    }
    let certain = -libm::log(EPSILON);
    let stuck = report::losses(report::at(&sgd, 10.0));
    cell.value("certain", certain, Format::Significant(3));
    cell.value("stuck", stuck.median, Format::Significant(3));
    let guess = libm::log(10.0);
    cell.value("guess", guess, Format::Significant(3));
    let alt = format!(
        "Loss and accuracy after {EPOCHS} epochs against the learning rate. \
         SGD's loss falls to {:.2} at a rate of {}, Adam's to {:.2} at {}; \
         beyond, both rise to {:.1}, far above the loss of a guess.",
        report::best(&sgd).1,
        report::best(&sgd).0,
        report::best(&adam).1,
        report::best(&adam).0,
        stuck.median,
    );
    let panels = report::panels(&sgd, &adam, ("ln 10", guess), 0.03..=20.0);
    cell.chart(alt, panels);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    #[test]
    fn at_the_best_rates_nine_in_ten_digits_are_read() {
        let outputs = at(run, &[]);
        let number = |name| outputs[name];
        assert!(number("sgd_right") > 0.9 && number("adam_right") > 0.9);
        assert!((0.1..=1.0).contains(&number("sgd_best")));
        assert!((0.003..=0.1).contains(&number("adam_best")));
        assert!(number("sgd_right_low") > 0.85);
        assert!(number("adam_right_low") > 0.9);
    }

    /// The loss is then 16.1 times the share of the images that do not show
    /// the one digit.
    #[test]
    fn at_ten_sgd_is_certain_of_one_digit_whatever_the_image() {
        let task = Task::digits().unwrap();
        let sweep = task.sweep(Sgd::new, &[10.0], EPOCHS, SEEDS).unwrap();
        for run in &sweep[0].1 {
            let loss_of = |digit: usize| {
                let labels = task.train.labels.iter();
                let others = labels.filter(|label| **label != digit).count();
                7.0 * 10f64.ln() * others as f64 / task.train.len() as f64
            };
            let nearest = (0..10)
                .map(loss_of)
                .min_by(|a, b| {
                    let off = |loss: f64| (loss - run.loss).abs();
                    off(*a).total_cmp(&off(*b))
                })
                .unwrap();
            assert_relative_eq!(run.loss, nearest, max_relative = 1e-4);
        }
    }
}
