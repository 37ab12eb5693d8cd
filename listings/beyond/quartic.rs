//! Descent on w⁴: the start decides.

use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, Style};

// ANCHOR: descent
/// The weights of descent on w⁴.
fn descend(learning_rate: f64, start: f64, steps: usize) -> Vec<f64> {
    let mut weights = vec![start];
    for k in 0..steps {
        let w = weights[k];
        let gradient = 4.0 * w * w * w;
        weights.push(w - learning_rate * gradient);
    }
    weights
}

/// Halves the distance between a start that converges and one that diverges.
fn largest_start(learning_rate: f64) -> f64 {
    let (mut converges, mut diverges) = (0.0, 100.0);
    for _ in 0..60 {
        let start = (converges + diverges) / 2.0;
        if descend(learning_rate, start, 100)[100].abs() < start {
            converges = start;
        } else {
            diverges = start;
        }
    }
    converges
}
// ANCHOR_END: descent

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.1, 0.02..=1.0)?;
    let start = cell.knob("start", 2.0, 0.2..=4.0)?;
    let steps = cell.count_knob("steps", 12, 0..=12)?;

    let weights = descend(learning_rate, start, steps);
    let product = 4.0 * learning_rate * start * start;
    let border = 1.0 / (2.0 * learning_rate).sqrt();
    writeln!(cell, "first step: w times {:.3}", 1.0 - product);
    writeln!(cell, "after {steps} steps w = {:.4e}", weights[steps]);
    let found = largest_start(learning_rate);
    writeln!(cell, "largest start that converges: {found:.6}");
    writeln!(cell, "1 / sqrt(2 eta):              {border:.6}");
    cell.value("border", border, Format::Decimals(2));
    // As the page opens, whatever the knobs say.
    let late = descend(0.1, 2.0, 10_000);
    cell.value("w_100", late[100], Format::Significant(2));
    cell.value("w_10000", late[10_000], Format::Significant(2));
    let regime = Regime::of(product);
    let alt = format!(
        "Left, the loss w⁴ with the weight's path from {start}, which at \
         first {}. Right, starts against rates: below a falling curve, at \
         {border:.2} for the rate {learning_rate}, descent converges; above \
         it diverges.",
        regime.name()
    );
    let panels = [
        path(&weights, regime),
        plane((learning_rate, start), regime),
    ];
    cell.chart(alt, panels);
    Ok(())
}

fn path(weights: &[f64], regime: Regime) -> Panel {
    let loss = |w: f64| w * w * w * w;
    Panel::new(
        Axis::linear("weight w").range(-3.0..=3.0),
        Axis::linear("loss w⁴").range(0.0..=40.0),
    )
    .function("", loss, Style::Muted)
    .path("", weights.iter().map(|w| (*w, loss(*w))), regime.style())
    .sets_x("start")
}

