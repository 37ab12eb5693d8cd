//! Steps to a millionth in a long valley, without and with the best momentum.

use ndarray::Array1;
use notebook::{Axis, Cell, Format, Panel, Result, Style};
use training::optim::momentum::Momentum;
use training::optim::optimizer::Optimizer;
use training::optim::sgd::Sgd;

// ANCHOR: best
/// Plain descent at its best rate for curvatures from 1 to κ.
fn best_plain(condition_number: f64) -> Sgd {
    Sgd::new(2.0 / (1.0 + condition_number))
}

/// Momentum at the best pair of rate and β for curvatures from 1 to κ.
fn best_momentum(condition_number: f64) -> Momentum {
    let root = condition_number.sqrt();
    let factor = (root - 1.0) / (root + 1.0);
    Momentum::new(4.0 / ((1.0 + root) * (1.0 + root)), factor * factor)
}

/// Steps from (1, 1) until both weights are at most a millionth.
fn steps(mut optimizer: impl Optimizer, condition_number: f64) -> usize {
    let curvatures = Array1::from(vec![1.0, condition_number]);
    let mut weights = Array1::ones(2);
    let mut gradient = Array1::zeros(2);
    let mut steps = 0;
    while weights.iter().any(|w: &f64| w.abs() > 1e-6) {
        gradient.assign(&weights);
        gradient *= &curvatures;
        optimizer.step(weights.view_mut(), gradient.view());
        steps += 1;
    }
    steps
}
// ANCHOR_END: best

pub fn run(cell: &mut Cell) -> Result<()> {
    let kappa = cell.log_knob("condition_number", 100.0, 2.0..=1000.0)?;

    let (plain, heavy) = (best_plain(kappa), best_momentum(kappa));
    let (rate, heavy_rate) = (plain.learning_rate, heavy.learning_rate);
    let momentum = heavy.momentum;
    let (near_rate, near_beta) = (0.9 * heavy_rate, momentum + 0.02);
    let beside = steps(Momentum::new(near_rate, near_beta), kappa);
    let (plain, heavy) = (steps(plain, kappa), steps(heavy, kappa));
    writeln!(cell, "kappa = {kappa}      eta    beta   steps");
    writeln!(cell, "plain      {rate:12.4}       -{plain:8}");
    writeln!(cell, "momentum   {heavy_rate:12.4}{momentum:8.3}{heavy:8}");
    writeln!(cell, "beside it  {near_rate:12.4}{near_beta:8.3}{beside:8}");
    let root = kappa.sqrt();
    let factor = (root - 1.0) / (root + 1.0);
    let limit = libm::log(1e-6) / libm::log(factor);
    cell.value("root", root, Format::Significant(3));
    cell.count("plain", plain);
    cell.count("heavy", heavy);
    cell.count("beside", beside);
    cell.value("limit", limit.ceil(), Format::Decimals(0));
    let alt = format!(
        "Steps to a millionth against the condition number, on two logarithmic \
         axes: past the first few, plain descent rises with slope one, \
         momentum with one half. At {kappa} they take {plain} and {heavy}."
    );
    let panel = Panel::new(
        Axis::log("condition number κ").range(1.0..=1000.0),
        Axis::log("steps needed").range(0.8..=2e4),
    )
    .line("plain", curve(best_plain), Style::Muted)
    .line("best momentum", curve(best_momentum), Style::Ink)
    .points("", [(kappa, plain as f64)], Style::Muted)
    .points("", [(kappa, heavy as f64)], Style::Ink)
    .sets_x("condition_number");
    cell.chart(alt, [panel]);
    Ok(())
}

