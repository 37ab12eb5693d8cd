//! Schedules that only fall: in steps, or as a power of a number or of k.

use super::schedule::{Schedule, progress};
use crate::checked::{NOT_NEGATIVE, checked, checked_rate};
use libm::pow;

/// The same rate for ever.
#[derive(Clone, Copy, Debug)]
pub struct Constant {
    learning_rate: f64,
}

impl Constant {
    /// At this rate.
    ///
    /// # Panics
    ///
    /// If a number is impossible.
    pub fn new(learning_rate: f64) -> Constant {
        Constant {
            learning_rate: checked_rate(learning_rate),
        }
    }
}

impl Schedule for Constant {
    fn learning_rate(&self, _: usize) -> f64 {
        self.learning_rate
    }
}

/// Multiplied by γ after every S steps.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    learning_rate: f64,
    /// γ.
    gamma: f64,
    /// S.
    every: usize,
}

impl Step {
    /// From this rate on, with these γ and S, at least 1.
    ///
    /// # Panics
    ///
    /// If a number is impossible.
    pub fn new(learning_rate: f64, gamma: f64, every: usize) -> Step {
        Step {
            learning_rate: checked_rate(learning_rate),
            gamma: checked("γ", gamma, NOT_NEGATIVE),
            every: checked("S", every, 1..),
        }
    }
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
    learning_rate: f64,
    /// γ.
    gamma: f64,
}

impl Exponential {
    /// From this rate on, with this γ.
    ///
    /// # Panics
    ///
    /// If a number is impossible.
    pub fn new(learning_rate: f64, gamma: f64) -> Exponential {
        Exponential {
            learning_rate: checked_rate(learning_rate),
            gamma: checked("γ", gamma, NOT_NEGATIVE),
        }
    }
}

impl Schedule for Exponential {
    fn learning_rate(&self, k: usize) -> f64 {
        self.learning_rate * pow(self.gamma, k as f64)
    }
}

/// Divided by a number that grows by γ in every S steps.
#[derive(Clone, Copy, Debug)]
pub struct InverseTime {
    learning_rate: f64,
    /// γ.
    gamma: f64,
    /// S.
    every: usize,
}

impl InverseTime {
    /// From this rate on, with these γ and S, at least 1.
    ///
    /// # Panics
    ///
    /// If a number is impossible.
    pub fn new(learning_rate: f64, gamma: f64, every: usize) -> InverseTime {
        InverseTime {
            learning_rate: checked_rate(learning_rate),
            gamma: checked("γ", gamma, NOT_NEGATIVE),
            every: checked("S", every, 1..),
        }
    }
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
    learning_rate: f64,
    /// W.
    warmup: usize,
}

impl InverseRoot {
    /// To this rate in so many steps; in none or in one, it is the first.
    ///
    /// # Panics
    ///
    /// If a number is impossible.
    pub fn new(learning_rate: f64, warmup: usize) -> InverseRoot {
        InverseRoot {
            learning_rate: checked_rate(learning_rate),
            warmup,
        }
    }
}

impl Schedule for InverseRoot {
    fn learning_rate(&self, k: usize) -> f64 {
        let warmups = (k + 1) as f64 / self.warmup.max(1) as f64;
        self.learning_rate * warmups.min(1.0 / warmups.sqrt())
    }
}

/// Down to nothing in T steps, with a power of what is left of them.
#[derive(Clone, Copy, Debug)]
pub struct Polynomial {
    learning_rate: f64,
    /// T.
    steps: usize,
    /// p; at 1 a straight line.
    power: f64,
}

impl Polynomial {
    /// From this rate on, with these T and p.
    ///
    /// # Panics
    ///
    /// If a number is impossible.
    pub fn new(learning_rate: f64, steps: usize, power: f64) -> Polynomial {
        Polynomial {
            learning_rate: checked_rate(learning_rate),
            steps,
            power: checked("p", power, NOT_NEGATIVE),
        }
    }
}

impl Schedule for Polynomial {
    fn learning_rate(&self, k: usize) -> f64 {
        self.learning_rate * pow(1.0 - progress(k, self.steps), self.power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_warmup_the_first_rate_is_the_highest() {
        let root = InverseRoot::new(0.3, 0);
        assert_eq!(root.learning_rate(0), 0.3);
        assert_eq!(root.learning_rate(3), 0.15);
    }

    #[test]
    fn a_polynomial_of_no_steps_is_over() {
        for k in [0, 1, 7] {
            assert_eq!(Polynomial::new(0.3, 0, 1.0).learning_rate(k), 0.0);
        }
    }
}
