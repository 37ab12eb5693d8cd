//! A network of dense layers, one after the other.

use super::dataset::Dataset;
use super::dense::Dense;
use super::layer::Layer;
use super::loss::Label;
use crate::optim::optimizer::Optimizer;
use anyhow::{Result, ensure};
use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1};
use rand::Rng;

/// A network. All its weights stand in one row, so that an optimizer is one
/// loop over all of them: layer by layer the kernel, inputs × units row by row,
/// then the bias.
pub struct Sequential {
    layers: Vec<Layer>,
    weights: Vec<f64>,
    gradient: Vec<f64>,
    optimizer: Option<Box<dyn Optimizer>>,
}

impl Sequential {
    /// A network of these layers, its kernels started with `rng`.
    ///
    /// # Panics
    ///
    /// If there is no layer.
    pub fn new(
        inputs: usize,
        plans: impl IntoIterator<Item = Dense>,
        rng: &mut impl Rng,
    ) -> Sequential {
        let mut layers: Vec<Layer> = Vec::new();
        let (mut inputs, mut start) = (inputs, 0);
        for plan in plans {
            let layer = Layer::new(plan, inputs, start);
            (inputs, start) = (layer.units(), layer.end());
            layers.push(layer);
        }
        assert!(!layers.is_empty(), "a network needs a layer");
        let mut weights = vec![0.0; start];
        for layer in &layers {
            layer.start_kernel(&mut weights, rng);
        }
        Sequential {
            layers,
            gradient: vec![0.0; start],
            weights,
            optimizer: None,
        }
    }

    /// Gives the network the optimizer that `fit` uses.
    pub fn compile(&mut self, optimizer: impl Optimizer + 'static) {
        self.optimizer = Some(Box::new(optimizer));
    }

    /// The optimizer, to ask for its rate or to set it.
    ///
    /// # Errors
    ///
    /// If the network was not compiled.
    pub fn optimizer(&mut self) -> Result<&mut dyn Optimizer> {
        ensure!(self.optimizer.is_some(), "compile the model first");
        Ok(self.optimizer.as_deref_mut().expect("it was compiled"))
    }

