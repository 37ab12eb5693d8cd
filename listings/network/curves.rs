//! The lesson's network trained with Adam at three rates: the lesson's own, one
//! a hundred times higher, and one still higher.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use std::f64::consts::LN_2;
use training::nn::fit::Fit;
use training::nn::models::patients_model;
use training::optim::adam::Adam;
use training::spread::Spread;
use training::task::Task;

const EPOCHS: usize = 12;
const SEEDS: u64 = 8;
const RATES: [(&str, f64, Style); 3] = [
    ("low", 0.0001, Style::Creeping),
    ("right", 0.01, Style::Converging),
    ("high", 0.3, Style::Diverging),
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

    /// How many runs answer no better than a coin.
    fn guessing(&self) -> usize {
        let guessing = |run: &&(Vec<f64>, f64)| run.1 <= 0.51;
        self.runs.iter().filter(guessing).count()
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
        cell.count("guessing", curve.guessing());
    }
    cell.count("seeds", SEEDS);
    cell.count("epochs", EPOCHS);
    cell.count("people", task.train.len());
    let ceiling = ceiling(&task);
    cell.value("ceiling", ceiling, Format::Percent(1));
    cell.count("exceptions", task.test.len() as f64 * (1.0 - ceiling));
    let alt = format!(
        "The loss of each of {EPOCHS} epochs at three rates of Adam. At {} it \
         creeps from {:.2} to {:.2}; at {} it falls at once and ends at \
         {:.2}; at {} it ends at {:.2} in the median, the loss of a guess.",
        curves[0].rate,
        curves[0].loss(1).median,
        curves[0].loss(EPOCHS).median,
        curves[1].rate,
        curves[1].loss(EPOCHS).median,
        curves[2].rate,
        curves[2].loss(EPOCHS).median,
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

    #[test]
    fn no_rule_that_knows_the_age_alone_is_right_more_often() {
        // In each half of the people 1,000 of 1,050 are as most are.
        let ceiling = ceiling(&Task::patients());
        assert_relative_eq!(ceiling, 2000.0 / 2100.0, max_relative = 1e-12);
    }

    #[test]
    fn too_low_creeps_right_learns_and_too_high_guesses() {
        let task = Task::patients();
        let [low, right, high] =
            RATES.map(|(_, rate, _)| Curve::of(&task, rate).unwrap());
        for seed in 0..SEEDS as usize {
            let of = |curve: &Curve| curve.runs[seed].clone();
            let (losses, _) = of(&low);
            assert!(losses.windows(2).all(|pair| pair[1] < pair[0]));
            assert!(losses[0] > 0.8 && losses[EPOCHS - 1] > 0.45);
            let (losses, accuracy) = of(&right);
            assert!(losses[2] < 0.3 && accuracy > 0.85);
        }
        // Some of the runs that guess had learned before.
        let guesses = high.runs.iter().filter(|(_, right)| *right <= 0.51);
        let mut before = guesses.flat_map(|(losses, _)| losses);
        assert!(before.any(|loss| *loss < 0.5));
        assert!(high.guessing() >= 6, "{}", high.guessing());
        assert_eq!((low.guessing(), right.guessing()), (0, 0));
    }

    /// The better answer of the two halves is right for a share p, and no
    /// function of the age has a lower mean −ln than one that says p.
    #[test]
    fn no_loss_is_below_that_of_the_shares_themselves() {
        let p = 2000.0f64 / 2100.0;
        let least = -p * p.ln() - (1.0 - p) * (1.0 - p).ln();
        let right = Curve::of(&Task::patients(), 0.01).unwrap();
        let losses = right.runs.iter().flat_map(|(losses, _)| losses);
        assert!(losses.copied().all(|loss| loss > least));
    }
}
