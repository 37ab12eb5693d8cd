//! The trial: how often what is chosen leaves a loss near the best, and what
//! finding it costs, on the tasks that judge the card, and on those that it was
//! made on.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::bench::tasks::{JUDGED, tasks};
use training::bench::trial::{Choice, METHODS, PEOPLE, choices};
use training::bench::truth::{OPTIMIZERS, Truth, truths};
use training::search::rivals::spaced;

/// How a method did: the shares of choices within 10 and 25 % of the best
/// loss; how many times that loss they leave in the mean, and at worst; the
/// mean and the highest cost, in whole runs.
#[derive(Debug, PartialEq)]
struct Score {
    near: f64,
    fair: f64,
    mean: f64,
    worst: f64,
    cost: f64,
    dearest: f64,
}

// ANCHOR: score
fn score(method: &str, judged: bool, all: &[(Choice, f64)]) -> Score {
    let of_method = all.iter().filter(|(choice, _)| {
        choice.method == method && (choice.task >= JUDGED) == judged
    });
    let of_method: Vec<_> = of_method.collect();
    let count = of_method.len() as f64;
    let ratios = of_method.iter().map(|(_, ratio)| *ratio);
    let within = |bound: f64| {
        ratios.clone().filter(|ratio| *ratio <= bound).count() as f64 / count
    };
    let costs = of_method.iter().map(|(choice, _)| choice.cost);
    Score {
        near: within(1.1),
        fair: within(1.25),
        mean: ratios.clone().sum::<f64>() / count,
        worst: ratios.fold(0.0, f64::max),
        cost: costs.clone().sum::<f64>() / count,
        dearest: costs.fold(0.0, f64::max),
    }
}

/// By how many points the card is ahead of a method, and the standard error.
fn lead(method: &str, all: &[(Choice, f64)]) -> (f64, f64) {
    let share = |method: &str, task: usize| {
        near(all, |of| of.method == method && of.task == task)
    };
    let leads = (JUDGED..tasks().len())
        .map(|task| 100.0 * (share("card", task) - share(method, task)));
    let count = leads.clone().count() as f64;
    let mean = leads.clone().sum::<f64>() / count;
    let squares = leads.map(|lead| (lead - mean) * (lead - mean));
    let variance = squares.sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}
// ANCHOR_END: score

/// The share within 10 % of the best loss, of some of the choices.
fn near(all: &[(Choice, f64)], is_one: impl Fn(&Choice) -> bool) -> f64 {
    let of_them = all.iter().filter(|(choice, _)| is_one(choice));
    let good = of_them.clone().filter(|(_, ratio)| *ratio <= 1.1).count();
    good as f64 / of_them.count() as f64
}

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
    print_methods(cell, &all);
    print_parts(cell, &all);
    for (name, method) in NAMED {
        let (judged, made) =
            (score(method, true, &all), score(method, false, &all));
        let mut cell = cell.of(name);
        cell.value("near", judged.near, Format::Percent(0));
        cell.value("fair", judged.fair, Format::Percent(0));
        cell.value("above", judged.mean - 1.0, Format::Percent(0));
        cell.value("worst", judged.worst, Format::Decimals(1));
        cell.value("cost", judged.cost, Format::Decimals(1));
        cell.value("dearest", judged.dearest, Format::Decimals(1));
        cell.value("made", made.near, Format::Percent(0));
        cell.value("made_worst", made.worst, Format::Decimals(1));
        let (lead, error) = lead(method, &all);
        cell.value("behind", lead, Format::Decimals(0));
        cell.value("error", error, Format::Decimals(0));
    }
    let sweep = score("sweep 5", true, &all);
    cell.count("sweep_of_a_hundred", (100.0 * sweep.near).round());
    let judged = tasks().len() - JUDGED;
    let cases = judged * OPTIMIZERS.len();
    cell.count("searches", cases * PEOPLE as usize);
    cell.count("cases", cases);
    cell.count("people", PEOPLE);
    cell.count("made_on", JUDGED);
    cell.count("judged", judged);
    count_between(cell, &all)?;
    let card = score("card", true, &all);
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

/// The cases in which no rate of the sweep of five is within a tenth, and the
/// searches that miss there and in all.
fn count_between(cell: &mut Cell, all: &[(Choice, f64)]) -> Result<()> {
    let judged = truths()?.into_iter().filter(|truth| truth.task >= JUDGED);
    let between = judged
        .filter(|truth| spaced(5).iter().all(|rate| truth.ratio(*rate) > 1.1));
    let between = between.count();
    let of_sweep = all.iter().filter(|(choice, ratio)| {
        choice.method == "sweep 5" && choice.task >= JUDGED && *ratio > 1.1
    });
    cell.count("between", between);
    cell.count("missed_between", between * PEOPLE as usize);
    cell.count("missed", of_sweep.count());
    Ok(())
}

