//! What plain descent, momentum and Nesterov's form do in one direction of a
//! bowl: three numbers of a rule, and the curvature, say it all.

use std::fmt;

// ANCHOR: rule
/// The place in a direction follows that of two steps before it, and their
/// gradients: w'' = (1 + β) w' − β w + now · g' + before · g.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// β.
    pub momentum: f64,
    /// What the last gradient is multiplied with.
    pub now: f64,
    /// What the one before it is multiplied with.
    pub before: f64,
}

impl Rule {
    /// The rule of an optimizer; none if it divides gradients by their size.
    pub fn of(optimizer: &str, rate: f64, beta: f64) -> Option<Rule> {
        let (momentum, now, before) = match optimizer {
            "SGD" => (0.0, -rate, 0.0),
            "momentum" => (beta, -rate, 0.0),
            "Nesterov" => (beta, -(1.0 + beta) * rate, beta * rate),
            _ => return None,
        };
        let rule = Rule {
            momentum,
            now,
            before,
        };
        Some(rule)
    }

    /// In a bowl the gradient is the curvature times w: w'' = a w' + b w.
    fn recurrence(&self, curvature: f64) -> (f64, f64) {
        let a = 1.0 + self.momentum + self.now * curvature;
        (a, -self.momentum + self.before * curvature)
    }

    /// What a step keeps of w in the long run: the larger of the two roots of
    /// z² = a z + b, in size.
    pub fn kept(&self, curvature: f64) -> f64 {
        let (a, b) = self.recurrence(curvature);
        let discriminant = a * a + 4.0 * b;
        match discriminant < 0.0 {
            true => (-b).sqrt(),
            false => (a.abs() + discriminant.sqrt()) / 2.0,
        }
    }

    /// The curvature above which it diverges: there −1 is a root.
    pub fn highest_curvature(&self) -> f64 {
        2.0 * (1.0 + self.momentum) / (self.before - self.now)
    }

    /// The variance of w long after the start, where gradients have noise of
    /// variance 1.
    pub fn variance(&self, curvature: f64) -> f64 {
        let (a, b) = self.recurrence(curvature);
        let Rule { now, before, .. } = *self;
        let noise = (now * now + before * before) * (1.0 - b);
        let both = 2.0 * now * before * a;
        (noise + both) / ((1.0 + b) * ((1.0 - b) * (1.0 - b) - a * a))
    }
    // ANCHOR_END: rule

    // ANCHOR: motion
    /// What w does in a direction of this curvature.
    pub fn motion(&self, curvature: f64) -> Motion {
        let (a, b) = self.recurrence(curvature);
        match self.kept(curvature) {
            _ if curvature == 0.0 => Motion::Stays,
            _ if curvature < 0.0 => Motion::Leaves,
            kept if kept > 1.0 + NEAR => Motion::Diverges,
            kept if kept > 1.0 - NEAR && a < 0.0 => Motion::Bounces,
            kept if kept < NEAR => Motion::Lands,
            _ if a * a + 4.0 * b < 0.0 => Motion::Swings,
            _ if a < 0.0 => Motion::Overshoots,
            _ => Motion::Creeps,
        }
    }
    // ANCHOR_END: motion
}

/// Rounding must not tell a bound from itself.
const NEAR: f64 = 1e-9;

/// What the weight does along one direction of a bowl.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// It nears the minimum from one side.
    Creeps,
    /// It is there after one step, or two.
    Lands,
    /// A velocity carries it to and fro, some steps each way.
    Swings,
    /// It crosses the minimum at every step, and nears it.
    Overshoots,
    /// It jumps between two places for ever.
    Bounces,
    /// It moves away from the minimum.
    Diverges,
    /// Nothing pushes it: the loss is flat.
    Stays,
    /// It moves away from a place where the loss bends down.
    Leaves,
}

