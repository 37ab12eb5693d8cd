//! The loss of the untrained network for the digits, as it should be, and with
//! two common mistakes.

use ndarray::ArrayView2;
use notebook::{Cell, Format, Result};
use training::nn::dataset::Dataset;
use training::nn::models::digits_model;
use training::spread::Spread;
use training::task::Task;

const SEEDS: u64 = 50;

// ANCHOR: start
/// The starting loss by the spread of the ten sums that softmax is given.
fn predicted(x: ArrayView2<f64>) -> f64 {
    // A kernel starts with the mean square limit²/3 = 2/(inputs + units), and
    // a relu leaves half of the mean square of its sums.
    let squares = x.iter().map(|x| x * x).sum::<f64>() / x.nrows() as f64;
    let hidden = squares * 2.0 / (64.0 + 32.0) / 2.0;
    let variance = 32.0 * hidden * 2.0 / (32.0 + 10.0);
    libm::log(10.0) + 0.5 * (1.0 - 1.0 / 10.0) * variance
}
// ANCHOR_END: start

/// The starting losses with all weights multiplied by `factor`.
fn losses(data: &Dataset, factor: f64) -> Spread {
    Spread::of((0..SEEDS).map(|seed| {
        let mut model = digits_model(seed);
        model.weights_mut().map_inplace(|w| *w *= factor);
        model.loss(data)
    }))
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let data = Task::digits()?.train;
    let unscaled = Dataset {
        x: 16.0 * &data.x,
        ..data.clone()
    };
    let predicted = predicted(data.x.view());
    let two = Format::Decimals(2);
    cell.value("guess", libm::log(10.0), two);
    cell.value("predicted", predicted, two);
    writeln!(cell, "a guess      {:5.2}", libm::log(10.0));
    writeln!(cell, "predicted    {predicted:5.2}");
    writeln!(cell, "{SEEDS} starts, median (lowest-highest)");
    for (name, what, losses) in [
        ("scaled", "as it is", losses(&data, 1.0)),
        ("inks", "inks to 16", losses(&unscaled, 1.0)),
        ("tripled", "weights x 3", losses(&data, 3.0)),
    ] {
        let Spread { low, median, high } = losses;
        writeln!(cell, "{what:12} {median:5.2} ({low:.2}-{high:.2})");
        let mut cell = cell.of(name);
        cell.value("low", low, two);
        cell.value("median", median, two);
        cell.value("high", high, two);
    }
    cell.count("seeds", SEEDS);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    fn mean_of(losses: impl Iterator<Item = f64>) -> f64 {
        let losses = Vec::from_iter(losses);
        losses.iter().sum::<f64>() / losses.len() as f64
    }

    /// Other starts than those of the listing, of which the mean scatters by
    /// 0.07 / √200 = 0.005.
    ///
    /// Red if `0.5 * (1.0 - 1.0 / 10.0)` were `0.0 * (1.0 - 1.0 / 10.0)`: a
    /// beginner that gives all ten the same.
    #[test]
    fn it_starts_above_a_guess_by_half_the_variance_of_its_sums() {
        let outputs = at(run, &[]);
        let data = Task::digits().unwrap().train;
        let start = |seed| digits_model(seed).loss(&data);
        let mean = mean_of((1000..1200).map(start));
        let off = mean - outputs["predicted"];
        assert!(off.abs() < 0.02, "{off}");
        assert!(outputs["predicted"] - outputs["guess"] > 0.1);
        // The median of the listing's own starts is near that mean, and some
        // single starts are a good deal off.
        assert_relative_eq!(outputs["scaled_median"], mean, epsilon = 0.03);
        assert!(outputs["scaled_low"] < outputs["guess"]);
        assert!(outputs["scaled_high"] > outputs["predicted"] + 0.1);
    }

    /// Red if `16.0 * &data.x` were `2.0 * &data.x`: a milder mistake.
    #[test]
    fn unscaled_inputs_and_large_weights_start_far_above_a_guess() {
        let outputs = at(run, &[]);
        for mistake in ["inks", "tripled"] {
            let low = outputs[&*format!("{mistake}_low")];
            assert!(low > 1.5 * outputs["scaled_high"], "{mistake}: {low}");
        }
        let data = Task::digits().unwrap().train;
        // Inks as the file has them are whole numbers up to 16.
        let inks = 16.0 * &data.x;
        assert!(inks.iter().all(|ink| ink.fract() == 0.0 && *ink <= 16.0));
        let unscaled = Dataset { x: inks, ..data };
        let start = |seed| digits_model(seed).loss(&unscaled);
        let mean = mean_of((1000..1050).map(start));
        assert_relative_eq!(outputs["inks_median"], mean, max_relative = 0.1);
    }
}
