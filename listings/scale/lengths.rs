//! Runs of several lengths on the digits, trained beforehand: the best constant
//! rate, the best cosine, and branches of one run.

use notebook::{Cell, Format, Result};
use training::bowls::noisy::NoisyBowl;
use training::growth::lengths::{EPOCH, EPOCHS, RATES, SEEDS, outcomes, rate};
use training::growth::lowest::lowest;
use training::spread::Spread;
use training::task::Outcome;

/// The place of the rate with the lowest training loss.
fn best(outcomes: &[Outcome]) -> usize {
    let places = 0..RATES;
    let loss = |place: &usize| outcomes[*place].loss;
    let best = places.min_by(|a, b| loss(a).total_cmp(&loss(b)));
    best.expect("there are rates")
}

/// The best constant rate and the best cosine's highest, with what they come
/// to; and what the branch of this length comes to.
struct Row {
    constant: (f64, Outcome),
    cosine: (f64, Outcome),
    branch: Outcome,
}

// ANCHOR: rows
/// Of a group of seeds, a row for each length. All branches are at one rate,
/// the constant one that is best for the shortest run.
fn rows(group: usize) -> Result<Vec<Row>> {
    let shared = best(&outcomes("constant", EPOCHS[0], group)?);
    let row = |epochs| {
        let best = |schedule| -> Result<(f64, Outcome)> {
            let outcomes = outcomes(schedule, epochs, group)?;
            let best = best(&outcomes);
            Ok((rate(best), outcomes[best]))
        };
        Ok(Row {
            constant: best("constant")?,
            cosine: best("cosine")?,
            branch: outcomes("branch", epochs, group)?[shared],
        })
    };
    EPOCHS.into_iter().map(row).collect()
}
// ANCHOR_END: rows

/// The best constant rate for so many epochs, in the noisy bowl.
fn bowl(epochs: usize) -> f64 {
    let bowl = NoisyBowl {
        curvature: 1.0,
        noise: 1.0,
    };
    let steps = (epochs * EPOCH) as i32;
    lowest(1e-4, 1.5, |rate| bowl.after(steps, 1.0, rate)).0
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let rows = rows(0)?;
    writeln!(
        cell,
        "            constant               cosine         branch"
    );
    write!(cell, "epochs    rate   loss  right    rate   loss  right");
    writeln!(cell, "   loss  right");
    for (epochs, row) in EPOCHS.into_iter().zip(&rows) {
        write!(cell, "{epochs:6}");
        for (rate, Outcome { loss, accuracy }) in [row.constant, row.cosine] {
            let right = 100.0 * accuracy;
            write!(cell, " {rate:7.4} {loss:.4} {right:5.1}%");
        }
        let right = 100.0 * row.branch.accuracy;
        writeln!(cell, " {:.4} {right:5.1}%", row.branch.loss);
    }
    cell.count("seeds", SEEDS);
    cell.count("shortest", EPOCHS[0]);
    cell.count("longest", EPOCHS[3]);
    let two = Format::Significant(2);
    cell.value("bowl", bowl(EPOCHS[0]) / bowl(EPOCHS[3]), two);
    let times = rows.iter().map(|row| row.branch.loss / row.cosine.1.loss);
    let Spread { low, high, .. } = Spread::of(times);
    cell.value("least", low, two);
    cell.value("most", high, two);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// For both groups of seeds: the cosine's by no step of the grid, the
    /// constant rate by at most one.
    ///
    /// Red if `loss(a).total_cmp(&loss(b))` were
    /// `loss(b).total_cmp(&loss(a))`: the worst.
    #[test]
    fn on_the_digits_neither_rate_moves_by_more_than_a_step_of_the_grid() {
        for group in [0, 1] {
            for row in rows(group).unwrap() {
                assert_eq!(row.cosine.0, rate(7));
                assert!([rate(5), rate(6)].contains(&row.constant.0));
            }
        }
        // In the bowl, by trying: what is kept of the start, and the floor.
        let best = |steps: i32| {
            let loss = |rate: f64| {
                let kept = (1.0 - rate).powi(2 * steps);
                0.5 * kept + (1.0 - kept) * rate / (2.0 * (2.0 - rate))
            };
            let rates = (1..10_000).map(|i| 1e-5 * f64::from(i));
            rates.min_by(|a, b| loss(*a).total_cmp(&loss(*b))).unwrap()
        };
        let off = at(run, &[])["bowl"] * best(720) / best(90);
        assert!((off - 1.0).abs() < 0.005, "{off}");
    }

    /// At the constant rate that is best for the shortest run, eight times as
    /// long, for both groups of seeds. In the noisy bowl it would stay on its
    /// floor.
    ///
    /// Red if `outcomes("constant", epochs, group)` were
    /// `outcomes("constant", 2, group)`: the shortest again.
    #[test]
    fn at_one_rate_the_loss_falls_on_with_the_length() {
        for group in [0, 1] {
            let losses = EPOCHS.map(|epochs| {
                outcomes("constant", epochs, group).unwrap()[6].loss
            });
            for (shorter, longer) in losses.iter().zip(&losses[1..]) {
                assert!(*longer < 0.7 * shorter, "{losses:?}");
            }
            assert!(losses[3] < losses[0] / 7.0, "{losses:?}");
        }
    }

    /// For both groups of seeds.
    ///
    /// Red if `outcomes("branch", epochs, group)?[shared]` were
    /// `outcomes("constant", epochs, group)?[shared]`: without the decay.
    #[test]
    fn branches_end_below_tuned_cosines_and_read_no_more() {
        for group in [0, 1] {
            for (row, epochs) in rows(group).unwrap().iter().zip(EPOCHS) {
                let branch = outcomes("branch", epochs, group).unwrap()[6];
                assert_eq!(row.branch, branch);
                let times = branch.loss / row.cosine.1.loss;
                assert!((0.55..0.92).contains(&times), "{times}");
                let more = branch.accuracy - row.cosine.1.accuracy;
                assert!(more.abs() < 0.01, "{more}");
            }
        }
        let outputs = at(run, &[]);
        assert!(0.5 < outputs["least"] && outputs["most"] < 0.95);
    }
}
