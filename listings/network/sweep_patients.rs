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
        let usual = report::losses(report::at(sweep, 0.01)).median;
        let mut cell = cell.of(name);
        cell.value("best", rate, Format::Exact);
        cell.value("loss", loss, Format::Decimals(3));
        cell.value("usual", usual, Format::Decimals(3));
    }
    let next = report::losses(report::at(&sgd, 0.3)).median;
    cell.value("sgd_next", next, Format::Decimals(3));
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
    use notebook::{Outputs, at};
    use std::sync::LazyLock;
    use training::optim::momentum::Momentum;
    use training::spread::Spread;

    type Sweep = Vec<(f64, Vec<Outcome>)>;

    static RUN: LazyLock<Outputs> = LazyLock::new(|| at(run, &[]));
    static TASK: LazyLock<Task> = LazyLock::new(Task::patients);
    /// The runs of the listing, anew.
    static BOTH: LazyLock<[Sweep; 2]> = LazyLock::new(|| {
        let rates = rates(-5, 1);
        let sgd = TASK.sweep(Sgd::new, &rates, EPOCHS, SEEDS);
        let adam = TASK.sweep(Adam::new, &rates, EPOCHS, SEEDS);
        [sgd.unwrap(), adam.unwrap()]
    });

    fn median(outcomes: &[Outcome]) -> f64 {
        Spread::of(outcomes.iter().map(|run| run.loss)).median
    }

    fn sgd(rate: f64, epochs: usize) -> Vec<Outcome> {
        let sweep = TASK.sweep(Sgd::new, &[rate], epochs, SEEDS);
        sweep.unwrap().remove(0).1
    }

    /// Red if `let (rate, loss) = report::best(sweep)` were
    /// `let (rate, loss) = report::best(&sweep[..10])`: a sweep that ends at
    /// 0.3.
    #[test]
    fn sgd_is_best_between_a_tenth_and_one_and_adam_below() {
        for (name, sweep) in ["sgd", "adam"].iter().zip(&*BOTH) {
            assert_eq!(sweep.len() as f64, RUN["rates"]);
            let best = RUN[&*format!("{name}_best")];
            let least = RUN[&*format!("{name}_loss")];
            for (rate, runs) in sweep {
                let loss = median(runs);
                assert!(loss > least || *rate == best && loss == least);
                if *rate == 0.01 {
                    assert_eq!(loss, RUN[&*format!("{name}_usual")]);
                }
            }
        }
        // Both above 0.01, Adam's more than ten times lower.
        assert_eq!((RUN["sgd_best"], RUN["adam_best"]), (1.0, 0.03));
    }

    /// With these seeds the rate of 0.3 is the better one.
    ///
    /// Red if `let best = [0.3, 1.0]` were `let best = [0.1, 1.0]`: 0.1 is not
    /// as good.
    #[test]
    fn with_other_seeds_the_two_best_rates_of_sgd_stay_the_two_best() {
        let best = [0.3, 1.0];
        let of = |rate: f64| {
            let runs = (8..32).map(|seed| {
                TASK.train(Sgd::new(rate), EPOCHS, seed).unwrap().loss
            });
            Spread::of(runs).median
        };
        let worse = rates(-5, 1).into_iter();
        let worse = worse.filter(|rate| !best.contains(rate)).map(of);
        let worse = worse.fold(f64::INFINITY, f64::min);
        assert!(best.iter().all(|rate| of(*rate) < worse - 0.01));
        assert!(of(0.3) < of(1.0));
        let behind = RUN["sgd_next"] - RUN["sgd_loss"];
        assert!((0.0..0.03).contains(&behind), "{behind}");
        assert_eq!(RUN["sgd_next"], median(&sgd(0.3, EPOCHS)));
    }

    /// Medians of 32 other seeds differ by less than the seeds do; a third of
    /// the lower rate and three times the higher one are worse.
    ///
    /// Red if `[0.01, 0.03, 0.1]` were `[0.003, 0.03, 0.1]`: 0.003 is too low.
    #[test]
    fn adam_does_as_well_at_a_hundredth_as_at_a_tenth() {
        let of = |rate: f64| {
            let runs = (8..40).map(|seed| {
                TASK.train(Adam::new(rate), EPOCHS, seed).unwrap().loss
            });
            Spread::of(runs).median
        };
        let good = [0.01, 0.03, 0.1].map(of);
        let lowest = good.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(good.iter().all(|loss| loss - lowest < 0.01), "{good:?}");
        assert!([0.003, 0.3].map(of).iter().all(|loss| loss - lowest > 0.01));
    }

    /// All rates of the figure, and once more the highest.
    ///
    /// Red if `let highest = 10.0;` were `let highest = 1e200;`: the loss would
    /// not be finite.
    #[test]
    fn no_rate_up_to_ten_makes_nan() {
        let highest = 10.0;
        let again = [(highest, sgd(highest, EPOCHS))];
        for (rate, outcomes) in BOTH.iter().flatten().chain(&again) {
            assert_eq!(outcomes.len() as f64, RUN["seeds"]);
            let finite = outcomes.iter().all(|run| run.loss.is_finite());
            assert!(finite, "{rate}");
        }
        assert_eq!(BOTH[1][12].0, 10.0);
        let lost = RUN.text.contains("inf") || RUN.text.contains("NaN");
        assert!(!lost, "{}", RUN.text);
    }

    /// Red if `run.accuracy <= 0.51` were `run.accuracy <= 0.49`: no coin.
    #[test]
    fn most_seeds_guess_just_beyond_the_best_rates() {
        let guess = |of: usize, rate: f64| {
            let (_, runs) =
                BOTH[of].iter().find(|(other, _)| *other == rate).unwrap();
            let guesses = runs.iter().filter(|run| {
                (run.accuracy - 0.5).abs() < 0.01 && run.loss > 0.65
            });
            guesses.count() as f64
        };
        assert_eq!(RUN["sgd_at_3"], guess(0, 3.0));
        assert_eq!(RUN["adam_at_0_3"], guess(1, 0.3));
        assert!(guess(0, 3.0) > 4.0 && guess(1, 0.3) > 4.0);
        assert_eq!((guess(0, 1.0), guess(1, 0.1)), (0.0, 0.0));
    }

    /// Red if `Adam::new(rate)` were `Sgd::new(rate)`: SGD learns at it.
    #[test]
    fn at_the_best_rate_of_sgd_adam_does_not_learn() {
        let rate = RUN["sgd_best"];
        for seed in 0..2 * SEEDS {
            let run = TASK.train(Adam::new(rate), EPOCHS, seed).unwrap();
            assert!(run.accuracy <= 0.51 && run.loss > 0.69);
        }
    }

    /// Pairs of rates on the left arm, from the lowest of the figure on.
    ///
    /// Red if `sgd(third, 3 * EPOCHS)` were `sgd(third, EPOCHS)`: no longer.
    #[test]
    fn at_low_rates_a_third_of_the_rate_takes_three_times_the_epochs() {
        let start = sgd(0.0, 1);
        for rate in [3e-5, 3e-4, 3e-3, 3e-2] {
            let third = rate / 3.0;
            let (few, many) = (sgd(rate, EPOCHS), sgd(third, 3 * EPOCHS));
            assert_eq!((few.len(), many.len()), (8, 8));
            for ((few, many), start) in few.iter().zip(&many).zip(&start) {
                let fall = start.loss - few.loss;
                let off = (few.loss - many.loss).abs();
                assert!(off < 0.05 * fall, "{rate}: {fall} {off}");
            }
        }
    }

    /// With the figure's epochs and with three times as many.
    ///
    /// Red if `for epochs in [4, 12]` were `for epochs in [0, 12]`: untrained.
    #[test]
    fn three_times_the_epochs_do_not_move_the_wall() {
        for epochs in [4, 12] {
            let (inside, beyond) = (sgd(1.0, epochs), sgd(3.0, epochs));
            assert!(guessing(&beyond) >= 6, "{epochs}");
            assert_eq!(guessing(&inside), 0);
            assert!(inside.iter().all(|run| run.accuracy > 0.8), "{epochs}");
            assert!(median(&beyond) > median(&inside) + 0.3);
            let adam = TASK.sweep(Adam::new, &[0.1, 0.3], epochs, SEEDS);
            let [(_, inside), (_, beyond)] = &adam.unwrap()[..] else {
                panic!("two rates")
            };
            assert!(guessing(beyond) >= 4, "{epochs}");
            assert_eq!(guessing(inside), 0);
            assert!(inside.iter().all(|run| run.accuracy > 0.8), "{epochs}");
            assert!(median(beyond) > median(inside) + 0.3);
        }
    }

    /// Heavy-ball momentum, which in a bowl raises the bound, does not help
    /// here: the rate at which plain descent is best is too high with it.
    ///
    /// Red if `Momentum::new(1.0, 0.9)` were `Momentum::new(0.1, 0.9)`: the
    /// rate times one less the momentum.
    #[test]
    fn momentum_at_the_best_rate_of_plain_descent_ends_at_a_guess() {
        for seed in 0..SEEDS {
            let run = TASK.train(Momentum::new(1.0, 0.9), EPOCHS, seed);
            assert!((run.unwrap().loss - LN_2).abs() < 0.01, "{seed}");
            let run = TASK.train(Momentum::new(0.1, 0.9), EPOCHS, seed);
            assert!(run.unwrap().loss < 0.5, "{seed}");
        }
    }
}
