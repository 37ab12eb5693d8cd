//! The trial: how often what is chosen leaves a loss near the best, and what
//! finding it costs, on the tasks that judge the card, and on those that it was
//! made on.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::bench::tasks::{JUDGED, tasks};
use training::bench::trial::{Choice, METHODS, PEOPLE, choices};
use training::bench::truth::{OPTIMIZERS, Truth, truths};

/// How a method did: the shares of choices within 10 and 25 % of the best
/// loss, and the mean and the highest cost, in whole runs.
#[derive(Debug, PartialEq)]
struct Score {
    near: f64,
    fair: f64,
    cost: f64,
    worst: f64,
}

// ANCHOR: score
fn score(method: &str, judged: bool, all: &[(Choice, f64)]) -> Score {
    let of_method = all.iter().filter(|(choice, _)| {
        choice.method == method && (choice.task >= JUDGED) == judged
    });
    let of_method: Vec<_> = of_method.collect();
    let count = of_method.len() as f64;
    let within = |bound: f64| {
        let ratios = of_method.iter().map(|(_, ratio)| ratio);
        ratios.filter(|ratio| **ratio <= bound).count() as f64 / count
    };
    let costs = of_method.iter().map(|(choice, _)| choice.cost);
    Score {
        near: within(1.1),
        fair: within(1.25),
        cost: costs.clone().sum::<f64>() / count,
        worst: costs.fold(0.0, f64::max),
    }
}
// ANCHOR_END: score

/// Every choice, with how many times the best loss its rate leaves.
fn rated() -> Result<Vec<(Choice, f64)>> {
    let truths = truths()?;
    let ratio = |choice: &Choice| {
        let is_its = |truth: &&Truth| {
            (truth.task, &truth.optimizer) == (choice.task, &choice.optimizer)
        };
        let truth = truths.iter().find(is_its);
        truth.map_or(f64::INFINITY, |truth| truth.ratio(choice.rate))
    };
    let rated = choices()?.into_iter().map(|choice| {
        let ratio = ratio(&choice);
        (choice, ratio)
    });
    Ok(rated.collect())
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let all = rated()?;
    let judged = |method: &str| score(method, true, &all);
    writeln!(cell, "{:34}judged            made on", "");
    writeln!(
        cell,
        "method{:18}10 % 25 %  cost worst  10 % 25 %  cost",
        ""
    );
    for (method, _) in METHODS {
        let (there, here) = (score(method, false, &all), judged(method));
        write!(
            cell,
            "{method:23}{:3.0}  {:3.0}",
            of(here.near),
            of(here.fair)
        );
        write!(cell, " {:6.1} {:5.1}   ", here.cost, here.worst);
        write!(cell, "{:3.0}  {:3.0}", of(there.near), of(there.fair));
        writeln!(cell, " {:6.1}", there.cost);
    }
    print_tasks(cell, &all);
    for (name, method) in NAMED {
        let (score, mut cell) = (judged(method), cell.of(name));
        cell.value("near", score.near, Format::Percent(0));
        cell.value("fair", score.fair, Format::Percent(0));
        cell.value("cost", score.cost, Format::Decimals(1));
        cell.value("worst", score.worst, Format::Decimals(1));
    }
    for (name, method) in [("made", "card"), ("made_sweep", "sweep 5")] {
        let (score, mut cell) = (score(method, false, &all), cell.of(name));
        cell.value("near", score.near, Format::Percent(0));
        cell.value("fair", score.fair, Format::Percent(0));
    }
    let of_sweep = (100.0 * judged("sweep 5").near).round();
    cell.count("sweep_of_a_hundred", of_sweep);
    let of_card = all.iter().filter(|(choice, _)| choice.method == "card");
    let searches = of_card.filter(|(choice, _)| choice.task >= JUDGED).count();
    cell.count("searches", searches);
    cell.count("people", PEOPLE);
    cell.count("made_on", JUDGED);
    cell.count("judged", searches / (PEOPLE as usize * OPTIMIZERS.len()));
    let card = judged("card");
    let alt = format!(
        "The share of searches that end within 10 % and within 25 % of the \
         best loss, against their cost. The card: {:.0} % and {:.0} % for \
         {:.1} whole runs.",
        of(card.near),
        of(card.fair),
        card.cost
    );
    let near = panel("within 10 % of the best loss", |s| of(s.near), &all);
    let fair = panel("within 25 %", |s| of(s.fair), &all);
    cell.chart(alt, [near, fair]);
    Ok(())
}

