//! A task of the bench: data, a network, and how long to train it.

use crate::nn::activation::Activation::{self, Linear, Softmax};
use crate::nn::dataset::Dataset;
use crate::nn::dense::Dense;
use crate::nn::loss::Label;
use crate::nn::sequential::Sequential;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// What is trained on, what is held out to choose by, and what no choice has
/// seen.
#[derive(Clone, Debug)]
pub struct Split<L> {
    pub train: Dataset<L>,
    pub held_out: Dataset<L>,
    pub test: Dataset<L>,
}

/// Samples with classes, or with numbers.
#[derive(Clone, Debug)]
pub enum Data {
    Classes(Split<usize>),
    Numbers(Split<f64>),
}

/// A task of the bench.
#[derive(Clone, Debug)]
pub struct Task {
    pub name: &'static str,
    pub data: Data,
    /// The units of each hidden layer, and their activation.
    pub hidden: &'static [usize],
    pub activation: Activation,
    /// How many samples make one step.
    pub batch_size: usize,
    /// How long a whole run is.
    pub epochs: usize,
    /// Whether inputs and numbers are scaled.
    pub is_scaled: bool,
}

impl Task {
    /// The same task with inputs and targets of mean 0 and deviation 1 on the
    /// data trained on; classes, and inputs that are always the same, stay.
    pub fn scaled(mut self) -> Task {
        if self.is_scaled {
            return self;
        }
        self.is_scaled = true;
        match &mut self.data {
            Data::Classes(split) => split.scale_inputs(),
            Data::Numbers(split) => {
                split.scale_inputs();
                split.scale_labels();
            }
        }
        self
    }

    /// The untrained model of a seed.
    pub fn model(&self, seed: u64) -> Sequential {
        let (inputs, outputs, last) = self.ends();
        let hidden = self.hidden.iter();
        let layers = hidden.map(|units| Dense::new(*units, self.activation));
        let layers = layers.chain([Dense::new(outputs, last)]);
        Sequential::new(inputs, layers, &mut ChaCha8Rng::seed_from_u64(seed))
    }

    /// How many steps a whole run takes.
    pub fn steps(&self) -> usize {
        let samples = match &self.data {
            Data::Classes(split) => split.train.len(),
            Data::Numbers(split) => split.train.len(),
        };
        self.epochs * samples.div_ceil(self.batch_size)
    }

    /// In one line: what is learned from what by which network.
    pub fn describe(&self) -> String {
        let (inputs, outputs, _) = self.ends();
        let (samples, labels) = match &self.data {
            Data::Classes(split) => (split.train.len(), "classes"),
            Data::Numbers(split) => (split.train.len(), "number"),
        };
        format!(
            "{}: {samples} samples, {inputs} inputs, {:?} {:?}, {outputs} \
             {labels}; batches of {}, {} epochs, {} steps",
            self.name,
            self.hidden,
            self.activation,
            self.batch_size,
            self.epochs,
            self.steps()
        )
    }

    /// How many inputs a sample has.
    pub fn inputs(&self) -> usize {
        self.ends().0
    }

    /// How many inputs and outputs there are, and the last activation.
    fn ends(&self) -> (usize, usize, Activation) {
        match &self.data {
            Data::Classes(split) => {
                let last = split.train.labels.iter().max();
                (split.train.x.ncols(), last.map_or(1, |c| c + 1), Softmax)
            }
            Data::Numbers(split) => (split.train.x.ncols(), 1, Linear),
        }
    }

    /// What a guess costs: all classes equally likely, or the mean of the
    /// numbers trained on.
    pub fn guess(&self) -> f64 {
        match &self.data {
            Data::Classes(_) => libm::log(self.ends().1 as f64),
            Data::Numbers(split) => moments(&split.train.labels).1.powi(2),
        }
    }
}

