//! What every optimizer does: turn gradients into steps, at a rate that can be
//! asked for and set.

use ndarray::{ArrayView1, ArrayViewMut1};
use std::cell::RefCell;
use std::rc::Rc;

/// An optimizer: it replaces weights, given the loss's gradient at them.
pub trait Optimizer {
    /// The learning rate of the next step.
    fn learning_rate(&self) -> f64;

    /// Sets the learning rate of the next step and all that follow. It panics
    /// if that is not finite, or below 0.
    fn set_learning_rate(&mut self, learning_rate: f64);

    /// One step: all weights at once, each entry of `gradient` belonging to the
    /// weight at its place. Between the steps of one descent the number of
    /// weights stays the same.
    fn step(&mut self, weights: ArrayViewMut1<f64>, gradient: ArrayView1<f64>);
}

/// An optimizer chosen while the program runs is one like any other.
impl Optimizer for Box<dyn Optimizer> {
    fn learning_rate(&self) -> f64 {
        (**self).learning_rate()
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        (**self).set_learning_rate(learning_rate);
    }

    fn step(&mut self, weights: ArrayViewMut1<f64>, gradient: ArrayView1<f64>) {
        (**self).step(weights, gradient);
    }
}

/// An optimizer that a network has, and that can be looked at all the same.
impl<O: Optimizer> Optimizer for Rc<RefCell<O>> {
    fn learning_rate(&self) -> f64 {
        self.borrow().learning_rate()
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.borrow_mut().set_learning_rate(learning_rate);
    }

    fn step(&mut self, weights: ArrayViewMut1<f64>, gradient: ArrayView1<f64>) {
        self.borrow_mut().step(weights, gradient);
    }
}
