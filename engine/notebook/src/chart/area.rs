//! Areas of the figure, in logical pixels.

use super::clip::{self, Unit};

/// A point of the figure, in logical pixels from its upper left corner.
pub(super) type Pixel = (f64, f64);

/// An upright rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Area {
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Where a point of the unit square falls.
    pub fn at(&self, (x, y): Unit) -> Pixel {
        (
            self.left + x * self.width(),
            self.bottom - y * self.height(),
        )
    }

    pub fn meets(&self, other: &Area) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether a segment passes through.
    pub fn is_crossed(&self, a: Pixel, b: Pixel) -> bool {
        let unit = |(x, y): Pixel| {
            (
                (x - self.left) / self.width(),
                (y - self.top) / self.height(),
            )
        };
        clip::segment(unit(a), unit(b)).is_some()
    }
}
