//! The newer rules on the digits, trained beforehand.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::bench::rules::{DIGITS, EPOCHS};
use training::bench::runs::{Runs, best, of_rule};

/// The names of the page for some of the rules.
const NAMED: [(&str, &str); 11] = [
    ("sgd", "SGD"),
    ("adam", "Adam"),
    ("lion", "Lion"),
    ("muon", "Muon"),
    ("sgd_cosine", "SGD, cosine"),
    ("momentum_cosine", "momentum, cosine"),
    ("adam_cosine", "Adam, cosine"),
    ("free", "schedule-free"),
    ("dadaptation", "D-Adaptation, cosine"),
    ("prodigy", "Prodigy, cosine"),
    ("dog", "DoG"),
];

// ANCHOR: read
pub fn run(cell: &mut Cell) -> Result<()> {
    let all = DIGITS.all()?;
    writeln!(
        cell,
        "rule            rate or guess   loss (8 starts)  right"
    );
    for (name, rule) in NAMED {
        let runs = best(&all, rule);
        let (loss, right) = (runs.loss(), runs.accuracy());
        write!(cell, "{rule:<20} {:10.1e} {:7.3}", runs.rate, loss.median);
        write!(cell, " {:.3} to {:.3}", loss.low, loss.high);
        writeln!(cell, " {:5.1}%", 100.0 * right.median);
        let mut of = cell.of(name);
        of.value("rate", runs.rate, Format::Significant(2));
        of.value("loss", loss.median, Format::Significant(2));
        of.value("low", loss.low, Format::Significant(2));
        of.value("high", loss.high, Format::Significant(2));
    }
    writeln!(
        cell,
        "first guess   loss: D-Adaptation and Prodigy, cosine; DoG"
    );
    for i in 0..=14 {
        let rules = ["D-Adaptation, cosine", "Prodigy, cosine", "DoG"];
        let runs = rules.map(|rule| of_rule(&all, rule)[i]);
        write!(cell, "{:11.0e}", runs[0].rate);
        let [a, b, c] = runs.map(|runs| runs.loss().median);
        writeln!(cell, " {a:14.3} {b:9.3} {c:6.3}");
    }
    let times = best(&all, "Adam").rate / best(&all, "Lion").rate;
    cell.value("lion_times", times, Format::Decimals(0));
    cell.count("seeds", all[0].outcomes.len());
    cell.count("epochs", EPOCHS);
    leave(cell, &all);
    let adam = best(&all, "Adam, cosine").loss().median;
    let alt = format!(
        "Median loss after five epochs on logarithmic axes. Left, against the \
         rate: four valleys, of SGD on the right, then Adam and Muon, then \
         Lion. Right, against the first guess: D-Adaptation and Prodigy with a \
         cosine are within twice a level of {adam:.3} up to a hundredth and \
         shoot up at 1; DoG learns little from the smallest guesses."
    );
    cell.chart(alt, [by_rate(&all), by_guess(&all, adam)]);
    Ok(())
}

// ANCHOR_END: read
/// What sentences need: too large a guess, and DoG from a billionth.
fn leave(cell: &mut Cell, all: &[Runs]) {
    let wrong = all.iter().filter(|runs| {
        runs.rate >= 1.0 && [NAMED[8].1, NAMED[9].1].contains(&&*runs.rule)
    });
    let most = wrong.map(|runs| runs.accuracy().high).fold(0.0, f64::max);
    cell.value("too_large_right", most, Format::Percent(0));
    let short = of_rule(all, "DoG")[3].accuracy().high;
    cell.value("dog_short_right", short, Format::Percent(1));
}

fn curve(all: &[Runs], rule: &str) -> Vec<(f64, f64)> {
    let runs = of_rule(all, rule).into_iter();
    runs.map(|runs| (runs.rate, runs.loss().median)).collect()
}

fn by_rate(all: &[Runs]) -> Panel {
    Panel::new(
        Axis::log("learning rate").range(1e-5..=10.0),
        Axis::log("loss").range(0.01..=20.0),
    )
    .path("SGD", curve(all, "SGD"), Style::Muted)
    .path("Adam", curve(all, "Adam"), Style::Orange)
    .path("Lion", curve(all, "Lion"), Style::Blue)
    .path("Muon", curve(all, "Muon"), Style::Ink)
}

