//! How a sweep with SGD and with Adam is printed and drawn.

use notebook::{Axis, Cell, Panel, Style};
use std::ops::RangeInclusive;
use training::spread::Spread;
use training::task::Outcome;

/// Each rate with its outcomes, one for each seed.
type Sweep = [(f64, Vec<Outcome>)];

/// The losses at one rate.
pub fn losses(outcomes: &[Outcome]) -> Spread {
    Spread::of(outcomes.iter().map(|outcome| outcome.loss))
}

/// The accuracies at one rate.
pub fn accuracies(outcomes: &[Outcome]) -> Spread {
    Spread::of(outcomes.iter().map(|outcome| outcome.accuracy))
}

/// The rate with the lowest median loss, and that loss.
pub fn best(sweep: &Sweep) -> (f64, f64) {
    let medians = sweep.iter().map(|(rate, at)| (*rate, losses(at).median));
    medians
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .expect("a sweep has rates")
}

/// The outcomes at a rate of the sweep.
pub fn at(sweep: &Sweep, rate: f64) -> &[Outcome] {
    let found = sweep.iter().find(|(of_sweep, _)| *of_sweep == rate);
    &found.expect("a rate of the sweep").1
}

/// A line for each rate: the median loss, its lowest and highest, and the
/// median accuracy, of SGD and of Adam.
pub fn print(cell: &mut Cell, sgd: &Sweep, adam: &Sweep) {
    let columns = "  loss (lowest-highest)   right";
    writeln!(cell, "{:11}SGD{:29}Adam", "", "");
    writeln!(cell, "rate     {columns} {columns}");
    for ((rate, sgd), (_, adam)) in sgd.iter().zip(adam) {
        write!(cell, "{rate:<7}");
        for outcomes in [sgd, adam] {
            let loss = losses(outcomes);
            let range = format!("({:.3}-{:.3})", loss.low, loss.high);
            let right = 100.0 * accuracies(outcomes).median;
            let median = loss.median;
            write!(cell, "  {median:6.3} {range:<15} {right:5.1} %");
        }
        writeln!(cell);
    }
}

/// Left the loss against the rate, right the accuracy, each as the median in
/// the band from the lowest to the highest of all seeds. `guess` is the loss of
/// a guess, and `shown` the range of the losses.
pub fn panels(
    sgd: &Sweep,
    adam: &Sweep,
    guess: (&str, f64),
    shown: RangeInclusive<f64>,
) -> [Panel; 2] {
    let axis = || Axis::log("learning rate η").range(1e-5..=10.0);
    let loss = Panel::new(axis(), Axis::log("loss").range(shown))
        .level(guess.0, guess.1);
    let right = Axis::linear("right answers, %").range(0.0..=100.0);
    let right = Panel::new(axis(), right);
    let percent = |at: &[Outcome]| {
        let Spread { low, median, high } = accuracies(at);
        Spread {
            low: 100.0 * low,
            median: 100.0 * median,
            high: 100.0 * high,
        }
    };
    [
        draw(draw(loss, sgd, "SGD", losses), adam, "Adam", losses),
        draw(draw(right, sgd, "SGD", percent), adam, "Adam", percent),
    ]
}

/// No regime's style: along each curve one regime follows another.
fn draw(
    panel: Panel,
    sweep: &Sweep,
    name: &str,
    measure: impl Fn(&[Outcome]) -> Spread,
) -> Panel {
    let style = if name == "SGD" {
        Style::Ink
    } else {
        Style::Muted
    };
    let spreads = || sweep.iter().map(|(rate, at)| (*rate, measure(at)));
    let band = spreads().map(|(rate, at)| (rate, at.low, at.high));
    let medians = spreads().map(|(rate, at)| (rate, at.median));
    panel.band("", band, style).path(name, medians, style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_rate_goes_by_the_median_loss() {
        let run = |loss| Outcome {
            loss,
            accuracy: 0.5,
        };
        let sweep = [
            (0.1, vec![run(0.9), run(0.8), run(0.1)]),
            (0.3, vec![run(0.3), run(0.2), run(0.9)]),
            (1.0, vec![run(0.4), run(0.4), run(0.4)]),
        ];
        assert_eq!(best(&sweep), (0.3, 0.3));
        assert_eq!(at(&sweep, 1.0)[0].loss, 0.4);
    }
}
