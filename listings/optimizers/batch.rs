//! Adam on the digits: three rules for the rate when the batch grows.

use notebook::{Cell, Format, Result};
use training::optim::adam::Adam;
use training::spread::Spread;
use training::task::Task;

const SEEDS: u64 = 6;

// ANCHOR: rules
/// The median loss after five epochs, over some seeds.
fn end(batch_size: usize, learning_rate: f64, seeds: u64) -> Result<f64> {
    let task = Task {
        batch_size,
        ..Task::digits()?
    };
    let run = |seed| Ok(task.train(Adam::new(learning_rate), 5, seed)?.loss);
    let ends: Vec<f64> =
        (seeds..seeds + SEEDS).map(run).collect::<Result<_>>()?;
    Ok(Spread::of(ends).median)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let (batch_size, learning_rate) = (4, 0.008);
    writeln!(cell, "batch   same rate   times root   times batch");
    for times in [1, 4, 16, 64] {
        let batch = times * batch_size;
        write!(cell, "{batch:5}");
        let times = times as f64;
        for factor in [1.0, times.sqrt(), times] {
            let loss = end(batch, factor * learning_rate, 0)?;
            write!(cell, " {loss:11.3}");
        }
        writeln!(cell);
    }
    // ANCHOR_END: rules
    cell.value("rate", learning_rate, Format::Exact);
    cell.count("seeds", SEEDS);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// Red if `[1.0, times.sqrt(), times]` were `[times.sqrt(), 1.0, times]`:
    /// the rule of the root and none change places.
    #[test]
    fn of_three_rules_that_of_the_root_ends_lowest() {
        let text = at(run, &[]).text;
        let rows: Vec<Vec<f64>> = text
            .lines()
            .skip(1)
            .map(|row| row.split_whitespace().map(|x| x.parse().unwrap()))
            .map(Iterator::collect)
            .collect();
        assert_eq!(rows.len(), 4);
        for row in &rows[1..] {
            let [batch, same, root, linear] = row[..] else {
                panic!("{row:?}")
            };
            assert!(root < same && root < linear, "{row:?}");
            // So it is for seeds that the page does not show.
            let times = batch / 4.0;
            let end =
                |factor| end(batch as usize, 0.008 * factor, 100).unwrap();
            let (same, root, linear) =
                (end(1.0), end(times.sqrt()), end(times));
            assert!(root < same && root < linear, "{batch}");
        }
        // Fewer steps are made, and less is reached, at any batch.
        assert!(rows.windows(2).all(|pair| pair[1][2] > pair[0][2]));
    }

    /// Red if `0.004, 0.016` were `0.004, 0.0079`: as good as the rate itself.
    #[test]
    fn at_four_half_the_rate_and_twice_the_rate_end_higher() {
        let rate = at(run, &[])["rate"];
        assert_eq!(rate, 0.008);
        for seeds in [0, 100] {
            let best = end(4, rate, seeds).unwrap();
            for other in [0.004, 0.016] {
                assert!(end(4, other, seeds).unwrap() > 1.02 * best, "{other}");
            }
        }
    }

    /// Red if `let low = 0.25 * rate` were `let low = rate`: the rate itself.
    #[test]
    fn from_a_rate_that_is_too_low_the_steepest_rule_gains_most() {
        let rate = at(run, &[])["rate"];
        let low = 0.25 * rate;
        for seeds in [0, 100] {
            assert!(end(4, low, seeds).unwrap() > end(4, rate, seeds).unwrap());
            for times in [4.0, 16.0] {
                let end = |factor| end(4 * times as usize, factor * low, seeds);
                let same = end(1.0).unwrap();
                let root = end(f64::sqrt(times)).unwrap();
                let linear = end(times).unwrap();
                assert!(linear < root && root < same, "{times}");
            }
        }
    }
}
