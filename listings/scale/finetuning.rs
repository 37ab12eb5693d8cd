//! Networks that have learned upright digits and go on with turned or mirrored
//! ones, trained beforehand, against fresh starts with the same images.

use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::growth::finetuning::{
    CASES, EPOCHS, IMAGES, Outcome, RATES, SEEDS, medians, outcomes, rate,
};

// ANCHOR: compare
/// At each rate, the outcome of each seed.
type Runs = Vec<Vec<Outcome>>;

/// The place of the rate with the lowest loss of the new test images.
fn best(runs: &Runs) -> usize {
    let loss = |place: &usize| medians(&runs[*place]).loss;
    let best = (0..RATES).min_by(|a, b| loss(a).total_cmp(&loss(b)));
    best.expect("there are rates")
}

/// In how many seeds what was learned ends with the lower loss, each at its
/// best rate.
fn ahead(learned: &Runs, fresh: &Runs) -> usize {
    let pairs = learned[best(learned)].iter().zip(&fresh[best(fresh)]);
    pairs.filter(|(old, new)| old.loss < new.loss).count()
}
// ANCHOR_END: compare

/// The share up to which, at one rate, both the new and the old are right.
fn both(runs: &Runs) -> f64 {
    let both = runs.iter().map(|seeds| {
        let Outcome { new, old, .. } = medians(seeds);
        new.min(old)
    });
    both.fold(0.0, f64::max)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    writeln!(
        cell,
        "                  learned before            fresh           learned"
    );
    write!(cell, "          epochs    rate loss  new  old");
    writeln!(cell, "    rate loss  new     ahead");
    let (mut alt, mut panels) = (String::new(), Vec::new());
    for (change, epochs) in CASES {
        let [learned, fresh] = outcomes(change, epochs, 0)?;
        let name = format!("{change:?}").to_lowercase();
        let its = medians(&learned[best(&learned)]);
        write!(cell, "{name:9} {epochs:6}");
        row(cell, &learned);
        write!(cell, " {:3.0}%", 100.0 * its.old);
        row(cell, &fresh);
        let ahead = ahead(&learned, &fresh);
        writeln!(cell, " {ahead:5} of {SEEDS}");

        let mut of = cell.of(&format!("{name} {epochs}"));
        let first = medians(&learned[0]).new;
        of.value("both", both(&learned), Format::Percent(0));
        of.value("old", its.old, Format::Percent(0));
        of.count("ahead", ahead);
        of.count("behind", SEEDS - ahead);
        if epochs == EPOCHS[0] {
            alt += &alternative(&name, first, its);
            panels.push(panel(&name, &learned, &fresh));
        }
    }
    cell.count("images", IMAGES);
    cell.count("seeds", SEEDS);
    cell.count("epochs", EPOCHS[0]);
    cell.count("more_epochs", EPOCHS[1]);
    cell.chart(alt, panels);
    Ok(())
}

/// The best rate, its loss, and how many of the new it has right.
fn row(cell: &mut Cell, runs: &Runs) {
    let place = best(runs);
    let Outcome { loss, new, .. } = medians(&runs[place]);
    let (rate, new) = (rate(place), 100.0 * new);
    write!(cell, " {rate:7.4} {loss:.2} {new:3.0}%");
}

fn alternative(name: &str, first: f64, best: Outcome) -> String {
    format!(
        "Digits {name}, against the rate: of the new, {first:.2} of the test \
         images are right at the lowest, {:.2} at the best, where of the old \
         {:.2} are. ",
        best.new, best.old
    )
}