fn plane(here: (f64, f64), regime: Regime) -> Panel {
    let rates = (0..=80).map(|i| 0.02 * libm::pow(50.0, f64::from(i) / 80.0));
    let border = |rate: f64| 1.0 / (2.0 * rate).sqrt();
    let within = rates.map(|rate| (rate, 0.0, border(rate)));
    Panel::new(
        Axis::log("learning rate η").range(0.02..=1.0),
        Axis::linear("start w₀").range(0.0..=4.0),
    )
    .band("", within, Style::Green)
    .function("", border, Style::Ink)
    .note("diverges", (0.25, 3.2))
    .note("converges", (0.028, 1.0))
    .points("", [here], regime.style())
    .sets_x("learning_rate")
    .sets_y("start")
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    const RATES: [f64; 5] = [0.001, 0.02, 0.1, 0.37, 3.0];

    fn border(learning_rate: f64) -> f64 {
        (2.0 * learning_rate).powf(-0.5)
    }

    /// Red if `let gradient = 4.0 * w * w * w;` were
    /// `let gradient = 4.4 * w * w * w;`: a steeper loss.
    #[test]
    fn it_converges_from_within_one_over_the_root_of_two_eta() {
        for rate in RATES {
            for part in [0.01, 0.3, 0.5, 0.7, 0.9, 0.999, 1.0 - 1e-9] {
                for start in [part * border(rate), -part * border(rate)] {
                    let sizes = descend(rate, start, 40_000);
                    assert_eq!(sizes.len(), 40_001);
                    let falls = sizes
                        .windows(2)
                        .all(|pair| pair[1].abs() <= pair[0].abs());
                    let last = sizes[40_000].abs() / border(rate);
                    assert!(falls && last < 0.01, "{rate} {part}: {last}");
                }
            }
        }
        // The two starts beside the border of the page's rate.
        assert!(descend(0.1, 2.2, 100)[100].abs() < 0.2);
        assert!(!descend(0.1, 2.3, 12)[12].is_finite());
    }

    /// Red if `let gradient = 4.0 * w * w * w;` were
    /// `let gradient = 3.6 * w * w * w;`: a gentler loss.
    #[test]
    fn it_diverges_from_beyond() {
        for rate in RATES {
            for part in [1.0 + 1e-9, 1.001, 1.1, 2.0] {
                for start in [part * border(rate), -part * border(rate)] {
                    let weights = descend(rate, start, 100);
                    assert!(!weights[100].is_finite(), "{rate} {part}");
                }
            }
        }
    }

    /// Red if `for k in 0..steps` were `for k in 0..steps.min(4)`: it stops
    /// bouncing.
    #[test]
    fn on_the_border_it_bounces() {
        // These borders and steps need no rounding.
        for (rate, start) in [(0.125, 2.0), (0.5, 1.0), (2.0, 0.5)] {
            let weights = descend(rate, start, 1000);
            assert_eq!(weights.len(), 1001);
            assert!(weights.chunks(2).all(|pair| pair[0] == start));
            assert!(weights[1..].chunks(2).all(|pair| pair[0] == -start));
        }
    }

    /// Red if `let border = 1.0 / (2.0 * learning_rate).sqrt();` were
    /// `let border = 1.0 / (3.0 * learning_rate).sqrt();`: another formula.
    #[test]
    fn the_border_found_by_trying_is_the_formula() {
        for rate in RATES {
            let found = largest_start(rate);
            assert_relative_eq!(found, border(rate), max_relative = 1e-9);
        }
        for rate in [0.02, 0.1, 0.37, 1.0] {
            let values = at(run, &[("learning_rate", &rate)]);
            assert_relative_eq!(values["border"], border(rate));
            // From 2 the gradient is 4·2³.
            let first = format!("w times {:.3}", 1.0 - 16.0 * rate);
            assert!(values.text.lines().next().unwrap().ends_with(&first));
            let rows = values.text.lines().skip(2);
            let printed =
                rows.map(|row| row.split_whitespace().last().unwrap());
            for number in printed {
                let number: f64 = number.parse().unwrap();
                assert_relative_eq!(number, border(rate), epsilon = 1e-6);
            }
        }
    }

    /// Red if `1.0 / (2.0 * learning_rate).sqrt();` were
    /// `1.5 / (2.0 * learning_rate).sqrt();`: a place further up.
    #[test]
    fn the_curvature_at_the_border_is_three_times_two_over_eta() {
        for rate in [0.02, 0.1, 0.37, 1.0] {
            let w = at(run, &[("learning_rate", &rate)])["border"];
            let h = 1e-4 * w;
            let loss = |w: f64| w * w * w * w;
            let bend = loss(w + h) - 2.0 * loss(w) + loss(w - h);
            let expected = 3.0 * 2.0 / rate;
            assert_relative_eq!(bend / (h * h), expected, max_relative = 1e-6);
        }
    }

    /// Red if `late[10_000]` were `late[1_000]`: ten times the steps.
    #[test]
    fn a_tenth_of_the_weight_takes_a_hundred_times_the_steps() {
        let values = at(run, &[]);
        // The run that the page opens with, wherever the knobs stand.
        let turned = at(run, &[("learning_rate", &1), ("start", &4)]);
        let opened = descend(values["learning_rate"], values["start"], 10_000);
        for (name, k) in [("w_100", 100), ("w_10000", 10_000)] {
            assert_eq!([values[name], turned[name]], [opened[k]; 2]);
        }
        let ratio = values["w_100"] / values["w_10000"];
        assert_relative_eq!(ratio, 10.0, max_relative = 0.06);
        for (rate, start) in [(0.1, 2.0), (0.02, 1.0), (1.0, 0.6)] {
            let weights = descend(rate, start, 1_000_000);
            let ratio = weights[10_000] / weights[1_000_000];
            assert_relative_eq!(ratio, 10.0, max_relative = 0.01);
            let tail = 1.0 / (8.0 * rate * 1e6f64).sqrt();
            let last = weights[1_000_000].abs();
            assert_relative_eq!(last, tail, max_relative = 0.01);
        }
    }
}
