//! Schedules that follow a cosine: down once, down again and again, up and
//! down.

use super::schedule::{Schedule, progress};
use crate::checked::{checked, checked_rate};
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
    learning_rate: f64,
    /// The rate of step T and all after it.
    lowest: f64,
    /// T.
    steps: usize,
}

impl Cosine {
    /// From the first rate to the lowest in T steps.
    ///
    /// # Panics
    ///
    /// If a number is impossible.
    pub fn new(learning_rate: f64, lowest: f64, steps: usize) -> Cosine {
        Cosine {
            learning_rate: checked_rate(learning_rate),
            lowest: checked_rate(lowest),
            steps,
        }
    }
}

/// SGDR ([arXiv:1608.03983](https://arxiv.org/abs/1608.03983)): after each half
/// wave it starts anew at the top, with a longer one.
#[derive(Clone, Copy, Debug)]
pub struct CosineRestarts {
    learning_rate: f64,
    lowest: f64,
    /// The steps of the first cycle.
    first: usize,
    /// How many times as long each cycle is as the one before.
    times: usize,
}

impl CosineRestarts {
    /// From the first rate to the lowest, in cycles of which each has `times`
    /// the steps of the one before.
    ///
    /// # Panics
    ///
    /// If a number is impossible.
    pub fn new(
        learning_rate: f64,
        lowest: f64,
        first: usize,
        times: usize,
    ) -> CosineRestarts {
        CosineRestarts {
            learning_rate: checked_rate(learning_rate),
            lowest: checked_rate(lowest),
            first,
            times,
        }
    }
}

impl Schedule for CosineRestarts {
    fn learning_rate(&self, k: usize) -> f64 {
        let (mut start, mut steps) = (0, self.first);
        // Cycles without a step are all over at once.
        while steps > 0 && k >= start + steps {
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
    learning_rate: f64,
    /// The rate of step 0.
    first: f64,
    /// The rate of step T − 1 and all after it.
    last: f64,
    /// T.
    steps: usize,
    /// The share of the steps that go up.
    rise: f64,
}

impl OneCycle {
    /// From `first` up to `learning_rate` and down to `last`, in T steps.
    ///
    /// # Panics
    ///
    /// If a number is impossible.
    pub fn new(
        learning_rate: f64,
        first: f64,
        last: f64,
        steps: usize,
        rise: f64,
    ) -> OneCycle {
        OneCycle {
            learning_rate: checked_rate(learning_rate),
            first: checked_rate(first),
            last: checked_rate(last),
            steps,
            rise: checked("the share that rises", rise, 0.0..=1.0),
        }
    }
}

impl Schedule for OneCycle {
    fn learning_rate(&self, k: usize) -> f64 {
        let steps = self.steps as f64;
        let (end, top) = (steps - 1.0, self.rise * steps - 1.0);
        let k = (k as f64).min(end);
        if top > 0.0 && k <= top {
            anneal(self.first, self.learning_rate, k / top)
        } else {
            let down = if end > top {
                (k - top) / (end - top)
            } else {
                1.0
            };
            anneal(self.learning_rate, self.last, down)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(schedule: &dyn Schedule) -> Vec<f64> {
        (0..6).map(|k| schedule.learning_rate(k)).collect()
    }

    #[test]
    fn a_fall_of_no_steps_is_over() {
        assert_eq!(rates(&Cosine::new(0.3, 0.1, 0)), [0.1; 6]);
        for times in [0, 1, 2] {
            let restarts = CosineRestarts::new(0.3, 0.1, 0, times);
            assert_eq!(rates(&restarts), [0.1; 6]);
        }
    }

    #[test]
    fn after_the_first_cycle_all_are_over_if_none_has_a_step() {
        let once = Cosine::new(0.3, 0.1, 3);
        let restarts = CosineRestarts::new(0.3, 0.1, 3, 0);
        assert_eq!(rates(&restarts), rates(&once));
    }

    #[test]
    fn a_cycle_may_lack_its_rise_or_its_fall_or_both() {
        // It begins on the way down, by a step or by none.
        let rates_of =
            |steps, rise| rates(&OneCycle::new(0.4, 0.2, 0.1, steps, rise));
        let quarter = anneal(0.4, 0.1, 0.25);
        assert_eq!(rates_of(4, 0.0)[0], quarter);
        assert_eq!(rates_of(4, 0.25)[0], 0.4);
        assert_eq!(rates_of(4, 0.0)[3..], [0.1; 3]);
        // No fall: at the end it is at the top.
        assert_eq!(rates_of(4, 1.0)[0], 0.2);
        assert_eq!(rates_of(4, 1.0)[3..], [0.4; 3]);
        for steps in [0, 1] {
            for rise in [0.0, 0.5, 1.0] {
                assert_eq!(rates_of(steps, rise), [0.1; 6]);
            }
        }
    }
}
