//! The loss of the lesson's network before it has learned anything: predicted,
//! then measured.

use notebook::{Cell, Format, Result};
use std::f64::consts::LN_2;
use training::nn::dense::Initializer::GlorotUniform;
use training::nn::models::patients_model;
use training::patients::Patients;

const SEEDS: u64 = 200;

pub fn run(cell: &mut Cell) -> Result<()> {
    // ANCHOR: start
    writeln!(cell, "inputs  units  kernel + bias  kernel starts within");
    for (inputs, units) in [(1, 16), (16, 32), (32, 2)] {
        let limit = GlorotUniform.limit(inputs, units);
        let kernel = inputs * units;
        write!(cell, "{inputs:6} {units:6} {kernel:7} + {units:2}");
        writeln!(cell, "         +-{limit:.4}");
    }
    let limit = GlorotUniform.limit(16, 32);
    let penalty = 0.01 * 16.0 * 32.0 * limit * limit / 3.0;
    let predicted = LN_2 + penalty;
    writeln!(cell, "predicted: {LN_2:.4} + {penalty:.4} = {predicted:.4}");

    let data = Patients::draw(0).dataset();
    let losses: Vec<f64> = (0..SEEDS)
        .map(|seed| patients_model(seed).loss(&data))
        .collect();
    let (mean, deviation) = mean_and_deviation(&losses);
    let error = deviation / (SEEDS as f64).sqrt();
    writeln!(cell, "measured:  {mean:.4}, standard error {error:.4}");
    // ANCHOR_END: start

    cell.count("weights", patients_model(0).weights().len());
    cell.value("limit", limit, Format::Significant(4));
    cell.value("ln_2", LN_2, Format::Decimals(4));
    cell.value("penalty", penalty, Format::Decimals(4));
    cell.value("predicted", predicted, Format::Decimals(4));
    cell.value("mean", mean, Format::Decimals(4));
    cell.value("error", error, Format::Significant(2));
    cell.value("deviation", deviation, Format::Significant(2));
    cell.count("seeds", SEEDS);
    let off = (mean - predicted).abs() / error;
    cell.value("off", off, Format::Significant(2));
    Ok(())
}

