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
    /// The area of a width and height right of and below a point.
    pub fn new((left, top): Pixel, (width, height): Pixel) -> Area {
        Area {
            left,
            top,
            right: left + width,
            bottom: top + height,
        }
    }

    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Where a point of the unit square falls.
    pub fn at(&self, (x, y): Unit) -> Pixel {
        let (right, up) = (x * self.width(), y * self.height());
        (self.left + right, self.bottom - up)
    }

    /// Moves it down.
    pub fn lower(&mut self, by: f64) {
        self.top += by;
        self.bottom += by;
    }

    /// The middle of something so wide, as near to `middle` as it has room here.
    pub fn hold(&self, middle: f64, width: f64) -> f64 {
        let half = width / 2.0;
        middle.min(self.right - half).max(self.left + half)
    }

    pub fn meets(&self, other: &Area) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether a segment passes through.
    pub fn is_crossed(&self, a: Pixel, b: Pixel) -> bool {
        let unit = |(x, y)| {
            let (right, down) = (x - self.left, y - self.top);
            (right / self.width(), down / self.height())
        };
        clip::segment(unit(a), unit(b)).is_some()
    }
}