/// For each method how its searches end, and what they cost.
fn print_methods(cell: &mut Cell, all: &[(Choice, f64)]) {
    writeln!(cell, "{:25}judged{:25}made on", "", "");
    let heads = "10 % 25 %  mean worst  cost";
    writeln!(cell, "method{:18}{heads}   {heads}", "");
    for (method, _) in METHODS {
        write!(cell, "{method:23}");
        for judged in [true, false] {
            let score = score(method, judged, all);
            write!(cell, " {:3.0}  {:3.0}", of(score.near), of(score.fair));
            write!(cell, "{:6.2}{:6.1}", score.mean, score.worst);
            write!(cell, "{:6.1}  ", score.cost);
        }
        writeln!(cell);
    }
}

/// How many searches of three methods end within a tenth, by task and by
/// optimizer.
fn print_parts(cell: &mut Cell, all: &[(Choice, f64)]) {
    let methods = ["card", "halving 8", "sweep 5"];
    writeln!(cell, "\nwithin 10 %, judged    card  halving 8  sweep 5");
    let shares = |part: &dyn Fn(&Choice) -> bool| {
        methods.map(|method| {
            of(near(all, |choice| choice.method == method && part(choice)))
        })
    };
    for (number, task) in tasks().iter().enumerate().skip(JUDGED) {
        let [card, halving, sweep] = shares(&|choice| choice.task == number);
        write!(cell, "{number:2} {:20}", task.name);
        writeln!(cell, "{card:4.0}{halving:11.0}{sweep:9.0}");
    }
    for optimizer in OPTIMIZERS {
        let [card, halving, sweep] = shares(&|choice| {
            choice.task >= JUDGED && choice.optimizer == optimizer
        });
        write!(cell, "   {optimizer:20}");
        writeln!(cell, "{card:4.0}{halving:11.0}{sweep:9.0}");
    }
}

fn of(share: f64) -> f64 {
    100.0 * share
}

