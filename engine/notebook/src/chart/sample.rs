//! Samples: what stands before a label to tell whose it is.

use super::Style;
use super::canvas::{Canvas, Pixel, fill, stroke};
use super::marks::{self, TINT};
use super::palette::INK;
use crate::Result;

/// The width of every sample.
pub(super) const WIDTH: f64 = 24.0;

/// A piece of what the label names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sample {
    Curve {
        style: Style,
        line: bool,
        markers: bool,
    },
    Band(Style),
    Bars(Style),
    Level,
}

impl Sample {
    /// Draws it to the right of a point.
    pub fn draw(self, canvas: &mut Canvas<'_>, (x, y): Pixel) -> Result<()> {
        let ends = [(x + 1.0, y), (x + WIDTH - 1.0, y)];
        let corners = [(x + 1.0, y + 5.0), (x + WIDTH - 1.0, y - 5.0)];
        match self {
            Sample::Curve {
                style,
                line,
                markers,
            } => {
                if line {
                    canvas.path(&ends, stroke(style.colour(), style.width()))?;
                }
                if markers {
                    canvas.marker((x + WIDTH / 2.0, y), style)?;
                }
                Ok(())
            }
            Sample::Band(style) => {
                let [(left, bottom), (right, top)] = corners;
                let corners = [(left, bottom), (left, top), (right, top), (right, bottom)];
                canvas.polygon(&corners, fill(style.colour(), TINT))
            }
            Sample::Bars(style) => marks::bar(canvas, corners[0], corners[1], style),
            Sample::Level => canvas.line(ends[0], ends[1], stroke(INK, 1.0)),
        }
    }
}
