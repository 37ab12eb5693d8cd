//! A dense layer at work: its place among the weights, and room for a batch.

use super::dense::Dense;
use super::product::{add_product, add_transposed_product};
use ndarray::{
    Array2, ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2, Axis, Slice,
};
use rand::Rng;
use std::ops::Range;

/// A dense layer with all the room that a batch needs, kept from batch to
/// batch.
pub(super) struct Layer {
    plan: Dense,
    inputs: usize,
    /// Where its weights begin: the kernel, then the bias.
    start: usize,
    /// What it made of the last batch, samples × units.
    outputs: Array2<f64>,
    /// The loss's derivatives with respect to these.
    slopes: Array2<f64>,
    /// The kernel's transpose, units × inputs.
    transposed: Array2<f64>,
}

impl Layer {
    pub fn new(plan: Dense, inputs: usize, start: usize) -> Layer {
        Layer {
            outputs: Array2::zeros((0, plan.units)),
            slopes: Array2::zeros((0, plan.units)),
            transposed: Array2::zeros((plan.units, inputs)),
            plan,
            inputs,
            start,
        }
    }

    pub fn units(&self) -> usize {
        self.plan.units
    }

    /// Where the next layer's weights begin.
    pub fn end(&self) -> usize {
        self.bias().end
    }

    fn kernel(&self) -> Range<usize> {
        self.start..self.start + self.inputs * self.plan.units
    }

    fn bias(&self) -> Range<usize> {
        let start = self.kernel().end;
        start..start + self.plan.units
    }

    pub fn shape(&self) -> (usize, usize) {
        (self.inputs, self.plan.units)
    }

    fn kernel_of<'a>(&self, weights: &'a [f64]) -> ArrayView2<'a, f64> {
        ArrayView2::from_shape(self.shape(), &weights[self.kernel()])
            .expect("as many weights as the kernel has")
    }

    pub fn start_kernel(&self, weights: &mut [f64], rng: &mut impl Rng) {
        let kernel = &mut weights[self.kernel()];
        let shape = self.shape();
        self.plan.kernel_initializer.fill(kernel, shape, rng);
    }

    /// The L2 penalty of the kernel.
    pub fn penalty(&self, weights: &[f64]) -> f64 {
        if self.plan.kernel_regularizer == 0.0 {
            return 0.0;
        }
        let kernel = &weights[self.kernel()];
        self.plan.kernel_regularizer * kernel.iter().map(|w| w * w).sum::<f64>()
    }

    /// What it made of the last batch, which had so many samples.
    pub fn outputs(&self, samples: usize) -> ArrayView2<'_, f64> {
        self.outputs.slice_axis(Axis(0), Slice::from(..samples))
    }

    /// The same, and the place for the loss's derivatives.
    pub fn outputs_and_slopes(
        &mut self,
        samples: usize,
    ) -> (ArrayView2<'_, f64>, ArrayViewMut2<'_, f64>) {
        (
            self.outputs.slice_axis(Axis(0), Slice::from(..samples)),
            self.slopes.slice_axis_mut(Axis(0), Slice::from(..samples)),
        )
    }

    /// Computes the outputs for `x`, samples × inputs.
    pub fn forward(&mut self, x: ArrayView2<'_, f64>, weights: &[f64]) {
        let samples = x.nrows();
        if self.outputs.nrows() < samples {
            self.outputs = Array2::zeros((samples, self.plan.units));
            self.slopes = self.outputs.clone();
        }
        let kernel = self.kernel_of(weights);
        let bias = ArrayView1::from(&weights[self.bias()]);
        let mut z =
            self.outputs.slice_axis_mut(Axis(0), Slice::from(..samples));
        // ANCHOR: forward
        z.assign(&bias);
        add_product(x, kernel, z.view_mut());
        self.plan.activation.apply(z);
        // ANCHOR_END: forward
    }

    /// From the loss's derivatives with respect to the outputs: its gradient
    /// with respect to the layer's weights, and, where wanted, with respect to
    /// the layer's inputs `x`.
    pub fn backward(
        &mut self,
        x: ArrayView2<'_, f64>,
        weights: &[f64],
        gradient: &mut [f64],
        of_inputs: Option<ArrayViewMut2<'_, f64>>,
    ) {
        let samples = x.nrows();
        let kernel = self.kernel_of(weights);
        let own = &mut gradient[self.start..self.end()];
        let (of_kernel, of_bias) = own.split_at_mut(kernel.len());
        let mut of_bias = ArrayViewMut1::from(of_bias);
        let mut of_kernel = ArrayViewMut2::from_shape(kernel.dim(), of_kernel)
            .expect("as many entries as the kernel has");
        let outputs = self.outputs.slice_axis(Axis(0), Slice::from(..samples));
        let mut slopes =
            self.slopes.slice_axis_mut(Axis(0), Slice::from(..samples));
        let plan = &self.plan;
        // ANCHOR: backward
        plan.activation.differentiate(outputs, slopes.view_mut());
        of_bias.fill(0.0);
        for row in slopes.rows() {
            of_bias += &row;
        }
        // The penalty's part first: l2 · w² has the slope 2 · l2 · w.
        let l2 = plan.kernel_regularizer;
        of_kernel.zip_mut_with(&kernel, |g, w| *g = 2.0 * l2 * w);
        add_transposed_product(x, slopes.view(), of_kernel);
        if let Some(mut of_inputs) = of_inputs {
            self.transposed.assign(&kernel.t());
            of_inputs.fill(0.0);
            add_product(slopes.view(), self.transposed.view(), of_inputs);
        }
        // ANCHOR_END: backward
    }
}
