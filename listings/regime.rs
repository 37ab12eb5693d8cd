//! The regimes of descent on a quadratic, and how figures show them.

use notebook::Style;

/// What the product of learning rate η and curvature λ makes of a step on
/// ½λw²: each step multiplies the weight by 1 − ηλ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regime {
    /// ηλ < 1: the weight stays on its side of the minimum.
    Creeps,
    /// ηλ = 1: the weight lands on the minimum in one step.
    Lands,
    /// 1 < ηλ < 2: the weight crosses the minimum at every step, and nears it.
    Overshoots,
    /// ηλ = 2: the weight jumps between two places for ever.
    Bounces,
    /// ηλ > 2: the weight crosses the minimum and moves away from it.
    Diverges,
}

impl Regime {
    /// The regime of a product ηλ, which is positive.
    pub fn of(eta_lambda: f64) -> Regime {
        // A computed curvature may be off by some last bits.
        let is = |border: f64| (eta_lambda - border).abs() < 1e-12;
        match eta_lambda {
            _ if is(1.0) => Regime::Lands,
            _ if is(2.0) => Regime::Bounces,
            product if product < 1.0 => Regime::Creeps,
            product if product < 2.0 => Regime::Overshoots,
            _ => Regime::Diverges,
        }
    }

    /// The look of its curves.
    pub fn style(self) -> Style {
        match self {
            Regime::Creeps => Style::Blue,
            Regime::Lands => Style::Green,
            Regime::Overshoots => Style::Orange,
            Regime::Bounces | Regime::Diverges => Style::Vermilion,
        }
    }

    /// What the weight does, in a word.
    pub fn name(self) -> &'static str {
        match self {
            Regime::Creeps => "creeps",
            Regime::Lands => "lands",
            Regime::Overshoots => "overshoots",
            Regime::Bounces => "bounces",
            Regime::Diverges => "diverges",
        }
    }
}
