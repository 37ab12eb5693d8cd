//! Schedules that begin low: linear warmup, and warmup–stable–decay.

use super::schedule::{Schedule, progress};
use crate::checked::{NOT_NEGATIVE, checked, checked_rate};

/// Up in a straight line for W steps, then constant.
#[derive(Clone, Copy, Debug)]
pub struct LinearWarmup {
    /// The rate from step W on.
    learning_rate: f64,
    /// The first rate, as a part of it.
    start: f64,
    /// W.
    warmup: usize,
}

impl LinearWarmup {
    /// To this rate in W steps, from a part of it on.
    ///
    /// # Panics
    ///
    /// If a number is impossible.
    pub fn new(learning_rate: f64, start: f64, warmup: usize) -> LinearWarmup {
        LinearWarmup {
            learning_rate: checked_rate(learning_rate),
            start: checked("the part at the start", start, NOT_NEGATIVE),
            warmup,
        }
    }
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
    learning_rate: f64,
    /// W.
    warmup: usize,
    /// D.
    decay: usize,
    /// T.
    steps: usize,
}

impl WarmupStableDecay {
    /// At this rate, with these W, D and T.
    ///
    /// # Panics
    ///
    /// If a number is impossible.
    pub fn new(
        learning_rate: f64,
        warmup: usize,
        decay: usize,
        steps: usize,
    ) -> WarmupStableDecay {
        WarmupStableDecay {
            learning_rate: checked_rate(learning_rate),
            warmup,
            decay,
            steps,
        }
    }
}

impl Schedule for WarmupStableDecay {
    fn learning_rate(&self, k: usize) -> f64 {
        let up = (k + 1) as f64 / self.warmup as f64;
        let left = self.steps.saturating_sub(k);
        let down = left as f64 / self.decay.max(1) as f64;
        self.learning_rate * up.min(down).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::decay::Constant;

    fn rates(schedule: &dyn Schedule) -> Vec<f64> {
        (0..6).map(|k| schedule.learning_rate(k)).collect()
    }

    #[test]
    fn a_warmup_of_no_steps_is_over() {
        let constant = rates(&Constant::new(0.3));
        for start in [0.0, 0.1, 1.0] {
            assert_eq!(rates(&LinearWarmup::new(0.3, start, 0)), constant);
        }
        let without = rates(&WarmupStableDecay::new(0.3, 0, 3, 5));
        let with = rates(&WarmupStableDecay::new(0.3, 1, 3, 5));
        assert_eq!(without, with);
        assert_eq!(without[..3], constant[..3]);
    }

    #[test]
    fn a_decay_of_no_steps_is_over_at_the_end() {
        for warmup in [0, 1] {
            let rates = rates(&WarmupStableDecay::new(0.3, warmup, 0, 4));
            assert_eq!(rates, [0.3, 0.3, 0.3, 0.3, 0.0, 0.0]);
        }
        assert_eq!(rates(&WarmupStableDecay::new(0.3, 0, 0, 0)), [0.0; 6]);
    }

    #[test]
    fn it_rises_stays_and_falls_in_as_many_steps_as_asked_for() {
        let schedule = WarmupStableDecay::new(0.5, 4, 2, 8);
        let rates = (0..9).map(|k| schedule.learning_rate(k) / 0.5);
        let expected = [0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 1.0, 0.5, 0.0];
        assert_eq!(rates.collect::<Vec<_>>(), expected);
    }
}
