//! The bowl that a loss is near a place, and the minimum below a start.

use crate::expression::expression::Expression;
use crate::expression::jet::Jet;

/// A place, and how the loss bends there.
#[derive(Clone, Debug)]
pub struct Bowl {
    /// The place.
    pub weights: [f64; 2],
    /// The loss there, with gradient and curvatures for each weight.
    pub jet: Jet,
    /// The curvatures of the directions, the lowest first: one if the loss has
    /// one weight, or two.
    pub curvatures: Vec<f64>,
    /// The directions, of length 1.
    pub directions: Vec<[f64; 2]>,
}

impl Bowl {
    /// How the loss bends at this place.
    pub fn at(loss: &Expression, weights: [f64; 2]) -> Bowl {
        let jet = loss.at(weights);
        let [xx, xy, yy] = jet.hessian;
        let (curvatures, directions) = match loss.weights() {
            1 => (vec![xx], vec![[1.0, 0.0]]),
            _ => {
                let (mean, half) = ((xx + yy) / 2.0, (xx - yy) / 2.0);
                let radius = libm::hypot(half, xy);
                let angle = 0.5 * libm::atan2(xy, half);
                let (sin, cos) = (libm::sin(angle), libm::cos(angle));
                let directions = vec![[-sin, cos], [cos, sin]];
                (vec![mean - radius, mean + radius], directions)
            }
        };
        Bowl {
            weights,
            jet,
            curvatures,
            directions,
        }
    }

    /// The highest curvature.
    pub fn sharpness(&self) -> f64 {
        self.curvatures[self.curvatures.len() - 1]
    }

    /// The curvature in a direction of length 1.
    pub fn curvature_along(&self, [x, y]: [f64; 2]) -> f64 {
        let [xx, xy, yy] = self.jet.hessian;
        xx * x * x + 2.0 * xy * x * y + yy * y * y
    }

    /// How far a place lies from this one, in each direction.
    pub fn parts(&self, weights: [f64; 2]) -> Vec<f64> {
        let [x, y] = [0, 1].map(|i| weights[i] - self.weights[i]);
        let along = |d: &[f64; 2]| d[0] * x + d[1] * y;
        self.directions.iter().map(along).collect()
    }

    /// How far away so much above it in each direction is, but for flat ones.
    pub(super) fn distance(&self, excess: &[f64]) -> f64 {
        let each = self.curvatures.iter().zip(excess);
        let each = each.filter(|(curvature, _)| **curvature > 0.0);
        each.map(|(c, above)| 2.0 * above / c).sum::<f64>().sqrt()
    }

    /// How far a weight has to go from the other place to this one, at most.
    pub fn way(&self, from: &Bowl) -> f64 {
        let way = |i: usize| (self.weights[i] - from.weights[i]).abs();
        way(0).max(way(1))
    }

    /// The slope in each direction.
    pub fn slopes(&self) -> Vec<f64> {
        let [x, y] = self.jet.gradient;
        let along = |d: &[f64; 2]| d[0] * x + d[1] * y;
        self.directions.iter().map(along).collect()
    }

    /// A place so far from this one in each direction.
    fn moved(&self, parts: &[f64]) -> [f64; 2] {
        let mut weights = self.weights;
        for (direction, part) in self.directions.iter().zip(parts) {
            weights[0] += part * direction[0];
            weights[1] += part * direction[1];
        }
        weights
    }

    /// Curvatures that are nothing beside this one are nothing.
    pub fn without_less_than(mut self, curvature: f64) -> Bowl {
        for own in &mut self.curvatures {
            if own.abs() < curvature {
                *own = 0.0;
            }
        }
        self
    }
}

// ANCHOR: minimum
/// The minimum in which very short steps downhill from a start would end; a
/// saddle or a top, if they lead there or begin there; none if they end
/// nowhere.
pub fn minimum(loss: &Expression, start: [f64; 2]) -> Option<Bowl> {
    let mut here = Bowl::at(loss, start);
    for _ in 0..2000 {
        let steepest =
            here.curvatures.iter().fold(1e-3f64, |a, c| a.max(c.abs()));
        let step = here.slopes();
        let step: Vec<f64> = step.iter().map(|g| -0.5 * g / steepest).collect();
        let length = libm::hypot(step[0], *step.get(1).unwrap_or(&0.0));
        let part = (0.05 / length).min(1.0);
        if length.is_nan() || length < 1e-7 {
            break;
        }
        let step: Vec<f64> = step.iter().map(|s| part * s).collect();
        here = Bowl::at(loss, here.moved(&step));
    }
    let highest = loss.value(start);
    settled(loss, here).filter(|end| end.jet.value <= highest)
}
// ANCHOR_END: minimum

