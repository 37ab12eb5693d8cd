//! Schedules that begin low: linear warmup, and warmup–stable–decay.

use super::schedule::{Schedule, progress};

/// Up in a straight line for W steps, then constant.
#[derive(Clone, Copy, Debug)]
pub struct LinearWarmup {
    /// The rate from step W on.
    pub learning_rate: f64,
    /// The first rate, as a part of it.
    pub start: f64,
    /// W.
    pub warmup: usize,
}

// ANCHOR: warmup
impl Schedule for LinearWarmup {
    fn learning_rate(&self, k: usize) -> f64 {
        let rise = (1.0 - self.start) * progress(k, self.warmup);
        self.learning_rate * (self.start + rise)
    }
}
// ANCHOR_END: warmup

/// Up in W steps, level, and down to nothing in the last D of T steps
/// ([arXiv:2404.06395](https://arxiv.org/abs/2404.06395)).
#[derive(Clone, Copy, Debug)]
pub struct WarmupStableDecay {
    /// The highest.
    pub learning_rate: f64,
    /// W.
    pub warmup: usize,
    /// D.
    pub decay: usize,
    /// T.
    pub steps: usize,
}

impl Schedule for WarmupStableDecay {
    fn learning_rate(&self, k: usize) -> f64 {
        let up = (k + 1) as f64 / self.warmup as f64;
        let down = self.steps.saturating_sub(k) as f64 / self.decay as f64;
        self.learning_rate * up.min(down).min(1.0)
    }
}
