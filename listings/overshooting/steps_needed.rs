//! How many steps bring the weight to a millionth of its start.

use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, Style};

// ANCHOR: count
/// Steps until |w| is at most a millionth of the start.
fn steps_needed(eta_lambda: f64) -> usize {
    let mut w: f64 = 1.0;
    let mut steps = 0;
    while w.abs() > 1e-6 {
        w -= eta_lambda * w;
        steps += 1;
    }
    steps
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let eta_lambda = cell.knob("eta_lambda", 0.1, 0.01..=1.99)?;

    for product in [eta_lambda, 2.0 - eta_lambda] {
        let steps = steps_needed(product);
        writeln!(cell, "eta*lambda = {product:.2}: {steps} steps");
    }
    // ANCHOR_END: count

    let mirror = 2.0 - eta_lambda;
    let steps = steps_needed(eta_lambda) as f64;
    let mirrored = steps_needed(mirror) as f64;
    cell.value("mirror", mirror, Format::Significant(2));
    cell.value("steps", steps, Format::Decimals(0));
    cell.value("steps_mirrored", mirrored, Format::Decimals(0));
    let alt = format!(
        "Steps needed against the product of rate and curvature: a U whose \
         bottom, a single step, is at 1, with walls at 0 and 2. At \
         {eta_lambda:.2} it takes {steps} steps, at {mirror:.2} {mirrored}."
    );
    let here = (eta_lambda, steps);
    cell.chart(alt, [u_shape(here, (mirror, mirrored))]);
    Ok(())
}

fn u_shape(here: (f64, f64), mirror: (f64, f64)) -> Panel {
    let arm = |from: i32, to: i32| {
        let products = (from..=to).map(|i| f64::from(i) / 100.0);
        products.map(|product| (product, steps_needed(product) as f64))
    };
    Panel::new(
        Axis::linear("rate × curvature, ηλ").range(0.0..=2.2),
        Axis::log("steps needed").range(0.8..=2000.0),
    )
    .line("", arm(1, 100), Style::Blue)
    .line("", arm(100, 199), Style::Orange)
    .wall("never", 2.0)
    .points(
        format!("ηλ = {:.2}", here.0),
        [here],
        Regime::of(here.0).style(),
    )
    .points("its mirror", [mirror], Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_a_quotient_of_logarithms() {
        for i in (1..=199).filter(|i| *i != 100) {
            let product = f64::from(i) / 100.0;
            let exact = 1e-6f64.ln() / (1.0 - product).abs().ln();
            // Where the quotient is whole, rounding may take one step more.
            let is_whole = (exact - exact.round()).abs() < 1e-9;
            let off = steps_needed(product) as f64 - exact.ceil();
            assert!(off == 0.0 || (is_whole && off.abs() == 1.0));
        }
    }

    #[test]
    fn the_count_is_the_same_on_both_sides_of_one() {
        for i in 1..100 {
            let product = f64::from(i) / 100.0;
            let mirrored = steps_needed(2.0 - product);
            // Rounding may decide a step that falls on the millionth.
            let off = steps_needed(product).abs_diff(mirrored);
            assert!(off == 0 || (off == 1 && i == 90), "{product}: {off}");
        }
    }

    #[test]
    fn one_step_is_enough_at_one_and_only_there() {
        assert_eq!(steps_needed(1.0), 1);
        assert!(steps_needed(0.999) > 1 && steps_needed(1.001) > 1);
    }

    #[test]
    fn a_tenth_of_the_product_takes_about_ten_times_the_steps() {
        for product in [0.1, 0.2, 0.3] {
            let more = steps_needed(product / 10.0) as f64;
            let ratio = more / steps_needed(product) as f64;
            assert!((9.0..12.0).contains(&ratio), "{product}: {ratio}");
        }
    }
}