fn by_guess(all: &[Runs], adam: f64) -> Panel {
    Panel::new(
        Axis::log("first guess").range(1e-12..=100.0),
        Axis::log("loss").range(0.01..=20.0),
    )
    .level("Adam's best", adam)
    .path("D-Adaptation", curve(all, NAMED[8].1), Style::Orange)
    .path("Prodigy", curve(all, NAMED[9].1), Style::Blue)
    .path("DoG", curve(all, "DoG"), Style::Green)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::committed::{lines, median};
    use notebook::{Outputs, at};
    use std::sync::LazyLock;

    static RUN: LazyLock<Outputs> = LazyLock::new(|| at(run, &[]));
    const FILE: &str = include_str!("../../training/data/newer/digits.csv");

    /// Red if `let runs = best(&all, rule);` were
    /// `let runs = of_rule(&all, rule)[0];`: the lowest of its rates.
    #[test]
    fn the_best_rates_and_their_losses_are_those_of_the_file() {
        for (name, rule) in NAMED {
            let lines = lines(FILE, rule, 8);
            let best = lines
                .iter()
                .min_by(|a, b| median(&a.1).total_cmp(&median(&b.1)))
                .unwrap();
            assert_eq!(RUN[&*format!("{name}_rate")], best.0);
            assert_eq!(RUN[&*format!("{name}_loss")], median(&best.1));
            assert_eq!(RUN[&*format!("{name}_low")], best.1[0]);
            assert_eq!(RUN[&*format!("{name}_high")], best.1[7]);
            // The best is at no edge of its rates, but for first guesses.
            if !["dadaptation", "prodigy", "dog"].contains(&name) {
                assert!(
                    best.0 > lines[0].0 && best.0 < lines.last().unwrap().0
                );
            }
        }
        assert_eq!(RUN["seeds"], 8.0);
    }

    /// Red if `("lion", "Lion")` were `("lion", "Muon")`: another rule's.
    #[test]
    fn tuned_lion_s_rate_is_a_fraction_and_muon_s_about_adam_s() {
        let of_adam = |name: &str| RUN[name] / RUN["adam_rate"];
        assert!((0.1..0.3).contains(&of_adam("lion_rate")));
        assert!((0.5..2.0).contains(&of_adam("muon_rate")));
        assert!(of_adam("sgd_rate") > 10.0);
        let times = RUN["lion_times"] * of_adam("lion_rate");
        assert!((times - 1.0).abs() < 1e-12);
        // Muon ends lowest, in every start below every other's median.
        for other in ["sgd", "adam", "lion"] {
            assert!(RUN["muon_high"] < RUN[&*format!("{other}_loss")]);
        }
    }

    /// Red if `("free", "schedule-free")` were `("free", "SGD, cosine")`: the
    /// rival.
    #[test]
    fn schedule_free_beats_sgd_s_cosine_and_equals_momentum_s() {
        assert!(RUN["free_loss"] < 0.5 * RUN["sgd_cosine_loss"]);
        let ratio = RUN["free_loss"] / RUN["momentum_cosine_loss"];
        assert!((0.9..1.1).contains(&ratio), "{ratio}");
        // In the median, that is; its worst start is far above momentum's.
        let [free, momentum] =
            ["schedule-free", "momentum, cosine"].map(|rule| {
                let losses = lines(FILE, rule, 8)
                    .into_iter()
                    .map(|(_, losses, _)| losses);
                let by_median = |a: &Vec<f64>, b: &Vec<f64>| {
                    median(a).total_cmp(&median(b))
                };
                losses.min_by(by_median).unwrap()[7]
            });
        assert!(free > 5.0 * momentum, "{free} {momentum}");
    }

    /// From 1 on both end no better than by guessing, in all eight starts; from
    /// 1e-8 to 0.01 below the worst of tuned Adam.
    ///
    /// Red if `runs.rate >= 1.0` were `runs.rate >= 0.1`: a tenth is not too
    /// large.
    #[test]
    fn from_too_large_a_guess_nothing_is_learned() {
        let adam = RUN["adam_cosine_high"];
        let mut right = 0.0f64;
        for rule in ["D-Adaptation, cosine", "Prodigy, cosine"] {
            for (guess, losses, accuracies) in lines(FILE, rule, 8) {
                if (1e-8..=0.01).contains(&guess) {
                    assert!(losses[7] < adam, "{rule} {guess}: {losses:?}");
                    assert!(accuracies[0] > 0.9);
                }
                if guess >= 1.0 {
                    assert!(losses[0] > 5.0, "{rule} {guess}: {losses:?}");
                    right = right.max(accuracies[7]);
                }
            }
        }
        assert_eq!(RUN["too_large_right"], right);
        assert!(right < 0.2, "{right}");
    }

    /// From every guess tried from 1e-8 up to a tenth, in the median.
    ///
    /// Red if `(1e-8..1.0)` were `(1e-8..2.0)`: from 1 neither learns.
    #[test]
    fn with_a_cosine_they_end_lower_than_without() {
        for rule in ["D-Adaptation", "Prodigy"] {
            let (without, with) = (
                lines(FILE, rule, 8),
                lines(FILE, &format!("{rule}, cosine"), 8),
            );
            assert_eq!((without.len(), with.len()), (15, 15));
            for (without, with) in without.iter().zip(&with) {
                if (1e-8..1.0).contains(&without.0) {
                    assert!(median(&with.1) < median(&without.1));
                }
            }
        }
    }

    /// Red if `of_rule(all, "DoG")[3]` were `of_rule(all, "DoG")[10]`: a guess
    /// from which it does learn.
    #[test]
    fn dog_learns_nothing_in_so_few_steps_from_a_billionth() {
        let dog = lines(FILE, "DoG", 8);
        let here = dog.iter().find(|line| line.0 == 1e-9).unwrap();
        assert_eq!(RUN["dog_short_right"], here.2[7]);
        assert!(here.2[7] < 0.25 && here.1[0] > 2.2);
        let better = dog.iter().find(|line| line.0 == 0.01).unwrap();
        assert!(better.2[0] > 0.8);
    }
}
