//! How a diverging weight ends, in numbers of 32 and of 64 bits.

use ndarray::NdFloat;
use notebook::{Axis, Cell, Panel, Result, Style, by_step};

// ANCHOR: descent
/// The weights of descent on ½w² from 1, up to and with the first NaN.
fn descend<F: NdFloat>(learning_rate: F) -> Vec<F> {
    let mut weights = vec![F::one()];
    while let Some(&w) = weights.last().filter(|w| !w.is_nan()) {
        weights.push(w - learning_rate * w);
    }
    weights
}

/// The first step at which the weight is infinite, and the first at which it
/// is NaN.
fn ends<F: NdFloat>(weights: &[F]) -> (usize, usize) {
    let finite = weights.iter().take_while(|w| w.is_finite()).count();
    (finite, weights.len() - 1)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.knob("learning_rate", 3.0, 2.5..=5.0)?;

    let single = descend(learning_rate as f32);
    let double = descend(learning_rate);
    writeln!(cell, "       infinite at step   NaN at step");
    for (name, ends) in [("f32", ends(&single)), ("f64", ends(&double))] {
        writeln!(cell, "{name} {:>19} {:>13}", ends.0, ends.1);
    }
    // ANCHOR_END: descent

    // At a product of 3, whatever the knob says.
    cell.count("f32_at_three", ends(&descend(3.0f32)).0);
    cell.count("f64_at_three", ends(&descend(3.0f64)).0);
    cell.count("f32_exponent", f32::MAX_EXP - 1);
    cell.count("f64_exponent", f64::MAX_EXP);
    let alt = format!(
        "The power of ten of the weight grows in a straight line with the \
         step; f32 ends at step {}, f64 at step {}.",
        ends(&single).0,
        ends(&double).0
    );
    let single: Vec<_> = single.into_iter().map(f64::from).collect();
    let panel =
        Panel::new(Axis::linear("step k"), Axis::linear("power of ten of |w|"))
            .line("f64", by_step(&powers(double)), Style::Vermilion)
            .line("f32", by_step(&powers(single)), Style::Ink)
            .level("largest f32", libm::log10(f32::MAX.into()))
            .level("largest f64", libm::log10(f64::MAX));
    cell.chart(alt, [panel]);
    Ok(())
}

/// The powers of ten of their sizes.
fn powers(weights: Vec<f64>) -> Vec<f64> {
    weights.into_iter().map(|w| libm::log10(w.abs())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// Rates over the whole range of the knob.
    fn rates() -> impl Iterator<Item = f64> {
        (25..=50).map(|tenths| f64::from(tenths) / 10.0)
    }

    /// What the table says of f32 and of f64: infinite at, NaN at.
    fn printed(rate: f64) -> [Vec<usize>; 2] {
        let text = at(run, &[("learning_rate", &rate)]).text;
        let row = |name: &str| {
            let row = text.lines().find(|line| line.starts_with(name)).unwrap();
            let words = row.split_whitespace().skip(1);
            words.map(|word| word.parse().unwrap()).collect()
        };
        [row("f32"), row("f64")]
    }

    /// Red if `- learning_rate * w` were `- (learning_rate + F::one()) * w`: it
    /// would treble.
    #[test]
    fn at_three_the_weight_doubles_until_the_exponent_is_used_up() {
        // |w| = 2^k, and the largest exponents are 127 and 1023.
        let double = descend(3.0f64);
        assert!(double.len() > 1024);
        let mut powers = double[..1024].iter().enumerate();
        assert!(powers.all(|(k, w)| w.abs() == 2f64.powi(k as i32)));
        assert_eq!(printed(3.0), [[128, 129], [1024, 1025]]);
        let outputs = at(run, &[]);
        let named = [
            "f32_at_three",
            "f64_at_three",
            "f32_exponent",
            "f64_exponent",
        ];
        assert_eq!(
            named.map(|name| outputs[name]),
            [128.0, 1024.0, 127.0, 1024.0]
        );
    }

    /// Red if `!w.is_nan()` were `w.is_finite()`: the rule would end at
    /// infinity, before the NaN.
    #[test]
    fn nan_follows_one_step_after_infinity() {
        for rate in rates() {
            for ends in printed(rate) {
                assert_eq!(ends[1], ends[0] + 1, "at {rate}");
            }
            assert!(descend(rate).last().unwrap().is_nan());
        }
    }

    /// Red if `0.5 * w * w` were `0.5 * w.abs()`: not a square.
    #[test]
    fn the_loss_overflows_in_about_half_as_many_steps() {
        for rate in rates() {
            let losses = descend(rate).into_iter().map(|w| 0.5 * w * w);
            let finite = losses.take_while(|loss| loss.is_finite()).count();
            let [_, double] = printed(rate);
            assert!(finite.abs_diff(double[0] / 2) <= 2, "at {rate}");
        }
    }

    /// Red if `learning_rate as f32` were `4.0f32`: a weight that trebles and
    /// ends sooner.
    #[test]
    fn the_last_steps_of_the_figure_are_finite() {
        let figure = at(run, &[]).figure.unwrap();
        let finite = |label| {
            let points = figure.points(label).into_iter();
            points.filter(|(_, y)| y.is_finite()).count()
        };
        assert_eq!((finite("f32"), finite("f64")), (128, 1024));
    }
}
