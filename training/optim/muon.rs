//! Muon: a step whose singular values are about equal.

use super::adam::Adam;
use super::optimizer::Optimizer;
use crate::checked::checked_rate;
use crate::nn::product::add_product;
use ndarray::{
    Array1, Array2, ArrayView1, ArrayView2, ArrayViewMut1, Axis, Slice,
};

/// Muon (Jordan and others, 2024, <https://kellerjordan.github.io/posts/muon/>)
/// of all matrices in a row of weights. What is no matrix goes to Adam.
#[derive(Clone, Debug)]
pub struct Muon {
    /// η, about the length of the step in each direction of a matrix.
    pub learning_rate: f64,
    /// β: how much of the momentum is kept from step to step.
    pub momentum: f64,
    /// Whether the gradient counts once more, as in Nesterov's rule.
    pub is_nesterov: bool,
    /// Whether the means are made unbiased, as optax does and nobody else.
    pub bias_correction: bool,
    /// The part of a weight that one unit of the rate takes from it.
    pub weight_decay: f64,
    /// Added to the length by which the momentum is divided.
    pub epsilon: f64,
    /// By what the step is multiplied.
    pub scale: Scale,
    /// How the weights are cut up, in their order.
    parts: Vec<Part>,
}

/// A factor of a matrix's step, which its shape gives.
#[derive(Clone, Copy, Debug)]
pub enum Scale {
    /// √(outputs/inputs), if there are more outputs than inputs; else 1.
    Width,
    /// So many times the root of the longer side: about so large is each entry.
    Rms(f64),
}

#[derive(Clone, Debug)]
struct Part {
    rows: usize,
    columns: usize,
    m: Array2<f64>,
    steps: i32,
    /// What a single row is given to.
    adam: Adam,
}

impl Muon {
    /// With this learning rate, for weights that are matrices of these shapes,
    /// inputs × outputs, one after the other. A matrix of one row is none.
    ///
    /// # Panics
    ///
    /// If the rate is not finite, or below 0.
    pub fn new(learning_rate: f64, shapes: &[(usize, usize)]) -> Muon {
        let part = |&(rows, columns): &(usize, usize)| Part {
            rows,
            columns,
            m: Array2::zeros((rows, columns)),
            steps: 0,
            adam: Adam::new(0.001),
        };
        Muon {
            learning_rate: checked_rate(learning_rate),
            momentum: 0.95,
            is_nesterov: true,
            bias_correction: false,
            weight_decay: 0.0,
            epsilon: 1e-7,
            scale: Scale::Width,
            parts: shapes.iter().map(part).collect(),
        }
    }
}

impl Optimizer for Muon {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = checked_rate(learning_rate);
    }

    // ANCHOR: step
    fn step(
        &mut self,
        mut weights: ArrayViewMut1<f64>,
        gradient: ArrayView1<f64>,
    ) {
        let mut start = 0;
        let mut parts = std::mem::take(&mut self.parts);
        for part in &mut parts {
            let place = Slice::from(start..start + part.rows * part.columns);
            let mut w = weights.slice_axis_mut(Axis(0), place);
            let g = gradient.slice_axis(Axis(0), place);
            if part.rows == 1 {
                part.adam.step(w, g);
            } else {
                let mut step = self.direction(part, g);
                step *= self.scale.of(part.rows, part.columns);
                let step = Array1::from_iter(step);
                w *= 1.0 - self.learning_rate * self.weight_decay;
                w.scaled_add(-self.learning_rate, &step);
            }
            start += part.rows * part.columns;
        }
        self.parts = parts;
    }
    // ANCHOR_END: step
}

impl Muon {
    // ANCHOR: direction
    /// The momentum of a matrix, made nearly orthogonal.
    fn direction(&self, part: &mut Part, g: ArrayView1<f64>) -> Array2<f64> {
        let g = g.to_shape((part.rows, part.columns)).expect("its shape");
        let beta = self.momentum;
        part.steps += 1;
        // The parts of the momentum and of the gradient.
        let (pushed, of_m, of_g) = match (self.bias_correction, part.steps) {
            (true, t) if self.is_nesterov => {
                let of_g = (1.0 - beta) / (1.0 - beta.powi(t));
                (1.0 - beta, beta / (1.0 - beta.powi(t + 1)), of_g)
            }
            (true, t) => (1.0 - beta, 1.0 / (1.0 - beta.powi(t)), 0.0),
            (false, _) if self.is_nesterov => (1.0, beta, 1.0),
            (false, _) => (1.0, 1.0, 0.0),
        };
        part.m.zip_mut_with(&g, |m, g| *m = beta * *m + pushed * g);
        let mut mixed = part.m.mapv(|m| of_m * m);
        mixed.scaled_add(of_g, &g);
        orthogonalized(mixed.view(), self.epsilon)
    }
    // ANCHOR_END: direction
}

impl Scale {
    fn of(self, inputs: usize, outputs: usize) -> f64 {
        match self {
            Scale::Width => (outputs as f64 / inputs as f64).sqrt().max(1.0),
            Scale::Rms(rms) => rms * (inputs.max(outputs) as f64).sqrt(),
        }
    }
}

// ANCHOR: orthogonalize
/// What s becomes in an iteration, a·s + b·s³ + c·s⁵.
pub const COEFFICIENTS: [f64; 3] = [3.4445, -4.7750, 2.0315];
/// How many iterations are made.
pub const ITERATIONS: usize = 5;

/// A matrix with the same singular vectors, whose singular values, unless they
/// were tiny beside the largest, are near 1.
pub fn orthogonalized(matrix: ArrayView2<f64>, epsilon: f64) -> Array2<f64> {
    let length = matrix.iter().map(|x| x * x).sum::<f64>().sqrt() + epsilon;
    let is_tall = matrix.nrows() > matrix.ncols();
    let wide = if is_tall { matrix.t() } else { matrix };
    let mut x = wide.mapv(|entry| entry / length);
    x = x.as_standard_layout().into_owned();
    for _ in 0..ITERATIONS {
        x = iterated(&x);
    }
    if is_tall { x.reversed_axes() } else { x }
}

/// aX + b(XXᵀ)X + c(XXᵀ)²X.
pub fn iterated(x: &Array2<f64>) -> Array2<f64> {
    let [a, b, c] = COEFFICIENTS;
    let square = product(x, &x.t().as_standard_layout().into_owned());
    let mut factor = product(&square, &square);
    factor.zip_mut_with(&square, |fourth, square| {
        *fourth = b * square + c * *fourth;
    });
    let mut next = product(&factor, x);
    next.scaled_add(a, x);
    next
}
// ANCHOR_END: orthogonalize

fn product(left: &Array2<f64>, right: &Array2<f64>) -> Array2<f64> {
    let mut sums = Array2::zeros((left.nrows(), right.ncols()));
    add_product(left.view(), right.view(), sums.view_mut());
    sums
}
