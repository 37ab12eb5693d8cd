//! Marks: what a listing puts into a panel.

use super::Style;
use super::spread::sorted;

/// A function of the two variables of a panel.
pub(super) type Field = Box<dyn Fn(f64, f64) -> f64>;

/// A point, in the units of the axes.
pub(super) type Point = (f64, f64);

/// Something drawn in a panel.
pub(super) enum Mark {
    Curve {
        points: Vec<Point>,
        style: Style,
        label: String,
        line: bool,
        markers: bool,
    },
    Band {
        edges: Vec<(f64, f64, f64)>,
        style: Style,
        label: String,
    },
    Bars {
        bars: Vec<Point>,
        style: Style,
        label: String,
    },
    Contours {
        field: Field,
        levels: Vec<f64>,
    },
    Heat {
        field: Field,
        label: String,
    },
    Wall {
        x: f64,
        label: String,
    },
    Level {
        y: f64,
        label: String,
    },
    Arrow {
        from: Point,
        to: Point,
        style: Style,
        label: String,
    },
    Note {
        at: Point,
        text: String,
    },
}

impl Mark {
    pub fn label(&self) -> &str {
        match self {
            Mark::Curve { label, .. }
            | Mark::Band { label, .. }
            | Mark::Bars { label, .. }
            | Mark::Heat { label, .. }
            | Mark::Wall { label, .. }
            | Mark::Level { label, .. }
            | Mark::Arrow { label, .. } => label,
            Mark::Note { text, .. } => text,
            Mark::Contours { .. } => "",
        }
    }

    /// The values that an axis without ends must have room for.
    pub fn xs(&self) -> Vec<f64> {
        match self {
            Mark::Curve { points, .. } => points.iter().map(|(x, _)| *x).collect(),
            Mark::Band { edges, .. } => edges.iter().map(|(x, ..)| *x).collect(),
            Mark::Bars { bars, .. } => with_room(bars.iter().map(|(x, _)| *x).collect()),
            Mark::Wall { x, .. } => vec![*x],
            Mark::Arrow { from, to, .. } => vec![from.0, to.0],
            Mark::Note { at, .. } => vec![at.0],
            Mark::Level { .. } | Mark::Contours { .. } | Mark::Heat { .. } => Vec::new(),
        }
    }

    pub fn ys(&self) -> Vec<f64> {
        match self {
            Mark::Curve { points, .. } => points.iter().map(|(_, y)| *y).collect(),
            Mark::Band { edges, .. } => edges.iter().flat_map(|(_, l, h)| [*l, *h]).collect(),
            Mark::Bars { bars, .. } => {
                let heights = bars.iter().map(|(_, height)| *height);
                heights.chain([0.0]).collect()
            }
            Mark::Level { y, .. } => vec![*y],
            Mark::Arrow { from, to, .. } => vec![from.1, to.1],
            Mark::Note { at, .. } => vec![at.1],
            Mark::Wall { .. } | Mark::Contours { .. } | Mark::Heat { .. } => Vec::new(),
        }
    }
}

/// The places of bars, and half a place more at both ends.
fn with_room(xs: Vec<f64>) -> Vec<f64> {
    let xs = xs.into_iter().filter(|x| x.is_finite());
    let mut xs = sorted(xs);
    let gaps = xs.windows(2).map(|pair| pair[1] - pair[0]);
    let gap = gaps.filter(|gap| *gap > 0.0).fold(f64::INFINITY, f64::min);
    if let (Some(&first), Some(&last), true) = (xs.first(), xs.last(), gap.is_finite()) {
        xs.extend([first - gap / 2.0, last + gap / 2.0]);
    }
    xs
}
