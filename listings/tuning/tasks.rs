//! The bench: for each task what is learned from what, and at which rates two
//! optimizers come within a tenth of the best test loss.

use notebook::{Cell, Format, Result};
use training::bench::tasks::tasks;
use training::bench::truth::{Truth, rate, truths};

/// The lowest and the highest rate within a tenth of the best loss.
fn band(truth: &Truth) -> (f64, f64) {
    let rates = (0..truth.losses.len()).map(rate);
    let good = rates.filter(|rate| truth.ratio(*rate) <= 1.1);
    good.fold((f64::INFINITY, 0.0), |(low, high), rate| {
        (rate.min(low), rate.max(high))
    })
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let truths = truths()?;
    let tasks = tasks();
    let heading = "task         inputs  layers  batch  steps";
    writeln!(cell, "   {heading}      SGD              Adam");
    for (number, task) in tasks.iter().enumerate() {
        let (inputs, layers) = (task.inputs(), task.hidden.len() + 1);
        let (batch, steps) = (task.batch_size, task.steps());
        write!(cell, "{number:2} {:13}{inputs:6}{layers:8}", task.name);
        write!(cell, "{batch:7}{steps:7}  ");
        for optimizer in ["SGD", "Adam"] {
            let mut of_task = truths.iter().filter(|t| t.task == number);
            let truth = of_task.find(|t| t.optimizer == optimizer);
            let (low, high) = band(truth.expect("all were measured"));
            let (low, high) = (format!("{low:.1e}"), format!("{high:.1e}"));
            write!(cell, " {low:>7}-{high:<7}");
        }
        writeln!(cell);
    }
    cell.count("tasks", tasks.len());
    let is_it = |truth: &&Truth| truth.task == 15 && truth.optimizer == "Adam";
    let (low, high) = band(truths.iter().find(is_it).expect("it was measured"));
    let (mut cell, two) = (cell.of("corners"), Format::Significant(2));
    cell.value("low", low, two);
    cell.value("high", high, two);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// Red if `truth.ratio(*rate) <= 1.1` were `truth.ratio(*rate) <= 1.5`:
    /// within a half.
    #[test]
    fn a_band_holds_every_rate_within_a_tenth_and_no_other() {
        let outputs = at(run, &[]);
        let (low, high) = (outputs["corners_low"], outputs["corners_high"]);
        assert_eq!(tasks()[15].name, "corners");
        let truths = truths().unwrap();
        let truth = &truths[4 * 15 + 2];
        assert_eq!(truth.optimizer, "Adam");
        let least = truth.losses.iter().copied().fold(9.0, f64::min);
        for (place, loss) in truth.losses.iter().enumerate() {
            let rate = 10f64.powf(place as f64 / 8.0 - 4.0);
            let inside = rate > 0.99 * low && rate < 1.01 * high;
            assert_eq!(inside, *loss <= 1.1 * least, "{rate}");
        }
        assert_eq!(outputs["tasks"], tasks().len() as f64);
    }
}
