//! Schedules that only fall: in steps, or as a power of a number or of k.

use super::schedule::{Schedule, progress};
use libm::pow;

/// The same rate for ever.
#[derive(Clone, Copy, Debug)]
pub struct Constant {
    pub learning_rate: f64,
}

impl Schedule for Constant {
    fn learning_rate(&self, _: usize) -> f64 {
        self.learning_rate
    }
}

/// Multiplied by γ after every S steps.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub learning_rate: f64,
    /// γ.
    pub gamma: f64,
    /// S.
    pub every: usize,
}

// ANCHOR: step
impl Schedule for Step {
    fn learning_rate(&self, k: usize) -> f64 {
        self.learning_rate * pow(self.gamma, (k / self.every) as f64)
    }
}
// ANCHOR_END: step

/// Multiplied by γ after every step.
#[derive(Clone, Copy, Debug)]
pub struct Exponential {
    pub learning_rate: f64,
    /// γ.
    pub gamma: f64,
}

impl Schedule for Exponential {
    fn learning_rate(&self, k: usize) -> f64 {
        self.learning_rate * pow(self.gamma, k as f64)
    }
}

/// Divided by a number that grows by γ in every S steps.
#[derive(Clone, Copy, Debug)]
pub struct InverseTime {
    pub learning_rate: f64,
    /// γ.
    pub gamma: f64,
    /// S.
    pub every: usize,
}

impl Schedule for InverseTime {
    fn learning_rate(&self, k: usize) -> f64 {
        self.learning_rate / (1.0 + self.gamma * k as f64 / self.every as f64)
    }
}

/// Up in a straight line for W steps, then down with the root of the step.
#[derive(Clone, Copy, Debug)]
pub struct InverseRoot {
    /// The highest, at step W − 1.
    pub learning_rate: f64,
    /// W.
    pub warmup: usize,
}

impl Schedule for InverseRoot {
    fn learning_rate(&self, k: usize) -> f64 {
        let warmups = (k + 1) as f64 / self.warmup as f64;
        self.learning_rate * warmups.min(1.0 / warmups.sqrt())
    }
}

/// Down to nothing in T steps, with a power of what is left of them.
#[derive(Clone, Copy, Debug)]
pub struct Polynomial {
    pub learning_rate: f64,
    /// T.
    pub steps: usize,
    /// p; at 1 a straight line.
    pub power: f64,
}

impl Schedule for Polynomial {
    fn learning_rate(&self, k: usize) -> f64 {
        self.learning_rate * pow(1.0 - progress(k, self.steps), self.power)
    }
}
