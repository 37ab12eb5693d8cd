//! Dual numbers: derivatives that come with the values, exactly.

use std::ops::{Add, Mul, Sub};

/// What a formula computes with: plain numbers, or dual ones.
pub trait Number:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self>
{
    /// A number that does not move.
    fn constant(value: f64) -> Self;
    /// The hyperbolic tangent, with the same bits on every processor.
    fn tanh(self) -> Self;
}

impl Number for f64 {
    fn constant(value: f64) -> f64 {
        value
    }

    fn tanh(self) -> f64 {
        libm::tanh(self)
    }
}

/// A number, and how fast it changes as what it depends on moves.
#[derive(Clone, Copy, Debug)]
pub struct Dual {
    /// The number.
    pub value: f64,
    /// Its derivative along the movement.
    pub slope: f64,
}

impl Number for Dual {
    fn constant(value: f64) -> Dual {
        Dual { value, slope: 0.0 }
    }

    fn tanh(self) -> Dual {
        let value = libm::tanh(self.value);
        let slope = (1.0 - value * value) * self.slope;
        Dual { value, slope }
    }
}

impl Add for Dual {
    type Output = Dual;

    fn add(self, other: Dual) -> Dual {
        Dual {
            value: self.value + other.value,
            slope: self.slope + other.slope,
        }
    }
}

impl Sub for Dual {
    type Output = Dual;

    fn sub(self, other: Dual) -> Dual {
        Dual {
            value: self.value - other.value,
            slope: self.slope - other.slope,
        }
    }
}

// ANCHOR: product
impl Mul for Dual {
    type Output = Dual;

    fn mul(self, other: Dual) -> Dual {
        Dual {
            value: self.value * other.value,
            slope: self.value * other.slope + self.slope * other.value,
        }
    }
}
// ANCHOR_END: product

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// Made of all four operations.
    fn formula<N: Number>(x: N) -> N {
        let bent = (N::constant(1.5) * x + N::constant(0.25)).tanh();
        bent * x * (x + x) - bent + x
    }

    /// Red if `self.value * other.slope + self.slope * other.value` were
    /// `self.value * other.slope`: half of the rule for products.
    #[test]
    fn the_slope_is_the_derivative() {
        for x in [-2.0, -0.3, 0.0, 0.7, 1.9] {
            let dual = formula(Dual {
                value: x,
                slope: 1.0,
            });
            let h = 1e-6;
            let difference = (formula(x + h) - formula(x - h)) / (2.0 * h);
            assert_eq!(dual.value, formula(x));
            assert_relative_eq!(dual.slope, difference, max_relative = 1e-8);
        }
    }
}
