//! The answers to the exercises, computed.

use ndarray::array;
use notebook::{Cell, Format, Result};
use training::optim::hypergradient::Hypergradient;
use training::optim::lion::Lion;
use training::optim::optimizer::Optimizer;
use training::optim::schedule_free::ScheduleFree;

pub fn run(cell: &mut Cell) -> Result<()> {
    // 1: where Lion can be, from 1 at a rate of 0.07.
    let mut lion = Lion::new(0.07);
    let mut w = array![1.0];
    let mut nearest = 1.0f64;
    for _ in 0..1000 {
        let g = w.clone();
        lion.step(w.view_mut(), g.view());
        nearest = nearest.min(w[0].abs());
    }
    cell.value("nearest", nearest, Format::Decimals(2));

    // 2: schedule-free, from 1, four gradients, at a rate of 0.1.
    let mut free = ScheduleFree::new(0.1, 0.9);
    let mut w = array![1.0];
    for g in [4.0, 3.0, 2.0, 1.0] {
        free.step(w.view_mut(), array![g].view());
    }
    cell.value("mean", free.mean()[0], Format::Decimals(2));

    // 3: hypergradient descent from a loss of 4, β = 0.005.
    cell.value("law", (2.0 * 0.005 * 4.0f64).sqrt(), Format::Exact);
    cell.value("end", hyper(1.0, 30).0, Format::Significant(2));
    cell.value("steep_loss", hyper(20.0, 5).1, Format::Scientific(0));
    Ok(())
}

/// The rate and the loss after some steps on ½λw², from a loss of 4 and a rate
/// of 0.
fn hyper(curvature: f64, steps: usize) -> (f64, f64) {
    let mut optimizer = Hypergradient::new(0.0, 0.005);
    let mut w = array![(8.0 / curvature).sqrt()];
    let loss = |w: f64| 0.5 * curvature * w * w;
    for _ in 0..steps {
        let g = array![curvature * w[0]];
        optimizer.step(w.view_mut(), g.view());
    }
    (optimizer.learning_rate, loss(w[0]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// 14 steps of 0.07 are 0.98, and 15 would be 1.05.
    ///
    /// Red if `Lion::new(0.07)` were `Lion::new(0.025)`: 40 of these are 1.
    #[test]
    fn lion_s_nearest_place_is_a_fiftieth_away() {
        assert!((at(run, &[])["nearest"] - 0.02).abs() < 1e-9);
    }

    /// 1 − 0.1 (4 + ¾·3 + ½·2 + ¼·1).
    ///
    /// Red if `[4.0, 3.0, 2.0, 1.0]` were `[1.0, 2.0, 3.0, 4.0]`: late ones
    /// count less.
    #[test]
    fn four_gradients_count_four_three_two_and_one_quarters() {
        let expected = 1.0 - 0.1 * (4.0 + 2.25 + 1.0 + 0.25);
        assert!((at(run, &[])["mean"] - expected).abs() < 1e-12);
    }

    /// Red if `Hypergradient::new(0.0, 0.005)` were
    /// `Hypergradient::new(0.0, 0.02)`: twice the rate.
    #[test]
    fn the_rate_is_a_fifth_and_too_high_for_a_steep_bowl() {
        let outputs = at(run, &[]);
        assert!((outputs["law"] - 0.2).abs() < 1e-12);
        assert!((outputs["end"] / 0.2 - 1.0).abs() < 0.06);
        assert!(outputs["steep_loss"] > 100.0);
        // Step by step: the slope is λw, and 0.005 times the product with the
        // slope before is added to the rate.
        for (curvature, steps, name) in
            [(1.0, 30, "end"), (20.0, 5, "steep_loss")]
        {
            let (mut w, mut rate): (f64, f64) =
                ((8.0f64 / curvature).sqrt(), 0.0);
            let mut before = None;
            for _ in 0..steps {
                let slope = curvature * w;
                rate +=
                    before.map_or(0.0, |before: f64| 0.005 * slope * before);
                w -= rate * slope;
                before = Some(slope);
            }
            let loss = 0.5 * curvature * w * w;
            let expected = if name == "end" { rate } else { loss };
            assert!((outputs[name] / expected - 1.0).abs() < 1e-9, "{name}");
        }
    }
}
