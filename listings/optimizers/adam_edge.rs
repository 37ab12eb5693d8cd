//! Adam in a bowl: it drives itself to the edge of its stability.

use ndarray::{array, aview1};
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use training::optim::adam::Adam;
use training::optim::optimizer::Optimizer;

const STEPS: usize = 8000;

// ANCHOR: descend
/// The sizes of the weight on ½w² from 1, and the products ηλ/√v, λ being 1.
fn descend(mut adam: Adam) -> (Vec<f64>, Vec<f64>) {
    let (rate, beta_2) = (adam.learning_rate, adam.beta_2);
    let mut weights = array![1.0];
    let (mut v, mut forgotten) = (0.0, 1.0);
    let (mut sizes, mut products) = (Vec::new(), Vec::new());
    for _ in 0..STEPS {
        let g = weights[0];
        v += (1.0 - beta_2) * (g * g - v);
        forgotten *= beta_2;
        adam.step(weights.view_mut(), aview1(&[g]));
        sizes.push(weights[0].abs());
        products.push(rate / (v / (1.0 - forgotten)).sqrt());
    }
    (sizes, products)
}
// ANCHOR_END: descend

/// The step at which the weight is smallest.
fn turn(sizes: &[f64]) -> usize {
    let by_size = |a: &(usize, &f64), b: &(usize, &f64)| a.1.total_cmp(b.1);
    let smallest = sizes.iter().enumerate().min_by(by_size);
    smallest.map_or(0, |(k, _)| k + 1)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 1.0, 0.1..=10.0)?;
    let momentum = cell.knob("momentum", 0.9, 0.0..=0.95)?;

    let mut adam = Adam::new(learning_rate);
    adam.beta_1 = momentum;
    let (sizes, products) = descend(adam);
    let bound = 2.0 * (1.0 + momentum) / (1.0 - momentum);
    let turn = turn(&sizes);
    writeln!(cell, "bound            {bound:8.3}");
    for k in [1, 100, 1000, turn, STEPS] {
        let (size, product) = (sizes[k - 1], products[k - 1]);
        writeln!(cell, "step {k:5} product {product:8.3}   |w| {size:9.2e}");
    }

    let late = &products[STEPS / 2..];
    let lowest = late.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = late.iter().copied().fold(0.0, f64::max);
    cell.value("bound", bound, Format::Significant(3));
    cell.count("turn", turn);
    cell.value("smallest", sizes[turn - 1], Format::Scientific(1));
    let alt = format!(
        "Adam on ½w² for {STEPS} steps. Left, the size of the weight, falling \
         to {:.0e} by step {turn} and then growing again in bursts; right, the \
         product, which climbs to {bound:.1} and stays between {lowest:.0} and \
         {highest:.0} in the second half.",
        sizes[turn - 1]
    );
    let every_tenth = |values| by_step(values).step_by(10);
    let steps = || Axis::linear("step k").range(0.0..=STEPS as f64);
    let size = Panel::new(steps(), Axis::log("|w|").range(1e-60..=1.0)).line(
        "",
        every_tenth(&sizes),
        Style::Ink,
    );
    let product = Panel::new(steps(), Axis::log("ηλ/√v").range(0.1..=100.0))
        .line("", every_tenth(&products), Style::Ink)
        .level(format!("{bound:.1}"), bound);
    cell.chart(alt, [size, product]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lowest place of the sizes, each taken with the nineteen after it,
    /// as a weight on its way across the minimum is small for a step.
    fn lowest(sizes: &[f64]) -> usize {
        let largest = |sizes: &[f64]| sizes.iter().copied().fold(0.0, f64::max);
        let envelope: Vec<f64> = sizes.windows(20).map(largest).collect();
        turn(&envelope)
    }

    #[test]
    fn the_weight_begins_to_grow_where_the_bound_says() {
        for (rate, beta_1) in [(1.0, 0.9), (3.0, 0.9), (0.3, 0.9), (1.0, 0.8)] {
            let mut adam = Adam::new(rate);
            adam.beta_1 = beta_1;
            let bound = 2.0 * (1.0 + beta_1) / (1.0 - beta_1);
            let (sizes, products) = descend(adam);
            let product = products[lowest(&sizes) - 1];
            // v moves a little within the twenty steps.
            let off = product / bound - 1.0;
            assert!(off.abs() < 0.03, "{rate} {beta_1}: {product}");
        }
    }

    #[test]
    fn it_stays_near_the_bound_whatever_its_rate() {
        for rate in [0.5, 1.0, 2.0, 5.0, 10.0] {
            let (_, products) = descend(Adam::new(rate));
            for product in &products[STEPS - 2000..] {
                assert!((15.0..50.0).contains(product), "{rate}: {product}");
            }
        }
    }
}
