//! Newton's method for x³ − 2x + 2, from a start to choose.

use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};

pub fn run(cell: &mut Cell) -> Result<()> {
    let start = cell.knob("start", 0.5, -3.0..=3.0)?;
    let step = |x: f64| x - (x * x * x - 2.0 * x + 2.0) / (3.0 * x * x - 2.0);

    let mut guesses = vec![start];
    for _ in 0..40 {
        guesses.push(step(guesses[guesses.len() - 1]));
    }
    let (before, last) = (guesses[39], guesses[40]);
    cell.value("before", before, Format::Decimals(4));
    cell.value("last", last, Format::Decimals(4));
    let alt = format!(
        "From {start} the last two guesses are {before:.4}, {last:.4}."
    );
    let panel = Panel::new(
        Axis::linear("step"),
        Axis::linear("guess").range(-5.0..=5.0),
    )
    .line("guess", by_step(&guesses), Style::Ink)
    .points("", [(0.0, start)], Style::Ink)
    .sets_y("start")
    .level("root", ROOT);
    cell.chart(alt, [panel]);
    Ok(())
}

/// The real root, by Cardano's formula: −∛(1 + √(19/27)) − ∛(1 − √(19/27)).
pub const ROOT: f64 = -1.769_292_354_238_631_4;

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// The last two guesses from a start.
    fn last_two(start: f64) -> [f64; 2] {
        let outputs = at(run, &[("start", &start)]);
        [outputs["before"], outputs["last"]]
    }

    fn in_hundredths(
        range: std::ops::RangeInclusive<i32>,
    ) -> impl Iterator<Item = f64> {
        range.map(|hundredths| f64::from(hundredths) / 100.0)
    }

    #[test]
    fn the_root_is_cardanos() {
        let root = (19.0_f64 / 27.0).sqrt();
        let cardano = -(1.0 + root).cbrt() - (1.0 - root).cbrt();
        assert!((ROOT - cardano).abs() < 1e-15, "{cardano}");
    }

    /// Red if `- 2.0 * x + 2.0` were `- 2.0 * x + 3.0`: another function.
    #[test]
    fn from_zero_it_goes_to_one_and_back() {
        assert_eq!(last_two(0.0), [1.0, 0.0]);
    }

    /// Red if `0..40` were `0..2`: it is still on its way.
    #[test]
    fn from_near_zero_it_ends_in_the_cycle() {
        for start in in_hundredths(-10..=10) {
            let [before, last] = last_two(start);
            assert!(
                (before - 1.0).abs() < 1e-9 && last.abs() < 1e-9,
                "{start}"
            );
        }
    }

    /// Red if `3.0 * x * x` were `2.0 * x * x`: the slope of another function.
    #[test]
    fn from_below_the_root_it_converges() {
        for start in in_hundredths(-300..=-177) {
            for guess in last_two(start) {
                assert!((guess - ROOT).abs() < 1e-9, "{start}");
            }
        }
    }
}
