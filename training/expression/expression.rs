//! A loss as a reader types it: `0.5(x^2 + 20y^2) + 0.1 sin(5x)`.

use super::jet::{Jet, number_power};
use super::op::{Function, Op};
use super::parse::parse;
use anyhow::Result;

/// A formula in one weight, x, or in two, x and y.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What is computed, one after the other, each from the last results.
    code: Vec<Op>,
}

impl Expression {
    /// Reads a formula. A product needs no sign: `3x`, `0.5(x + y)`.
    ///
    /// # Errors
    ///
    /// What cannot be read, with its column, counted from 1.
    pub fn parse(text: &str) -> Result<Expression> {
        Ok(Expression { code: parse(text)? })
    }

    /// How many weights it has: two if y is one of them.
    pub fn weights(&self) -> usize {
        1 + usize::from(self.code.contains(&Op::Weight(1)))
    }

    // ANCHOR: at
    /// The loss at these weights, with its gradient and its curvatures.
    pub fn at(&self, weights: [f64; 2]) -> Jet {
        let mut last = Vec::with_capacity(self.code.len());
        for op in &self.code {
            let result = match *op {
                Op::Number(number) => Jet::constant(number),
                Op::Weight(i) => Jet::weight(i, weights[i]),
                Op::Negate => -pop(&mut last),
                Op::Call(function) => function.of(pop(&mut last)),
                _ => {
                    let (b, a) = (pop(&mut last), pop(&mut last));
                    match op {
                        Op::Add => a + b,
                        Op::Subtract => a - b,
                        Op::Multiply => a * b,
                        Op::Divide => a / b,
                        _ => a.power(b),
                    }
                }
            };
            last.push(result);
        }
        pop(&mut last)
    }
    // ANCHOR_END: at

    /// The loss alone, the same to the last bit in a third of the time: a map
    /// of it takes thousands.
    pub fn value(&self, weights: [f64; 2]) -> f64 {
        let mut last: Vec<f64> = Vec::with_capacity(self.code.len());
        for (place, op) in self.code.iter().enumerate() {
            let b = match op {
                Op::Number(number) => *number,
                Op::Weight(i) => weights[*i],
                _ => last.pop().unwrap_or_default(),
            };
            let mut a = || last.pop().unwrap_or_default();
            let result = match op {
                Op::Number(_) | Op::Weight(_) => b,
                Op::Negate => -b,
                Op::Call(function) => function.of(Jet::constant(b)).value,
                Op::Add => a() + b,
                Op::Subtract => a() - b,
                Op::Multiply => a() * b,
                Op::Divide => a() * (1.0 / b),
                Op::Power => match self.code[place - 1] {
                    Op::Number(_) => number_power(a(), b),
                    // Whether the exponent moves only jets can tell.
                    _ => return self.at(weights).value,
                },
            };
            last.push(result);
        }
        last.pop().unwrap_or_default()
    }
}

/// The last result; the parser leaves no code that lacks one.
fn pop(last: &mut Vec<Jet>) -> Jet {
    last.pop().unwrap_or_default()
}

