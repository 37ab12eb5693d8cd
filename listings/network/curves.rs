//! The lesson's network trained with Adam at three rates: the lesson's own, one
//! a hundred times higher, and one still higher.

use ndarray::Array1;
use notebook::{Axis, Cell, Format, Panel, Result, Style};
use std::f64::consts::LN_2;
use training::nn::fit::Fit;
use training::nn::models::patients_model;
use training::optim::adam::Adam;
use training::patients::{OLDER, min_max};
use training::spread::Spread;
use training::task::Task;

const EPOCHS: usize = 12;
const SEEDS: u64 = 8;
const RATES: [(&str, f64, Style); 3] = [
    ("low", 0.0001, Style::Blue),
    ("right", 0.01, Style::Green),
    ("high", 0.3, Style::Vermilion),
];

// ANCHOR: fit
/// The loss of each epoch, and the share of right answers on other people.
fn fit(task: &Task, rate: f64, seed: u64) -> Result<(Vec<f64>, f64)> {
    let mut model = patients_model(seed);
    model.compile(Adam::new(rate));
    let plan = Fit {
        epochs: EPOCHS,
        batch_size: 10,
        shuffle: Some(seed),
    };
    let history = model.fit(&task.train, plan)?;
    Ok((history.losses, model.accuracy(&task.test)))
}
// ANCHOR_END: fit

/// The runs of all seeds at one rate.
struct Curve {
    rate: f64,
    runs: Vec<(Vec<f64>, f64)>,
}

impl Curve {
    fn of(task: &Task, rate: f64) -> Result<Curve> {
        let runs = (0..SEEDS).map(|seed| fit(task, rate, seed));
        let runs = runs.collect::<Result<_>>()?;
        Ok(Curve { rate, runs })
    }

    /// Epochs are counted from 1.
    fn loss(&self, epoch: usize) -> Spread {
        Spread::of(self.runs.iter().map(|(losses, _)| losses[epoch - 1]))
    }

    fn right(&self) -> Spread {
        Spread::of(self.runs.iter().map(|(_, right)| *right))
    }

    /// The losses of the runs that come to rest at that of a guess.
    fn at_rest(&self) -> Vec<&[f64]> {
        let losses = self.runs.iter().map(|(losses, _)| &losses[..]);
        let rests = |losses: &&[f64]| {
            let last = &losses[EPOCHS - 3..];
            last.iter().all(|loss| (loss - LN_2).abs() < 0.01)
        };
        losses.filter(rests).collect()
    }
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let task = Task::patients();
    let curves = RATES.map(|(_, rate, _)| Curve::of(&task, rate));
    let curves = curves.into_iter().collect::<Result<Vec<_>>>()?;

    writeln!(cell, "rate    loss of epoch 1      3      6     12   right");
    for curve in &curves {
        write!(cell, "{:<6}         ", curve.rate);
        for epoch in [1, 3, 6, 12] {
            write!(cell, " {:6.3}", curve.loss(epoch).median);
        }
        writeln!(cell, "  {:4.1} %", 100.0 * curve.right().median);
    }

    for ((name, ..), curve) in RATES.into_iter().zip(&curves) {
        let (loss, right) = (curve.loss(EPOCHS), curve.right());
        let mut cell = cell.of(name);
        cell.value("rate", curve.rate, Format::Exact);
        cell.value("loss", loss.median, Format::Significant(2));
        cell.value("right_low", right.low, Format::Percent(1));
        cell.value("right", right.median, Format::Percent(1));
        cell.value("right_high", right.high, Format::Percent(1));
        let learned = |losses: &&&[f64]| losses.iter().any(|loss| *loss < 0.5);
        let at_rest = curve.at_rest();
        cell.count("guessing", at_rest.len());
        cell.count("thrown_back", at_rest.iter().filter(learned).count());
        cell.value("first", curve.loss(1).median, Format::Significant(2));
    }
    cell.count("seeds", SEEDS);
    cell.count("epochs", EPOCHS);
    cell.count("people", task.train.len());
    let ceiling = ceiling(&task);
    cell.value("ceiling", ceiling, Format::Percent(1));
    // The first age, scaled as the network is given it, of the older half.
    let older_from = min_max(&Array1::from_elem(1, f64::from(*OLDER.start())));
    let ill = |older: bool| {
        let people = task.train.x.iter().zip(&task.train.labels);
        let half = people.filter(|(age, _)| (**age >= older_from[0]) == older);
        let labels = Vec::from_iter(half.map(|(_, label)| *label));
        labels.iter().sum::<usize>() as f64 / labels.len() as f64
    };
    cell.count("older_from", u32::from(*OLDER.start()));
    cell.value("older", ill(true), Format::Percent(0));
    cell.value("younger", ill(false), Format::Percent(0));
    cell.count("exceptions", task.test.len() as f64 * (1.0 - ceiling));
    let alt = format!(
        "The median loss of each of {EPOCHS} epochs at three rates of Adam. At \
         {} it creeps from {:.2} to {:.2}; at {} it is {:.2} in the first \
         epoch and {:.2} in the last; at {} it ends at {:.2}, the loss of a \
         guess, in a band that reaches down to {:.2}.",
        curves[0].rate,
        curves[0].loss(1).median,
        curves[0].loss(EPOCHS).median,
        curves[1].rate,
        curves[1].loss(1).median,
        curves[1].loss(EPOCHS).median,
        curves[2].rate,
        curves[2].loss(EPOCHS).median,
        curves[2].loss(EPOCHS).low,
    );
    cell.chart(alt, [panel(&curves)]);
    Ok(())
}

