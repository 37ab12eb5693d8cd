//! A rate given in `compile`, a rate left out, a rate set afterwards.

use ndarray::{ArrayView1, Axis};
use notebook::{Cell, Format, Result};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use training::nn::activation::Activation::{Relu, Sigmoid};
use training::nn::dataset::Dataset;
use training::nn::dense::Dense;
use training::nn::sequential::Sequential;
use training::optim::adam::Adam;
use training::patients::{Patients, min_max};

// ANCHOR: model
fn model() -> Sequential {
    let layers = [
        Dense::new(16, Relu),
        Dense::new(32, Relu).kernel_regularizer(0.01),
        Dense::new(2, Sigmoid),
    ];
    Sequential::new(1, layers, &mut ChaCha8Rng::seed_from_u64(1))
}
// ANCHOR_END: model

/// The ages of the patients, from 0 to 1, and who had side effects.
fn patients() -> Dataset {
    let Patients { ages, labels } = Patients::draw(0);
    Dataset {
        x: min_max(&ages).insert_axis(Axis(1)),
        labels,
    }
}

// ANCHOR: acts
pub fn run(cell: &mut Cell) -> Result<()> {
    let mut model = model();
    model.compile(Adam::new(0.0001));
    writeln!(cell, "given:     {}", model.optimizer()?.learning_rate());

    model.compile(Adam::default());
    writeln!(cell, "left out:  {}", model.optimizer()?.learning_rate());

    model.compile(Adam::new(0.0001));
    writeln!(cell, "before:    {}", model.optimizer()?.learning_rate());
    model.optimizer()?.set_learning_rate(0.01);
    writeln!(cell, "after:     {}", model.optimizer()?.learning_rate());

    let (kept, set) = (eleventh_step(None)?, eleventh_step(Some(0.01))?);
    writeln!(cell, "next step: {kept:.6} if kept, {set:.6} if set");
    // ANCHOR_END: acts
    cell.count("weights", model.weights().len());
    cell.value("kept", kept, Format::Significant(2));
    cell.value("set", set, Format::Significant(2));
    cell.value("ratio", set / kept, Format::Significant(3));
    Ok(())
}

// ANCHOR: step
/// Ten steps at the rate 0.0001, then perhaps another rate, then one more step:
/// how far that one moves the weights.
fn eleventh_step(learning_rate: Option<f64>) -> Result<f64> {
    let (mut model, data) = (model(), patients());
    model.compile(Adam::new(0.0001));
    let train = |model: &mut Sequential, step: usize| {
        let places: Vec<usize> = (10 * step..10 * (step + 1)).collect();
        let batch = data.select(&places);
        model.train_on_batch(batch.x.view(), &batch.labels)
    };
    for step in 0..10 {
        train(&mut model, step)?;
    }
    if let Some(learning_rate) = learning_rate {
        model.optimizer()?.set_learning_rate(learning_rate);
    }
    let before = model.weights().to_owned();
    train(&mut model, 10)?;
    Ok(distance(before.view(), model.weights()))
}
// ANCHOR_END: step

fn distance(a: ArrayView1<f64>, b: ArrayView1<f64>) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use ndarray::array;
    use notebook::at;
    use training::optim::library::Library;
    use training::optim::optimizer::Optimizer;
    use training::optim::optimizers::{NAMES, named};

    /// The rate printed after one of the words.
    fn printed(word: &str) -> f64 {
        let text = at(run, &[]).text;
        let row = text.lines().find_map(|row| row.strip_prefix(word));
        row.unwrap().trim().parse().unwrap()
    }

    /// Red if `writeln!(cell, "given:     {}",
    /// model.optimizer()?.learning_rate())` were `writeln!(cell, "given:
    /// {}", Adam::default().learning_rate)`: the default, whatever was given.
    #[test]
    fn a_rate_given_in_compile_is_the_optimizer_s() {
        assert_eq!(printed("given:"), 0.0001);
        for rate in [0.0001, 0.03, 7.0] {
            let mut model = model();
            model.compile(Adam::new(rate));
            assert_eq!(model.optimizer().unwrap().learning_rate(), rate);
        }
    }

    /// Red if `model.compile(Adam::default());` were
    /// `model.compile(Adam::new(0.01));`: a rate is given.
    #[test]
    fn a_rate_left_out_is_the_default() {
        assert_eq!(printed("left out:"), 0.001);
    }

    /// Red if `model.optimizer()?.set_learning_rate(learning_rate);` were
    /// `model.compile(Adam::new(learning_rate));`: a new optimizer, which has
    /// forgotten its means, makes another step.
    #[test]
    fn a_rate_set_a_hundredfold_makes_the_next_step_a_hundredfold() {
        let values = at(run, &[]);
        let ratio = values["set"] / values["kept"];
        assert_relative_eq!(ratio, 100.0, max_relative = 1e-9);
        assert_relative_eq!(values["ratio"], ratio);
        assert_eq!((printed("before:"), printed("after:")), (0.0001, 0.01));
        // Whatever the factor; and a rate set anew to what it was is no change.
        let step = |rate| eleventh_step(rate).unwrap();
        assert_eq!(step(None), step(Some(0.0001)));
        for factor in [0.1, 3.0] {
            let expected = factor * step(None);
            let set = step(Some(factor * 0.0001));
            assert_relative_eq!(set, expected, max_relative = 1e-9);
        }
    }

    /// How far a weight moves in the fourth step, at this rate, after three at
    /// 0.01.
    fn fourth_step(mut optimizer: Box<dyn Optimizer>, rate: f64) -> f64 {
        let mut weights = array![1.0];
        optimizer.set_learning_rate(0.01);
        for g in [1.0, -0.5, 2.0] {
            optimizer.step(weights.view_mut(), array![g].view());
        }
        optimizer.set_learning_rate(rate);
        let before = weights[0];
        optimizer.step(weights.view_mut(), array![1.5].view());
        weights[0] - before
    }

    /// Red if `has_velocity && library == Library::Keras` were `has_velocity`:
    /// PyTorch's velocity would keep the rate as well.
    #[test]
    fn in_keras_a_velocity_keeps_the_old_rate() {
        for name in NAMES {
            let step = |library, rate| fourth_step(named(name, library), rate);
            let has_velocity = ["momentum", "Nesterov"].contains(&name);
            for library in [Library::Keras, Library::PyTorch] {
                let tenfold = step(library, 0.1) / step(library, 0.01);
                let keeps = has_velocity && library == Library::Keras;
                assert_eq!((tenfold - 10.0).abs() > 1e-8, keeps, "{name}");
            }
            // At a rate that stays the same both forms step alike.
            if has_velocity {
                let [keras, pytorch] = [Library::Keras, Library::PyTorch]
                    .map(|library| step(library, 0.01));
                assert_relative_eq!(keras, pytorch, max_relative = 1e-12);
            }
        }
    }
}
