//! Dual numbers of the second order: a value that comes with its gradient and
//! its curvatures, exactly.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number that depends on two weights, x and y, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Jet {
    /// The number.
    pub value: f64,
    /// Its derivatives for x and for y.
    pub gradient: [f64; 2],
    /// Its second derivatives: for x twice, for x and y, for y twice.
    pub hessian: [f64; 3],
}

impl Jet {
    /// A number that does not move.
    pub fn constant(value: f64) -> Jet {
        Jet {
            value,
            ..Jet::default()
        }
    }

    /// One of the two weights, the first or the second.
    pub fn weight(which: usize, value: f64) -> Jet {
        let mut jet = Jet::constant(value);
        jet.gradient[which] = 1.0;
        jet
    }

    /// Whether it moves with neither weight.
    pub fn is_constant(&self) -> bool {
        self.gradient == [0.0; 2] && self.hessian == [0.0; 3]
    }

    /// Whether value, gradient and curvatures are all finite.
    pub fn is_finite(&self) -> bool {
        let numbers = [self.value].into_iter().chain(self.gradient);
        numbers.chain(self.hessian).all(f64::is_finite)
    }

    // ANCHOR: chain
    /// A function of it, by the chain rule, from the function's value and its
    /// first and second derivative there.
    pub fn chain(self, [value, first, second]: [f64; 3]) -> Jet {
        let [g, h] = self.gradient;
        let squares = [g * g, g * h, h * h];
        let bent = |i: usize| first * self.hessian[i] + second * squares[i];
        Jet {
            value,
            gradient: [first * g, first * h],
            hessian: [bent(0), bent(1), bent(2)],
        }
    }
    // ANCHOR_END: chain

    /// It to the power of another, which is a power of e where that moves.
    pub fn power(self, exponent: Jet) -> Jet {
        if !exponent.is_constant() {
            return (self.ln() * exponent).exp();
        }
        let (x, n) = (self.value, exponent.value);
        // Zero times what is infinite at 0 is zero here: x has no curvature.
        let term = |factor: f64, power: f64| match factor {
            0.0 => 0.0,
            _ => factor * number_power(x, power),
        };
        let second = term(n * (n - 1.0), n - 2.0);
        self.chain([number_power(x, n), term(n, n - 1.0), second])
    }

    /// e to its power.
    pub fn exp(self) -> Jet {
        self.chain([libm::exp(self.value); 3])
    }

    /// Its natural logarithm.
    pub fn ln(self) -> Jet {
        let x = self.value;
        self.chain([libm::log(x), 1.0 / x, -1.0 / (x * x)])
    }
}

/// A power; the usual ones by products, which take a tenth of the time.
pub(super) fn number_power(x: f64, n: f64) -> f64 {
    match n.fract() == 0.0 && (0.0..=8.0).contains(&n) {
        true => (0..n as usize).fold(1.0, |power, _| power * x),
        false => libm::pow(x, n),
    }
}

impl Add for Jet {
    type Output = Jet;

    fn add(self, other: Jet) -> Jet {
        let gradient = |i: usize| self.gradient[i] + other.gradient[i];
        let hessian = |i: usize| self.hessian[i] + other.hessian[i];
        Jet {
            value: self.value + other.value,
            gradient: [gradient(0), gradient(1)],
            hessian: [hessian(0), hessian(1), hessian(2)],
        }
    }
}

impl Neg for Jet {
    type Output = Jet;

    fn neg(self) -> Jet {
        self.chain([-self.value, -1.0, 0.0])
    }
}

impl Sub for Jet {
    type Output = Jet;

    fn sub(self, other: Jet) -> Jet {
        self + -other
    }
}

// ANCHOR: product
impl Mul for Jet {
    type Output = Jet;

    fn mul(self, other: Jet) -> Jet {
        let (a, b) = (self.value, other.value);
        let ([ax, ay], [bx, by]) = (self.gradient, other.gradient);
        // What the slopes of both make together.
        let mixed = [2.0 * ax * bx, ax * by + ay * bx, 2.0 * ay * by];
        let bent =
            |i: usize| a * other.hessian[i] + b * self.hessian[i] + mixed[i];
        Jet {
            value: a * b,
            gradient: [a * bx + b * ax, a * by + b * ay],
            hessian: [bent(0), bent(1), bent(2)],
        }
    }
}
// ANCHOR_END: product

impl Div for Jet {
    type Output = Jet;

    fn div(self, other: Jet) -> Jet {
        let part = 1.0 / other.value;
        let squared = part * part;
        self * other.chain([part, -squared, 2.0 * squared * part])
    }
}
