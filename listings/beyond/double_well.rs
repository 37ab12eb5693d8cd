//! Descent between two valleys, at a learning rate and a start of your choice.

use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.knob("learning_rate", 1.1, 0.1..=2.0)?;
    let start = cell.knob("start", 0.5, -1.4..=1.4)?;

    // ANCHOR: descent
    let loss = |w: f64| (w * w - 1.0) * (w * w - 1.0) / 4.0;
    let gradient = |w: f64| w * w * w - w;
    let mut weights = vec![start];
    for k in 0..2000 {
        weights.push(weights[k] - learning_rate * gradient(weights[k]));
    }
    // ANCHOR_END: descent

    let (first, last) = (&weights[..=40], &weights[1985..]);
    writeln!(cell, "steps 1985 to 2000:");
    for row in last.chunks(8) {
        row.iter().for_each(|w| write!(cell, "{w:8.4}"));
        writeln!(cell);
    }
    let low = last.iter().copied().fold(f64::INFINITY, f64::min);
    let high = last.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    cell.value("low", low, Format::Decimals(3));
    cell.value("high", high, Format::Decimals(3));
    let alt = format!(
        "Left, the weight over forty steps from {start} at the rate \
         {learning_rate}. Right, the loss with its two valleys and the weights \
         visited around step 2000, between {low:.3} and {high:.3}."
    );
    let visited = last.iter().map(|w| (*w, loss(*w)));
    let history = Panel::new(
        Axis::linear("step k").range(0.0..=40.0),
        Axis::linear("weight w").range(-1.6..=1.6),
    )
    .path("", by_step(first), Style::Ink);
    let wells = Panel::new(
        Axis::linear("weight w").range(-1.6..=1.6),
        Axis::linear("loss L").range(0.0..=0.6),
    )
    .function("", loss, Style::Muted)
    .points("", visited, Style::Ink);
    cell.chart(alt, [history, wells]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use notebook::at;

    /// The weights printed: the last of two thousand.
    fn last(learning_rate: f64, start: f64) -> Vec<f64> {
        let text =
            at(run, &[("learning_rate", &learning_rate), ("start", &start)])
                .text;
        let words = text.lines().skip(1).flat_map(str::split_whitespace);
        words.map(|word| word.parse().unwrap()).collect()
    }

    #[test]
    fn below_one_it_settles_in_a_valley_from_every_start() {
        for rate in [0.1, 0.3, 0.5, 0.7, 0.9, 0.98] {
            for start in [-1.4, -0.9, -0.2, 0.01, 0.5, 1.0, 1.3] {
                let weights = last(rate, start);
                let valley = weights[0].signum();
                let off = weights.iter().map(|w| (w - valley).abs());
                assert!(off.fold(0.0, f64::max) < 1e-4, "{rate} {start}");
            }
        }
    }

    #[test]
    fn above_one_it_alternates_between_two_weights_known_exactly() {
        for rate in [1.02, 1.1, 1.15, 1.2, 1.22] {
            let weights = last(rate, 0.5);
            let (v, w) = (weights[0], weights[1]);
            assert!((v - w).abs() > 0.1, "{v} {w}");
            assert_abs_diff_eq!(v * w, 1.0 / rate, epsilon = 5e-4);
            let squares = v * v + w * w;
            assert_abs_diff_eq!(squares, 1.0 + 1.0 / rate, epsilon = 5e-4);
            assert!(weights.chunks(2).all(|pair| pair == [v, w]));
        }
    }

    #[test]
    fn up_to_two_no_start_in_the_figure_escapes() {
        for rate in [0.1f64, 0.9, 1.3, 1.7, 1.95, 2.0] {
            for start in [-1.4, -0.7, 0.3, 1.1, 1.4] {
                let bound = (1.0 + 2.0 / rate).sqrt() + 1e-4;
                let weights = last(rate, start);
                assert!(weights.iter().all(|w| w.abs() <= bound));
            }
        }
    }
}
