//! Colours and the look of each style.

use plotters::style::RGBColor;

/// What is drawn in one colour: the stylesheet of a page names its class, and a
/// figure opened as a file of its own has the colour. A tint is made with
/// opacity, never with another colour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Colour {
    pub class: &'static str,
    pub rgb: RGBColor,
}

/// Text, curves that a figure is about, walls and levels.
pub(super) const INK: Colour = colour("ink", 0x22_22_22);
/// Numbers at the ticks, contours, curves in the background.
pub(super) const MUTED: Colour = colour("muted", 0x66_66_66);
/// Axes and their ticks.
pub(super) const AXIS: Colour = colour("axis", 0x99_99_99);
/// Lines across the panel at the ticks.
pub(super) const GRID: Colour = colour("grid", 0xE8_E8_E8);

const fn colour(class: &'static str, hex: u32) -> Colour {
    let [_, red, green, blue] = hex.to_be_bytes();
    Colour {
        class,
        rgb: RGBColor(red, green, blue),
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke {
    pub colour: Colour,
    /// In logical pixels.
    pub width: f64,
    /// Dashes and gaps, in logical pixels, as SVG has them; empty for a solid
    /// line. The ends are round, so that a dash of no length is a dot.
    pub dashes: &'static str,
}

impl Stroke {
    pub fn solid(colour: Colour, width: f64) -> Stroke {
        Stroke {
            colour,
            width,
            dashes: "",
        }
    }
}

/// The look of a curve or marker: each colour has a line style and a marker of
/// its own, so that none is told apart by colour alone. The colours are those of
/// Okabe and Ito (2008).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Dotted, with squares.
    Blue,
    /// Solid, with discs.
    Green,
    /// Dashed, with triangles.
    Orange,
    /// Dash-dotted, with crosses.
    Vermilion,
    /// The colour of text, solid, with discs: the curve that a figure is about.
    Ink,
    /// Grey, thin, with dots: what stands in the background.
    Muted,
}

impl Style {
    pub(super) fn colour(self) -> Colour {
        match self {
            Style::Blue => colour("blue", 0x00_72_B2),
            Style::Green => colour("green", 0x00_9E_73),
            Style::Orange => colour("orange", 0xE6_9F_00),
            Style::Vermilion => colour("vermilion", 0xD5_5E_00),
            Style::Ink => INK,
            Style::Muted => MUTED,
        }
    }

    /// The line of a curve.
    pub(super) fn stroke(self) -> Stroke {
        let (width, dashes) = match self {
            Style::Blue => (2.25, "0 4"),
            Style::Orange => (1.75, "6 5"),
            Style::Vermilion => (1.75, "7 4.5 0 4.5"),
            Style::Green | Style::Ink => (1.75, ""),
            Style::Muted => (1.0, ""),
        };
        Stroke {
            colour: self.colour(),
            width,
            dashes,
        }
    }
}
