//! Schedule-free training: steps at one rate, and a running mean of where they
//! lead.

use super::optimizer::Optimizer;
use crate::checked::{NOT_NEGATIVE, checked, checked_rate};
use ndarray::{Array1, ArrayView1, ArrayViewMut1, Zip};

/// Schedule-free descent
/// ([arXiv:2405.15682](https://arxiv.org/abs/2405.15682)). The weights are
/// those at which gradients are taken; those to be judged are their
/// [`mean`](ScheduleFree::mean).
#[derive(Clone, Debug)]
pub struct ScheduleFree {
    /// γ, in the units of the direction's rate.
    pub learning_rate: f64,
    /// β: how near to the mean gradients are taken.
    pub beta: f64,
    /// How strongly weights are pulled towards zero.
    pub weight_decay: f64,
    /// A place counts in the mean as this power of the highest rate so far.
    pub weight_power: i32,
    /// What divides the gradient; none for plain descent.
    pub second_moment: Option<SecondMoment>,
    /// z, which steps, and x, its mean; none before the first step.
    fast: Array1<f64>,
    mean: Array1<f64>,
    highest: f64,
    sum: f64,
}

/// Adam's denominator.
#[derive(Clone, Debug)]
pub struct SecondMoment {
    pub beta_2: f64,
    pub epsilon: f64,
    /// Whether what unbiases v is a part of the rate, as in the paper, or of v.
    pub is_in_rate: bool,
    v: Array1<f64>,
    steps: i32,
}

impl ScheduleFree {
    /// Of plain descent, with this learning rate and this β.
    ///
    /// # Panics
    ///
    /// If a number is not finite, or below 0.
    pub fn new(learning_rate: f64, beta: f64) -> ScheduleFree {
        ScheduleFree {
            learning_rate: checked_rate(learning_rate),
            beta: checked("β", beta, NOT_NEGATIVE),
            weight_decay: 0.0,
            weight_power: 2,
            second_moment: None,
            fast: Array1::default(0),
            mean: Array1::default(0),
            highest: 0.0,
            sum: 0.0,
        }
    }

    /// x: the running mean, which is to be judged.
    pub fn mean(&self) -> ArrayView1<'_, f64> {
        self.mean.view()
    }

    // ANCHOR: step
    /// One step, whose place counts in the mean as one at the rate `counted`
    /// does.
    pub fn step_counted(
        &mut self,
        mut weights: ArrayViewMut1<f64>,
        gradient: ArrayView1<f64>,
        counted: f64,
    ) {
        if self.fast.is_empty() {
            self.fast = weights.to_owned();
            self.mean = weights.to_owned();
        }
        let mut direction = gradient.to_owned();
        let mut part = 1.0;
        if let Some(second_moment) = &mut self.second_moment {
            part = second_moment.divide(&mut direction);
        }
        direction.scaled_add(self.weight_decay, &weights);
        self.fast.scaled_add(-part * self.learning_rate, &direction);

        self.highest = self.highest.max(part * counted);
        let weight = self.highest.powi(self.weight_power);
        self.sum += weight;
        let share = if self.sum > 0.0 {
            weight / self.sum
        } else {
            0.0
        };
        let beta = self.beta;
        Zip::from(&mut weights)
            .and(&mut self.mean)
            .and(&self.fast)
            .for_each(|y, x, z| {
                *x += share * (z - *x);
                *y = beta * *x + (1.0 - beta) * z;
            });
    }
    // ANCHOR_END: step
}

impl Optimizer for ScheduleFree {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = checked_rate(learning_rate);
    }

    fn step(&mut self, weights: ArrayViewMut1<f64>, gradient: ArrayView1<f64>) {
        self.step_counted(weights, gradient, self.learning_rate);
    }
}

impl SecondMoment {
    /// With Adam's usual numbers.
    pub fn new(beta_2: f64, epsilon: f64) -> SecondMoment {
        SecondMoment {
            beta_2,
            epsilon,
            is_in_rate: false,
            v: Array1::default(0),
            steps: 0,
        }
    }

    /// Divides the gradient; returns the part of the rate that this step has.
    fn divide(&mut self, gradient: &mut Array1<f64>) -> f64 {
        if self.v.is_empty() {
            self.v = Array1::zeros(gradient.len());
        }
        self.steps += 1;
        let unbias = (1.0 - self.beta_2.powi(self.steps)).sqrt();
        let (of_v, part) = match self.is_in_rate {
            true => (1.0, unbias),
            false => (unbias, 1.0),
        };
        let (beta_2, epsilon) = (self.beta_2, self.epsilon);
        Zip::from(gradient).and(&mut self.v).for_each(|g, v| {
            *v = beta_2 * *v + (1.0 - beta_2) * *g * *g;
            *g /= v.sqrt() / of_v + epsilon;
        });
        part
    }
}
