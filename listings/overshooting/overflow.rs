//! How a diverging weight ends, in numbers of 32 and of 64 bits.

use ndarray::NdFloat;
use notebook::{Axis, Cell, Panel, Result, Style};

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

    let (f32_ends, f64_ends) = (ends(&single).0, ends(&double).0);
    cell.count("f32_infinite", f32_ends);
    cell.count("f64_infinite", f64_ends);
    let powers = |weights: Vec<f64>| {
        let sizes = weights.into_iter().map(|w| w.abs().log10()).enumerate();
        sizes.map(|(k, size)| (k as f64, size)).collect::<Vec<_>>()
    };
    let alt = format!(
        "The power of ten of the weight grows in a straight line with the \
         step; f32 ends at step {f32_ends}, f64 at step {f64_ends}."
    );
    let panel =
        Panel::new(Axis::linear("step k"), Axis::linear("power of ten of |w|"))
            .line("f64", powers(double), Style::Vermilion)
            .line(
                "f32",
                powers(single.into_iter().map(f64::from).collect()),
                Style::Ink,
            )
            .level("largest f32", f64::from(f32::MAX).log10())
            .level("largest f64", f64::MAX.log10());
    cell.chart(alt, [panel]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    #[test]
    fn at_three_the_weight_doubles_until_the_exponent_is_used_up() {
        // |w| = 2^k, and the largest exponents are 127 and 1023.
        let (single, double) = (descend(3.0f32), descend(3.0f64));
        assert!(
            double[..1024]
                .iter()
                .enumerate()
                .all(|(k, w)| w.abs() == 2f64.powi(k as i32))
        );
        assert_eq!(ends(&single).0, f32::MAX_EXP as usize);
        assert_eq!(ends(&double).0, f64::MAX_EXP as usize);
    }

    #[test]
    fn nan_follows_one_step_after_infinity() {
        for learning_rate in [2.5, 3.0, 4.2] {
            let (infinite, nan) = ends(&descend(learning_rate));
            assert_eq!(nan, infinite + 1, "at {learning_rate}");
        }
    }

    #[test]
    fn the_loss_overflows_in_about_half_as_many_steps() {
        let losses = descend(3.0f64).into_iter().map(|w| 0.5 * w * w);
        let finite = losses.take_while(|loss| loss.is_finite()).count();
        assert!(finite.abs_diff(f64::MAX_EXP as usize / 2) <= 1);
    }

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