/// The mean of some numbers, and their standard deviation.
fn mean_and_deviation(numbers: &[f64]) -> (f64, f64) {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares = numbers.iter().map(|x| (x - mean) * (x - mean));
    (mean, (squares.sum::<f64>() / (count - 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use ndarray::{Array2, ArrayView1};
    use notebook::at;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use serde_json::Value;
    use training::nn::activation::Activation::{Relu, Softmax};
    use training::nn::dataset::Dataset;
    use training::nn::dense::Dense;
    use training::nn::fit::Fit;
    use training::nn::sequential::Sequential;
    use training::optim::adam::Adam;
    use training::optim::sgd::Sgd;

    /// An even draw from ±limit has the mean square limit²/3, and its square a
    /// variance of 4/45 limit⁴: so the penalty of 512 weights has the standard
    /// deviation 0.01 · √(512 · 4/45) · limit² = 0.0084.
    ///
    /// Red if `limit * limit / 3.0` were `limit * limit / 2.9`: a mean square
    /// larger by a thirtieth.
    #[test]
    fn the_penalty_is_as_predicted_over_a_thousand_seeds() {
        let outputs = at(run, &[]);
        let predicted = outputs["penalty"];
        let penalties = (1000..2000).map(|seed| patients_model(seed).penalty());
        let mean = penalties.sum::<f64>() / 1000.0;
        let deviation = 0.01 * (512.0f64 * 4.0 / 45.0).sqrt() * 6.0 / 48.0;
        let off = (mean - predicted) / (deviation / 1000f64.sqrt());
        assert!(off.abs() < 4.0, "{off}");
    }

    /// With its two outputs swapped a network is as likely a start. Together
    /// the two never do better than a guess, and hardly worse.
    ///
    /// Red if `mirrored) / 2.0 - LN_2` were `mirrored) / 2.0 - 1.01 * LN_2`: a
    /// guess that costs a hundredth more.
    #[test]
    fn a_start_and_its_mirror_image_guess_or_do_slightly_worse() {
        let data = Patients::draw(0).dataset();
        let mut excess = Vec::new();
        for seed in 0..100 {
            let mut model = patients_model(seed);
            let cross_entropy = model.loss(&data) - model.penalty();
            let mut weights = model.weights_mut();
            for unit in 0..32 {
                weights.swap(576 + 2 * unit, 576 + 2 * unit + 1);
            }
            let mirrored = model.loss(&data) - model.penalty();
            excess.push((cross_entropy + mirrored) / 2.0 - LN_2);
        }
        assert!(excess.iter().all(|excess| *excess > 0.0));
        let (mean, deviation) = mean_and_deviation(&excess);
        assert!(mean + 0.4 * deviation < 0.005, "{mean} ± {deviation}");
    }

    /// Other starts than those of the listing. Four standard errors, and what a
    /// mirrored pair may do worse.
    ///
    /// Red if `LN_2 + penalty` were `LN_2`: the penalty left out.
    #[test]
    fn the_loss_of_two_hundred_starts_is_as_predicted() {
        let outputs = at(run, &[]);
        let data = Patients::draw(0).dataset();
        let other = (1000..1500).map(|seed| patients_model(seed).loss(&data));
        let (mean, deviation) = mean_and_deviation(&Vec::from_iter(other));
        for measured in [mean, outputs["mean"]] {
            let off = (measured - outputs["predicted"]).abs();
            assert!(off < 4.0 * outputs["error"] + 0.001, "{off}");
        }
        assert_relative_eq!(
            outputs["deviation"],
            deviation,
            max_relative = 0.15
        );
        let error = outputs["deviation"] / 200f64.sqrt();
        assert_relative_eq!(outputs["error"], error, max_relative = 1e-9);
        let off = (outputs["mean"] - outputs["predicted"]).abs() / error;
        assert_relative_eq!(outputs["off"], off, max_relative = 1e-9);
    }

    fn numbers(value: &Value) -> Vec<f64> {
        match value {
            Value::Array(items) => items.iter().flat_map(numbers).collect(),
            number => vec![number.as_f64().unwrap()],
        }
    }

    /// What TensorFlow 2.21.0 under Keras 3.15.1 gave (float64) for the
    /// people, weights and rates of `training/reference/seed_model.json`: the
    /// loss of the first batch, that of the last, and the largest distance of
    /// a final weight from that of Keras on JAX.
    ///
    /// Red if `Dense::new(2, Softmax)` were
    /// `Dense::new(2, training::nn::activation::Activation::Sigmoid)`: the
    /// network as it is written.
    #[test]
    fn on_tensorflow_keras_trains_as_if_the_last_activation_were_softmax() {
        let runs: Vec<Value> = serde_json::from_str(include_str!(
            "../../training/reference/seed_model.json"
        ))
        .unwrap();
        let seen = [
            [0.9127106825, 0.9003835210, 0.0020757079],
            [0.9108394493, 0.8195589516, 0.0586258160],
        ];
        assert_eq!(runs.len(), seen.len());
        for (run, seen) in runs.iter().zip(seen) {
            let ages = numbers(&run["ages"]);
            let labels = numbers(&run["labels"]);
            let data = Dataset {
                x: Array2::from_shape_fn((ages.len(), 1), |(i, _)| {
                    (ages[i] - 13.0) / 87.0
                }),
                labels: labels.iter().map(|label| *label as usize).collect(),
            };
            let layers = [
                Dense::new(16, Relu),
                Dense::new(32, Relu).kernel_regularizer(0.01),
                Dense::new(2, Softmax),
            ];
            let rng = &mut ChaCha8Rng::seed_from_u64(0);
            let mut model = Sequential::new(1, layers, rng);
            let start = numbers(&run["initial_weights"]);
            model.weights_mut().assign(&ArrayView1::from(&start));
            let rate = run["learning_rate"].as_f64().unwrap();
            match run["optimizer"].as_str().unwrap() {
                "adam" => model.compile(Adam::new(rate)),
                _ => model.compile(Sgd::new(rate)),
            }
            let plan = Fit {
                epochs: 3,
                batch_size: 10,
                shuffle: None,
            };
            let losses = model.fit(&data, plan).unwrap().batch_losses;
            assert_eq!(losses.len(), 18);
            let on_jax = numbers(&run["final_weights"]);
            let weights = model.weights().to_vec();
            let off = weights.iter().zip(on_jax);
            let off = off.map(|(w, theirs)| (w - theirs).abs());
            let off = off.fold(0.0, f64::max);
            for (ours, theirs) in [losses[0], losses[17], off].iter().zip(seen)
            {
                assert_relative_eq!(*ours, theirs, max_relative = 1e-5);
            }
        }
    }
}
