//! A network that can be made wider, with starts and rates as usual or in μP.
//!
//! μP is that of [arXiv:2203.03466](https://arxiv.org/abs/2203.03466), with the
//! output's factor in its start and its rate.

use crate::digits::PIXELS;
use crate::nn::activation::Activation::{Relu, Softmax};
use crate::nn::dense::{Dense, Initializer};
use crate::nn::sequential::Sequential;
use crate::optim::adam::Adam;
use crate::optim::optimizer::Optimizer;
use ndarray::{ArrayView1, ArrayViewMut1, Axis, Slice};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The width at which both ways are one.
pub const BASE: usize = 64;
const DIGITS: usize = 10;

/// How starts and rates depend on the width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scaling {
    Usual,
    Mup,
}

/// Where a layer stands: with the width grow its units, its inputs and units,
/// or its inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Input,
    Hidden,
    Output,
}

pub const PLACES: [Place; 3] = [Place::Input, Place::Hidden, Place::Output];

// ANCHOR: mup
impl Scaling {
    /// What the kernel's start is multiplied by, at so many times the base
    /// width.
    pub fn start(self, place: Place, times: f64) -> f64 {
        match (self, place) {
            (Scaling::Mup, Place::Output) => 1.0 / times.sqrt(),
            _ => 1.0,
        }
    }

    /// What Adam's rate for the kernel is multiplied by.
    pub fn rate(self, place: Place, times: f64) -> f64 {
        match (self, place) {
            (Scaling::Usual, _) | (Scaling::Mup, Place::Input) => 1.0,
            (Scaling::Mup, Place::Hidden | Place::Output) => 1.0 / times,
        }
    }
}
// ANCHOR_END: mup

/// Inputs and units of each layer.
fn shapes(width: usize) -> [(usize, usize); 3] {
    [(PIXELS, width), (width, width), (width, DIGITS)]
}

/// Where the kernel of each layer begins and ends among the weights.
pub fn kernels(width: usize) -> [(usize, usize); 3] {
    let mut start = 0;
    shapes(width).map(|(inputs, units)| {
        let kernel = (start, start + inputs * units);
        start = kernel.1 + units;
        kernel
    })
}

/// The digits' network with two hidden layers of this width.
pub fn model(width: usize, scaling: Scaling, seed: u64) -> Sequential {
    let he = |units, activation| {
        Dense::new(units, activation).kernel_initializer(Initializer::HeUniform)
    };
    let layers = [he(width, Relu), he(width, Relu), he(DIGITS, Softmax)];
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut model = Sequential::new(PIXELS, layers, &mut rng);
    let times = width as f64 / BASE as f64;
    for (place, (start, end)) in PLACES.into_iter().zip(kernels(width)) {
        let mut weights = model.weights_mut();
        let kernel = Slice::from(start..end);
        let mut kernel = weights.slice_axis_mut(Axis(0), kernel);
        kernel *= scaling.start(place, times);
    }
    model
}

/// Adam with a rate for each layer.
pub struct LayerwiseAdam {
    learning_rate: f64,
    /// Of each kernel and each bias: how many weights, and the factor of the
    /// rate.
    parts: Vec<(usize, f64, Adam)>,
}

impl LayerwiseAdam {
    /// For a network of this width; biases have the rate itself.
    pub fn new(learning_rate: f64, width: usize, scaling: Scaling) -> Self {
        let times = width as f64 / BASE as f64;
        let layers = PLACES.into_iter().zip(shapes(width));
        let parts = layers.flat_map(|(place, (inputs, units))| {
            let factor = scaling.rate(place, times);
            let part = |count, factor| {
                (count, factor, Adam::new(learning_rate * factor))
            };
            [part(inputs * units, factor), part(units, 1.0)]
        });
        LayerwiseAdam {
            learning_rate,
            parts: parts.collect(),
        }
    }
}