/// For each task that judges the card, how many of its searches end well.
fn print_tasks(cell: &mut Cell, all: &[(Choice, f64)]) {
    writeln!(cell, "\nthe card by task        10 % 25 %");
    for (number, task) in tasks().iter().enumerate().skip(JUDGED) {
        let ratios = all.iter().filter(|(choice, _)| {
            choice.method == "card" && choice.task == number
        });
        let ratios: Vec<f64> = ratios.map(|(_, ratio)| *ratio).collect();
        let within = |bound: f64| {
            let good = ratios.iter().filter(|ratio| **ratio <= bound);
            of(good.count() as f64 / ratios.len() as f64)
        };
        write!(cell, "{number:2} {:20}", task.name);
        writeln!(cell, "{:3.0}  {:3.0}", within(1.1), within(1.25));
    }
}

fn of(share: f64) -> f64 {
    100.0 * share
}

/// The methods that the page speaks of.
const NAMED: [(&str, &str); 8] = [
    ("card", "card"),
    ("no_test", "card without range test"),
    ("no_refining", "card without refining"),
    ("no_look", "card without last look"),
    ("sweep", "sweep 5"),
    ("halving", "halving 8"),
    ("tenth", "lowest / 10"),
    ("default", "default"),
];

/// The shares against the cost: lines for the methods that come in sizes.
fn panel(
    title: &str,
    share: fn(&Score) -> f64,
    all: &[(Choice, f64)],
) -> Panel {
    let of_method = |method: &str| {
        let score = score(method, true, all);
        (score.cost, share(&score))
    };
    let of_family = |family: &str| {
        let sizes = METHODS.iter().filter(|(name, _)| {
            name.split_once(' ')
                .is_some_and(|(first, _)| first == family)
        });
        Vec::from_iter(sizes.map(|(method, _)| of_method(method)))
    };
    let finders = ["lowest / 10", "lowest / 4", "steepest", "valley"];
    Panel::new(
        Axis::linear("cost, whole runs").range(0.0..=9.5),
        Axis::linear("share, %").range(0.0..=100.0),
    )
    .title(title)
    .line("sweep", of_family("sweep"), Style::Blue)
    .points("", of_family("sweep"), Style::Blue)
    .line("random", of_family("random"), Style::Orange)
    .points("", of_family("random"), Style::Orange)
    .line("halving", of_family("halving"), Style::Vermilion)
    .points("", of_family("halving"), Style::Vermilion)
    .points("finders", finders.map(of_method), Style::Muted)
    .points("default", [of_method("default")], Style::Green)
    .points("the card", [of_method("card")], Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::{Outputs, at};
    use std::ops::Range;
    use std::sync::LazyLock;

    static RUN: LazyLock<Outputs> = LazyLock::new(|| at(run, &[]));
    const TRUTH: &str = include_str!("../../training/data/bench/truth.csv");
    const TRIAL: &str = include_str!("../../training/data/bench/trial.csv");

    /// The ratios and costs of a method on some of the tasks, read from the
    /// files.
    fn counted(method: &str, tasks: Range<usize>) -> Vec<(f64, f64)> {
        let number = |field: &str| field.parse::<f64>().unwrap();
        let mut truth = TRUTH.lines().map(|line| line.split(','));
        let rates = truth.next().unwrap().skip(3).map(number);
        let rates: Vec<f64> = rates.collect();
        let truth: Vec<Vec<&str>> = truth.map(Iterator::collect).collect();
        let mut found = Vec::new();
        for line in TRIAL.lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let is_its = tasks.contains(&fields[1].parse().unwrap());
            if fields[0] != method || !is_its {
                continue;
            }
            let row = truth.iter().find(|row| row[..2] == fields[1..3]);
            let losses = row.unwrap()[3..].iter().map(|field| number(field));
            let losses: Vec<f64> = losses.collect();
            let least = losses.iter().copied().fold(f64::MAX, f64::min);
            for pair in fields[3..].chunks(2) {
                let off = |rate: &f64| (rate / number(pair[0])).ln().abs();
                let nearest = (0..rates.len())
                    .min_by(|a, b| off(&rates[*a]).total_cmp(&off(&rates[*b])));
                let loss = losses[nearest.unwrap()];
                found.push((loss / least, number(pair[1])));
            }
        }
        found
    }

    fn share(counted: &[(f64, f64)], bound: f64) -> f64 {
        let good = counted.iter().filter(|(ratio, _)| *ratio <= bound);
        good.count() as f64 / counted.len() as f64
    }

    /// Red if `(choice.task >= JUDGED) == judged` were
    /// `(choice.task >= JUDGED) != judged`: the tasks that it was made on.
    #[test]
    fn the_shares_are_those_of_the_files() {
        for (name, method) in NAMED {
            let counted = counted(method, 14..22);
            assert_eq!(counted.len() as f64, RUN["searches"]);
            let value = |what: &str| RUN[&*format!("{name}_{what}")];
            assert_eq!(value("near"), share(&counted, 1.1));
            assert_eq!(value("fair"), share(&counted, 1.25));
            let costs = counted.iter().map(|(_, cost)| *cost);
            let mean = costs.clone().sum::<f64>() / counted.len() as f64;
            assert!((value("cost") - mean).abs() < 1e-9);
            assert_eq!(value("worst"), costs.fold(0.0, f64::max));
        }
        // Task by task, as printed.
        let rows: Vec<_> = RUN.text.lines().rev().take(8).collect();
        for (task, row) in (14..22).rev().zip(rows) {
            let counted = counted("card", task..task + 1);
            let shares =
                [1.1, 1.25].map(|bound| 100.0 * share(&counted, bound));
            let words: Vec<_> = row.split_whitespace().collect();
            assert_eq!(words[0], task.to_string());
            let printed = &words[words.len() - 2..];
            assert_eq!(printed, shares.map(|share| format!("{share:.0}")));
        }
        assert!(RUN["default_near"] < 0.5);
        assert!(RUN["tenth_near"] < RUN["card_near"]);
    }

    /// Red if `("card", "card")` were `("card", "valley")`: a guess.
    #[test]
    fn on_tasks_it_was_not_made_on_the_card_ends_near_for_six_runs() {
        assert!(RUN["card_near"] >= 0.8 && RUN["card_fair"] >= 0.95);
        assert!(RUN["card_cost"] <= 6.0 && RUN["card_worst"] <= 10.0);
        assert!(RUN["card_near"] <= 1.0 && RUN["card_cost"] > 1.0);
    }

    /// Red if `judged("sweep 5").near` were `judged("card").near`: the card
    /// itself.
    #[test]
    fn for_about_the_same_cost_the_card_ends_near_more_often_than_a_sweep() {
        let cost = RUN["sweep_cost"];
        assert_eq!(cost, 5.0);
        assert!((RUN["card_cost"] - cost).abs() < 0.5);
        let of_a_hundred = RUN["sweep_of_a_hundred"];
        assert!((of_a_hundred - 100.0 * RUN["sweep_near"]).abs() <= 0.5);
        assert!(of_a_hundred + 5.0 < 100.0 * RUN["card_near"]);
    }

    /// Red if `("no_test", "card without range test")` were
    /// `("no_test", "card without last look")`: another line left out.
    #[test]
    fn without_the_range_test_it_does_as_well_for_less() {
        assert!((RUN["no_test_near"] - RUN["card_near"]).abs() < 0.01);
        let saved = RUN["card_cost"] - RUN["no_test_cost"];
        assert!((0.1..1.0).contains(&saved), "{saved}");
    }

    /// Red if `("halving", "halving 8")` were
    /// `("halving", "halving 32")`: more rates.
    #[test]
    fn halving_comes_close_to_the_card_for_about_half_its_cost() {
        let less = RUN["card_near"] - RUN["halving_near"];
        assert!((0.0..0.1).contains(&less), "{less}");
        let part = RUN["halving_cost"] / RUN["card_cost"];
        assert!((0.4..0.6).contains(&part), "{part}");
    }

    /// Red if `score(method, false, &all), cell.of(name)` were
    /// `score(method, true, &all), cell.of(name)`: the others again.
    #[test]
    fn the_tasks_that_judge_are_kinder() {
        for (name, method) in [("made", "card"), ("made_sweep", "sweep 5")] {
            let (made, judged) =
                (counted(method, 0..14), counted(method, 14..22));
            assert_eq!(RUN[&*format!("{name}_near")], share(&made, 1.1));
            assert_eq!(RUN[&*format!("{name}_fair")], share(&made, 1.25));
            for bound in [1.1, 1.25] {
                assert!(share(&made, bound) < share(&judged, bound));
            }
        }
    }
}