/// The largest share of right answers that a rule could give which knows the
/// age alone: at each age the answer that is right more often.
fn ceiling(task: &Task) -> f64 {
    // Of each age, from 13 on, how many had no side effects, and how many had.
    let mut people = [[0; 2]; 88];
    for (age, label) in task.test.x.iter().zip(&task.test.labels) {
        people[(87.0 * age).round() as usize][*label] += 1;
    }
    let right: usize = people.iter().map(|[no, yes]| *no.max(yes)).sum();
    right as f64 / task.test.len() as f64
}

fn panel(curves: &[Curve]) -> Panel {
    let axes = Panel::new(
        Axis::linear("epoch").range(1.0..=EPOCHS as f64),
        Axis::linear("mean loss").range(0.0..=1.0),
    )
    .level("ln 2", LN_2);
    let curves = RATES.into_iter().zip(curves);
    curves.fold(axes, |panel, ((_, rate, style), curve)| {
        let epochs = || (1..=EPOCHS).map(|k| (k as f64, curve.loss(k)));
        let band = epochs().map(|(k, loss)| (k, loss.low, loss.high));
        let medians = epochs().map(|(k, loss)| (k, loss.median));
        let label = format!("η = {rate}");
        panel.band("", band, style).line(label, medians, style)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::{Outputs, at};
    use std::sync::LazyLock;
    use training::nn::sequential::Sequential;
    use training::optim::sgd::Sgd;

    static RUN: LazyLock<Outputs> = LazyLock::new(|| at(run, &[]));
    static CURVES: LazyLock<[Curve; 3]> = LazyLock::new(|| {
        let task = Task::patients();
        RATES.map(|(_, rate, _)| Curve::of(&task, rate).unwrap())
    });

    /// Red if `*no.max(yes)` were `*yes`: a rule that expects side effects of
    /// everybody.
    #[test]
    fn no_rule_that_knows_the_age_alone_is_right_more_often() {
        // In each half of the people 1,000 of 1,050 are as most are.
        assert_relative_eq!(
            RUN["ceiling"],
            2000.0 / 2100.0,
            max_relative = 1e-12
        );
        assert_relative_eq!(RUN["exceptions"], 100.0, max_relative = 1e-9);
        assert_relative_eq!(RUN["older"], 1000.0 / 1050.0, epsilon = 1e-12);
        assert_relative_eq!(RUN["younger"], 50.0 / 1050.0, epsilon = 1e-12);
        // And no run, at any of the rates, was right more often.
        for (_, right) in CURVES.iter().flat_map(|curve| &curve.runs) {
            assert!(*right <= RUN["ceiling"]);
        }
    }

    /// Red if `("low", 0.0001` were `("low", 0.03`: no creeping.
    #[test]
    fn too_low_falls_at_every_epoch_and_is_not_done() {
        let mut last = Vec::new();
        for (losses, right) in &CURVES[0].runs {
            assert_eq!(losses.len(), EPOCHS);
            assert!(losses.windows(2).all(|pair| pair[1] < pair[0]));
            last.push(losses[EPOCHS - 1]);
            // It still falls, by more than a hundredth an epoch.
            assert!(losses[EPOCHS - 2] - last[last.len() - 1] > 0.01);
            assert!(*right < RUN["right_right_low"]);
        }
        assert_eq!(RUN["low_loss"], Spread::of(last).median);
        assert_eq!(RUN["low_guessing"], 0.0);
    }

    /// Red if `("right", 0.01` were `("right", 0.0003`: then the first epoch
    /// would do less than half of the work.
    #[test]
    fn the_right_rate_does_most_of_its_work_within_the_first_epoch() {
        for (seed, (losses, _)) in CURVES[1].runs.iter().enumerate() {
            let task = Task::patients();
            let start = (task.model)(seed as u64).loss(&task.train);
            let end = losses[EPOCHS - 1];
            assert!(start - losses[0] > 0.7 * (start - end), "{seed}");
            assert!(end < 0.3);
        }
        let last = CURVES[1].runs.iter().map(|run| run.0[EPOCHS - 1]);
        assert_eq!(RUN["right_loss"], Spread::of(last).median);
        let right = Spread::of(CURVES[1].runs.iter().map(|run| run.1));
        assert_eq!(RUN["right_right_low"], right.low);
        assert_eq!(RUN["right_right_high"], right.high);
        assert_eq!(RUN["right_guessing"], 0.0);
    }

    /// Adam's rate spans failure and success: from every seed nine in ten are
    /// right at one rate and fewer at the two others, and at the highest most
    /// runs are right as often as a coin.
    ///
    /// Red if `("right", 0.01` were `("right", 0.0003`: a rate that is too low
    /// for these epochs.
    #[test]
    fn too_low_creeps_right_learns_and_too_high_guesses() {
        let [low, right, high] = &*CURVES;
        for seed in 0..SEEDS as usize {
            let of = |curve: &Curve| curve.runs[seed].1;
            assert!(of(right) > 0.9, "{}", of(right));
            assert!(of(low) < of(right) && of(high) < of(right));
        }
        assert_eq!(RUN["high_right"], 0.5);
        assert!(RUN["low_right"] < 0.88 && RUN["right_right"] > 0.92);
        assert!(RUN["low_loss"] > 2.0 * RUN["right_loss"]);
    }

    /// Red if `("high", 0.3` were `("high", 0.1`: there no run comes to rest.
    #[test]
    fn too_high_comes_to_rest_at_ln_2_and_one_was_thrown_back() {
        let (mut guessing, mut thrown_back) = (0, 0);
        for (losses, right) in &CURVES[2].runs {
            let lowest = losses.iter().copied().fold(f64::INFINITY, f64::min);
            if losses[9..].iter().all(|loss| (0.69..0.70).contains(loss)) {
                guessing += 1;
                thrown_back += usize::from(lowest < 0.5);
                assert_eq!(*right, 0.5, "the same answer for everybody");
            } else {
                // It learns, up and down, and ends between.
                assert!(lowest < 0.35 && losses[EPOCHS - 1] < 0.5);
                let rises = losses.windows(2).filter(|pair| pair[1] > pair[0]);
                assert!(rises.count() >= 4);
            }
        }
        assert_eq!(RUN["high_guessing"], guessing as f64);
        assert_eq!(RUN["high_thrown_back"], thrown_back as f64);
        assert!(guessing > SEEDS as usize / 2 && thrown_back == 1);
    }

    /// Red if `losses.copied().all(|loss| loss > least)` were
    /// `losses.copied().all(|loss| loss > 1.3 * least)`: the losses come near.
    #[test]
    fn no_loss_of_the_figure_is_below_that_of_the_shares_themselves() {
        let p = 2000.0f64 / 2100.0;
        let least = -p * p.ln() - (1.0 - p) * (1.0 - p).ln();
        let runs = CURVES.iter().flat_map(|curve| &curve.runs);
        let losses = runs.flat_map(|(losses, _)| losses);
        assert_eq!(losses.clone().count(), 3 * SEEDS as usize * EPOCHS);
        assert!(losses.copied().all(|loss| loss > least));
    }

    /// Red if `for epochs in [1, 2]` were `for epochs in [2, 2]`: four epochs
    /// would be compared with three.
    #[test]
    fn a_second_compile_keeps_the_weights_and_a_second_fit_goes_on() {
        let task = Task::patients();
        let fit = |model: &mut Sequential, epochs| {
            model.compile(Sgd::new(0.1));
            let plan = Fit {
                epochs,
                batch_size: 10,
                shuffle: None,
            };
            model.fit(&task.train, plan).unwrap().losses
        };
        let (mut once, mut twice) = (patients_model(0), patients_model(0));
        let whole = fit(&mut once, 3);
        let mut parts = Vec::new();
        for epochs in [1, 2] {
            parts.extend(fit(&mut twice, epochs));
        }
        assert_eq!(parts, whole);
        assert_eq!(twice.weights(), once.weights());
    }
}