impl Function {
    fn of(self, jet: Jet) -> Jet {
        let x = jet.value;
        let sin_cos = || (libm::sin(x), libm::cos(x));
        match self {
            Function::Sin => {
                let (sin, cos) = sin_cos();
                jet.chain([sin, cos, -sin])
            }
            Function::Cos => {
                let (sin, cos) = sin_cos();
                jet.chain([cos, -sin, -cos])
            }
            Function::Exp => jet.exp(),
            Function::Ln => jet.ln(),
            Function::Sqrt => jet.power(Jet::constant(0.5)),
            Function::Tanh => {
                let tanh = libm::tanh(x);
                let slope = 1.0 - tanh * tanh;
                jet.chain([tanh, slope, -2.0 * tanh * slope])
            }
            Function::Abs => jet.chain([x.abs(), x.signum(), 0.0]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// A formula of every sign and function, so deep.
    fn formula(depth: usize, rng: &mut ChaCha8Rng) -> String {
        if depth == 0 {
            let number = rng.random_range(1..30);
            return match rng.random_range(0..4) {
                0 => format!("0.{number}"),
                1 => "x".into(),
                2 => "y".into(),
                _ => format!("{number}x"),
            };
        }
        let a = formula(depth - 1, rng);
        let b = formula(depth - 1, rng);
        match rng.random_range(0..14) {
            0 | 1 => format!("{a} + {b}"),
            2 => format!("({a}) - ({b})"),
            3 | 4 => format!("({a})({b})"),
            5 => format!("({a}) / (({b})^2 + 1.5)"),
            6 => format!("sin({a}) * ({b})"),
            7 => format!("cos({a}) + tanh({b})"),
            8 => format!("exp(0.1sin({a})) - ({b})"),
            9 => format!("ln(({a})^2 + 1.1)"),
            10 => format!("sqrt(({a})^2 + 0.7)"),
            11 => format!("(({a})^2 + 0.5)^(0.3sin({b}))"),
            12 => format!("-({a})^3"),
            _ => format!("abs({a})({b})^2"),
        }
    }

    /// Quotients of values for the gradient, and of gradients for the
    /// curvatures.
    ///
    /// Red if `jet.chain([sin, cos, -sin])` were `jet.chain([sin, cos, sin])`:
    /// a sine that bends the wrong way.
    #[test]
    fn gradients_and_curvatures_are_difference_quotients() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut compared = 0;
        for _ in 0..3000 {
            let text = formula(rng.random_range(1..4), &mut rng);
            let Ok(loss) = Expression::parse(&text) else {
                continue; // Too long, or without a weight.
            };
            let place = [0, 1].map(|_| rng.random_range(-1.5..1.5));
            let jet = loss.at(place);
            let largest = jet.hessian.iter().chain(&jet.gradient);
            let largest = largest.fold(jet.value.abs(), |a, x| a.max(x.abs()));
            if !(jet.is_finite() && largest < 1e4) {
                continue;
            }
            for i in [0, 1] {
                let quotients = |h: f64| {
                    let beside = |h: f64| {
                        let mut weights = place;
                        weights[i] += h;
                        loss.at(weights)
                    };
                    let (low, high) = (beside(-h), beside(h));
                    let bend = |j: usize| high.gradient[j] - low.gradient[j];
                    [high.value - low.value, bend(0), bend(1)]
                        .map(|difference| difference / (2.0 * h))
                };
                let exact =
                    [jet.gradient[i], jet.hessian[i], jet.hessian[i + 1]];
                let (near, far) = (quotients(1e-5), quotients(2e-5));
                let scale = 1e-5 * largest.max(1.0);
                for j in 0..3 {
                    // At a kink, or where it turns fast, none is right.
                    if (near[j] - far[j]).abs() < scale {
                        let off = (exact[j] - near[j]).abs();
                        assert!(off < scale, "{text} at {place:?}: {off}");
                        compared += 1;
                    }
                }
            }
        }
        assert!(compared > 10_000, "{compared}");
    }

    #[test]
    fn the_loss_alone_is_that_of_the_jets_to_the_last_bit() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut finite = 0;
        for _ in 0..3000 {
            let text = formula(rng.random_range(0..4), &mut rng);
            let Ok(loss) = Expression::parse(&text) else {
                continue; // Too long, or without a weight.
            };
            let place = [0, 1].map(|_| rng.random_range(-1.5..1.5));
            let (alone, of_jet) = (loss.value(place), loss.at(place).value);
            let is_none = alone.is_nan() && of_jet.is_nan();
            let is_same = alone.to_bits() == of_jet.to_bits();
            assert!(is_none || is_same, "{text} at {place:?}");
            finite += usize::from(alone.is_finite());
        }
        assert!(finite > 2000, "{finite}");
        for text in ["x^y", "x^2.5", "ln(x)", "(-x)^3/y", "x^-2", "x^(1 + 1)"] {
            let loss = Expression::parse(text).unwrap();
            for place in [[-2.0, 2.0], [0.0, 0.0], [0.7, -1.0]] {
                let (alone, of_jet) = (loss.value(place), loss.at(place).value);
                let both = format!("{alone} {of_jet}");
                assert!(both == "NaN NaN" || alone == of_jet, "{text} {both}");
            }
        }
    }

    #[test]
    fn powers_have_their_curvatures_at_zero_too() {
        for (text, hessian) in
            [("x", 0.0), ("x^1", 0.0), ("x^2", 2.0), ("x^4", 0.0)]
        {
            let jet = Expression::parse(text).unwrap().at([0.0, 0.0]);
            assert_eq!(jet.hessian[0], hessian, "{text}");
        }
    }

    #[test]
    fn a_formula_with_y_has_two_weights() {
        for (text, weights) in [("x^2", 1), ("y", 2), ("x + y", 2)] {
            let loss = Expression::parse(text).unwrap();
            assert_eq!(loss.weights(), weights);
        }
    }

    #[test]
    fn what_is_not_finite_is_seen() {
        let at = |text: &str, x| {
            let loss = Expression::parse(text).unwrap();
            loss.at([x, 0.0])
        };
        assert!(!at("ln(x)", -1.0).is_finite());
        assert!(!at("1/x", 0.0).is_finite());
        assert!(!at("sqrt(x)", 0.0).is_finite());
        assert!(at("ln(x)", 2.0).is_finite());
        assert_relative_eq!(at("x^0.5", 4.0).gradient[0], 0.25);
    }
}
