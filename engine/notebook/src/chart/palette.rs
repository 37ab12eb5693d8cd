//! The palette and the look of each style.
//!
//! The theme's stylesheet names these colours (`[stroke="#0072B2"]`) to map
//! them to its own, so a tint is made with opacity, never with another colour.

use plotters::style::RGBColor;

/// Text, curves that a figure is about, walls and levels, shades of a heat map.
pub(super) const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
/// Numbers at the ticks, contours, curves in the background.
pub(super) const MUTED: RGBColor = RGBColor(0x66, 0x66, 0x66);
/// Axes and their ticks.
pub(super) const AXIS: RGBColor = RGBColor(0x99, 0x99, 0x99);
/// Lines across the panel at the ticks.
pub(super) const GRID: RGBColor = RGBColor(0xE8, 0xE8, 0xE8);
/// What is behind the figure, and the halo of a text in front of a curve.
pub(super) const PAPER: RGBColor = RGBColor(0xFF, 0xFF, 0xFF);

const CREEPING: RGBColor = RGBColor(0x00, 0x72, 0xB2);
const CONVERGING: RGBColor = RGBColor(0x00, 0x9E, 0x73);
const OVERSHOOTING: RGBColor = RGBColor(0xE6, 0x9F, 0x00);
const DIVERGING: RGBColor = RGBColor(0xD5, 0x5E, 0x00);

/// Line styles by colour, as dashes and gaps in logical pixels; the ends are
/// round, so that a dash of no length is a dot. Other colours are solid.
pub(super) const DASHES: [(RGBColor, &[f64]); 3] = [
    (CREEPING, &[0.0, 4.0]),
    (OVERSHOOTING, &[6.0, 5.0]),
    (DIVERGING, &[7.0, 4.5, 0.0, 4.5]),
];

/// The look of a curve or marker. A regime keeps its colour, line style and
/// marker in every figure; the colours are those of Okabe and Ito (2008).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Blue, dotted, squares: on one side of the minimum, slowly.
    Creeping,
    /// Green, solid, discs: to the minimum.
    Converging,
    /// Orange, dashed, triangles: across the minimum, and closer all the same.
    Overshooting,
    /// Vermilion, dash-dotted, crosses: away from the minimum.
    Diverging,
    /// The colour of text, solid: the curve that a figure is about.
    Ink,
    /// Grey and thin: what stands in the background.
    Muted,
}

/// The shape of a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    Square,
    Disc,
    Triangle,
    Cross,
    Dot,
}

impl Style {
    pub(super) fn colour(self) -> RGBColor {
        match self {
            Style::Creeping => CREEPING,
            Style::Converging => CONVERGING,
            Style::Overshooting => OVERSHOOTING,
            Style::Diverging => DIVERGING,
            Style::Ink => INK,
            Style::Muted => MUTED,
        }
    }

    /// The width of its line, in logical pixels.
    pub(super) fn width(self) -> f64 {
        match self {
            Style::Muted => 1.0,
            Style::Creeping => 2.25,
            _ => 1.75,
        }
    }

    pub(super) fn marker(self) -> Marker {
        match self {
            Style::Creeping => Marker::Square,
            Style::Converging | Style::Ink => Marker::Disc,
            Style::Overshooting => Marker::Triangle,
            Style::Diverging => Marker::Cross,
            Style::Muted => Marker::Dot,
        }
    }
}
