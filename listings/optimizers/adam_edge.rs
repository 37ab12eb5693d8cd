//! Adam in a bowl: it drives itself to the edge of its stability.

use ndarray::{array, aview1};
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};
use training::optim::adam::Adam;
use training::optim::optimizer::Optimizer;

const STEPS: usize = 8000;

// ANCHOR: descend
/// The weights on ½w² from 1, and the products ηλ/√v, λ being 1.
fn descend(mut adam: Adam) -> (Vec<f64>, Vec<f64>) {
    let (rate, beta_2) = (adam.learning_rate, adam.beta_2);
    let mut weights = array![1.0];
    let (mut v, mut forgotten) = (0.0, 1.0);
    let (mut path, mut products) = (Vec::new(), Vec::new());
    for _ in 0..STEPS {
        let g = weights[0];
        v += (1.0 - beta_2) * (g * g - v);
        forgotten *= beta_2;
        adam.step(weights.view_mut(), aview1(&[g]));
        path.push(weights[0]);
        products.push(rate / (v / (1.0 - forgotten)).sqrt());
    }
    (path, products)
}

/// The size of the swings: the largest weight of the last twenty.
fn swings(path: &[f64]) -> Vec<f64> {
    let last = |k: usize| &path[k.saturating_sub(19)..=k];
    let largest =
        |last: &[f64]| last.iter().fold(0.0f64, |a, w| a.max(w.abs()));
    (0..path.len()).map(|k| largest(last(k))).collect()
}
// ANCHOR_END: descend

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 1.0, 0.2..=10.0)?;
    let momentum = cell.knob("momentum", 0.9, 0.85..=0.95)?;

    let mut adam = Adam::new(learning_rate);
    adam.beta_1 = momentum;
    let (path, products) = descend(adam);
    let swings = swings(&path);
    let bound = 2.0 * (1.0 + momentum) / (1.0 - momentum);
    let passes = products.iter().position(|product| *product > bound);
    let turn = passes.map_or(STEPS, |k| k + 1);
    writeln!(cell, "bound            {bound:8.3}");
    let mut shown = [1, 100, 1000, turn, STEPS];
    shown.sort_unstable();
    for k in shown {
        let (size, product) = (swings[k - 1], products[k - 1]);
        writeln!(cell, "step {k:5} product {product:8.3} swings {size:9.2e}");
    }

    let late = &products[STEPS / 2..];
    let lowest = late.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = late.iter().copied().fold(0.0, f64::max);
    let smallest = swings[20..].iter().copied().fold(1.0, f64::min);
    cell.value("bound", bound, Format::Significant(3));
    cell.count("turn", turn);
    cell.value("smallest", smallest, Format::Scientific(1));
    let alt = format!(
        "Adam on ½w² for {STEPS} steps. Left, the size of the swings, \
         {smallest:.0e} near step {turn}, ending at {:.0e}; right, the \
         product, between {lowest:.0} and {highest:.0} in the second half, \
         with a level line at {bound:.1}.",
        swings[STEPS - 1]
    );
    let every_tenth = |values| by_step(values).step_by(10);
    let steps = || Axis::linear("step k").range(0.0..=STEPS as f64);
    let size = Panel::new(steps(), Axis::log("swings").range(1e-60..=1.0))
        .line("", every_tenth(&swings), Style::Ink);
    let product = Panel::new(steps(), Axis::log("ηλ/√v").range(0.1..=100.0))
        .line("", every_tenth(&products), Style::Ink)
        .level(format!("{bound:.1}"), bound);
    cell.chart(alt, [size, product]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    fn free(learning_rate: f64, beta_1: f64) -> (Vec<f64>, Vec<f64>) {
        let mut adam = Adam::new(learning_rate);
        adam.beta_1 = beta_1;
        descend(adam)
    }

    /// Both knobs' ranges.
    const RATES: [f64; 6] = [0.2, 0.5, 1.0, 2.0, 5.0, 10.0];
    const BETAS: [f64; 4] = [0.85, 0.88, 0.9, 0.95];

    /// A weight on its way across the minimum is small for a step, hence the
    /// largest of twenty, and a turn that is known to some forty steps.
    ///
    /// Red if `(1.0 - beta_2) * (g * g - v)` were `(1.0 - beta_2) * (g * g)`: a
    /// v that forgets nothing.
    #[test]
    fn the_weight_begins_to_grow_where_the_bound_says() {
        let corners = RATES.into_iter().flat_map(|r| BETAS.map(|b| (r, b)));
        // Where the two are farthest apart.
        let far = [(8.054, 0.915), (2.321, 0.93), (0.394, 0.855), (6.94, 0.94)];
        for (rate, beta) in corners.chain(far) {
            let knobs: [(&str, &dyn std::fmt::Display); 2] =
                [("learning_rate", &rate), ("momentum", &beta)];
            let outputs = at(run, &knobs);
            let bound = 2.0 * (1.0 + beta) / (1.0 - beta);
            let (path, products) = free(rate, beta);
            let turn = outputs["turn"] as usize;
            assert!((20..STEPS).contains(&turn), "{rate} {beta}: {turn}");
            assert!(products[turn - 2] <= bound);
            assert!(products[turn - 1] > bound);
            let largest = |end: usize| {
                let last = &path[end - 20..end];
                last.iter().fold(0.0f64, |a, w| a.max(w.abs()))
            };
            let by_size =
                |a: &usize, b: &usize| largest(*a).total_cmp(&largest(*b));
            let lowest = (20..=STEPS).min_by(by_size).unwrap();
            assert!(lowest.abs_diff(turn) <= 50, "{rate} {beta}: {lowest}");
            assert_eq!(outputs["smallest"], largest(lowest));
            // Earlier and later they are larger.
            assert!(largest(turn - 200) > 10.0 * largest(lowest));
            assert!(largest(turn + 200) > 10.0 * largest(lowest));
        }
        let low = at(run, &[("learning_rate", &0.394), ("momentum", &0.855)]);
        assert!(low["smallest"] < 1e-60, "below the panel");
    }

    /// Red if `rate / (v / (1.0 - forgotten)).sqrt()` were
    /// `2.0 * rate / (v / (1.0 - forgotten)).sqrt()`: a product twice the one
    /// that the bound is for.
    #[test]
    fn it_stays_near_the_bound_whatever_its_rate() {
        for rate in RATES {
            for beta in BETAS {
                let bound = 2.0 * (1.0 + beta) / (1.0 - beta);
                let (_, products) = free(rate, beta);
                let there = products.iter().position(|p| *p > bound);
                let since = &products[there.expect("it gets there")..];
                assert!(since.len() > 1000, "{rate}");
                let near = bound / 3.0..1.33 * bound;
                let all = since.iter().all(|product| near.contains(product));
                assert!(all, "{rate} {beta}");
            }
        }
    }
}