/// The minimum or saddle near a place, by Newton's steps, cut short, which lead
/// downhill where the loss bends down too. Along the level floor of a valley
/// they lead nowhere.
pub fn settled(loss: &Expression, mut here: Bowl) -> Option<Bowl> {
    for _ in 0..100 {
        let steepest =
            here.curvatures.iter().fold(0.0f64, |a, c| a.max(c.abs()));
        let newton = |(g, c): (&f64, &f64)| match c.abs() {
            c if c > 1e-9 * steepest => (-g / c).clamp(-0.1, 0.1),
            _ => 0.0,
        };
        let slopes = here.slopes();
        let step = slopes.iter().zip(&here.curvatures).map(newton);
        let step: Vec<f64> = step.collect();
        if step.iter().all(|part| part.abs() < 1e-12) {
            break;
        }
        here = Bowl::at(loss, here.moved(&step));
    }
    let scale = here.sharpness().abs().max(1.0);
    let is_level = here.slopes().iter().all(|g| g.abs() < 1e-6 * scale);
    (here.jet.is_finite() && is_level).then_some(here)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;
    use std::f64::consts::TAU;

    fn loss(text: &str) -> Expression {
        Expression::parse(text).unwrap()
    }

    /// Red if `vec![mean - radius, mean + radius]` were
    /// `vec![mean + radius, mean - radius]`: the curvatures change places.
    #[test]
    fn along_each_direction_the_curvature_is_that_of_the_loss() {
        for text in ["x^2 - 3xy + 4y^2", "sin(x)y + x^4", "x^2 + 9y^2", "xy"] {
            let loss = loss(text);
            for at in [[0.3, -0.7], [1.1, 0.4], [0.0, 0.0]] {
                let bowl = Bowl::at(&loss, at);
                for (i, [x, y]) in bowl.directions.iter().enumerate() {
                    let beside =
                        |h: f64| loss.at([at[0] + h * x, at[1] + h * y]).value;
                    let h = 1e-4;
                    let bend = beside(h) + beside(-h) - 2.0 * beside(0.0);
                    let bend = bend / (h * h);
                    assert_abs_diff_eq!(
                        bowl.curvatures[i],
                        bend,
                        epsilon = 1e-5
                    );
                    let slope = (beside(h) - beside(-h)) / (2.0 * h);
                    assert_abs_diff_eq!(
                        bowl.slopes()[i],
                        slope,
                        epsilon = 1e-5
                    );
                }
                assert!(bowl.curvatures.is_sorted());
            }
        }
    }

    /// Red if `-0.5 * g / steepest` were `0.5 * g / steepest`: uphill.
    #[test]
    fn the_minimum_found_is_the_one_below_the_start() {
        for (text, start, minimum_is) in [
            ("0.25(x^2 - 1)^2", [0.1, 0.0], Some([1.0, 0.0])),
            ("0.25(x^2 - 1)^2", [-0.1, 0.0], Some([-1.0, 0.0])),
            ("0.25(x^2 - 1)^2", [0.0, 0.0], Some([0.0, 0.0])),
            ("x^4", [2.0, 0.0], Some([0.0, 0.0])),
            ("(1 - x)^2 + 100(y - x^2)^2", [-1.5, 2.0], Some([1.0, 1.0])),
            ("0.5x^2 - 0.5y^2 + 0.25y^4", [1.0, -1e-6], Some([0.0, -1.0])),
            ("0.5x^2 - 0.5y^2 + 0.25y^4", [1.0, 0.0], Some([0.0, 0.0])),
            ("x^2 - y^2", [1.0, 1e-3], None),
            ("x + y", [0.0, 0.0], None),
            ("ln(x)", [-1.0, 0.0], None),
        ] {
            let found = minimum(&loss(text), start);
            assert_eq!(found.is_some(), minimum_is.is_some(), "{text}");
            if let (Some(found), Some([x, y])) = (found, minimum_is) {
                assert_abs_diff_eq!(found.weights[0], x, epsilon = 1e-6);
                assert_abs_diff_eq!(found.weights[1], y, epsilon = 1e-6);
            }
        }
    }

    /// Ripples mislead, but not uphill.
    #[test]
    fn no_minimum_is_higher_than_the_start() {
        for length in [0.02, 0.05, 0.1, 0.2, 0.5] {
            for height in [0.5, 1.0, 1.5, 3.0, 6.0] {
                let often = TAU / length;
                let height = height * length / TAU;
                let text = format!("0.5x^2 + {height:.6} sin({often:.4}x)");
                let loss = loss(&text);
                for i in -40..=40 {
                    let start = [f64::from(i) / 20.0, 0.0];
                    let end = minimum(&loss, start);
                    let is_higher =
                        |end: Bowl| end.jet.value > loss.value(start);
                    assert!(
                        !end.is_some_and(is_higher),
                        "{text} from {start:?}"
                    );
                }
            }
        }
    }

    /// Red if `(0.05 / length)` were `(0.0005 / length)`: too short to leave
    /// a ripple.
    #[test]
    fn ripples_and_fading_slopes_mislead_the_search() {
        // In how many of the races they end elsewhere than shorter ones would.
        let misled = |length: f64| {
            let waves = 2.0 * std::f64::consts::PI / length;
            let text = format!("0.5x^2 + {}cos({waves}x)", 1.0 / waves);
            let ripples = loss(&text);
            let is_misled = |start: &f64| {
                let mut x = *start;
                for _ in 0..20_000 {
                    x -= 1e-3 * ripples.at([x, 0.0]).gradient[0];
                }
                minimum(&ripples, [*start, 0.0])
                    .is_none_or(|found| (found.weights[0] - x).abs() > 0.01)
            };
            let starts = (0..20).map(|k| 0.3 + 0.07 * f64::from(k));
            starts.filter(is_misled).count()
        };
        assert!(misled(0.06) > 0 && misled(0.08) > 0);
        assert_eq!([0.13, 0.2, 0.5, 1.0].map(misled), [0; 4]);
        // There is no minimum: a slope that is the two-millionth part of the
        // curvature beside it, and one that fades away.
        let steep = minimum(&loss("0.01x + 10000y^2"), [-2.0, 1.0]);
        assert_eq!(steep.unwrap().weights[0].round(), -2.0);
        let fading = minimum(&loss("exp(-x)"), [0.0, 0.0]).unwrap();
        assert!(fading.weights[0] > 5.0, "{:?}", fading.weights);
    }

    /// Where the floor of a valley is level: what infinitely short steps keep
    /// on their way, x² − y² in ½(xy − 1)², is still there at its end.
    ///
    /// Red if `c if c > 1e-9 * steepest` were `c if c > 0.0 * steepest`: it
    /// would go on along the floor.
    #[test]
    fn the_minimum_found_on_a_level_floor_is_where_short_steps_end() {
        let hyperbola = |[x, y]: [f64; 2]| x * x - y * y;
        type Kept = fn([f64; 2]) -> f64;
        let cases: [(&str, Kept); 5] = [
            ("0.5(xy - 1)^2", hyperbola),
            ("0.5(xy)^2", hyperbola),
            ("x^2(1 + y^2)", |[x, y]| {
                (x * x - y * y) / 2.0 - y.abs().ln()
            }),
            ("x^2 exp(y)", |[x, y]| x * x - 4.0 * y),
            ("(x + y)^2", |[x, y]| x - y),
        ];
        for (text, kept) in cases {
            let loss = loss(text);
            for start in [[3.0, 0.1], [0.5, -0.2], [-2.5, 1.0], [-1.0, 2.0]] {
                let found = minimum(&loss, start).unwrap();
                assert_abs_diff_eq!(found.jet.value, 0.0, epsilon = 1e-9);
                let (was, is) = (kept(start), kept(found.weights));
                assert_abs_diff_eq!(was, is, epsilon = 0.35);
            }
        }
    }
}
