//! Where descent in the double well ends up, for every learning rate.

use notebook::{Axis, Cell, Format, Panel, Result, Style};

// ANCHOR: visited
/// The weights that descent from 0.5 visits after it has settled.
fn visited(learning_rate: f64, count: usize) -> Vec<f64> {
    let mut w = 0.5;
    let mut step = || {
        w -= learning_rate * (w * w * w - w);
        w
    };
    for _ in 0..20_000 {
        step();
    }
    (0..count).map(|_| step()).collect()
}

/// After how many steps the weights repeat; none if they do not within 64.
fn period(learning_rate: f64) -> Option<usize> {
    let weights = visited(learning_rate, 65);
    (1..65).find(|p| (weights[*p] - weights[0]).abs() < 1e-9)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    writeln!(cell, "  eta  repeats after (steps)");
    for learning_rate in [0.9, 1.1, 1.26, 1.29, 1.5, 1.7, 1.9] {
        let repeats = match period(learning_rate) {
            Some(steps) => steps.to_string(),
            None => "more than 64".to_string(),
        };
        writeln!(cell, "{learning_rate:5.2}  {repeats:>21}");
    }
    // ANCHOR_END: visited

    let (splits, crosses) = (5f64.sqrt() - 1.0, 27f64.sqrt() / 2.0 - 1.0);
    cell.value("splits", splits, Format::Decimals(3));
    cell.value("crosses", crosses, Format::Decimals(3));
    let between = [(4, 1.26, 1.29), (8, 1.29, 1.3)];
    let [third, fourth] =
        between.map(|(steps, low, high)| split(steps, low, high));
    cell.value("third", third, Format::Decimals(3));
    cell.value("fourth", fourth, Format::Decimals(3));
    cell.value("rate", 1.5, Format::Exact);
    cell.count("steps", 40);
    cell.value("gap", gap_after(40), Format::Significant(2));
    let alt = format!(
        "The weights that descent goes on visiting, against the learning \
         rate: one up to 1, two up to {splits:.3}, then four, eight and soon \
         whole bands, which from {crosses:.3} on reach into both valleys."
    );
    let panel = Panel::new(
        Axis::linear("learning rate η").range(0.8..=2.0),
        Axis::linear("weights visited").range(-1.5..=1.5),
    )
    .wall("two", 1.0)
    .wall("four", splits)
    .wall("both valleys", crosses)
    .points("", diagram(), Style::Muted);
    cell.chart(alt, [panel]);
    Ok(())
}

/// The highest rate, of those between two, at which the weights repeat after so
/// many steps.
fn split(steps: usize, mut low: f64, mut high: f64) -> f64 {
    for _ in 0..16 {
        let middle = (low + high) / 2.0;
        match period(middle) {
            Some(found) if found <= steps => low = middle,
            _ => high = middle,
        }
    }
    low
}

/// Points (rate, weight), of those that would cover each other only one.
fn diagram() -> Vec<(f64, f64)> {
    let rates = (0..=160).map(|i| 0.8 + f64::from(i) * 0.0075);
    let column = |rate: f64| {
        let mut weights = visited(rate, 60);
        weights.sort_by(f64::total_cmp);
        weights.dedup_by(|next, kept| *next - *kept < 0.035);
        weights.into_iter().map(move |w| (rate, w))
    };
    rates.flat_map(column).collect()
}