fn curve<O: Optimizer>(best: fn(f64) -> O) -> impl Iterator<Item = (f64, f64)> {
    let kappas = (0..=20).map(|i| libm::exp10(f64::from(i) * 0.15));
    kappas.map(move |kappa| (kappa, steps(best(kappa), kappa) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    /// The larger size of the two roots of z² − (1 + β − ηλ)z + β.
    fn factor(rate: f64, beta: f64, curvature: f64) -> f64 {
        let sum = 1.0 + beta - rate * curvature;
        let discriminant = sum * sum - 4.0 * beta;
        if discriminant < 0.0 {
            beta.sqrt()
        } else {
            (sum.abs() + discriminant.sqrt()) / 2.0
        }
    }

    fn slowest(rate: f64, beta: f64, kappa: f64) -> f64 {
        factor(rate, beta, 1.0).max(factor(rate, beta, kappa))
    }

    /// Red if `4.0 / ((1.0 + root) * (1.0 + root))` were
    /// `2.0 / ((1.0 + root) * (1.0 + root))`: half of that rate.
    #[test]
    fn no_other_rate_and_momentum_converge_faster() {
        for kappa in [2.0f64, 10.0, 100.0, 1000.0] {
            let best = best_momentum(kappa);
            let root = kappa.sqrt();
            let expected = (root - 1.0) / (root + 1.0);
            let reached = slowest(best.learning_rate, best.momentum, kappa);
            // A double root: rounding moves it by the root of an epsilon.
            assert_relative_eq!(reached, expected, max_relative = 1e-6);
            for i in 1..200 {
                for j in 0..100 {
                    let rate = f64::from(i) / 50.0 * best.learning_rate;
                    let beta = f64::from(j) / 100.0;
                    let other = slowest(rate, beta, kappa);
                    assert!(other > expected - 1e-9, "{rate} {beta} {other}");
                }
            }
        }
    }

    /// In the long run the steps are momentum's factor to the k, times k: two
    /// roots that are one.
    ///
    /// Red if `momentum + 0.02)` were `momentum - 0.02)`: that pair needs more
    /// steps.
    #[test]
    fn its_factor_is_for_the_long_run_and_a_pair_beside_it_needs_fewer_steps() {
        for kappa in [2.0, 4.0, 10.0, 25.0, 50.0, 100.0, 300.0, 1000.0] {
            let values = at(run, &[("condition_number", &kappa)]);
            assert!(values["limit"] < values["heavy"], "{kappa}");
        }
        let values = at(run, &[]);
        assert!(values["beside"] < 0.85 * values["heavy"]);
        let root = f64::sqrt(100.0);
        let limit = f64::ln(1e-6) / f64::ln((root - 1.0) / (root + 1.0));
        assert_eq!(values["limit"], limit.ceil());
        // k steps keep about k times the factor's power: both ratios agree.
        let kept = |steps: f64| steps * (9f64 / 11.0).powf(steps);
        let heavy = values["heavy"];
        assert!(kept(heavy) < 4e-6 && kept(heavy - 1.0) > 2e-7);
    }

    /// Red if `while weights.iter().any(|w: &f64| w.abs() > 1e-6)` were
    /// `for _ in 0..100`: a count that does not depend on the valley.
    #[test]
    fn four_times_the_condition_number_takes_twice_the_steps() {
        let of = |name: &str, kappa: f64| {
            at(run, &[("condition_number", &kappa)])[name]
        };
        for kappa in [8.0, 12.0, 20.0, 50.0, 100.0, 250.0] {
            let ratio = of("heavy", 4.0 * kappa) / of("heavy", kappa);
            assert!((2.0..2.2).contains(&ratio), "{kappa}: {ratio}");
            let ratio = of("plain", 4.0 * kappa) / of("plain", kappa);
            assert!((3.9..4.1).contains(&ratio), "{kappa}: {ratio}");
        }
    }

    /// Red if `Sgd::new(2.0 / (1.0 + condition_number))` were
    /// `Sgd::new(1.9 / (1.0 + condition_number))`: a rate below the best.
    #[test]
    fn the_steps_of_plain_descent_are_a_quotient_of_logarithms() {
        for kappa in [2.0, 3.0, 30.0, 100.0, 300.0, 1000.0f64] {
            let exact = 1e-6f64.ln() / ((kappa - 1.0) / (kappa + 1.0)).ln();
            let values = at(run, &[("condition_number", &kappa)]);
            assert_eq!(values["plain"], exact.ceil(), "{kappa}");
        }
    }
}
