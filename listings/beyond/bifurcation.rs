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

/// Points (rate, weight), of those that would cover each other only one.
fn diagram() -> Vec<(f64, f64)> {
    let rates = (0..=150).map(|i| 0.8 + f64::from(i) * 0.008);
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

    #[test]
    fn the_period_doubles_at_one_and_at_the_root_of_five_less_one() {
        let splits = 5f64.sqrt() - 1.0;
        for (rate, steps) in [
            (0.99, 1),
            (1.01, 2),
            (splits - 0.005, 2),
            (splits + 0.005, 4),
            (1.29, 8),
            (1.7, 6),
        ] {
            assert_eq!(period(rate), Some(steps), "at {rate}");
        }
        for rate in [1.5, 1.9] {
            assert_eq!(period(rate), None, "at {rate}");
        }
    }

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
        let splits = 5f64.sqrt() - 1.0;
        assert!((factor(splits) + 1.0).abs() < 1e-12);
        assert!(factor(splits - 0.01) > -1.0 && factor(splits + 0.01) < -1.0);
    }

    #[test]
    fn it_crosses_between_the_valleys_above_1_598_only() {
        let crosses = 27f64.sqrt() / 2.0 - 1.0;
        let lowest = |rate| {
            let weights = visited(rate, 20_000).into_iter();
            weights.fold(f64::INFINITY, f64::min)
        };
        for rate in [1.05, 1.3, 1.5, crosses - 0.001] {
            assert!(lowest(rate) > 0.0, "at {rate}");
        }
        for rate in [crosses + 0.01, 1.7, 1.9] {
            assert!(lowest(rate) < -1.0, "at {rate}");
        }
    }

    #[test]
    fn beyond_two_it_escapes() {
        for rate in [2.02, 2.1, 2.5, 3.0] {
            assert!(!visited(rate, 1)[0].is_finite(), "at {rate}");
        }
        assert!(visited(2.0, 60).iter().all(|w| w.abs() <= 2f64.sqrt()));
    }

    #[test]
    fn a_millionth_apart_at_the_start_is_far_apart_later() {
        assert!(gap_after(0) < 1.1e-6);
        let gaps = (40..60).map(gap_after);
        assert!(gaps.fold(0.0, f64::max) > 0.1);
    }
}