impl Optimizer for LayerwiseAdam {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
        for (_, factor, adam) in &mut self.parts {
            adam.set_learning_rate(learning_rate * *factor);
        }
    }

    fn step(
        &mut self,
        mut weights: ArrayViewMut1<f64>,
        gradient: ArrayView1<f64>,
    ) {
        let mut start = 0;
        for (count, _, adam) in &mut self.parts {
            let part = Slice::from(start..start + *count);
            adam.step(
                weights.slice_axis_mut(Axis(0), part),
                gradient.slice_axis(Axis(0), part),
            );
            start += *count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use serde_json::Value;

    /// The package `mup` multiplies the output layer's input, where we put the
    /// factor into its start and its rate.
    ///
    /// Red if `Place::Output) => 1.0 / times.sqrt()` were
    /// `Place::Output) => 1.0 / times`: another start.
    #[test]
    fn starts_and_rates_are_those_of_the_package_mup() {
        let file = include_str!("../reference/mup.json");
        let file: Value = serde_json::from_str(file).unwrap();
        let table = &file[0];
        let mut compared = 0;
        for row in table["rows"].as_array().unwrap() {
            let of = |name: &str| row[name].as_f64().unwrap();
            let name = row["layer"].as_str().unwrap();
            let (place, he) = match name {
                "input" => (Place::Input, 2.0 / of("fan_in")),
                "hidden" => (Place::Hidden, 2.0 / of("fan_in")),
                _ => (Place::Output, 2.0 / of("fan_in")),
            };
            let lr = table["adam_lr"].as_f64().unwrap();
            if row["parameter"] == "bias" {
                assert_eq!(of("adam_lr"), lr);
                continue;
            }
            let times = of("width") / table["base_width"].as_f64().unwrap();
            let forward = of("forward_multiplier");
            let start = he.sqrt() * Scaling::Mup.start(place, times);
            let theirs = of("kaiming_normal_relu_std") * forward;
            assert_relative_eq!(start, theirs, max_relative = 1e-9);
            let rate = lr * Scaling::Mup.rate(place, times);
            let theirs = of("adam_lr") * forward;
            assert_relative_eq!(rate, theirs, max_relative = 1e-9);
            compared += 1;
        }
        assert_eq!(compared, 15);
    }

    #[test]
    fn at_the_base_width_both_ways_are_one() {
        for place in PLACES {
            for scaling in [Scaling::Usual, Scaling::Mup] {
                assert_eq!(scaling.start(place, 1.0), 1.0);
                assert_eq!(scaling.rate(place, 1.0), 1.0);
            }
        }
        let usual = model(BASE, Scaling::Usual, 3);
        assert_eq!(usual.weights(), model(BASE, Scaling::Mup, 3).weights());
    }

    #[test]
    fn a_layer_starts_and_steps_as_its_factors_say() {
        let (width, times) = (256, 4.0);
        let usual = model(width, Scaling::Usual, 1);
        let mut mup = model(width, Scaling::Mup, 1);
        let before = mup.weights().to_owned();
        let mut optimizer = LayerwiseAdam::new(1.0, width, Scaling::Mup);
        optimizer.set_learning_rate(0.5);
        assert_eq!(optimizer.learning_rate(), 0.5);
        let gradient = ndarray::Array1::from_elem(before.len(), 3.0);
        optimizer.step(mup.weights_mut(), gradient.view());
        for (place, (start, end)) in PLACES.into_iter().zip(kernels(width)) {
            for at in [start, end - 1] {
                let factor = Scaling::Mup.start(place, times);
                assert_relative_eq!(before[at], factor * usual.weights()[at]);
                let step = before[at] - mup.weights()[at];
                let expected = 0.5 * Scaling::Mup.rate(place, times);
                assert_relative_eq!(step, expected, max_relative = 1e-5);
            }
            // The bias after it.
            let step = before[end] - mup.weights()[end];
            assert_relative_eq!(step, 0.5, max_relative = 1e-5);
        }
    }
}
