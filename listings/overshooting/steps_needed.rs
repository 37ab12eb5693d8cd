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
    let (steps, mirrored) = (steps_needed(eta_lambda), steps_needed(mirror));
    // The products of the question, whatever the knob says.
    cell.value("wild", 1.9, Format::Significant(2));
    for (name, product) in [("creeping", 0.1), ("wild", 1.9)] {
        let mut of = cell.of(name);
        of.value("factor", 1.0 - product, Format::Significant(2));
        of.count("steps", steps_needed(product));
    }
    let alt = format!(
        "Steps needed against the product of rate and curvature: a U whose \
         bottom, a single step, is at 1, with walls at 0 and 2. At \
         {eta_lambda:.2} it takes {steps}, at {mirror:.2} {mirrored}."
    );
    let [here, there] = [(eta_lambda, steps), (mirror, mirrored)]
        .map(|(product, steps)| (product, steps as f64));
    cell.chart(alt, [u_shape(here, there)]);
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
    .sets_x("eta_lambda")
    .points("its mirror", [mirror], Style::Ink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// What the listing prints at a product: the steps for it, and those for
    /// its mirror.
    fn counted(product: f64) -> (usize, usize) {
        let outputs = at(run, &[("eta_lambda", &product)]);
        let printed = outputs.text.lines().map(|line| {
            let words: Vec<_> = line.split_whitespace().collect();
            words[3].parse().unwrap()
        });
        let printed = Vec::from_iter(printed);
        assert_eq!(printed.len(), 2);
        (printed[0], printed[1])
    }

    /// Products over the whole range of the knob, but for 1.
    fn products() -> impl Iterator<Item = f64> {
        let hundredths = (1..=199).filter(|i| *i != 100);
        hundredths.map(|i| f64::from(i) / 100.0)
    }

    /// Red if `w.abs() > 1e-6` were `w.abs() > 1e-5`: the steps to a hundred
    /// thousandth.
    #[test]
    fn the_count_is_a_quotient_of_logarithms() {
        for product in products() {
            let exact = 1e-6f64.ln() / (1.0 - product).abs().ln();
            // Where the quotient is whole, rounding may take one step more.
            let is_whole = (exact - exact.round()).abs() < 1e-9;
            let off = counted(product).0 as f64 - exact.ceil();
            assert!(off == 0.0 || is_whole && off.abs() == 1.0, "{product}");
        }
    }

    /// Red if `w -= eta_lambda * w` were `w -= 0.9 * eta_lambda * w`: then the
    /// mirror would stand elsewhere.
    #[test]
    fn the_count_is_the_same_on_both_sides_of_one() {
        for product in products() {
            let (steps, mirrored) = counted(product);
            // Rounding may decide a step that falls on the millionth.
            let off = steps.abs_diff(mirrored);
            let on_it = [0.9, 1.1].contains(&product);
            assert!(off == 0 || off == 1 && on_it, "{product}: {off}");
        }
        let outputs = at(run, &[("eta_lambda", &1.5)]);
        assert_eq!(outputs["creeping_factor"], 0.9);
        assert_eq!(outputs["wild"], 1.9);
        assert!((outputs["wild_factor"] + 0.9).abs() < 1e-12);
        let steps = ["creeping_steps", "wild_steps"].map(|name| outputs[name]);
        let (here, mirrored) = counted(0.1);
        assert_eq!(steps, [here as f64, mirrored as f64]);
    }

    /// Red if `w -= eta_lambda * w` were `w -= 0.9 * eta_lambda * w`: each step
    /// would fall short.
    #[test]
    fn at_a_product_of_one_a_single_step_is_enough() {
        assert_eq!(counted(1.0), (1, 1));
        assert!(products().all(|product| counted(product).0 > 1));
    }

    /// Red if `[0.05, 0.1, 0.2, 0.3]` were `[0.05, 0.1, 0.2, 0.6]`: that
    /// product is not small.
    #[test]
    fn a_tenth_of_the_product_takes_about_ten_times_the_steps() {
        for product in [0.05, 0.1, 0.2, 0.3] {
            let more = steps_needed(product / 10.0) as f64;
            let ratio = more / steps_needed(product) as f64;
            assert!((9.5..12.0).contains(&ratio), "{product}: {ratio}");
        }
    }

    /// Red if `w -= eta_lambda * w` were `w -= 0.5 * eta_lambda * w`: the wall
    /// would stand twice as far out.
    #[test]
    fn twice_the_product_takes_fewer_steps_below_two_thirds_only() {
        for product in (1..100).map(|i| f64::from(i) / 100.0) {
            let (one, twice) =
                (steps_needed(product), steps_needed(2.0 * product));
            // Fewer below, and more above; where the two factors are nearly of
            // one size, the counts can be equal.
            if [0.66, 0.67].contains(&product) {
                assert_eq!(twice, one, "{product}");
            } else {
                assert_eq!(twice < one, product < 2.0 / 3.0, "{product}");
                assert_eq!(twice > one, product > 2.0 / 3.0, "{product}");
            }
            let sizes = [product, 2.0 * product].map(|p| (1.0 - p).abs());
            assert_eq!(sizes[1] < sizes[0], product < 2.0 / 3.0, "{product}");
        }
    }
}
