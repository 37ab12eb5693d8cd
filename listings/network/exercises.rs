//! The answers to the exercises.

use notebook::{Cell, Format, Result};
use training::patients::Patients;

pub fn run(cell: &mut Cell) -> Result<()> {
    // ANCHOR: answers
    let three = Format::Significant(3);
    // 1. A second layer of 64 units.
    let limit = libm::sqrt(6.0 / (16.0 + 64.0));
    let penalty = 0.01 * 16.0 * 64.0 * limit * limit / 3.0;
    cell.value("wide_penalty", penalty, three);
    cell.value("wide_start", libm::log(2.0) + penalty, three);

    // 2. The network for the digits, 64-32-10.
    cell.count("weights", (64 * 32 + 32) + (32 * 10 + 10));
    cell.value("first_limit", libm::sqrt(6.0 / (64.0 + 32.0)), three);
    cell.value("second_limit", libm::sqrt(6.0 / (32.0 + 10.0)), three);

    // 3. The least loss of one who knows the halves, and of one who knows by
    // heart how many of the people of each age had side effects.
    let entropy = |part: f64, of: f64| match part {
        0.0 => 0.0,
        _ => -part / of * libm::log(part / of),
    };
    let loss =
        |no: f64, yes: f64| entropy(no, no + yes) + entropy(yes, no + yes);
    cell.value("least", loss(50.0, 1000.0), three);
    let people = Patients::draw(0);
    let mut by_age = [[0.0; 2]; 101];
    for (age, label) in people.ages.iter().zip(&people.labels) {
        by_age[*age as usize][*label] += 1.0;
    }
    let of_age = |[no, yes]: [f64; 2]| match no + yes {
        0.0 => 0.0,
        count => count * loss(no, yes),
    };
    let by_heart = by_age.map(of_age).iter().sum::<f64>();
    cell.value("by_heart", by_heart / people.labels.len() as f64, three);

    // 4. Certain, and wrong for half of the people.
    cell.value("certain", 0.5 * -libm::log(1e-7), three);
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

    fn answer(name: &str) -> f64 {
        at(run, &[])[name]
    }

    /// One start's loss has a standard deviation of about 0.02, so the mean of
    /// 200 has a standard error of 0.0014; guesses lie up to 0.005 higher.
    ///
    /// Red if `0.01 * 16.0 * 64.0` were `0.01 * 16.0 * 32.0`: the penalty of
    /// the narrower layer.
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
        let mean =
            |of: &dyn Fn(u64) -> f64| (0..200).map(of).sum::<f64>() / 200.0;
        let off = mean(&|seed| wide(seed).loss(&data)) - answer("wide_start");
        assert!(off.abs() < 4.0 * 0.0014 + 0.005, "{off}");
        let off = mean(&|seed| wide(seed).penalty()) - answer("wide_penalty");
        assert!(off.abs() < 0.002, "{off}");
        // Twice the weights, and less than twice the penalty.
        let narrow = 0.01 * 512.0 * (6.0 / 48.0) / 3.0;
        assert!(answer("wide_penalty") < 1.3 * narrow);
    }

    /// Red if `64.0 + 32.0` were `64.0`: He's limit.
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

    /// Red if `loss(50.0, 1000.0)` were `loss(50.0, 1050.0)`: 50 of 1,100.
    #[test]
    fn no_probability_gives_a_loss_below_the_least() {
        let p = 2000.0f64 / 2100.0;
        let loss = |q: f64| -p * q.ln() - (1.0 - p) * (1.0 - q).ln();
        let losses = (1..10_000).map(|i| loss(f64::from(i) / 10_000.0));
        let lowest = losses.fold(f64::INFINITY, f64::min);
        assert_relative_eq!(lowest, answer("least"), max_relative = 1e-6);
    }

    /// The least mean cross-entropy of a table of probabilities, one an age,
    /// found by trying them.
    ///
    /// Red if `count * loss(no, yes)` were `loss(no, yes)`: every age would
    /// count as much, however many have it.
    #[test]
    fn by_heart_the_training_people_cost_less() {
        let people = Patients::draw(0);
        let mut sum = 0.0;
        for age in 13..=100u8 {
            let of_age = people.ages.iter().zip(&people.labels);
            let labels: Vec<usize> = of_age
                .filter(|(other, _)| **other == f64::from(age))
                .map(|(_, label)| *label)
                .collect();
            let loss = |q: f64| -> f64 {
                let one = |label: &usize| match label {
                    0 => -(1.0 - q).ln(),
                    _ => -q.ln(),
                };
                labels.iter().map(one).sum()
            };
            let tried = (1..4000).map(|i| loss(f64::from(i) / 4000.0));
            sum += tried.fold(f64::INFINITY, f64::min);
        }
        let least = sum / 2100.0;
        assert_relative_eq!(answer("by_heart"), least, max_relative = 1e-3);
        assert!(answer("by_heart") < 0.9 * answer("least"));
    }

    /// Red if `0.5 * -libm::log(1e-7)` were `-libm::log(1e-7)`: wrong for all.
    #[test]
    fn certain_and_wrong_for_half_costs_eight() {
        let outputs = array![[1.0, 0.0], [1.0, 0.0]];
        let loss = cross_entropy(outputs.view(), &[0, 1]);
        assert_relative_eq!(loss, answer("certain"), max_relative = 1e-6);
    }
}
