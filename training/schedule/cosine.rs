//! Schedules that follow a cosine: down once, down again and again, up and
//! down.

use super::schedule::{Schedule, progress};
use std::f64::consts::PI;

// ANCHOR: cosine
/// From one rate to another along half a wave, as progress goes from 0 to 1.
fn anneal(from: f64, to: f64, progress: f64) -> f64 {
    to + (from - to) / 2.0 * (1.0 + libm::cos(PI * progress))
}

impl Schedule for Cosine {
    fn learning_rate(&self, k: usize) -> f64 {
        anneal(self.learning_rate, self.lowest, progress(k, self.steps))
    }
}
// ANCHOR_END: cosine

/// Down half a wave in T steps ([arXiv:1608.03983](
/// https://arxiv.org/abs/1608.03983), without its restarts).
#[derive(Clone, Copy, Debug)]
pub struct Cosine {
    pub learning_rate: f64,
    /// The rate of step T and all after it.
    pub lowest: f64,
    /// T.
    pub steps: usize,
}

/// SGDR ([arXiv:1608.03983](https://arxiv.org/abs/1608.03983)): after each half
/// wave it starts anew at the top, with a longer one.
#[derive(Clone, Copy, Debug)]
pub struct CosineRestarts {
    pub learning_rate: f64,
    pub lowest: f64,
    /// The steps of the first cycle.
    pub first: usize,
    /// How many times as long each cycle is as the one before.
    pub times: usize,
}

impl Schedule for CosineRestarts {
    fn learning_rate(&self, k: usize) -> f64 {
        let (mut start, mut steps) = (0, self.first);
        while k >= start + steps {
            start += steps;
            steps *= self.times;
        }
        anneal(self.learning_rate, self.lowest, progress(k - start, steps))
    }
}

/// Up half a wave, then down one ([arXiv:1708.07120](
/// https://arxiv.org/abs/1708.07120)), as PyTorch has it.
#[derive(Clone, Copy, Debug)]
pub struct OneCycle {
    /// The highest.
    pub learning_rate: f64,
    /// The rate of step 0.
    pub first: f64,
    /// The rate of step T − 1 and all after it.
    pub last: f64,
    /// T.
    pub steps: usize,
    /// The share of the steps that go up.
    pub rise: f64,
}

impl Schedule for OneCycle {
    fn learning_rate(&self, k: usize) -> f64 {
        let (end, top) =
            ((self.steps - 1) as f64, self.rise * self.steps as f64 - 1.0);
        let k = (k as f64).min(end);
        if k <= top {
            anneal(self.first, self.learning_rate, k / top)
        } else {
            let down = (k - top) / (end - top);
            anneal(self.learning_rate, self.last, down)
        }
    }
}
