//! Hypergradient descent on the digits, from many rates at many hyper-rates.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::bench::rules::DIGITS;
use training::bench::runs::{Runs, best, of_rule};

const FIRST: [&str; 4] = ["0.000001", "0.0001", "0.01", "0.1"];

// ANCHOR: read
/// The runs from a first rate, one for each hyper-rate.
fn from<'a>(all: &'a [Runs], first: &str) -> Vec<&'a Runs> {
    of_rule(all, &format!("hypergradient from {first}"))
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let all = DIGITS.all()?;
    let [a, b, c, d] = FIRST;
    writeln!(cell, "   beta  from {a} {b:>9} {c:>9} {d:>9}");
    for i in 0..from(&all, a).len() {
        write!(cell, "{:7.1e}    ", from(&all, a)[i].rate);
        for first in FIRST {
            write!(cell, "{:10.3}", from(&all, first)[i].loss().median);
        }
        writeln!(cell);
    }
    // ANCHOR_END: read
    let tuned = best(&all, "SGD").loss();
    cell.value("tuned", tuned.median, Format::Significant(2));
    cell.value("tuned_high", tuned.high, Format::Significant(2));
    let learns = from(&all, FIRST[0]).into_iter();
    let learns = learns.filter(|runs| (0.003..0.2).contains(&runs.rate));
    let worst = learns.map(|runs| runs.loss().high).fold(0.0, f64::max);
    cell.value("worst", worst, Format::Significant(2));
    let least = |of: fn(&Runs) -> f64| {
        let runs = FIRST.iter().flat_map(|first| from(&all, first));
        runs.map(of).fold(f64::INFINITY, f64::min)
    };
    cell.value("lowest", least(|r| r.loss().low), Format::Significant(2));
    let times = least(|runs| runs.loss().median) / tuned.median;
    cell.value("times", times, Format::Significant(2));
    let alt = format!(
        "Median loss after five epochs against the hyper-rate, logarithmic \
         axes. The curves of three first rates are valleys with a bottom from \
         0.01 to 0.1, that of 0.1 is flat as far as there, and all climb \
         beyond; none comes down to {:.2}, that of tuned SGD.",
        tuned.median
    );
    let panel = Panel::new(
        Axis::log("hyper-rate β").range(1e-6..=1.0),
        Axis::log("loss").range(0.05..=20.0),
    )
    .level("SGD, tuned", tuned.median);
    let styles = [Style::Blue, Style::Muted, Style::Orange, Style::Ink];
    let panel =
        FIRST
            .into_iter()
            .zip(styles)
            .fold(panel, |panel, (f, style)| {
                let medians = from(&all, f).into_iter();
                let medians =
                    medians.map(|runs| (runs.rate, runs.loss().median));
                panel.path(f, medians, style)
            });
    cell.chart(alt, [panel]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::committed::{lines, median};
    use notebook::at;
    use training::bench::rules;

    const FILE: &str = include_str!("../../training/data/newer/digits.csv");

    /// The losses of eight other starts.
    fn others(rule: &str, rate: f64) -> Vec<f64> {
        let task = (DIGITS.task)().unwrap();
        let run = |seed| rules::run(&task, rule, rate, seed).unwrap().loss;
        let mut losses: Vec<f64> = (100..108).map(run).collect();
        losses.sort_by(f64::total_cmp);
        losses
    }

    /// From a millionth as from a hundred times that, in the median to one part
    /// in a hundred; in other starts too.
    ///
    /// Red if `(0.003..0.2).contains(&runs.rate)` were
    /// `(0.0003..0.2).contains(&runs.rate)`: too low a hyper-rate.
    #[test]
    fn from_far_too_low_a_rate_it_learns_at_hyper_rates_near_the_best() {
        let outputs = at(run, &[]);
        let mut worst = 0.0f64;
        let both = [FIRST[0], FIRST[1]].map(|first| {
            lines(FILE, &format!("hypergradient from {first}"), 8)
        });
        for ((beta, losses, _), (_, hundred, _)) in both[0].iter().zip(&both[1])
        {
            let learns = (0.003..=0.1).contains(beta);
            assert_eq!(hundred[7] < 0.7, learns, "{beta}: {hundred:?}");
            assert_eq!(losses[7] < 0.7, learns, "{beta}: {losses:?}");
            if learns {
                worst = worst.max(losses[7]).max(hundred[7]);
                let ratio = median(losses) / median(hundred);
                assert!((ratio - 1.0).abs() < 0.01, "{beta}: {ratio}");
                let rule = "hypergradient from 0.000001";
                assert!(others(rule, *beta)[7] < 0.75);
            }
        }
        assert_eq!(outputs["worst"], worst);
    }

    /// From any of the four first rates, at any of the hyper-rates.
    ///
    /// Red if `best(&all, "SGD")` were `best(&all, "Adam")`: another rival.
    #[test]
    fn its_best_start_ends_above_tuned_sgd_s_worst() {
        let outputs = at(run, &[]);
        let sgd = lines(FILE, "SGD", 8).into_iter().map(|x| x.1);
        let sgd = sgd.min_by(|a, b| median(a).total_cmp(&median(b))).unwrap();
        assert_eq!(outputs["tuned"], median(&sgd));
        let (mut lowest, mut least) = (f64::INFINITY, f64::INFINITY);
        for first in FIRST {
            for (_, losses, _) in
                lines(FILE, &format!("hypergradient from {first}"), 8)
            {
                lowest = lowest.min(losses[0]);
                least = least.min(median(&losses));
            }
        }
        assert!(lowest > sgd[7], "{lowest} {sgd:?}");
        assert_eq!(outputs["lowest"], lowest);
        assert_eq!(outputs["times"], least / median(&sgd));
        let ratio = median(&others("hypergradient from 0.1", 0.01))
            / median(&others("SGD", 0.5623));
        assert!((2.0..4.0).contains(&ratio), "{ratio}");
    }
}