    /// All weights.
    pub fn weights(&self) -> ArrayView1<'_, f64> {
        ArrayView1::from(&self.weights)
    }

    /// All weights, to be changed.
    pub fn weights_mut(&mut self) -> ArrayViewMut1<'_, f64> {
        ArrayViewMut1::from(&mut self.weights)
    }

    /// The shapes, rows × columns, of which the weights are made, in their
    /// order: of each layer the kernel, then the bias, a row.
    pub fn shapes(&self) -> Vec<(usize, usize)> {
        let of = |layer: &Layer| [layer.shape(), (1, layer.units())];
        self.layers.iter().flat_map(of).collect()
    }

    /// The gradient that `backpropagate` found last, an entry for each weight.
    pub fn gradient(&self) -> ArrayView1<'_, f64> {
        ArrayView1::from(&self.gradient)
    }

    /// The sum of the layers' penalties.
    pub fn penalty(&self) -> f64 {
        let penalties =
            self.layers.iter().map(|layer| layer.penalty(&self.weights));
        penalties.sum()
    }

    /// The outputs for these inputs, a row for each sample.
    pub fn predict(&mut self, x: ArrayView2<'_, f64>) -> ArrayView2<'_, f64> {
        self.forward(x);
        self.layers[self.layers.len() - 1].outputs(x.nrows())
    }

    /// What the units of a layer, counted from 0, make of these inputs, a row
    /// for each sample.
    pub fn activations(
        &mut self,
        layer: usize,
        x: ArrayView2<'_, f64>,
    ) -> ArrayView2<'_, f64> {
        self.forward(x);
        self.layers[layer].outputs(x.nrows())
    }

    /// The mean loss over the samples, and the penalty.
    pub fn loss<L: Label>(&mut self, data: &Dataset<L>) -> f64 {
        let penalty = self.penalty();
        L::loss(self.predict(data.x.view()), &data.labels) + penalty
    }

    /// The share of the samples whose label has the largest output, the first
    /// of several equal ones, as in Keras.
    pub fn accuracy(&mut self, data: &Dataset) -> f64 {
        let outputs = self.predict(data.x.view());
        let rows = outputs.rows().into_iter().zip(&data.labels);
        // An output that is no number is no answer.
        let right = rows.filter(|(row, label)| {
            let of_label = row[**label];
            row.indexed_iter()
                .all(|(unit, output)| match unit < **label {
                    true => *output < of_label,
                    false => *output <= of_label,
                })
        });
        right.count() as f64 / data.len() as f64
    }

    /// The loss of a batch, penalty included; its gradient is left in
    /// `gradient`.
    pub fn backpropagate<L: Label>(
        &mut self,
        x: ArrayView2<'_, f64>,
        labels: &[L],
    ) -> f64 {
        self.forward(x);
        let penalty = self.penalty();
        let (weights, gradient) = (&self.weights, &mut self.gradient);
        let last = self.layers.len() - 1;
        let (outputs, slopes) =
            self.layers[last].outputs_and_slopes(labels.len());
        let loss = L::loss_gradient(outputs, labels, slopes);
        for place in (0..=last).rev() {
            let (before, from_here) = self.layers.split_at_mut(place);
            let layer = &mut from_here[0];
            match before.last_mut() {
                Some(before) => {
                    let (x, slopes) = before.outputs_and_slopes(labels.len());
                    layer.backward(x, weights, gradient, Some(slopes));
                }
                None => layer.backward(x, weights, gradient, None),
            }
        }
        loss + penalty
    }

    /// One step on one batch; returns its loss before the step.
    ///
    /// # Errors
    ///
    /// If the network was not compiled.
    pub fn train_on_batch<L: Label>(
        &mut self,
        x: ArrayView2<'_, f64>,
        labels: &[L],
    ) -> Result<f64> {
        self.optimizer()?;
        // ANCHOR: step
        let loss = self.backpropagate(x, labels);
        if let Some(optimizer) = &mut self.optimizer {
            let weights = ArrayViewMut1::from(&mut self.weights);
            optimizer.step(weights, ArrayView1::from(&self.gradient));
        }
        // ANCHOR_END: step
        Ok(loss)
    }

    fn forward(&mut self, x: ArrayView2<'_, f64>) {
        for place in 0..self.layers.len() {
            let (before, from_here) = self.layers.split_at_mut(place);
            let x = match before.last() {
                Some(before) => before.outputs(x.nrows()),
                None => x,
            };
            from_here[0].forward(x, &self.weights);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::activation::Activation::{
        Linear, Relu, Sigmoid, Softmax, Tanh,
    };
    use crate::nn::fit::Fit;
    use crate::nn::models::patients_model;
    use crate::optim::adam::Adam;
    use crate::optim::sgd::Sgd;
    use approx::assert_relative_eq;
    use ndarray::Array2;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use serde_json::Value;

    fn numbers(value: &Value) -> Vec<f64> {
        match value {
            Value::Array(items) => items.iter().flat_map(numbers).collect(),
            number => vec![number.as_f64().unwrap()],
        }
    }

    /// Red if `loss + penalty` were `loss`: losses without the penalty.
    #[test]
    fn every_batch_loss_and_every_final_weight_is_keras_s_own() {
        let runs: Vec<Value> =
            serde_json::from_str(include_str!("../reference/seed_model.json"))
                .unwrap();
        assert_eq!(runs.len(), 2);
        for run in runs {
            let ages = numbers(&run["ages"]);
            let data = Dataset {
                x: Array2::from_shape_fn((ages.len(), 1), |(i, _)| {
                    (ages[i] - 13.0) / 87.0
                }),
                labels: numbers(&run["labels"])
                    .iter()
                    .map(|label| *label as usize)
                    .collect(),
            };
            let mut model = patients_model(0);
            let initial = numbers(&run["initial_weights"]);
            model.weights_mut().assign(&ArrayView1::from(&initial));
            let rate = run["learning_rate"].as_f64().unwrap();
            match run["optimizer"].as_str().unwrap() {
                "adam" => model.compile(Adam::new(rate)),
                "sgd" => model.compile(Sgd::new(rate)),
                other => panic!("{other}"),
            }
            let plan = Fit {
                epochs: 3,
                batch_size: 10,
                shuffle: None,
            };
            let history = model.fit(&data, plan).unwrap();
            let compare = |ours: &[f64], theirs: &Value| {
                let theirs = numbers(theirs);
                assert_eq!(ours.len(), theirs.len());
                for (ours, theirs) in ours.iter().zip(theirs) {
                    assert_relative_eq!(
                        *ours,
                        theirs,
                        max_relative = 1e-9,
                        epsilon = 1e-12
                    );
                }
            };
            compare(
                &history.batch_losses,
                &run["batch_losses_before_each_step"],
            );
            compare(&model.weights, &run["final_weights"]);
        }
    }

    /// Red if `layer.backward(x, weights, gradient, None)` were `{}`: a first
    /// layer without a gradient.
    #[test]
    fn every_gradient_is_a_difference_quotient() {
        for activation in [Linear, Relu, Sigmoid, Tanh, Softmax] {
            for last in [Sigmoid, Softmax] {
                let layers = [
                    Dense::new(5, activation).kernel_regularizer(0.03),
                    Dense::new(4, activation),
                    Dense::new(3, last).kernel_regularizer(0.01),
                ];
                let rng = &mut ChaCha8Rng::seed_from_u64(4);
                let mut model = Sequential::new(2, layers, rng);
                // Away from zero, so that relu's corner is nowhere near.
                model.weights_mut().mapv_inplace(|w| w + 0.1);
                let data = Dataset::some(2, 3);
                let loss = model.backpropagate(data.x.view(), &data.labels);
                assert_relative_eq!(
                    loss,
                    model.loss(&data),
                    max_relative = 1e-15
                );
                let gradient = model.gradient().to_owned();
                for (place, g) in gradient.iter().enumerate() {
                    let mut nudged = |nudge: f64| {
                        model.weights_mut()[place] += nudge;
                        let loss = model.loss(&data);
                        model.weights_mut()[place] -= nudge;
                        loss
                    };
                    let quotient = (nudged(1e-5) - nudged(-1e-5)) / 2e-5;
                    assert_relative_eq!(
                        *g,
                        quotient,
                        max_relative = 1e-6,
                        epsilon = 1e-9
                    );
                }
            }
        }
    }

    /// Red if `let mut weights = vec![0.0; start]` were `let mut weights =
    /// vec![0.1; start]`: biases of a tenth.
    #[test]
    fn the_lessons_network_has_642_weights_and_biases_of_zero() {
        let model = patients_model(0);
        assert_eq!(
            model.weights().len(),
            (16 + 16) + (16 * 32 + 32) + (32 * 2 + 2)
        );
        for bias in [16..32, 544..576, 640..642] {
            assert!(model.weights[bias].iter().all(|w| *w == 0.0));
        }
        let shapes = [(1, 16), (1, 16), (16, 32), (1, 32), (32, 2), (1, 2)];
        assert_eq!(model.shapes(), shapes);
    }

    #[test]
    fn accuracy_is_the_share_of_labels_with_the_first_largest_output() {
        let layers = [Dense::new(2, Linear)];
        let mut model =
            Sequential::new(1, layers, &mut ChaCha8Rng::seed_from_u64(9));
        // Outputs x and -x.
        model
            .weights_mut()
            .assign(&ndarray::array![1.0, -1.0, 0.0, 0.0]);
        let data = Dataset {
            x: ndarray::array![[1.0], [2.0], [-3.0], [0.0], [0.0]],
            labels: vec![0, 1, 1, 0, 1],
        };
        assert_eq!(model.accuracy(&data), 0.6);
    }
}
