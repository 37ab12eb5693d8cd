//! The answers to the exercises, computed.

use ndarray::array;
use notebook::{Cell, Format, Result};
use training::optim::library::Library;
use training::optim::momentum::Momentum;
use training::optim::optimizer::Optimizer;
use training::optim::rmsprop::RmsProp;
use training::optim::sgd::Sgd;
use training::task::Task;

const SEEDS: u64 = 4;

pub fn run(cell: &mut Cell) -> Result<()> {
    // The lesson's network, without momentum and with it, at a rate of 1.
    let task = Task::patients();
    let mut worst = [0.0f64, f64::INFINITY];
    for seed in 0..SEEDS {
        let plain = task.train(Sgd::new(1.0), 3, seed)?.loss;
        let heavy = task.train(Momentum::new(1.0, 0.9), 3, seed)?.loss;
        worst = [worst[0].max(plain), worst[1].min(heavy)];
    }
    cell.count("seeds", SEEDS);
    cell.value("highest_plain", worst[0], Format::Decimals(2));
    cell.value("lowest_heavy", worst[1], Format::Decimals(3));

    // 1: the rates of momentum 0.9, for the effective rate and the bound of
    // plain descent at 0.1 in a bowl of curvature 15.
    let (rate, momentum, curvature) = (0.1, 0.9, 15.0);
    let same = rate * (1.0 - momentum);
    cell.value("same", same, Format::Significant(2));
    let plain = 2.0 / curvature;
    cell.value("plain_limit", plain, Format::Significant(2));
    let limit = (1.0 + momentum) * plain;
    cell.value("limit", limit, Format::Significant(2));

    // 2: curvatures from 1 to 400.
    let root = 400f64.sqrt();
    let factor = (root - 1.0) / (root + 1.0);
    let best = 4.0 / ((1.0 + root) * (1.0 + root));
    cell.value("root", root, Format::Exact);
    cell.value("best_momentum", factor * factor, Format::Significant(2));
    cell.value("best_rate", best, Format::Significant(2));
    cell.value("factor", factor, Format::Significant(3));
    let plain = (400.0 - 1.0) / (400.0 + 1.0);
    cell.value("factor_plain", plain, Format::Significant(3));

    // 3: the first step of RMSprop, in rates.
    for (name, library) in
        [("keras", Library::Keras), ("pytorch", Library::PyTorch)]
    {
        let first = first_step(library);
        cell.of("first").value(name, first, Format::Significant(3));
    }
    Ok(())
}

/// How many rates long RMSprop's first step is, at a gradient of 1.
fn first_step(library: Library) -> f64 {
    let mut rmsprop = RmsProp::of(library);
    let mut weights = array![0.0];
    rmsprop.step(weights.view_mut(), array![1.0].view());
    -weights[0] / rmsprop.learning_rate
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    fn number(name: &str) -> f64 {
        at(run, &[])[name]
    }

    /// How far from the minimum of ½λw² so many steps of momentum end.
    fn left(mut momentum: impl Optimizer, curvature: f64, steps: usize) -> f64 {
        let mut weights = array![1.0];
        for _ in 0..steps {
            let gradient = curvature * &weights;
            momentum.step(weights.view_mut(), gradient.view());
        }
        weights[0].abs()
    }

    /// Ten times the effective rate, from another eight seeds too.
    ///
    /// Red if `Momentum::new(1.0, 0.9)` were `Momentum::new(0.1, 0.9)`: a rate
    /// with the effective rate of before.
    #[test]
    fn in_the_network_momentum_at_the_old_rate_ends_where_nothing_is_learned() {
        let nothing = f64::ln(2.0);
        let task = Task::patients();
        // The page's own seeds, by the losses that it prints.
        let outputs = at(run, &[]);
        let said =
            |name: &str| outputs.values[name].text.parse::<f64>().unwrap();
        for seed in 0..SEEDS {
            let plain = task.train(Sgd::new(1.0), 3, seed).unwrap().loss;
            let heavy = Momentum::new(1.0, 0.9);
            let heavy = task.train(heavy, 3, seed).unwrap().loss;
            assert!(plain <= said("highest_plain"), "{plain}");
            assert!(heavy >= said("lowest_heavy"), "{heavy}");
        }
        assert!(said("highest_plain") < 0.5 && said("lowest_heavy") > 0.69);
        for seed in 100..108 {
            let plain = task.train(Sgd::new(1.0), 3, seed).unwrap().loss;
            let heavy = Momentum::new(1.0, 0.9);
            let heavy = task.train(heavy, 3, seed).unwrap().loss;
            assert!(plain < 0.5 && heavy > nothing - 0.01, "{plain} {heavy}");
        }
    }

    /// Red if `(1.0 + momentum) * plain` were `(1.0 - momentum) * plain`: a
    /// bound that momentum lowers.
    #[test]
    fn momentum_widens_the_range_of_rates_and_wants_a_tenth() {
        let limit = number("limit");
        assert!(left(Momentum::new(0.999 * limit, 0.9), 15.0, 20_000) < 1e-6);
        assert!(left(Momentum::new(1.001 * limit, 0.9), 15.0, 20_000) > 1e6);
        let limit = number("plain_limit");
        assert!(left(Sgd::new(0.999 * limit), 15.0, 20_000) < 1e-6);
        assert!(left(Sgd::new(1.001 * limit), 15.0, 20_000) > 1e6);
        let mut slope = array![0.0];
        let mut momentum = Momentum::new(number("same"), 0.9);
        (0..300)
            .for_each(|_| momentum.step(slope.view_mut(), array![1.0].view()));
        let before = slope[0];
        momentum.step(slope.view_mut(), array![1.0].view());
        assert_relative_eq!(before - slope[0], 0.1, max_relative = 1e-9);
    }

    /// Red if `400f64.sqrt()` were `100f64.sqrt()`: another valley.
    #[test]
    fn the_best_pair_for_400_shrinks_both_ends_alike() {
        let (rate, beta) = (number("best_rate"), number("best_momentum"));
        for curvature in [1.0, 400.0] {
            let at = |steps| left(Momentum::new(rate, beta), curvature, steps);
            // At a double root the size goes as k times the k-th power.
            let measured = (at(400) / 400.0 / (at(200) / 200.0)).powf(0.005);
            assert_relative_eq!(measured, number("factor"), epsilon = 2e-3);
            let at = |steps| left(Sgd::new(2.0 / 401.0), curvature, steps);
            let plain = at(301) / at(300);
            assert_relative_eq!(plain, number("factor_plain"), epsilon = 1e-9);
        }
        assert_relative_eq!(number("root") * number("root"), 400.0);
    }

    /// Red if `RmsProp::of(library)` were `RmsProp::of(Library::Keras)`: the ρ
    /// of Keras for both.
    #[test]
    fn the_first_step_of_rmsprop_is_longer_than_the_rate() {
        let of = |rho: f64| 1.0 / (1.0 - rho).sqrt();
        let expected = (of(0.9), of(0.99));
        let measured = (number("first_keras"), number("first_pytorch"));
        assert_relative_eq!(measured.0, expected.0, max_relative = 1e-5);
        assert_relative_eq!(measured.1, expected.1, max_relative = 1e-5);
    }
}