fn panel(name: &str, learned: &Runs, fresh: &Runs) -> Panel {
    let curve = |share: fn(Outcome) -> f64| {
        let shares = learned.iter().map(move |seeds| share(medians(seeds)));
        (0..RATES).map(rate).zip(shares)
    };
    Panel::new(
        Axis::log("rate η").range(1e-4..=0.1),
        Axis::linear("share of test images right").range(0.0..=1.0),
    )
    .title(name)
    .path("new", curve(|of| of.new), Style::Ink)
    .path("old", curve(|of| of.old), Style::Muted)
    .level("fresh", medians(&fresh[best(fresh)]).new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;
    use training::digits::Change;

    /// All runs, of both groups of seeds.
    fn all() -> impl Iterator<Item = (Change, usize, [Runs; 2])> {
        let runs = |(change, epochs)| {
            [0, 1].map(|group| {
                (change, epochs, outcomes(change, epochs, group).unwrap())
            })
        };
        CASES.into_iter().flat_map(runs)
    }

    /// The median of sixteen.
    fn middle(seeds: &[Outcome], of: fn(&Outcome) -> f64) -> f64 {
        let mut sorted = Vec::from_iter(seeds.iter().map(of));
        sorted.sort_by(f64::total_cmp);
        0.5 * (sorted[7] + sorted[8])
    }

    /// Red if `new.min(old)` were `new.max(old)`: one of them alone.
    #[test]
    fn one_rate_has_most_of_the_mirrored_and_of_the_old_and_none_of_the_turned()
    {
        for (change, epochs, [learned, _]) in all() {
            let least = learned.iter().map(|seeds| {
                let new = middle(seeds, |seed| seed.new);
                new.min(middle(seeds, |seed| seed.old))
            });
            let share = least.fold(0.0, f64::max);
            assert!((both(&learned) - share).abs() < 1e-12);
            let expected = match (change, epochs) {
                (Change::Turned, 5) => 0.5..0.55,
                (Change::Turned, _) => 0.55..0.65,
                (Change::Mirrored, _) => 0.8..0.85,
            };
            assert!(expected.contains(&share), "{change:?} {share}");
        }
    }

    /// At the lowest rate it knows what it knew.
    ///
    /// Red if `medians(&learned[best(&learned)])` were `medians(&learned[0])`:
    /// the lowest rate.
    #[test]
    fn at_the_best_rate_for_the_turned_half_of_the_old_is_lost() {
        let outputs = at(run, &[]);
        for (change, epochs, [learned, _]) in all() {
            let before = middle(&learned[0], |seed| seed.old);
            assert!((0.92..0.97).contains(&before), "{before}");
            let new = middle(&learned[0], |seed| seed.new);
            let old = middle(&learned[best(&learned)], |seed| seed.old);
            let (name, first, lost) = match change {
                Change::Turned => ("turned", 0.09..0.11, 0.45..0.6),
                Change::Mirrored => ("mirrored", 0.4..0.5, 0.2..0.25),
            };
            assert!(epochs > 5 || first.contains(&new), "{change:?} {new}");
            let here = outputs[&*format!("{name}_{epochs}_old")];
            for old in [old, here] {
                assert!(lost.contains(&(1.0 - old / before)), "{old}");
            }
        }
    }

    /// Red if `loss(a).total_cmp(&loss(b))` were `a.cmp(b)`: the lowest rate.
    #[test]
    fn the_best_rate_is_no_lower_than_that_of_a_fresh_start() {
        for (change, epochs, [learned, fresh]) in all() {
            let [a, b] = [best(&learned), best(&fresh)];
            assert!(a >= b && b >= 8, "{change:?} {epochs}: {a} {b}");
            for (rates, best) in [(&learned, a), (&fresh, b)] {
                let loss = |place: usize| middle(&rates[place], |s| s.loss);
                assert!((0..RATES).all(|place| loss(best) <= loss(place)));
                assert!(best + 1 < RATES, "at the edge of the rates");
            }
        }
    }

    /// Red if `old.loss < new.loss` were `old.loss > new.loss`: the other one.
    #[test]
    fn a_fresh_start_is_ahead_but_on_mirrored_digits_after_short_runs() {
        for (change, epochs, [learned, fresh]) in all() {
            let behind = SEEDS - ahead(&learned, &fresh);
            let expected = match (change, epochs) {
                (Change::Mirrored, 5) => 3..7,
                _ => 13..17,
            };
            assert!(expected.contains(&behind), "{change:?}: {behind}");
        }
    }
}