/// How far apart two descents at the rate 1.5 are after so many steps, that
/// started a millionth apart.
fn gap_after(steps: usize) -> f64 {
    let end = |mut w: f64| {
        (0..steps).for_each(|_| w -= 1.5 * (w * w * w - w));
        w
    };
    (end(0.5) - end(0.500001)).abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// By what a small displacement from a cycle is multiplied in one round.
    fn multiplier(rate: f64, steps: usize) -> f64 {
        let slopes = visited(rate, steps).into_iter();
        slopes.map(|w| 1.0 - rate * (3.0 * w * w - 1.0)).product()
    }

    /// The columns of the figure from 1.6 to 1.8, but for that at 1.7.
    ///
    /// Red if `f64::from(i) * 0.0075` were `f64::from(i) * 0.008`: no column at
    /// 1.7.
    #[test]
    fn the_column_at_1_7_has_six_dots_and_its_neighbours_more_than_twenty() {
        let dots = |rate: f64| {
            let near = |x: &(f64, f64)| (x.0 - rate).abs() < 1e-9;
            diagram().iter().filter(|x| near(x)).count()
        };
        assert_eq!(dots(1.7), 6);
        for i in (107..=133).filter(|i| *i != 120) {
            assert!(dots(0.8 + f64::from(i) * 0.0075) > 20, "{i}");
        }
        let row = "1.70 6";
        let text = at(run, &[]).text;
        let mut rows = text.lines().map(str::split_whitespace);
        assert!(rows.any(|words| words.collect::<Vec<_>>().join(" ") == row));
    }

    /// Each split is where the cycle's multiplier passes −1, and each comes
    /// after less than a quarter of the way that the one before took.
    ///
    /// Red if `Some(found) if found <= steps` were
    /// `Some(found) if found < steps`: the split before.
    #[test]
    fn the_period_doubles_at_one_and_at_the_root_of_five_less_one() {
        let outputs = at(run, &[]);
        let splits =
            [1.0, outputs["splits"], outputs["third"], outputs["fourth"]];
        assert!((splits[1] - (5f64.sqrt() - 1.0)).abs() < 1e-12);
        for (i, split) in splits.into_iter().enumerate() {
            let steps = 1 << i;
            let off = [1e-2, 1e-2, 1e-3, 3e-4][i];
            assert_eq!(period(split - off), Some(steps), "below {split}");
            assert_eq!(period(split + off), Some(2 * steps), "above {split}");
            assert!(multiplier(split - off, steps) > -1.0);
            assert!(multiplier(split - off, steps) < -0.7);
        }
        let ways: Vec<f64> = splits.windows(2).map(|w| w[1] - w[0]).collect();
        assert!(ways.windows(2).all(|ways| ways[1] < ways[0] / 4.0));
        for (row, steps) in [(1, "1"), (2, "2"), (3, "4"), (4, "8"), (6, "6")] {
            let row = outputs.text.lines().nth(row).unwrap();
            assert_eq!(row.split_whitespace().nth(1), Some(steps));
        }
        for rate in [1.5, 1.9] {
            assert_eq!(period(rate), None, "at {rate}");
        }
    }

    /// Red if `5f64.sqrt() - 1.0` were `5f64.sqrt() - 0.9`: a rate at which the
    /// cycle of two is long unstable.
    #[test]
    fn the_cycle_of_two_loses_hold_where_its_factor_passes_minus_one() {
        // vw = 1/η and v² + w² = 1 + 1/η; two steps multiply a small
        // displacement by (1 − η(3v² − 1))(1 − η(3w² − 1)).
        let factor = |rate: f64| {
            let (product, squares) = (1.0 / rate, 1.0 + 1.0 / rate);
            let one = 1.0 + rate;
            one * one - 3.0 * rate * one * squares
                + 9.0 * rate * rate * product * product
        };
        let splits = at(run, &[])["splits"];
        assert!((factor(splits) + 1.0).abs() < 1e-12);
        assert!(factor(splits - 0.01) > -1.0 && factor(splits + 0.01) < -1.0);
        // The formula's factor is that of the weights visited.
        for rate in [1.05, 1.1, 1.2] {
            assert!((factor(rate) - multiplier(rate, 2)).abs() < 1e-9);
        }
    }

    /// Red if `27f64.sqrt() / 2.0 - 1.0` were `27f64.sqrt() / 2.0 - 1.1`: a
    /// rate at which no step crosses the hill yet.
    #[test]
    fn it_crosses_between_the_valleys_above_1_598_only() {
        let crosses = at(run, &[])["crosses"];
        let ends = |rate| {
            let weights = visited(rate, 5_000).into_iter();
            weights
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), w| {
                    (low.min(w), high.max(w))
                })
        };
        for i in 0..60 {
            let rate = crosses - 0.001 - 0.01 * f64::from(i);
            assert!(ends(rate).0 > 0.0, "at {rate}");
            let rate = crosses + 0.01 + (1.99 - crosses) / 60.0 * f64::from(i);
            let (low, high) = ends(rate);
            assert!(low < -0.5 && high > 0.5, "at {rate}: {low} {high}");
        }
    }

    /// Red if `let mut w = 0.5;` were `let mut w = 1.0;`: the bottom of the
    /// valley, from which no rate moves it.
    #[test]
    fn beyond_two_it_escapes() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        for rate in [2.02, 2.05, 2.1, 2.5, 3.0] {
            assert!(!visited(rate, 1)[0].is_finite(), "at {rate}");
            // From other starts as well.
            for _ in 0..50 {
                let mut w: f64 = rng.random_range(-1.4..1.4);
                (0..50_000).for_each(|_| w -= rate * (w * w * w - w));
                assert!(!w.is_finite(), "at {rate}");
            }
        }
        assert!(visited(2.0, 60).iter().all(|w| w.abs() <= 2f64.sqrt()));
    }

    /// Red if `gap_after(40)` were `gap_after(4)`: so soon they are near still.
    #[test]
    fn a_millionth_apart_at_the_start_is_far_apart_later() {
        let outputs = at(run, &[]);
        assert!(gap_after(0) < 1.1e-6);
        assert!(outputs["gap"] > 0.1, "{}", outputs["gap"]);
        assert_eq!(outputs["gap"], gap_after(outputs["steps"] as usize));
        // Nor is that a chance of this step: the mean of later ones.
        let mean = (40..140).map(gap_after).sum::<f64>() / 100.0;
        assert!(mean > 0.1, "{mean}");
    }
}
