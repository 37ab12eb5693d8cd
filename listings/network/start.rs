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
    let (mean, error) = mean_and_standard_error(&losses);
    writeln!(cell, "measured:  {mean:.4}, standard error {error:.4}");
    // ANCHOR_END: start

    cell.count("weights", patients_model(0).weights().len());
    cell.value("limit", limit, Format::Significant(4));
    cell.value("ln_2", LN_2, Format::Decimals(4));
    cell.value("penalty", penalty, Format::Decimals(4));
    cell.value("predicted", predicted, Format::Decimals(4));
    cell.value("mean", mean, Format::Decimals(4));
    cell.value("error", error, Format::Significant(2));
    cell.count("seeds", SEEDS);
    let off = (mean - predicted).abs() / error;
    cell.value("off", off, Format::Significant(2));
    Ok(())
}

/// The mean of some numbers, and the standard error of that mean.
fn mean_and_standard_error(numbers: &[f64]) -> (f64, f64) {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares = numbers.iter().map(|x| (x - mean) * (x - mean));
    let variance = squares.sum::<f64>() / (count - 1.0);
    (mean, (variance / count).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notebook::at;

    /// An even draw from ±limit has the mean square limit²/3, and its square a
    /// variance of 4/45 limit⁴: so the penalty of 512 weights has the standard
    /// deviation 0.01 · √(512 · 4/45) · limit² = 0.0084.
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
    /// the two never do better than a guess.
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
        let (mean, error) = mean_and_standard_error(&excess);
        assert!(mean + 4.0 * error < 0.005, "{mean} ± {error}");
    }

    #[test]
    fn the_loss_of_two_hundred_starts_is_as_predicted() {
        let outputs = at(run, &[]);
        let number = |name| outputs[name];
        // Four standard errors, and what a mirrored pair may do worse.
        let off = (number("mean") - number("predicted")).abs();
        assert!(off < 4.0 * number("error") + 0.005, "{off}");
        assert!(number("error") < 0.002);
    }
}