/// The methods that the page speaks of.
const NAMED: [(&str, &str); 9] = [
    ("card", "card"),
    ("no_test", "card without range test"),
    ("no_refining", "card without refining"),
    ("no_look", "card without last look"),
    ("plain", "card without all three"),
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
            let guess = number(row.unwrap()[2]);
            let losses = row.unwrap()[3..].iter().map(|field| number(field));
            let losses: Vec<f64> = losses.collect();
            let least = losses.iter().copied().fold(f64::MAX, f64::min);
            for pair in fields[3..].chunks(2) {
                let off = |rate: &f64| (rate / number(pair[0])).ln().abs();
                let nearest = (0..rates.len())
                    .min_by(|a, b| off(&rates[*a]).total_cmp(&off(&rates[*b])));
                let nearest = nearest.unwrap();
                // Beyond the ends of the sweep it is that of a guess.
                let inside = off(&rates[nearest]) < 10f64.ln() / 16.0;
                let loss = if inside { losses[nearest] } else { guess };
                found.push((loss / least, number(pair[1])));
            }
        }
        found
    }

    fn share(counted: &[(f64, f64)], bound: f64) -> f64 {
        let good = counted.iter().filter(|(ratio, _)| *ratio <= bound);
        good.count() as f64 / counted.len() as f64
    }

    fn points(method: &str, task: usize) -> f64 {
        100.0 * share(&counted(method, task..task + 1), 1.1)
    }

    /// How far the card is ahead of a method, task by task.
    fn leads(method: &str) -> Vec<f64> {
        (14..22)
            .map(|task| points("card", task) - points(method, task))
            .collect()
    }

    /// Red if `(choice.task >= JUDGED) == judged` were
    /// `(choice.task >= JUDGED) != judged`: the tasks that it was made on.
    #[test]
    fn the_shares_are_those_of_the_files() {
        for (name, method) in NAMED {
            let (judged, made) =
                (counted(method, 14..22), counted(method, 0..14));
            assert_eq!(judged.len() as f64, RUN["searches"]);
            assert_eq!(judged.len() as f64, 8.0 * RUN["cases"]);
            let value = |what: &str| RUN[&*format!("{name}_{what}")];
            assert_eq!(value("near"), share(&judged, 1.1));
            assert_eq!(value("fair"), share(&judged, 1.25));
            assert_eq!(value("made"), share(&made, 1.1));
            let count = judged.len() as f64;
            let costs = judged.iter().map(|(_, cost)| *cost);
            let mean = costs.clone().sum::<f64>() / count;
            assert!((value("cost") - mean).abs() < 1e-9);
            assert_eq!(value("dearest"), costs.fold(0.0, f64::max));
            let ratios = judged.iter().map(|(ratio, _)| *ratio);
            let above = ratios.clone().sum::<f64>() / count - 1.0;
            assert!((value("above") - above).abs() < 1e-9);
            assert_eq!(value("worst"), ratios.fold(0.0, f64::max));
            let worst = made.iter().map(|(ratio, _)| *ratio);
            assert_eq!(value("made_worst"), worst.fold(0.0, f64::max));
        }
        assert!((0.4..0.5).contains(&RUN["default_near"]));
        assert!((0.75..0.85).contains(&RUN["tenth_near"]));
    }

    /// Red if `choice.task == number` were `choice.task != number`: the other
    /// tasks.
    #[test]
    fn the_table_by_task_is_that_of_the_files() {
        let rows: Vec<_> = RUN.text.lines().rev().skip(4).take(8).collect();
        for (task, row) in (14..22).rev().zip(rows) {
            let shares = ["card", "halving 8", "sweep 5"]
                .map(|method| format!("{:.0}", points(method, task)));
            let words: Vec<_> = row.split_whitespace().collect();
            assert_eq!(words[0], task.to_string());
            assert_eq!(words[words.len() - 3..], shares);
        }
        // Those of the four optimizers have the mean of the whole.
        let rows = RUN.text.lines().rev().take(4);
        let sum: f64 = rows
            .map(|row| row.split_whitespace().nth(1).unwrap())
            .map(|share| share.parse::<f64>().unwrap())
            .sum();
        assert!((sum / 4.0 - 100.0 * RUN["card_near"]).abs() < 0.51);
    }

    /// Red if `("card", "card")` were `("card", "valley")`: a guess.
    #[test]
    fn on_tasks_it_was_not_made_on_the_card_ends_near_for_six_runs() {
        assert!((0.95..0.98).contains(&RUN["card_near"]));
        assert!((0.98..1.0).contains(&RUN["card_fair"]));
        assert!((5.0..5.6).contains(&RUN["card_cost"]));
        assert!((7.5..8.0).contains(&RUN["card_dearest"]));
    }

    /// Red if `(100.0 * sweep.near).round()` were
    /// `(100.0 * sweep.fair).round()`: within a quarter.
    #[test]
    fn for_about_the_same_cost_the_card_ends_near_more_often_than_a_sweep() {
        let cost = RUN["sweep_cost"];
        assert_eq!(cost, 5.0);
        assert!((RUN["card_cost"] - cost).abs() < 0.5);
        let of_a_hundred = RUN["sweep_of_a_hundred"];
        assert!((of_a_hundred - 100.0 * RUN["sweep_near"]).abs() <= 0.5);
        // It is behind on no task.
        let leads = leads("sweep 5");
        assert!(leads.iter().all(|lead| *lead >= 0.0), "{leads:?}");
        assert_eq!(leads.iter().filter(|lead| **lead > 0.0).count(), 5);
        let (card, sweep) = (RUN["card_near"], RUN["sweep_near"]);
        assert!((0.12..0.14).contains(&(card - sweep)));
    }

    /// The good rates of those cases lie between two that were tried.
    ///
    /// Red if `spaced(5).iter()` were `spaced(7).iter()`: a finer grid.
    #[test]
    fn more_than_half_of_the_sweeps_misses_are_where_no_rate_of_it_is_good() {
        let mut cases = [0, 0];
        let of_sweep = counted("sweep 5", 14..22);
        for truth in truths().unwrap().iter().skip(4 * 14) {
            let best = truth.losses.iter().copied().fold(f64::MAX, f64::min);
            // Eight rates to a power of ten: 0.0001, 0.001, …, 1.
            let tried = [0, 8, 16, 24, 32].map(|place| truth.losses[place]);
            let is_good = |loss: &f64| *loss <= 1.1 * best;
            cases[usize::from(tried.iter().any(is_good))] += 1;
            if !tried.iter().any(is_good) {
                let first = truth.losses.iter().position(is_good).unwrap();
                let last = truth.losses.iter().rposition(is_good).unwrap();
                assert_eq!(first / 8, last / 8);
                assert!(first % 8 > 0 && last % 8 > 0);
            }
        }
        assert_eq!(cases[0] as f64, RUN["between"]);
        assert_eq!((cases[0] + cases[1]) as f64, RUN["cases"]);
        let missed = of_sweep.iter().filter(|(ratio, _)| *ratio > 1.1);
        assert_eq!(missed.count() as f64, RUN["missed"]);
        let there = RUN["missed_between"];
        assert_eq!(there, 8.0 * RUN["between"]);
        assert!(0.5 * RUN["missed"] < there && there < 0.6 * RUN["missed"]);
    }

    /// The standard error against another way to it: of the mean of the pairs'
    /// squared differences. Beyond two of them the sweep, within 1.3 the
    /// halving.
    ///
    /// Red if `count - 1.0` were `count * count`: an error that is too small.
    #[test]
    fn eight_tasks_hardly_tell_the_card_from_the_sweep_or_the_halving() {
        for (name, method) in [("sweep", "sweep 5"), ("halving", "halving 8")] {
            let leads = leads(method);
            let mean = leads.iter().sum::<f64>() / 8.0;
            let pairs = leads
                .iter()
                .flat_map(|a| leads.iter().map(move |b| (a - b) * (a - b)));
            let error = (pairs.sum::<f64>() / (2.0 * 8.0 * 7.0) / 8.0).sqrt();
            let value = |what: &str| RUN[&*format!("{name}_{what}")];
            assert!((value("behind") - mean).abs() < 1e-9);
            assert!((value("error") - error).abs() < 1e-9);
        }
        let errors = |name: &str| {
            RUN[&*format!("{name}_behind")] / RUN[&*format!("{name}_error")]
        };
        assert!((2.0..2.5).contains(&errors("sweep")), "{}", errors("sweep"));
        assert!((1.0..1.3).contains(&errors("halving")));
        // Most of the halving's is one task's.
        let leads = leads("halving 8");
        assert!(leads[0] > 0.7 * leads.iter().sum::<f64>(), "{leads:?}");
    }

    /// Red if `within(1.25)` were `within(1.1)`: a tenth.
    #[test]
    fn within_a_quarter_sweep_and_halving_do_no_worse_than_the_card() {
        let card = RUN["card_fair"];
        for rival in ["sweep", "halving"] {
            let fair = RUN[&*format!("{rival}_fair")];
            assert!(fair >= card && fair - card < 0.01, "{rival}: {fair}");
        }
    }

    /// Red if `ratios.fold(0.0, f64::max)` were
    /// `ratios.fold(9.0, f64::min)`: the best of them.
    #[test]
    fn in_the_mean_the_three_are_alike_and_at_worst_the_card_loses_more() {
        for name in ["card", "sweep", "halving"] {
            let above = RUN[&*format!("{name}_above")];
            assert!((0.025..0.045).contains(&above), "{name}: {above}");
        }
        for (name, [judged, made]) in [
            ("card", [2.0..2.1, 6.5..7.0]),
            ("sweep", [1.2..1.25, 1.65..1.75]),
            ("halving", [1.2..1.25, 1.65..1.75]),
        ] {
            assert!(judged.contains(&RUN[&*format!("{name}_worst")]));
            assert!(made.contains(&RUN[&*format!("{name}_made_worst")]));
        }
    }

    /// Of the 256 searches at most five more miss, and with the range test left
    /// out none.
    ///
    /// Red if `("plain", "card without all three")` were
    /// `("plain", "valley")`: a rate read off a range test.
    #[test]
    fn each_of_three_lines_buys_little_there_and_all_three_half_of_the_cost() {
        let searches = |name: &str| {
            RUN["searches"] * (RUN["card_near"] - RUN[&*format!("{name}_near")])
        };
        assert_eq!(searches("no_test").round(), 0.0);
        for name in ["no_refining", "no_look", "plain"] {
            let fewer = searches(name);
            assert!((1.0..5.5).contains(&fewer), "{name}: {fewer}");
        }
        let saved =
            |name: &str| 1.0 - RUN[&*format!("{name}_cost")] / RUN["card_cost"];
        for (name, part) in [
            ("no_test", 0.05..0.1),
            ("no_refining", 0.2..0.25),
            ("no_look", 0.15..0.25),
            ("plain", 0.45..0.5),
        ] {
            let saved = saved(name);
            assert!(part.contains(&saved), "{name}: {saved}");
        }
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

    /// Red if `score(method, false, &all));` were
    /// `score(method, true, &all));`: the others again.
    #[test]
    fn the_tasks_that_judge_are_kinder() {
        for (name, method) in [
            ("card", "card"),
            ("sweep", "sweep 5"),
            ("plain", "card without all three"),
        ] {
            let (made, judged) =
                (counted(method, 0..14), counted(method, 14..22));
            assert_eq!(RUN[&*format!("{name}_made")], share(&made, 1.1));
            for bound in [1.1, 1.25] {
                assert!(share(&made, bound) < share(&judged, bound));
            }
        }
        // There the three lines buy ten points and more.
        let bought = RUN["card_made"] - RUN["plain_made"];
        assert!((0.1..0.12).contains(&bought), "{bought}");
    }
}
