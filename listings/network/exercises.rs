//! The answers to the exercises.

use notebook::{Cell, Format, Result};

pub fn run(cell: &mut Cell) -> Result<()> {
    // ANCHOR: answers
    // 1. A second layer of 64 units.
    let limit = libm::sqrt(6.0 / (16.0 + 64.0));
    let penalty = 0.01 * 16.0 * 64.0 * limit * limit / 3.0;
    cell.value("wide_penalty", penalty, Format::Significant(3));
    let start = libm::log(2.0) + penalty;
    cell.value("wide_start", start, Format::Significant(3));

    // 2. The network for the digits, 64-32-10.
    cell.count("weights", (64 * 32 + 32) + (32 * 10 + 10));
    let limits = [(64.0, 32.0), (32.0, 10.0)];
    let limits =
        limits.map(|(inputs, units)| libm::sqrt(6.0 / (inputs + units)));
    cell.value("first_limit", limits[0], Format::Significant(3));
    cell.value("second_limit", limits[1], Format::Significant(3));

    // 3. The least loss of a rule that is right for a share p of the people.
    let p = 2000.0 / 2100.0;
    let least = -p * libm::log(p) - (1.0 - p) * libm::log(1.0 - p);
    cell.value("least", least, Format::Significant(3));

    // 4. Certain, and wrong for half of the people.
    let certain = 0.5 * -libm::log(1e-7);
    cell.value("certain", certain, Format::Significant(3));
    // ANCHOR_END: answers
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use ndarray::array;
    use notebook::at;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use training::nn::activation::Activation::{Relu, Sigmoid};
    use training::nn::dense::Dense;
    use training::nn::loss::cross_entropy;
    use training::nn::models::digits_model;
    use training::nn::sequential::Sequential;
    use training::patients::Patients;

    fn answer(name: &str) -> f64 {
        at(run, &[])[name]
    }

    /// One start's loss has a standard deviation of about 0.02, so the mean of
    /// 200 has a standard error of 0.0014; guesses lie up to 0.005 higher.
    #[test]
    fn the_wider_network_starts_as_predicted() {
        let wide = |seed| {
            let layers = [
                Dense::new(16, Relu),
                Dense::new(64, Relu).kernel_regularizer(0.01),
                Dense::new(2, Sigmoid),
            ];
            Sequential::new(1, layers, &mut ChaCha8Rng::seed_from_u64(seed))
        };
        let data = Patients::draw(0).dataset();
        let losses = (0..200).map(|seed| wide(seed).loss(&data));
        let off = losses.sum::<f64>() / 200.0 - answer("wide_start");
        assert!(off.abs() < 4.0 * 0.0014 + 0.005, "{off}");
    }

    #[test]
    fn the_digits_network_has_these_weights_within_these_limits() {
        let model = digits_model(0);
        let weights = model.weights().to_vec();
        assert_eq!(weights.len() as f64, answer("weights"));
        for (kernel, limit) in [
            (0..64 * 32, answer("first_limit")),
            (64 * 32 + 32..64 * 32 + 32 + 320, answer("second_limit")),
        ] {
            let largest = weights[kernel]
                .iter()
                .fold(0.0, |largest: f64, w| largest.max(w.abs()));
            // Of 320 even draws the largest is within 5 % of the limit but
            // once in ten million times.
            assert!(0.95 * limit < largest && largest <= limit);
        }
    }

    #[test]
    fn no_probability_gives_a_loss_below_the_least() {
        let p = 2000.0f64 / 2100.0;
        let loss = |q: f64| -p * q.ln() - (1.0 - p) * (1.0 - q).ln();
        let losses = (1..10_000).map(|i| loss(f64::from(i) / 10_000.0));
        let lowest = losses.fold(f64::INFINITY, f64::min);
        assert_relative_eq!(lowest, answer("least"), max_relative = 1e-6);
    }

    #[test]
    fn certain_and_wrong_for_half_costs_eight() {
        let outputs = array![[1.0, 0.0], [1.0, 0.0]];
        let loss = cross_entropy(outputs.view(), &[0, 1]);
        assert_relative_eq!(loss, answer("certain"), max_relative = 1e-6);
    }
}