impl fmt::Display for Motion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Motion::Creeps => "creeps",
            Motion::Lands => "lands",
            Motion::Swings => "swings",
            Motion::Overshoots => "overshoots",
            Motion::Bounces => "bounces",
            Motion::Diverges => "diverges",
            Motion::Stays => "flat",
            Motion::Leaves => "leaves",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optim::optimizers::with_momentum;
    use approx::assert_relative_eq;
    use ndarray::{array, aview1};

    const RULES: [&str; 3] = ["SGD", "momentum", "Nesterov"];

    /// The weights of a descent from 1 on ½w², at this rate.
    fn path(name: &str, rate: f64, beta: f64, steps: usize) -> Vec<f64> {
        let mut optimizer = with_momentum(name, beta);
        optimizer.set_learning_rate(rate);
        let mut w = array![1.0];
        let mut path = vec![1.0];
        for k in 0..steps {
            optimizer.step(w.view_mut(), aview1(&[path[k]]));
            path.push(w[0]);
        }
        path
    }

    /// Rates below each limit and above it, with every β.
    fn cases() -> impl Iterator<Item = (&'static str, f64, f64, Rule)> {
        RULES.into_iter().flat_map(|name| {
            [0.0, 0.3, 0.6, 0.9].into_iter().flat_map(move |beta| {
                let rates = [0.004, 0.02, 0.1, 0.4, 0.9, 1.3, 1.7, 2.3, 3.1];
                rates.into_iter().map(move |rate| {
                    (name, rate, beta, Rule::of(name, rate, beta).unwrap())
                })
            })
        })
    }

    /// Red if `"Nesterov" => (beta, -(1.0 + beta) * rate, beta * rate)` were
    /// `"Nesterov" => (beta, -(1.0 + beta) * rate, 0.0)`: the gradient before
    /// last forgotten.
    #[test]
    fn three_numbers_make_the_steps_of_each_of_the_three() {
        for (name, rate, beta, rule) in cases() {
            let path = path(name, rate, beta, 30);
            let (a, b) = rule.recurrence(1.0);
            for k in 2..30 {
                let next = a * path[k - 1] + b * path[k - 2];
                let size = path[k - 1].abs() + path[k - 2].abs();
                assert!((next - path[k]).abs() <= 1e-12 * size, "{name}");
            }
        }
    }

    /// By the largest of forty weights, four hundred steps apart.
    ///
    /// Red if `true => (-b).sqrt(),` were `true => -b,`: the square of what is
    /// kept.
    #[test]
    fn in_the_long_run_a_step_keeps_what_is_said() {
        for (name, rate, beta, rule) in cases() {
            let path = path(name, rate, beta, 640);
            let largest = |end: usize| {
                let last = &path[end - 40..end];
                last.iter().fold(0.0f64, |a, w| a.max(w.abs()))
            };
            let (early, late) = (largest(240), largest(640));
            if early > 1e-100 && late < 1e200 && late > 1e-200 {
                let kept = (late / early).powf(1.0 / 400.0);
                assert_relative_eq!(kept, rule.kept(1.0), max_relative = 0.01);
            }
        }
    }

    /// Red if `2.0 * (1.0 + self.momentum) / (self.before - self.now)` were
    /// `2.0 / (self.before - self.now)`: no momentum.
    #[test]
    fn above_the_highest_curvature_and_only_there_it_diverges() {
        for (name, rate, beta, rule) in cases() {
            // The curvature is 1; a rate and a curvature change places.
            let highest = rate * rule.highest_curvature();
            for (part, grows) in [(0.98, false), (1.02, true)] {
                let path = path(name, part * highest, beta, 3000);
                let end = path[3000].abs();
                assert_eq!(end > 1.0 || end.is_nan(), grows, "{name} {beta}");
            }
        }
    }

    /// A noise is a gradient, and its traces add up in squares.
    ///
    /// Red if `noise + both` were `noise`: two noises that are one and the same
    /// count as two.
    #[test]
    fn the_variance_is_the_sum_of_the_squared_traces_of_one_noise() {
        for (name, rate, beta, rule) in cases() {
            if rule.kept(1.0) > 0.995 {
                continue;
            }
            let mut optimizer = with_momentum(name, beta);
            optimizer.set_learning_rate(rate);
            let mut w = array![0.0];
            let mut sum = 0.0;
            for k in 0..4000 {
                let noise = f64::from(u8::from(k == 0));
                let g = w[0] + noise;
                optimizer.step(w.view_mut(), aview1(&[g]));
                sum += w[0] * w[0];
            }
            assert_relative_eq!(rule.variance(1.0), sum, max_relative = 1e-9);
        }
    }

    /// Red if `_ if a * a + 4.0 * b < 0.0 => Motion::Swings,` were
    /// `_ if a * a + 4.0 * b > 0.0 => Motion::Swings,`: real roots would swing.
    #[test]
    fn each_motion_is_seen_in_the_weights() {
        let mut seen = Vec::new();
        for (name, rate, beta, rule) in cases() {
            let motion = rule.motion(1.0);
            seen.push(motion);
            let path = path(name, rate, beta, 300);
            let late = &path[20..];
            let alive = late
                .iter()
                .take_while(|w| (1e-200..1e200).contains(&w.abs()));
            let alive: Vec<f64> = alive.copied().collect();
            let changes = alive.windows(2).filter(|w| w[0] * w[1] < 0.0);
            let (changes, pairs) = (changes.count(), alive.len() - 1);
            let told = format!("{name} {rate} {beta}: {changes} of {pairs}");
            match motion {
                Motion::Creeps => assert_eq!(changes, 0, "{told}"),
                Motion::Overshoots => assert_eq!(changes, pairs, "{told}"),
                Motion::Swings => {
                    assert!(0 < changes && changes < pairs, "{told}");
                }
                Motion::Diverges => {
                    let last = alive[alive.len() - 1];
                    assert!(last.abs() > 1.0, "{told}");
                }
                other => panic!("{other}: {told}"),
            }
        }
        for motion in [Motion::Creeps, Motion::Overshoots, Motion::Swings] {
            assert!(seen.contains(&motion));
        }
        let plain = |rate| Rule::of("SGD", rate, 0.0).unwrap();
        assert_eq!(plain(1.0).motion(1.0), Motion::Lands);
        assert_eq!(plain(0.5).motion(4.0), Motion::Bounces);
        assert_eq!(plain(0.5).motion(0.0), Motion::Stays);
        assert_eq!(plain(0.5).motion(-1.0), Motion::Leaves);
    }
}