/// The mean of some numbers and their standard deviation.
fn moments<'a>(
    numbers: impl IntoIterator<Item = &'a f64> + Clone,
) -> (f64, f64) {
    let count = numbers.clone().into_iter().count() as f64;
    let mean = numbers.clone().into_iter().sum::<f64>() / count;
    let squares = numbers.into_iter().map(|x| (x - mean).powi(2));
    (mean, (squares.sum::<f64>() / count).sqrt())
}

impl<L: Label> Split<L> {
    fn parts(&mut self) -> [&mut Dataset<L>; 3] {
        [&mut self.train, &mut self.held_out, &mut self.test]
    }

    fn scale_inputs(&mut self) {
        for input in 0..self.train.x.ncols() {
            let column = self.train.x.column(input).to_vec();
            let (mean, deviation) = moments(&column);
            if deviation > 0.0 {
                for part in self.parts() {
                    let scaled = |x| (x - mean) / deviation;
                    part.x.column_mut(input).mapv_inplace(scaled);
                }
            }
        }
    }
}

impl Split<f64> {
    fn scale_labels(&mut self) {
        let (mean, deviation) = moments(&self.train.labels);
        for part in self.parts() {
            part.labels
                .iter_mut()
                .for_each(|y| *y = (*y - mean) / deviation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::tasks::tasks;
    use approx::assert_relative_eq;

    #[test]
    fn scaled_data_have_mean_zero_and_deviation_one() {
        let zero_and_one = |numbers: &[f64]| {
            let count = numbers.len() as f64;
            let mean = numbers.iter().sum::<f64>() / count;
            let squares = numbers.iter().map(|x| x * x).sum::<f64>() / count;
            assert!(mean.abs() < 1e-9, "{mean}");
            // An input that is always the same stays so.
            if numbers.iter().any(|x| *x != numbers[0]) {
                assert_relative_eq!(squares, 1.0, max_relative = 1e-9);
            }
        };
        for task in tasks() {
            let scaled = task.clone().scaled();
            let x = match &scaled.data {
                Data::Classes(split) => &split.train.x,
                Data::Numbers(split) => {
                    zero_and_one(&split.train.labels);
                    &split.train.x
                }
            };
            for column in x.columns() {
                zero_and_one(&column.to_vec());
            }
            // Once more changes nothing.
            assert_eq!(scaled.first_loss(1), scaled.scaled().first_loss(1));
        }
    }

    #[test]
    fn what_is_held_out_and_tested_is_scaled_as_what_is_trained_on() {
        for task in tasks() {
            let (raw, scaled) = (task.clone(), task.scaled());
            if let (Data::Numbers(raw), Data::Numbers(scaled)) =
                (&raw.data, &scaled.data)
            {
                let slope = |part: fn(&Split<f64>) -> &Dataset<f64>| {
                    let (raw, scaled) =
                        (&part(raw).labels, &part(scaled).labels);
                    (scaled[0] - scaled[1]) / (raw[0] - raw[1])
                };
                let of_train = slope(|split| &split.train);
                for slope in [slope(|s| &s.held_out), slope(|s| &s.test)] {
                    assert_relative_eq!(slope, of_train, max_relative = 1e-9);
                }
            }
        }
    }

    #[test]
    fn a_guess_is_the_logarithm_of_the_classes_or_the_variance() {
        let tasks = tasks();
        assert_relative_eq!(tasks[0].guess(), 2f64.ln());
        assert_relative_eq!(tasks[2].guess(), 10f64.ln());
        assert_eq!(tasks[2].steps(), 10 * 22);
        for task in tasks {
            let guess = task.clone().scaled().guess();
            match task.data {
                Data::Numbers(split) => {
                    assert_relative_eq!(guess, 1.0, max_relative = 1e-9);
                    let var =
                        ndarray::Array1::from(split.train.labels).var(0.0);
                    assert!(var > 0.0);
                }
                Data::Classes(_) => assert_eq!(guess, task.guess()),
            }
        }
    }
}
