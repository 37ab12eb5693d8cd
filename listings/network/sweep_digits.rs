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
    for (name, rate) in [("at_0_3", 0.3), ("at_1", 1.0)] {
        let outcomes = report::at(&sgd, rate);
        let (loss, right) =
            (report::losses(outcomes), report::accuracies(outcomes));
        let mut cell = cell.of(name);
        cell.value("loss", loss.median, Format::Significant(2));
        cell.value("right", right.median, Format::Percent(1));
    }
    let runs = sgd.iter().chain(&adam).flat_map(|(_, runs)| runs);
    let best_right = runs.map(|run| run.accuracy).fold(0.0, f64::max);
    cell.value("best_right", best_right, Format::Percent(1));
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
    use notebook::{Outputs, at};
    use std::sync::LazyLock;
    use training::nn::fit::Fit;
    use training::nn::sequential::Sequential;
    use training::spread::Spread;
    use training::task::Outcome;

    static RUN: LazyLock<Outputs> = LazyLock::new(|| at(run, &[]));
    static TASK: LazyLock<Task> = LazyLock::new(|| Task::digits().unwrap());

    fn medians(outcomes: &[Outcome]) -> (f64, f64) {
        let of = |what: fn(&Outcome) -> f64| {
            Spread::of(outcomes.iter().map(what)).median
        };
        (of(|run| run.loss), of(|run| run.accuracy))
    }

    /// Red if `report::accuracies(report::at(sweep, rate))` were
    /// `report::accuracies(report::at(sweep, 0.01))`: the accuracies of another
    /// rate.
    #[test]
    fn at_the_best_rates_nine_in_ten_digits_are_read() {
        let rates = rates(-5, 1);
        let sgd = TASK.sweep(Sgd::new, &rates, EPOCHS, SEEDS).unwrap();
        let adam = TASK.sweep(Adam::new, &rates, EPOCHS, SEEDS).unwrap();
        let runs = sgd.iter().chain(&adam).flat_map(|(_, runs)| runs);
        let mut right: Vec<f64> = runs.map(|run| run.accuracy).collect();
        right.sort_by(f64::total_cmp);
        assert_eq!(right.len(), 2 * 13 * 4);
        assert_eq!(RUN["best_right"], right[right.len() - 1]);
        for (name, sweep) in [("sgd", sgd), ("adam", adam)] {
            let value = |what: &str| RUN[&*format!("{name}_{what}")];
            let losses = sweep.iter().map(|(_, runs)| medians(runs).0);
            let least = losses.fold(f64::INFINITY, f64::min);
            assert_eq!(value("loss"), least);
            let (_, runs) = sweep
                .iter()
                .find(|(rate, _)| *rate == value("best"))
                .unwrap();
            assert_eq!((runs.len(), medians(runs).0), (4, least));
            let right = Spread::of(runs.iter().map(|run| run.accuracy));
            assert_eq!(value("right_low"), right.low);
            assert_eq!(value("right"), right.median);
            assert_eq!(value("right_high"), right.high);
            assert!(right.median > 0.9, "{name}");
        }
        assert_eq!((RUN["sgd_best"], RUN["adam_best"]), (1.0, 0.03));
    }

    /// Over sixteen seeds, the listing's and twelve others.
    ///
    /// Red if `Sgd::new(rate), EPOCHS` were `Sgd::new(1.0), EPOCHS`: no
    /// difference.
    #[test]
    fn at_one_the_training_loss_is_lower_and_at_three_tenths_more_are_right() {
        let of = |rate: f64| -> Vec<Outcome> {
            let runs = (0..16)
                .map(|seed| TASK.train(Sgd::new(rate), EPOCHS, seed).unwrap());
            runs.collect()
        };
        let (low, high) = (of(0.3), of(1.0));
        let pairs = low.iter().zip(&high);
        let wins = pairs.filter(|(low, high)| high.loss < low.loss).count();
        assert!(wins >= 11, "{wins}");
        assert!(medians(&high).0 < medians(&low).0);
        assert!(medians(&high).1 < medians(&low).1);
        let first = |runs: &[Outcome]| medians(&runs[..4]);
        assert_eq!(first(&low), (RUN["at_0_3_loss"], RUN["at_0_3_right"]));
        assert_eq!(first(&high), (RUN["at_1_loss"], RUN["at_1_right"]));
        assert!(first(&high).0 < first(&low).0);
        assert!(first(&high).1 < first(&low).1);
    }

    /// The loss is then 16.1 times the share of the images that do not show
    /// the one digit, and no weight has a gradient. The listing's four starts,
    /// and twelve more.
    ///
    /// Red if `Sgd::new(10.0)` were `Sgd::new(0.3)`: a rate that learns.
    #[test]
    fn at_ten_sgd_is_certain_of_one_digit_whatever_the_image() {
        let (mut losses, mut flat) = (Vec::new(), 0);
        for seed in 0..16 {
            let mut model: Sequential = (TASK.model)(seed);
            model.compile(Sgd::new(10.0));
            let plan = Fit {
                epochs: EPOCHS,
                batch_size: TASK.batch_size,
                shuffle: Some(seed),
            };
            model.fit(&TASK.train, plan).unwrap();
            let outputs = model.predict(TASK.train.x.view()).to_owned();
            let digit = (0..10)
                .max_by(|a, b| outputs[[0, *a]].total_cmp(&outputs[[0, *b]]))
                .unwrap();
            if outputs.column(digit).iter().any(|p| *p < 1.0 - 1e-6) {
                continue;
            }
            let labels = TASK.train.labels.iter();
            let others = labels.filter(|label| **label != digit).count();
            let share = others as f64 / TASK.train.len() as f64;
            assert!((0.88..0.92).contains(&share));
            let loss =
                model.backpropagate(TASK.train.x.view(), &TASK.train.labels);
            let expected = RUN["certain"] * share;
            assert_relative_eq!(loss, expected, max_relative = 1e-4);
            let mut slopes = model.gradient().into_iter();
            flat += usize::from(slopes.all(|slope| *slope == 0.0));
            losses.push((seed, loss));
        }
        // Flat to the last bit.
        assert_eq!((losses.len(), flat), (14, 14));
        let shown = losses.iter().filter(|(seed, _)| *seed < SEEDS);
        let shown: Vec<f64> = shown.map(|(_, loss)| *loss).collect();
        assert_eq!(shown.len(), 4);
        let stuck = Spread::of(shown).median;
        assert_relative_eq!(RUN["stuck"], stuck, max_relative = 1e-12);
        assert_relative_eq!(RUN["guess"], 10f64.ln(), max_relative = 1e-12);
    }
}
