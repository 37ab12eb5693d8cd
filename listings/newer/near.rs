//! How many starts end near the tuned rule, on both networks.

use notebook::{Cell, Format, Result};
use training::bench::rules::{NEAR_DIGITS, NEAR_PATIENTS};
use training::bench::runs::{Runs, best, of_rule};

/// The names of the page for rules that find their rate, and their rivals.
const PAIRS: [(&str, &str, &str); 3] = [
    ("dadaptation", "D-Adaptation, cosine", "Adam, cosine"),
    ("prodigy", "Prodigy, cosine", "Adam, cosine"),
    ("dog", "DoG", "SGD"),
];

// ANCHOR: count
/// How many of these starts end at most a tenth above the rival's median.
fn near(runs: &Runs, rival: &Runs) -> usize {
    let limit = 1.1 * rival.loss().median;
    let losses = runs.outcomes.iter().map(|run| run.loss);
    losses.filter(|loss| *loss <= limit).count()
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let networks = [NEAR_DIGITS.all()?, NEAR_PATIENTS.all()?];
    writeln!(cell, "             digits              patients");
    let rules = "D-Adapt.  Prodigy  DoG";
    writeln!(cell, "guess  {rules}  {rules}");
    for i in 0..=12 {
        let guess = of_rule(&networks[0], "DoG")[i].rate;
        write!(cell, "{guess:5.0e}");
        for all in &networks {
            let [a, b, c] = PAIRS.map(|(_, rule, rival)| {
                near(of_rule(all, rule)[i], best(all, rival))
            });
            write!(cell, "{a:10}{b:9}{c:5}");
        }
        writeln!(cell);
    }
    // ANCHOR_END: count
    cell.count("seeds", NEAR_DIGITS.seeds);
    for (name, all) in ["digits", "patients"].iter().zip(&networks) {
        leave(cell, name, all);
    }
    Ok(())
}

/// The share of each rule's runs from guesses of 1e-8 to 0.01 that end near; of
/// the rival itself, how many starts and how many rates do; and the medians of
/// the rule from a millionth, and of the rival at its best rate.
fn leave(cell: &mut Cell, network: &str, all: &[Runs]) {
    for (name, rule, rival) in PAIRS {
        let (rival, of_rival) = (best(all, rival), of_rule(all, rival));
        let (mut count, mut runs) = (0, 0);
        for found in of_rule(all, rule) {
            if (1e-8..=0.01).contains(&found.rate) {
                count += near(found, rival);
                runs += found.outcomes.len();
            }
        }
        let rates = of_rival
            .iter()
            .filter(|runs| runs.loss().median <= 1.1 * rival.loss().median);
        let mut of = cell.of(&format!("{network}_{name}"));
        of.value("share", count as f64 / runs as f64, Format::Percent(1));
        of.count("own", near(rival, rival));
        of.count("rates", rates.count());
        let millionth = of_rule(all, rule)[6].loss().median;
        of.value("found", millionth, Format::Significant(2));
        of.value("tuned", rival.loss().median, Format::Significant(2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::committed::{lines, median};
    use notebook::at;

    const FILES: [(&str, &str); 2] = [
        (
            "digits",
            include_str!("../../training/data/newer/near_digits.csv"),
        ),
        (
            "patients",
            include_str!("../../training/data/newer/near_patients.csv"),
        ),
    ];

    /// The lowest median of a rule given its rate, which is at no edge of its
    /// rates.
    fn tuned(file: &str, rule: &str) -> f64 {
        let lines = lines(file, rule, 32);
        let edges = [&lines[0], lines.last().unwrap()];
        let least = lines.iter().map(|x| median(&x.1));
        let least = least.fold(f64::INFINITY, f64::min);
        assert!(edges.iter().all(|edge| median(&edge.1) > least));
        least
    }

    /// Counted in the files by another way.
    ///
    /// Red if `let limit = 1.1 * rival.loss().median;` were
    /// `let limit = 1.2 * rival.loss().median;`: a fifth above.
    #[test]
    fn so_many_end_at_most_a_tenth_above_the_tuned_rule() {
        let outputs = at(run, &[]);
        for (network, file) in FILES {
            for (name, rule, rival) in PAIRS {
                let limit = 1.1 * tuned(file, rival);
                let below = |losses: &[f64]| {
                    losses.partition_point(|loss| *loss <= limit) as f64
                };
                let found = lines(file, rule, 32).into_iter();
                let found = found.filter(|x| (1e-8..=0.01).contains(&x.0));
                let counts: Vec<f64> = found.map(|x| below(&x.1)).collect();
                assert_eq!(counts.len(), 7);
                let of =
                    |what: &str| outputs[&*format!("{network}_{name}_{what}")];
                assert_eq!(of("share"), counts.iter().sum::<f64>() / 224.0);
                let medians = lines(file, rival, 32);
                let medians = medians.iter().map(|x| (median(&x.1), &x.1));
                let near: Vec<_> =
                    medians.filter(|(median, _)| *median <= limit).collect();
                assert_eq!(of("rates"), near.len() as f64);
                let best = near.iter().min_by(|a, b| a.0.total_cmp(&b.0));
                assert_eq!(of("own"), below(best.unwrap().1));
                assert_eq!(of("tuned"), tuned(file, rival));
                let millionth = lines(file, rule, 32).remove(6);
                assert_eq!(millionth.0, 1e-6);
                assert_eq!(of("found"), median(&millionth.1));
            }
        }
        assert_eq!(outputs["seeds"], 32.0);
    }

    /// Of D-Adaptation's runs on the patients, from all guesses below 1.
    ///
    /// Red if `(0.0..1.0).contains(&guess)` were
    /// `(0.0..2.0).contains(&guess)`: from 1 nothing is learned.
    #[test]
    fn where_d_adaptation_misses_the_patients_it_misses_by_far() {
        let tuned = tuned(FILES[1].1, PAIRS[0].2);
        let mut lost = 0;
        for (guess, losses, _) in lines(FILES[1].1, PAIRS[0].1, 32) {
            if (0.0..1.0).contains(&guess) {
                let misses = losses.iter().filter(|x| **x > 1.1 * tuned);
                assert!(misses.clone().all(|loss| *loss > 1.9 * tuned));
                assert!((1..=6).contains(&misses.count()), "{guess}");
                lost += 1;
            }
        }
        assert_eq!(lost, 12);
    }

    /// In every start.
    ///
    /// Red if `guess == 1.0` were `guess == 0.1`: from a tenth most learn.
    #[test]
    fn from_a_guess_of_one_the_answers_on_the_patients_are_a_coin_s() {
        for (_, rule, _) in &PAIRS[..2] {
            for (guess, losses, right) in lines(FILES[1].1, rule, 32) {
                if guess == 1.0 {
                    assert!(losses[0] > 0.69, "{losses:?}");
                    assert!(right[0] > 0.49 && right[31] < 0.51, "{right:?}");
                }
            }
        }
    }
}
